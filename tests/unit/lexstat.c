/*
 * lex: tokens, words, sentences and syllables of known texts, every metric
 * against a naive twin that counts with loops over all pairs, segments against
 * their own texts, intervals against the table of Student's t
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

static void
test_syllables(void)
{
	static const struct {
		const char *word;
		size_t n;
	} known[] = {{"the", 1}, {"a", 1}, {"table", 2}, {"people", 2},
	    {"created", 3}, {"area", 3}, {"science", 2}, {"walked", 1},
	    {"wanted", 2}, {"business", 2}, {"every", 3}, {"don't", 1},
	    {"couldn't", 2}, {"university", 5}, {"company", 3}, {"being", 2},
	    {"houses", 2}, {"makes", 1}, {"something", 2}, {"really", 2},
	    {"idea", 3}, {"were", 1}, {"one", 1}, {"2009", 1}, {"20th", 1},
	    {"information", 4}, {"caf\xc3\xa9", 2}, {"rhythm", 2}};
	size_t i, round;
	bool good;

	for (i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		good = true;
		for (round = 0; round < 2; round++) /* counted, remembered */
			good = good && lexstat_syllables(&lex,
					   str_of(known[i].word)) == known[i].n;
		ok(good, known[i].word);
	}
}

/* MTLD as it is told, with a search of all tokens of the factor for each. */
static double
naive_mtld(const uint32_t *t, size_t n, bool backward)
{
	double factors = 0, ttr = 1;
	size_t i, j, from = 0, types = 0;

	for (i = 0; i < n; i++) {
		for (j = from; j < i; j++)
			if (t[backward ? n - 1 - j : j] ==
			    t[backward ? n - 1 - i : i])
				break;
		types += j == i;
		ttr = (double)types / (double)(i - from + 1);
		if (ttr <= 0.72) {
			factors++;
			from = i + 1;
			types = 0;
		}
	}
	if (from < n)
		factors += (1 - ttr) / 0.28;
	return (double)n / (factors > 0 ? factors : 1);
}

static double
naive_types(const uint32_t *t, size_t n)
{
	size_t i, j, types = 0;

	for (i = 0; i < n; i++) {
		for (j = 0; j < i && t[j] != t[i]; j++)
			;
		types += j == i;
	}
	return (double)types;
}

/* log of n choose k */
static double
choose(double n, double k)
{
	return lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1);
}

static bool
naive_agrees(const double v[], const uint32_t *t, size_t n)
{
	double N = (double)n, V = naive_types(t, n), V1 = 0, V2 = 0;
	double pairs = 0, hdd = 0, mattr = 0, msttr = 0, f;
	size_t i, j;

	for (i = 0; i < n; i++) {
		for (f = 0, j = 0; j < n; j++)
			f += t[j] == t[i];
		V1 += f == 1;
		V2 += f == 2 ? 0.5 : 0;
		pairs += f - 1; /* sum f (f - 1), a token at a time */
		hdd +=
		    (1 - (N - f >= 42 ? exp(choose(N - f, 42) - choose(N, 42))
				      : 0)) /
		    42 / f;
	}
	for (i = 0; i + 100 <= n; i++)
		mattr += naive_types(t + i, 100) / 100;
	for (i = 0; i + 100 < n; i += 100)
		msttr += naive_types(t + i, 100) / 100;
	return v[LEXSTAT_TYPES] == V && v[LEXSTAT_LENGTH] == N &&
	       near(v[LEXSTAT_TTR], V / N) && near(v[LEXSTAT_HAPAX], V1 / N) &&
	       near(v[LEXSTAT_HAPAX_TYPES], V1 / V) &&
	       near(v[LEXSTAT_SICHEL], V2 / V) &&
	       near(v[LEXSTAT_SIMPSON], pairs / (N * (N - 1))) &&
	       near(v[LEXSTAT_YULE_K], 1e4 * pairs / (N * N)) &&
	       near(v[LEXSTAT_YULE_I],
		   pairs > 0 ? V * V / (pairs + N - V) : NAN) &&
	       near(v[LEXSTAT_HONORE],
		   V1 < V ? 100 * log(N) / (1 - V1 / V) : NAN) &&
	       near(v[LEXSTAT_HDD], n >= 42 ? hdd : NAN) &&
	       near(v[LEXSTAT_MATTR],
		   n >= 100 ? mattr / (double)(n - 99) : NAN) &&
	       near(v[LEXSTAT_MSTTR],
		   n > 100 ? msttr / (double)((n - 1) / 100) : NAN) &&
	       near(v[LEXSTAT_MTLD],
		   (naive_mtld(t, n, false) + naive_mtld(t, n, true)) / 2);
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

static void
test_metrics(void)
{
	static const size_t sizes[] = {
	    2, 3, 10, 41, 42, 43, 99, 100, 101, 200, 201, 700};
	double value[LEXSTAT_NMETRIC];
	struct rng r;
	struct buf b = {0};
	size_t i, round;
	bool good;

	rng_init(&r, 7);
	for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		good = true;
		for (round = 0; round < 12; round++) {
			random_text(&r, &b, sizes[i], 1 + round * round * 9);
			lexstat_read(&lex, buf_str(&b));
			lexstat_measure(&lex, 0, true, value);
			good = good && lex.ntoken == sizes[i] &&
			       naive_agrees(value, lex.token, lex.ntoken);
		}
		ok(good, "metrics and their naive twins");
	}
	buf_release(&b);
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
	ok(isnan(value[LEXSTAT_TTR]),
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

/* Between blanks of ASCII plain words are taken at once; between others not. */
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

int
main(void)
{
	lexstat_init(&lex);
	test_tokens();
	test_sentences();
	test_syllables();
	test_metrics();
	test_window();
	test_intervals();
	test_shortcut();
	lexstat_release(&lex);
	return tap_done();
}
