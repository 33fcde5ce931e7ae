/*
 * extract-dump - blocks and features of pages, for extract-train.py
 *
 * usage: extract-dump [FEATURES CUES [JUDGED]] < pages.jsonl > blocks.jsonl
 *
 * Writes {"id", "blocks": [text, ...]} for each record {"id", "html"}; and,
 * given one float32 a block in CUES, the features of the blocks, float32 in
 * rows, to FEATURES: those of the first judgement or, given one float32 a block
 * in JUDGED, those of the second.
 */

#include <stdio.h>
#include <stdlib.h>

#include "extract.h"
#include "json.h"
#include "rec.h"
#include "run.h"

static void
put(FILE *fp, const float *p, size_t n)
{
	if (fwrite(p, sizeof(*p), n, fp) != n)
		run_write_failed("features");
}

/* One number for each block of a page, read into *p. */
static void
get(FILE *fp, const char *name, float **p, size_t n)
{
	*p = mem_grow(*p, n + 1, sizeof(**p));
	if (fread(*p, sizeof(**p), n, fp) != n)
		cli_errx(CLI_FATAL, "%s is too short", name);
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
dump_features(struct extract *x, const struct html *h, FILE *features,
    bool second, float *row)
{
	size_t i;

	for (i = 0; i < h->nblock; i++) {
		if (second)
			extract_second(x, h, i, row);
		else
			extract_first(x, h, i, row);
		put(features, row,
		    second ? extract_nsecond() : extract_nfirst());
	}
}

int
main(int argc, char *argv[])
{
	struct rec_reader in;
	struct rec rec;
	struct html h;
	struct extract x;
	struct buf line = {0};
	struct str html, id;
	FILE *features = NULL, *cues = NULL, *judged = NULL;
	float *value = NULL, *row;
	size_t i;

	run_init(
	    argc, argv, "usage: extract-dump [FEATURES CUES [JUDGED]]\n", "");
	if (argc > 2) {
		features = must_open(argv[1], "wb");
		cues = must_open(argv[2], "rb");
	}
	if (argc > 3)
		judged = must_open(argv[3], "rb");
	html_init(&h);
	extract_init(&x);
	row = mem_zeroed(extract_nsecond(), sizeof(*row));
	rec_open(&in, argv + argc);
	while (rec_read(&in, &rec)) {
		if (!rec_get_str(&rec, "html", &html) ||
		    !rec_get_str(&rec, "id", &id))
			continue;
		html_parse(&h, html, SIZE_MAX);
		extract_open(&x, &h);
		if (cues != NULL) {
			get(cues, argv[2], &value, h.nblock);
			extract_cued(&x, &h, value);
		}
		if (judged != NULL) {
			get(judged, argv[3], &value, h.nblock);
			extract_judged(&x, &h, value);
		}
		if (features != NULL)
			dump_features(&x, &h, features, judged != NULL, row);
		line.len = 0;
		buf_puts(&line, STR("{\"id\":"));
		json_put_str(&line, id);
		buf_puts(&line, STR(",\"blocks\":["));
		for (i = 0; i < h.nblock; i++) {
			if (i > 0)
				buf_putc(&line, ',');
			json_put_str(
			    &line, (struct str){h.text.p + h.block[i].text,
				       h.block[i].len});
		}
		buf_puts(&line, STR("]}\n"));
		fwrite(line.p, 1, line.len, stdout);
	}
	if (features != NULL && fclose(features) != 0)
		run_write_failed("features");
	free(value);
	free(row);
	buf_release(&line);
	extract_release(&x);
	html_release(&h);
	return rec_close(&in, stdout);
}
