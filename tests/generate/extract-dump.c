/*
 * extract-dump - blocks and features of pages, for extract-train.py
 *
 * usage: extract-dump < pages.jsonl > blocks.jsonl
 *        extract-dump FEATURES CUES NAMES [JUDGED] < pages.jsonl
 *
 * Writes {"id", "blocks": [text, ...], "inner": [element of block, ...],
 * "elems": [[parent, tag, class, id], ...]} for each record {"id", "html"}; or,
 * given one float32 a block in CUES and two an element in NAMES, the features
 * of the blocks, float32 in rows, to FEATURES: those of the first judgement or,
 * given one float32 a block in JUDGED, those of the second.
 */

#include <stdio.h>
#include <stdlib.h>

#include "extract/features.h"
#include "record/json.h"
#include "record/reader.h"
#include "record/rec.h"
#include "record/tool.h"

static void
put(FILE *fp, const float *p, size_t n)
{
	if (fwrite(p, sizeof(*p), n, fp) != n)
		tool_write_failed("features");
}

/* One number for each block of a page, read into *p. */
static void
get(FILE *fp, const char *name, float **p, size_t n)
{
	*p = mem_grow(*p, n + 1, sizeof(**p));
	if (fread(*p, sizeof(**p), n, fp) != n)
		cli_errx(CLI_FATAL, "%s is too short", name);
}

static void
get_names(FILE *fp, const char *path, struct cue_name **p, size_t n)
{
	*p = mem_grow(*p, n + 1, sizeof(**p));
	if (fread(*p, sizeof(**p), n, fp) != n)
		cli_errx(CLI_FATAL, "%s is too short", path);
}

static FILE *
must_open(const char *name, const char *mode)
{
	FILE *fp = fopen(name, mode);

	if (fp == NULL)
		cli_err(CLI_FATAL, "%s", name);
	return fp;
}

static void
dump_features(const struct features *x, const struct html *h, FILE *features,
    bool second, float *row)
{
	size_t n = second ? features_nsecond() : features_nfirst(), i, j;

	for (i = 0; i < h->nblock; i++) {
		if (second)
			features_second(x, h, i, row);
		else
			features_first(x, h, i, row);
		for (j = 1; j < n; j++)
			row[j] = row[j * FEATURES_STRIDE];
		put(features, row, n);
	}
}

static void
put_number(struct buf *line, size_t n)
{
	char digits[24];

	snprintf(digits, sizeof(digits), "%zu", n);
	buf_puts(line, str_of(digits));
}

static void
dump_blocks(struct buf *line, struct str id, const struct html *h)
{
	const struct html_elem *e;
	const struct html_block *b;
	size_t i;
	int n;

	line->len = 0;
	buf_puts(line, STR("{\"id\":"));
	json_put_str(line, id);
	buf_puts(line, STR(",\"blocks\":["));
	for (i = 0; i < h->nblock; i++) {
		b = &h->block[i];
		if (i > 0)
			buf_putc(line, ',');
		json_put_str(line, (struct str){h->text.p + b->text, b->len});
	}
	buf_puts(line, STR("],\"inner\":["));
	for (i = 0; i < h->nblock; i++) {
		if (i > 0)
			buf_putc(line, ',');
		put_number(line, h->block[i].inner);
	}
	buf_puts(line, STR("],\"elems\":["));
	for (i = 0; i < h->nelem; i++) {
		e = &h->elem[i];
		buf_puts(line, i > 0 ? STR(",[") : STR("["));
		put_number(line, e->parent);
		buf_putc(line, ',');
		json_put_str(line, str_of(html_tag_name(e->tag)));
		for (n = 0; n < HTML_NNAME; n++) {
			buf_putc(line, ',');
			json_put_str(line, html_name(h, (uint32_t)i, n));
		}
		buf_putc(line, ']');
	}
	buf_puts(line, STR("]}\n"));
	fwrite(line->p, 1, line->len, stdout);
}

static const struct tool_help help = {
    .usage = "usage: extract-dump [FEATURES CUES NAMES [JUDGED]]\n",
    .about = ""};
static const struct option_row rows[] = {{.name = NULL}};

int
main(int argc, char *argv[])
{
	struct rec_reader in;
	struct rec rec;
	struct html h;
	struct lang *lang = lang_new();
	struct features *x = features_new(lang);
	struct buf line = {0};
	struct str html, id;
	FILE *features = NULL, *cues = NULL, *names = NULL, *judged = NULL;
	float *value = NULL, *row;
	struct cue_name *name = NULL;

	char **operands = tool_init(argc, argv, &help, rows, NULL);
	size_t n = 0;

	while (operands[n] != NULL)
		n++;
	if (n > 2) {
		features = must_open(operands[0], "wb");
		cues = must_open(operands[1], "rb");
		names = must_open(operands[2], "rb");
	}
	if (n > 3)
		judged = must_open(operands[3], "rb");
	html_init(&h);
	row = mem_zeroed(features_nsecond() * FEATURES_STRIDE, sizeof(*row));
	rec_open(&in, operands + n);
	while (rec_read(&in, &rec)) {
		if (!rec_get_str(&rec, "html", &html) ||
		    !rec_get_str(&rec, "id", &id))
			continue;
		html_parse(&h, html, SIZE_MAX);
		if (features == NULL) {
			dump_blocks(&line, id, &h);
			continue;
		}
		features_read(x, &h);
		get(cues, operands[1], &value, h.nblock);
		get_names(names, operands[2], &name, h.nelem);
		features_cued(x, &h, value, name);
		if (judged != NULL) {
			get(judged, operands[3], &value, h.nblock);
			features_judged(x, &h, value);
		}
		dump_features(x, &h, features, judged != NULL, row);
	}
	if (features != NULL && fclose(features) != 0)
		tool_write_failed("features");
	free(value);
	free(name);
	free(row);
	buf_release(&line);
	features_free(x);
	lang_free(lang);
	html_release(&h);
	rec_close(&in);
	return tool_end(stdout);
}
