#include "base/cli.h"

#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/ascii.h"
#include "base/utf8.h"

const char *
cli_name(void)
{
	return program_invocation_short_name;
}

/*
 * Whether a terminal may act on a character instead of showing it: C0 and C1
 * controls, separators of lines, and marks that turn the direction of a line.
 */
static bool
is_control(uint32_t cp)
{
	return cp < 0x20 || (cp >= 0x7f && cp < 0xa0) || cp == 0x061c ||
	       cp == 0x200e || cp == 0x200f || (cp >= 0x2028 && cp <= 0x202e) ||
	       (cp >= 0x2066 && cp <= 0x2069);
}

/*
 * Take the next character off rest, as it may be shown: '?' for a control
 * character and for a byte that is no UTF-8, since such bytes are C1 controls
 * elsewhere.
 */
static struct str
take_shown(struct str *rest)
{
	struct str c = {rest->p, utf8_length(rest->p, rest->p + rest->len)};

	if (c.len == 0) {
		rest->p++;
		rest->len--;
		return STR("?");
	}
	return is_control(utf8_take(rest)) ? STR("?") : c;
}

/* Clean all of it in place for showing, and return the new length. */
static size_t
clean(char *text, size_t len)
{
	struct str rest = {text, len}, c;
	size_t to = 0, i;

	while (rest.len > 0) {
		c = take_shown(&rest);
		for (i = 0; i < c.len; i++)
			text[to++] = c.p[i];
	}
	return to;
}

void
cli_show(struct str text, FILE *out)
{
	struct str c;

	while (text.len > 0) {
		c = take_shown(&text);
		/* whoever closes out finds errors */
		fwrite(c.p, 1, c.len, out);
	}
}

/* Sends "name: message[: error]" in one write, without control characters. */
static void
say(const char *fmt, va_list ap, int error)
{
	char text[4096];
	size_t len, room = sizeof(text) - 2;
	int n;

	n = snprintf(text, room, "%s: ", cli_name());
	len = n < 0 ? 0 : (size_t)n;
	n = len < room ? vsnprintf(text + len, room - len, fmt, ap) : 0;
	len += n < 0 ? 0 : (size_t)n;
	if (error != 0 && len < room) {
		n = snprintf(text + len, room - len, ": %s", strerror(error));
		len += n < 0 ? 0 : (size_t)n;
	}
	if (len > room - 1)
		len = room - 1;
	len = clean(text, len);
	text[len++] = '\n';
	fflush(stderr);
	if (write(STDERR_FILENO, text, len) < 0)
		return; /* nobody is left who could be told */
}

void
cli_warn(const char *fmt, ...)
{
	va_list ap;
	int error = errno;

	va_start(ap, fmt);
	say(fmt, ap, error);
	va_end(ap);
}

void
cli_warnx(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	say(fmt, ap, 0);
	va_end(ap);
}

void
cli_err(int status, const char *fmt, ...)
{
	va_list ap;
	int error = errno;

	va_start(ap, fmt);
	say(fmt, ap, error);
	va_end(ap);
	exit(status);
}

void
cli_errx(int status, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	say(fmt, ap, 0);
	va_end(ap);
	exit(status);
}

uint64_t
cli_u64(const char *option, const char *arg)
{
	unsigned long long n;
	char *end;

	errno = 0;
	n = strtoull(arg, &end, 10);
	if (errno != 0 || !ascii_is_digit(arg[0]) || *end != '\0')
		cli_errx(CLI_FATAL, "%s: '%s' is no whole number", option, arg);
	return n;
}

static size_t
in_range(const char *option, const char *arg, uint64_t n, bool fits, size_t min,
    size_t max)
{
	if (fits && n >= min && n <= max)
		return n;
	if (fits && max == SIZE_MAX)
		cli_errx(
		    CLI_FATAL, "%s: '%s' is less than %zu", option, arg, min);
	if (!fits && max == SIZE_MAX)
		cli_errx(CLI_FATAL, "%s: '%s' is too large", option, arg);
	cli_errx(
	    CLI_FATAL, "%s: '%s' is not in %zu to %zu", option, arg, min, max);
}

size_t
cli_size(const char *option, const char *arg, size_t min, size_t max)
{
	return in_range(option, arg, cli_u64(option, arg), true, min, max);
}

size_t
cli_bytes(const char *option, const char *arg, size_t min, size_t max)
{
	static const char letters[] = "kmgt";
	const char *unit;
	char *end;
	uint64_t n, base;
	bool fits;
	int i;

	errno = 0;
	n = strtoull(arg, &end, 10);
	fits = errno == 0;
	unit = *end == '\0' ? NULL : strchr(letters, ascii_lower(*end));
	base = *end != '\0' && end[1] == 'i' ? 1024 : 1000;
	if (!ascii_is_digit(arg[0]) ||
	    (*end != '\0' &&
		(unit == NULL || end[base == 1024 ? 2 : 1] != '\0')))
		cli_errx(CLI_FATAL, "%s: '%s' is no size (such as 64M or 64Mi)",
		    option, arg);
	if (unit != NULL) {
		for (i = 0; i <= unit - letters; i++) {
			fits = fits && n <= UINT64_MAX / base;
			n *= base;
		}
	}
	return in_range(option, arg, n, fits, min, max);
}

double
cli_real(const char *option, const char *arg, double min, double max)
{
	double x;
	char *end;

	errno = 0;
	x = strtod(arg, &end);
	if (end == arg || *end != '\0')
		cli_errx(CLI_FATAL, "%s: '%s' is no number", option, arg);
	if (!(x >= min && x <= max))
		cli_errx(CLI_FATAL, "%s: '%s' is not in %g to %g", option, arg,
		    min, max);
	return x;
}

size_t
cli_choice(const char *option, const char *arg, const char *const choices[])
{
	char list[512] = "";
	size_t i, len = 0;
	int n;

	for (i = 0; choices[i] != NULL; i++)
		if (strcmp(arg, choices[i]) == 0)
			return i;
	for (i = 0; choices[i] != NULL && len < sizeof(list); i++) {
		n = snprintf(list + len, sizeof(list) - len, "%s%s",
		    i > 0 ? ", " : "", choices[i]);
		len += n < 0 ? 0 : (size_t)n;
	}
	cli_errx(CLI_FATAL, "%s: '%s' is not one of %s", option, arg, list);
}
