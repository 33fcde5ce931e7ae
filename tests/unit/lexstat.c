/*
 * lexstat: tokens, words and sentences of known texts, segments compared with
 * texts of their own, the order of the metrics, and intervals by the table of
 * Student's t
 */

#include "quality/lexstat.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/rng.h"
#include "tap.h"

static struct lexstat lex;

static bool
near(double a, double b)
{
	return (isnan(a) && isnan(b)) || fabs(a - b) <= 1e-9 * fmax(1, fabs(b));
}

static void
read_text(const char *text)
{
	lexstat_read(&lex, str_of(text));
}

static void
test_tokens(void)
{
	read_text("The long-term rate, the LONGTERM one: 3.5 per cent; "
		  "it's 20% of it\xe2\x80\x99s peak");
	/* the longterm rate the longterm one per cent it s of it s peak */
	ok(lex.ntoken == 14, "digits and dashes go, punctuation parts");
	ok(lex.ntype == 10, "case and curly quotes make no types");
	ok(lex.token[1] == lex.token[4] && lex.token[8] == lex.token[11],
	    "equal tokens have one number");
	read_text("\xc3\x89t\xc3\xa9 \xc3\xa9t\xc3\xa9 a\xe2\x80\x94"
		  "b ab \xe2\x80\x9c"
		  "ab\xe2\x80\x9d");
	ok(lex.ntoken == 5 && lex.ntype == 2, "letters beyond ASCII");
	read_text("");
	ok(lex.ntoken == 0 && lex.nword == 0 && lex.nsentence == 0, "no text");
	read_text("\xff\xfe ... --- 12 \xe2\x80");
	ok(lex.ntoken == 2 && lex.nword == 1, "any bytes are text");
}

static void
test_sentences(void)
{
	read_text("One two three. Two words! Is this one? And this is");
	ok(lex.nsentence == 3, "sentences of two words don't count");
	ok(lex.nword == 11, "words");
	read_text("Costs rose by 3.5 per cent this year");
	ok(lex.nsentence == 2, "every full stop ends one, as textstat has it");
	read_text("No.");
	ok(lex.nsentence == 1, "a text of words has a sentence");
	read_text("Hello - world 'tis _ 5 !");
	ok(lex.nword == 5, "a dash is no word, an underscore is");
}

/* n tokens, the first of a vocabulary more often than the last. */
static void
random_text(struct rng *r, struct buf *b, size_t n, size_t vocabulary)
{
	size_t i, w;

	b->len = 0;
	for (i = 0; i < n; i++) {
		w = rng_below(r, rng_below(r, vocabulary) + 1);
		buf_printf(b, "%c%c%c ", (int)('a' + w % 26),
		    (int)('a' + w / 26 % 26), (int)('a' + w / 676 % 26));
	}
}

/*
 * Every metric is told once, and the ones that are always measured come first.
 */
static void
test_order(void)
{
	double value[LEXSTAT_NMETRIC];
	unsigned told[LEXSTAT_NMETRIC] = {0};
	bool once = true, basic = true;
	size_t i;

	read_text("One word and one more word, and some words after a stop. "
		  "So it goes on");
	lexstat_measure(&lex, 0, false, value);
	for (i = 0; i < LEXSTAT_NMETRIC; i++) {
		told[lexstat_metric[i].id]++;
		if (lexstat_metric[i].id != LEXSTAT_FLESCH)
			basic = basic && isnan(value[lexstat_metric[i].id]) ==
					     (i >= LEXSTAT_NBASIC);
	}
	for (i = 0; i < LEXSTAT_NMETRIC; i++)
		once = once && told[i] == 1;
	ok(once, "every metric has one place in the order");
	ok(basic, "the basic ones come first");
}

static void
test_window(void)
{
	double value[LEXSTAT_NMETRIC], mean[LEXSTAT_NMETRIC] = {0};
	double of_part[LEXSTAT_NMETRIC];
	struct rng r;
	struct buf b = {0};
	size_t i, k;
	bool good = true;

	rng_init(&r, 8);
	random_text(&r, &b, 1070, 300);
	for (k = 0; k < 7; k++) { /* tokens have 4 bytes */
		lexstat_read(&lex, (struct str){b.p + 600 * k, 600});
		lexstat_measure(&lex, 0, true, of_part);
		for (i = 0; i < LEXSTAT_NMETRIC; i++)
			mean[i] += of_part[i] / 7;
	}
	lexstat_read(&lex, buf_str(&b));
	lexstat_measure(&lex, 150, true, value);
	for (i = 0; i < LEXSTAT_NMETRIC; i++)
		if (i != LEXSTAT_FK_GRADE && i != LEXSTAT_FLESCH)
			good = good && near(value[i], mean[i]);
	ok(good, "a window is the mean of its segments");
	lexstat_measure(&lex, 1071, true, value);
	ok(isnan(value[DIVERSITY_TTR]),
	    "a text shorter than the window has none");
	buf_release(&b);
}

