#include "record/json-writer.h"

#include <math.h>

#include "record/json.h"

/* What precedes a value: a comma where one belongs, and the key. */
static void
lead(struct json_writer *w, const char *key)
{
	if (w->comma)
		buf_putc(w->out, ',');
	w->comma = true;
	if (key == NULL)
		return;
	buf_putc(w->out, '"');
	buf_puts(w->out, str_of(key));
	buf_put(w->out, "\":", 2);
}

void
jw_begin_object(struct json_writer *w, const char *key)
{
	lead(w, key);
	buf_putc(w->out, '{');
	w->comma = false;
}

void
jw_end_object(struct json_writer *w)
{
	buf_putc(w->out, '}');
	w->comma = true;
}

void
jw_begin_array(struct json_writer *w, const char *key)
{
	lead(w, key);
	buf_putc(w->out, '[');
	w->comma = false;
}

void
jw_end_array(struct json_writer *w)
{
	buf_putc(w->out, ']');
	w->comma = true;
}

void
jw_key(struct json_writer *w, struct str key)
{
	lead(w, NULL);
	json_put_str(w->out, key);
	buf_putc(w->out, ':');
	w->comma = false;
}

void
jw_str(struct json_writer *w, const char *key, struct str s)
{
	lead(w, key);
	json_put_str(w->out, s);
}

void
jw_u64(struct json_writer *w, const char *key, uint64_t n)
{
	char digits[20];
	size_t at = sizeof(digits);

	lead(w, key);
	do
		digits[--at] = (char)('0' + n % 10);
	while ((n /= 10) > 0);
	buf_put(w->out, digits + at, sizeof(digits) - at);
}

void
jw_real(struct json_writer *w, const char *key, float x)
{
	lead(w, key);
	json_put_real(w->out, x);
}

void
jw_bool(struct json_writer *w, const char *key, bool b)
{
	jw_raw(w, key, b ? STR("true") : STR("false"));
}

void
jw_null(struct json_writer *w, const char *key)
{
	jw_raw(w, key, STR("null"));
}

void
jw_raw(struct json_writer *w, const char *key, struct str raw)
{
	lead(w, key);
	buf_puts(w->out, raw);
}

void
jw_double(struct json_writer *w, const char *key, const char *fmt, double x)
{
	lead(w, key);
	if (isfinite(x))
		buf_printf(w->out, fmt, x);
	else
		buf_puts(w->out, STR("null"));
}
