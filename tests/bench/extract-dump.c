/*
 * extract-dump - blocks and features of pages, for extract-train.py
 *
 * usage: extract-dump FEATURES [JUDGED] < pages.jsonl > blocks.jsonl
 *
 * Writes {"id", "blocks": [text, ...]} for each record {"id", "html"}, and the
 * features of the blocks, float32 in rows, to FEATURES: those of the first
 * judgement or, given one float32 a block in JUDGED, those of the second.
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

int
main(int argc, char *argv[])
{
	struct rec_reader in;
	struct rec rec;
	struct html h;
	struct extract x;
	struct buf line = {0};
	struct str html, id;
	FILE *features, *judged = NULL;
	float *score = NULL, *row;
	size_t i, nfeature;

	run_init(argc, argv, "usage: extract-dump FEATURES [JUDGED]\n", "");
	if (argc < 2 || (features = fopen(argv[1], "wb")) == NULL ||
	    (argc > 2 && (judged = fopen(argv[2], "rb")) == NULL))
		run_usage(NULL);
	html_init(&h);
	extract_init(&x);
	nfeature = judged ? extract_nsecond() : extract_nfirst();
	row = mem_zeroed(nfeature, sizeof(*row));
	rec_open(&in, argv + argc);
	while (rec_read(&in, &rec)) {
		if (!rec_get_str(&rec, "html", &html) ||
		    !rec_get_str(&rec, "id", &id))
			continue;
		html_parse(&h, html, SIZE_MAX);
		extract_open(&x, &h);
		if (judged != NULL) {
			score = mem_grow(score, h.nblock + 1, sizeof(*score));
			if (fread(score, sizeof(*score), h.nblock, judged) !=
			    h.nblock)
				cli_errx(CLI_FATAL, "%s is too short", argv[2]);
			extract_judged(&x, &h, score);
		}
		for (i = 0; i < h.nblock; i++) {
			if (judged != NULL)
				extract_second(&x, &h, i, row);
			else
				extract_first(&x, &h, i, row);
			put(features, row, nfeature);
		}
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
	if (fclose(features) != 0)
		run_write_failed("features");
	free(score);
	free(row);
	buf_release(&line);
	extract_release(&x);
	html_release(&h);
	return rec_close(&in, stdout);
}
