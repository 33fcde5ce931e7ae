/* lex-stat - how rich and how readable the texts of files are, side by side */

#include <math.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "quality/lexstat.h"
#include "record/json-writer.h"
#include "record/reader.h"
#include "record/rec.h"
#include "record/tool.h"

static const struct tool_help help = {
    .usage = "usage: lex-stat [-ahpV] [--window N] [--json] [file ...]\n",
    .about = "Measure the \"text\" of records: a column a file, the mean of "
	     "its records with\n"
	     "half the 95 % confidence interval.  ttr: types by tokens; "
	     "fk_grade: Flesch-\n"
	     "Kincaid grade; hapax: words met once, by tokens; types: "
	     "different words; mtld.\n\n"
	     "Tokens are small letters between blanks and punctuation, digits "
	     "and dashes\n"
	     "deleted, as LexicalRichness has them; for fk_grade, words run "
	     "between blanks\n"
	     "and sentences to each . ! or ?, as textstat has them.\n",
    .example = "Example:\n"
	       "  lex-stat --window 150 seeds.jsonl docs.jsonl\n",
    .members = TOOL_TEXT | TOOL_ID};

struct opts {
	size_t window; /* tokens, or 0 */
	bool all, json;
};

/* What is known of one file. */
struct column {
	const char *file;
	size_t nrecord, nshort; /* measured; of fewer tokens than the window */
	size_t ntoken;		/* of those measured */
	struct lexstat_mean metric[LEXSTAT_NMETRIC];
};

static void
measure(struct rec_reader *in, const struct rec *rec, const struct opts *o,
    struct lexstat *l, struct column *c)
{
	double value[LEXSTAT_NMETRIC];
	struct str text;
	size_t i;

	if (!rec_need_str(in, rec, tool_text(), &text))
		return;
	if (text.len > UINT32_MAX) {
		rec_bad(in, "text of 4 GiB or more");
		return;
	}
	lexstat_read(l, text);
	if (l->ntoken < o->window) {
		c->nshort++;
		return;
	}
	c->nrecord++;
	c->ntoken += l->ntoken;
	lexstat_measure(l, o->window, o->all, value);
	for (i = 0; i < LEXSTAT_NMETRIC; i++)
		lexstat_mean_add(&c->metric[i], value[i]);
}

/* Fill out with s and blanks up to width columns; s is right if right. */
static void
put_cell(struct buf *out, struct str s, size_t width, bool right)
{
	size_t n = utf8_count(s); /* a code point a column */

	if (!right)
		buf_puts(out, s);
	for (; n < width; n++)
		buf_putc(out, ' ');
	if (right)
		buf_puts(out, s);
}

static void
put_metric(struct buf *out, const struct lexstat_mean *m)
{
	double mean = lexstat_mean_value(m), half = lexstat_mean_half(m);
	int digits = fabs(mean) < 0.1 ? 5 : fabs(mean) < 10 ? 3 : 2;

	if (isnan(mean))
		buf_puts(out, STR("-"));
	else if (isnan(half))
		buf_printf(out, "%.*f", digits, mean);
	else
		buf_printf(out, "%.*f \u00b1 %.*f", digits, mean, digits, half);
}

/* Write cell, emptied, as one more of a line. */
static void
end_cell(struct buf *out, struct buf *cell, const struct column *c)
{
	size_t width = strlen(c->file) > 18 ? strlen(c->file) : 18;

	buf_puts(out, STR("  "));
	put_cell(out, buf_str(cell), width, true);
	cell->len = 0;
}