static void
test_intervals(void)
{
	static const struct {
		size_t df;
		double t;
	} table[] = {{1, 12.706}, {2, 4.303}, {3, 3.182}, {4, 2.776},
	    {9, 2.262}, {30, 2.042}, {120, 1.980}};
	struct lexstat_mean m;
	size_t i, j;
	double half;

	for (i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		m = (struct lexstat_mean){0};
		for (j = 0; j <= table[i].df; j++) /* the distance is known */
			lexstat_mean_add(&m, j == 0 ? 1 : 0);
		half = lexstat_mean_half(&m) * ((double)table[i].df + 1);
		ok(fabs(half - table[i].t) < 0.005 * table[i].t,
		    "Student's t of the table");
	}
	m = (struct lexstat_mean){0};
	lexstat_mean_add(&m, NAN);
	ok(isnan(lexstat_mean_value(&m)) && isnan(lexstat_mean_half(&m)),
	    "of no value there is no mean");
	lexstat_mean_add(&m, 3);
	ok(lexstat_mean_value(&m) == 3 && isnan(lexstat_mean_half(&m)),
	    "of one value there is no interval");
}

/*
 * Plain words between blanks of ASCII are taken at once, other words are not.
 */
static void
test_shortcut(void)
{
	static const char *const piece[] = {"a", "B", "word", "Reading",
	    "incomprehensible", "x1", "\"", "'", "(", ".", "?", ",", "-", "_",
	    "\xc3\xa9", "\xe2\x80\x99", "\x01", "don't"};
	struct buf text = {0}, apart = {0};
	struct lexstat other;
	struct rng r;
	size_t i, j;
	bool good = true;

	lexstat_init(&other);
	rng_init(&r, 5);
	for (i = 0; i < 2000 && good; i++) {
		text.len = apart.len = 0;
		for (j = 0; j < 200; j++) {
			const char *p = piece[rng_below(&r, j % 3 ? 4 : 18)];

			buf_puts(&text, str_of(p));
			buf_puts(&apart, str_of(p));
			if (rng_below(&r, 3) == 0) {
				buf_putc(&text, "\n "[j & 1]);
				buf_puts(&apart, STR("\u2003"));
			}
		}
		lexstat_read(&lex, buf_str(&text));
		lexstat_read(&other, buf_str(&apart));
		good = lex.ntoken == other.ntoken && lex.ntype == other.ntype &&
		       lex.nword == other.nword &&
		       lex.nsentence == other.nsentence &&
		       lex.syllables == other.syllables &&
		       memcmp(lex.token, other.token,
			   lex.ntoken * sizeof(*lex.token)) == 0;
	}
	ok(good, "plain words taken at once are words as others");
	lexstat_release(&other);
	buf_release(&text);
	buf_release(&apart);
}

/* More types than the table has room for at first; then few again. */
static void
test_many(void)
{
	enum { NTYPE = 20000 };
	struct buf text = {0};
	uint32_t i, j;
	bool good = true;

	for (i = 0; i < 2 * NTYPE; i++) {
		for (j = i % NTYPE + NTYPE; j > 0; j /= 26)
			buf_putc(&text, (char)('a' + j % 26));
		buf_putc(&text, ' ');
	}
	lexstat_read(&lex, buf_str(&text));
	for (i = 0; i < lex.ntoken; i++)
		good = good && lex.token[i] == i % NTYPE;
	ok(good && lex.ntoken == 2 * NTYPE && lex.ntype == NTYPE,
	    "each of many types has its number");
	lexstat_read(&lex, STR("a b a"));
	ok(lex.ntoken == 3 && lex.ntype == 2 && lex.token[2] == 0,
	    "and nothing of them is left");
	buf_release(&text);
}

int
main(void)
{
	lexstat_init(&lex);
	test_many();
	test_tokens();
	test_sentences();
	test_order();
	test_window();
	test_intervals();
	test_shortcut();
	lexstat_release(&lex);
	return tap_done();
}
