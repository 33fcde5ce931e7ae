/*
 * text-mask - replace e-mail addresses, telephone numbers and accounts by
 * tokens
 */

#include <stdlib.h>

#include "base/buf.h"
#include "mask/mask.h"
#include "mask/substitute.h"
#include "record/json-writer.h"
#include "record/json.h"
#include "record/reader.h"
#include "record/rec.h"
#include "record/tool.h"

static const struct tool_help help = {
    .usage = "usage: text-mask [-hpV] [--kinds LIST] [--with token|value] "
	     "[--rng N]\n"
	     "                 [--annotate] [file ...]\n",
    .about = "Mask e-mail addresses, telephone numbers, public IP addresses, "
	     "card numbers,\n"
	     "IBANs and US social security numbers in the text of records.\n",
    .example = "Example:\n"
	       "  text-mask --kinds email,phone docs.jsonl > masked.jsonl\n",
    .members = TOOL_TEXT | TOOL_ID,
    .writes = 1};

struct opts {
	unsigned kinds; /* bits of enum mask_kind */
	enum with { TOKEN, VALUE } with;
	size_t rng;
	bool annotate;
};

/* Memory that is used again for every record. */
struct work {
	struct buf text, json, spans;
	size_t count[MASK_NKIND];
};

static void
parse_kinds(void *context, char *arg)
{
	struct opts *o = context;
	char *name, *rest = arg;
	unsigned kind;

	o->kinds = 0;
	while ((name = strsep(&rest, ",")) != NULL) {
		kind = 1u << cli_choice("--kinds", name, mask_name);
		if (o->kinds & kind)
			tool_usage("--kinds: a kind is named twice");
		o->kinds |= kind;
	}
}

/* Add the counts of an earlier run, and set "masked" to all that are not 0. */
static void
set_counts(struct rec *rec, struct work *w)
{
	struct json_writer json = {.out = &w->json};
	struct str raw, value;
	size_t k, n, before;

	w->json.len = 0;
	jw_begin_object(&json, NULL);
	for (k = 0; k < MASK_NKIND; k++) {
		n = w->count[k];
		if (n > 0)
			tool_count(mask_name[k], n);
		if (rec_get(rec, "masked", &raw) &&
		    json_member(raw, rec->mem, str_of(mask_name[k]), &value) &&
		    json_get_size(value, &before))
			n += before;
		if (n > 0)
			jw_u64(&json, mask_name[k], n);
	}
	jw_end_object(&json);
	rec_set(rec, "masked", arena_copy(rec->mem, buf_str(&w->json)));
}

/*
 * What is in text: with --annotate as "spans", else put in its place; false
 * where there is nothing.
 */
static bool
mask(const struct opts *o, struct work *w, struct str text)
{
	struct json_writer json = {.out = &w->spans};
	struct mask_span span;
	struct mask m;
	const char *done = text.p;
	bool any = false;

	memset(w->count, 0, sizeof(w->count));
	w->text.len = w->spans.len = 0;
	jw_begin_array(&json, NULL);
	mask_begin(&m, text);
	while (mask_next(&m, &span)) {
		if ((o->kinds & 1u << span.kind) == 0)
			continue;
		any = true;
		w->count[span.kind]++;
		if (o->annotate) {
			jw_begin_object(&json, NULL);
			jw_str(&json, "kind", str_of(mask_name[span.kind]));
			jw_u64(&json, "start", (size_t)(span.value.p - text.p));
			jw_u64(&json, "end",
			    (size_t)(span.value.p + span.value.len - text.p));
			jw_end_object(&json);
			continue;
		}
		buf_put(&w->text, done, (size_t)(span.value.p - done));
		if (o->with == VALUE)
			substitute_value(&w->text, &span, o->rng);
		else
			buf_puts(&w->text, str_of(mask_token[span.kind]));
		done = span.value.p + span.value.len;
	}
	jw_end_array(&json);
	if (any && !o->annotate)
		buf_put(&w->text, done, (size_t)(text.p + text.len - done));
	return any;
}

int
main(int argc, char *argv[])
{
	static const char *const withs[] = {"token", "value", NULL};
	struct opts o = {.kinds = (1u << MASK_NKIND) - 1};
	const struct option_row rows[] = {
	    {"kinds", "LIST",
		"email, phone, ip, card, iban, ssn; all of them by default",
		OPTION_CALL(parse_kinds, &o)},
	    {"with", "token|value",
		"what to put instead: a token such as <EMAIL> (token), or "
		"another "
		"value of the same form",
		OPTION_CHOICE(&o.with, withs)},
	    {"rng", "N", "seed of the values (0)",
		OPTION_SIZE(&o.rng, 0, SIZE_MAX)},
	    {"annotate", NULL,
		"only count, and set \"spans\" to what would be masked",
		OPTION_FLAG(&o.annotate)},
	    {.name = NULL}};
	struct work w = {0};
	struct rec_reader in;
	struct str text;
	struct rec rec;

	rec_open(&in, tool_init(argc, argv, &help, rows, NULL));
	while (rec_read(&in, &rec)) {
		if (!rec_need_str(&in, &rec, tool_text(), &text))
			continue;
		if (mask(&o, &w, text)) {
			if (o.annotate)
				rec_set(&rec, "spans", buf_str(&w.spans));
			else
				rec_set_str(
				    &rec, tool_text(), buf_str(&w.text));
			set_counts(&rec, &w);
		}
		rec_write(&rec, stdout);
	}
	buf_release(&w.text);
	buf_release(&w.json);
	buf_release(&w.spans);
	rec_close(&in);
	return tool_end(stdout);
}