static void
put_table(struct buf *out, const struct opts *o, const struct column *column,
    size_t ncolumn)
{
	static const char *const head[] = {"", "records", "short", "tokens"};
	struct buf cell = {0};
	const struct column *c;
	size_t i, row, nmetric = o->all ? LEXSTAT_NMETRIC : LEXSTAT_NBASIC;

	for (row = 0; row < 4; row++) {
		if (row == 2 && o->window == 0)
			continue;
		put_cell(out, str_of(head[row]), 11, false);
		for (c = column; c < column + ncolumn; c++) {
			if (row == 0)
				buf_puts(&cell, str_of(c->file));
			else
				buf_printf(&cell, "%zu",
				    row == 1   ? c->nrecord
				    : row == 2 ? c->nshort
					       : c->ntoken);
			end_cell(out, &cell, c);
		}
		buf_putc(out, '\n');
	}
	for (i = 0; i < nmetric; i++) {
		put_cell(out, str_of(lexstat_metric[i].name), 11, false);
		for (c = column; c < column + ncolumn; c++) {
			put_metric(&cell, &c->metric[lexstat_metric[i].id]);
			end_cell(out, &cell, c);
		}
		buf_putc(out, '\n');
	}
	buf_release(&cell);
}

static void
put_json(struct buf *out, const struct opts *o, const struct column *c)
{
	struct json_writer w = {.out = out};
	const struct lexstat_mean *m;
	double mean, half;
	size_t i, nmetric = o->all ? LEXSTAT_NMETRIC : LEXSTAT_NBASIC;

	jw_begin_object(&w, NULL);
	jw_str(&w, "file", str_of(c->file));
	jw_u64(&w, "records", c->nrecord);
	jw_u64(&w, "short", c->nshort);
	jw_u64(&w, "tokens", c->ntoken);
	jw_u64(&w, "window", o->window);
	jw_begin_object(&w, "metrics");
	for (i = 0; i < nmetric; i++) {
		m = &c->metric[lexstat_metric[i].id];
		mean = lexstat_mean_value(m);
		half = lexstat_mean_half(m);
		jw_begin_object(&w, lexstat_metric[i].name);
		jw_double(&w, "mean", "%.15g", mean);
		jw_double(&w, "low", "%.15g", mean - half);
		jw_double(&w, "high", "%.15g", mean + half);
		jw_u64(&w, "records", m->n);
		jw_end_object(&w);
	}
	jw_end_object(&w);
	jw_end_object(&w);
	buf_putc(out, '\n');
}

static void
report(const struct opts *o, const struct column *column, size_t ncolumn)
{
	struct buf out = {0};
	size_t i;

	if (o->json)
		for (i = 0; i < ncolumn; i++)
			put_json(&out, o, &column[i]);
	else
		put_table(&out, o, column, ncolumn);
	fwrite(out.p, 1, out.len, stdout);
	buf_release(&out);
}

int
main(int argc, char *argv[])
{
	struct opts o = {0};
	const struct option_row rows[] = {
	    {"a,all", NULL, "all metrics; see lex-stat(1)",
		OPTION_FLAG(&o.all)},
	    {"window", "N",
		"measure segments of N tokens, so that texts of unequal length "
		"compare; shorter records are left out",
		OPTION_SIZE(&o.window, 1, UINT32_MAX)},
	    {"json", NULL, "one JSON object a file", OPTION_FLAG(&o.json)},
	    {.name = NULL}};
	struct column *column;
	struct lexstat lex;
	struct rec_reader in;
	struct rec rec;
	size_t i, ncolumn = 0;
	char **operands;

	operands = tool_init(argc, argv, &help, rows, NULL);
	while (operands[ncolumn] != NULL)
		ncolumn++;
	ncolumn += ncolumn == 0; /* standard input */
	column = mem_zeroed(ncolumn, sizeof(*column));
	for (i = 0; i < ncolumn; i++)
		column[i].file = operands[0] != NULL ? operands[i] : "-";
	lexstat_init(&lex);
	rec_open(&in, operands);
	while (rec_read(&in, &rec))
		measure(&in, &rec, &o, &lex, &column[rec_place(&in)->operand]);
	report(&o, column, ncolumn);
	lexstat_release(&lex);
	free(column);
	rec_close(&in);
	return tool_end(stdout);
}
