/*
 * wordpiece: the rules of Hugging Face's tokenizer on a small vocabulary,
 * where each expected answer is one that it gave; a cut at max is a prefix;
 * the cache changes no answer
 */

#include "token/wordpiece.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/rng.h"
#include "base/utf8.h"
#include "tap.h"

static const char *const words[] = {"[PAD]", "[UNK]", "[CLS]", "[SEP]", "un",
    "##aff", "##able", "run", "##ning", "a", "b", "##b", "e", "cafe", "i",
    "##s", ",", ".", "[", "]", "\xe4\xb8\xad", "\xe5\x9b\xbd", "A", "##a",
    "\xc3\xa9", "strasse", "\xcf\x83", "ab", "-", "sep"};

enum { NWORD = sizeof(words) / sizeof(*words), MAX = 400 };

static struct wordpiece *
new_tokenizer(bool uncased, const uint32_t *special, size_t nspecial)
{
	struct wordpiece_options o = {.clean = true,
	    .cjk = true,
	    .strip_accents = uncased,
	    .lowercase = uncased};
	struct str vocab[NWORD];
	size_t i;

	for (i = 0; i < NWORD; i++)
		vocab[i] = str_of(words[i]);
	return wordpiece_new(vocab, NWORD, special, nspecial, &o);
}

static struct wordpiece *
tokenizer(bool uncased)
{
	static const uint32_t special[] = {0, 1, 2, 3};

	return new_tokenizer(uncased, special, 4);
}

static bool
gives(struct wordpiece *wp, struct str text, const char *want)
{
	uint32_t id[MAX];
	struct buf got = {0};
	size_t i, n = wordpiece_encode(wp, text, id, MAX);
	bool good;

	for (i = 0; i < n; i++)
		buf_printf(&got, "%s%s", i > 0 ? " " : "", words[id[i]]);
	good = str_eq(buf_str(&got), str_of(want));
	if (!good)
		printf("# %.*s\n", (int)got.len, got.p);
	buf_release(&got);
	return good;
}

static void
rules(struct wordpiece *wp)
{
	char word[202];

	ok(gives(wp, STR("unaffable running"), "un ##aff ##able run ##ning"),
	    "greedy from the left");
	ok(gives(wp, STR("unaffx A,B."), "[UNK] a , b ."),
	    "a word that fails is unknown as a whole; marks stand alone");
	ok(gives(wp, STR("CAF\xc3\x89 cafe\xcc\x81"), "cafe cafe"),
	    "case and accents go, composed or not");
	ok(gives(wp, STR("\xc4\xb0"), "i"), "a dotted capital I");
	ok(gives(wp,
	       STR("a\xe4\xb8\xad\xe5\x9b\xbd"
		   "b"),
	       "a \xe4\xb8\xad \xe5\x9b\xbd b"),
	    "ideographs stand alone");
	ok(gives(wp,
	       STR("a\x0b"
		   "b a\xc2\x85"
		   "b a\xe2\x80\x8b"
		   "b a\xef\xbf\xbd"
		   "b"),
	       "ab ab ab ab"),
	    "controls, format characters and U+FFFD are dropped, and words "
	    "join");
	ok(gives(wp, (struct str){"a\0b", 3}, "ab"), "and so does U+0000");
	ok(gives(wp,
	       STR("a\xc2\xa0"
		   "b\xe3\x80\x80"
		   "a\xe2\x80\xa8"
		   "b"),
	       "a b a b"),
	    "white space beyond ASCII separates");
	ok(gives(wp, STR("a[SEP]b [sep] [UNK]"), "a [SEP] b [ sep ] [UNK]"),
	    "special tokens are found in the text, in their case");
	ok(gives(wp,
	       STR("a\xe2\x80\x94"
		   "b"),
	       "a [UNK] b"),
	    "a mark beyond ASCII stands alone");
	memset(word, 'a', sizeof(word));
	ok(gives(wp, (struct str){word, 101}, "[UNK]"),
	    "more than 100 code points are unknown");
	word[1] = 'b';
	memset(word + 2, 'b', 98);
	ok(!gives(wp, (struct str){word, 100}, "[UNK]"), "100 are not");
	ok(gives(wp, STR(""), "") && gives(wp, STR(" \t\n"), ""), "nothing");
}

/* Any text, whole or cut, by a used tokenizer and by a new one. */
static void
properties(void)
{
	static const uint32_t alphabet[] = {'a', 'b', 'A', 'u', 'n', ' ', ',',
	    '[', ']', 'S', 'E', 'P', 0xe9, 0x301, 0x4e2d, 0x200b, 0x2003, 7,
	    0x130, 0xac00};
	struct wordpiece *old = tokenizer(true), *fresh;
	char text[400];
	uint32_t all[MAX], again[MAX], cut[MAX];
	struct rng r;
	struct str s;
	size_t i, j, n, max;
	bool good = true, prefix = true;

	rng_init(&r, 5);
	for (i = 0; i < 3000; i++) {
		s = (struct str){text, 0};
		for (j = rng_below(&r, 60); j > 0; j--)
			s.len += utf8_encode(
			    text + s.len, alphabet[rng_below(&r, 20)]);
		n = wordpiece_encode(old, s, all, MAX);
		if (i % 100 == 0) {
			fresh = tokenizer(true);
			good = good &&
			       wordpiece_encode(fresh, s, again, MAX) == n &&
			       memcmp(all, again, n * sizeof(*all)) == 0;
			wordpiece_free(fresh);
		}
		max = rng_below(&r, 12);
		j = wordpiece_encode(old, s, cut, max);
		prefix = prefix && j == (n < max ? n : max) &&
			 memcmp(all, cut, j * sizeof(*all)) == 0;
	}
	ok(good, "what a tokenizer has seen changes no answer");
	ok(prefix, "a cut at max is a prefix of the whole");
	wordpiece_free(old);
}

/* The longest token with which the rest of a word begins, by trying them all. */
static uint32_t
longest(const char *rest, bool first)
{
	uint32_t i, best = 0;
	size_t len, most = 0;
	const char *token;

	for (i = 4; i < NWORD; i++) {
		token = words[i];
		if ((strncmp(token, "##", 2) != 0) != first)
			continue;
		token += first ? 0 : 2;
		len = strlen(token);
		if (len > most && strncmp(rest, token, len) == 0) {
			best = i;
			most = len;
		}
	}
	return best;
}

/* The ids of a word of letters; how many. */
static size_t
cut_naively(const char *word, uint32_t *id)
{
	const char *p;
	size_t n = 0;

	for (p = word; *p != '\0'; n++) {
		id[n] = longest(p, p == word);
		if (id[n] == 0) {
			id[0] = 1;
			return 1;
		}
		p += strlen(words[id[n]]) - (p == word ? 0 : 2);
	}
	return n;
}

/*
 * Words of every length, in a text that is read to its last byte and not
 * beyond, are cut as by a twin that tries all tokens.
 */
static void
twin(void)
{
	static const char *const part[] = {
	    "a", "b", "un", "aff", "able", "run", "ning", "s", "e", "x"};
	struct wordpiece *wp = tokenizer(true);
	uint32_t want[2 * MAX], got[2 * MAX];
	struct rng r;
	char word[64], *text;
	struct buf b = {0};
	bool good = true;
	size_t i, j, n;

	rng_init(&r, 6);
	for (i = 0; i < 5000; i++) {
		b.len = n = 0;
		for (j = rng_below(&r, 8); j > 0; j--) {
			word[0] = '\0';
			do
				strcat(
				    word, part[rng_below(&r, i % 2 ? 2 : 10)]);
			while (strlen(word) < 40 && rng_below(&r, 12) > 0);
			buf_puts(&b, str_of(word));
			n += cut_naively(word, want + n);
			if (j > 1)
				buf_putc(&b, ' ');
		}
		text = malloc(b.len + 1); /* of its size: an over-read shows */
		if (text == NULL)
			abort();
		if (b.len > 0)
			memcpy(text + 1, b.p, b.len);
		good = good &&
		       wordpiece_encode(wp, (struct str){text + 1, b.len}, got,
			   2 * MAX) == n &&
		       memcmp(got, want, n * sizeof(*got)) == 0;
		free(text);
	}
	ok(good, "words are cut as by trying all tokens");
	wordpiece_free(wp);
	buf_release(&b);
}

/* A special token of letters is found inside of a run of letters. */
static void
special_of_letters(void)
{
	static const uint32_t special[] = {NWORD - 1};
	struct wordpiece *wp = new_tokenizer(true, special, 1);

	ok(gives(wp, STR("asepb, un sep running asep and some more"),
	       "a sep b , un sep run ##ning a sep [UNK] [UNK] [UNK]"),
	    "a special token of letters");
	wordpiece_free(wp);
}

/* Ten, a hundred and three hundred of them. */
#define X10 "xxxxxxxxxx"
#define X50 X10 X10 X10 X10 X10
#define X100 X50 X50
#define X300 X100 X100 X100

static const char *const others[] = {"[UNK]", "<a>", "<a>b", "a", "b", "##a",
    "##b", "\u00e9", "e", "##\u0301", "i", "##\u0307", "\u0130", "\u4e2d",
    "\u6587", "##\u6587", "a\u4e2d", "A", "B", "ab", "##ab", "a\007b",
    "\ufffda", "\u3400", "+b", "?", "\u1d6b", X300, "##" X300, "##e"};

/*
 * With a blank before each id in others; 1 and 2 are special.  What is true:
 * clean, cjk, strip_accents, lowercase.
 */
static const struct recorded {
	struct wordpiece_options options;
	const char *text, *ids;
} recorded[] = {
    {{true, true, true, true, .max_word = 0}, "a<a>b<a>", " 3 2 1"},
    {{true, true, true, true, .max_word = 0}, "<a>a <A>", " 1 3 0 3 0"},
    {{true, true, true, true, .max_word = 0}, "\u0130 \u00e9", " 10 8"},
    {{true, true, true, true, .max_word = 0}, "a\u4e2db", " 3 13 4"},
    {{true, true, true, true, .max_word = 0}, "a\007b\u00e9", " 19 29"},
    {{true, true, true, true, .max_word = 0}, "a\007\u4e2d\tb", " 3 13 4"},
    {{true, true, true, true, .max_word = 0}, "a\177\u00e9\nb\r\u4e2d",
	" 3 29 4 13"},
    {{true, true, true, true, .max_word = 0}, "\ufffda", " 3"},
    {{true, true, true, true, .max_word = 0}, "\u3400\u6587", " 23 14"},
    {{true, true, true, true, .max_word = 0}, "\u00c9", " 8"},
    {{false, true, true, true, .max_word = 0}, "a\007b", " 21"},
    {{false, true, true, true, .max_word = 0}, "\ufffda", " 22"},
    {{false, true, true, true, .max_word = 0}, "a b\u00e9", " 3 4 29"},
    {{true, false, true, true, .max_word = 0}, "a\u4e2d", " 16"},
    {{true, false, true, true, .max_word = 0}, "\u4e2d\u6587", " 13 15"},
    {{true, false, true, true, .max_word = 0}, "\u6587a", " 14 5"},
    {{true, false, true, true, .max_word = 0}, "a\u4e2db", " 16 6"},
    {{true, true, false, true, .max_word = 0}, "\u0130", " 10 11"},
    {{true, true, false, true, .max_word = 0}, "e\u0301", " 8 9"},
    {{true, true, false, true, .max_word = 0}, "\u00c9", " 7"},
    {{true, true, false, true, .max_word = 0}, "AB \u0130b", " 19 10 11 6"},
    {{true, true, true, false, .max_word = 0}, "AB", " 0"},
    {{true, true, true, false, .max_word = 0}, "A \u00c9", " 17 0"},
    {{true, true, true, false, .max_word = 0}, "a\u0301B", " 0"},
    {{true, true, true, false, .max_word = 0}, "\u0130", " 0"},
    {{true, true, false, false, .max_word = 0}, "A", " 17"},
    {{true, true, false, false, .max_word = 0}, "\u0130 e\u0301 \u00e9",
	" 12 8 9 7"},
    {{true, true, false, false, .max_word = 0}, "ab\u4e2dA", " 19 13 17"},
    {{true, true, true, true, .max_word = 3}, "aba", " 19 5"},
    {{true, true, true, true, .max_word = 3}, "abab", " 0"},
    {{true, true, true, true, .max_word = 3}, "\u00e9\u0301\u0301ab", " 8 20"},
    {{true, true, true, true, .max_word = 3}, "a b", " 3 4"},
    {{true, true, true, true, .max_word = 1000}, X300, " 27"},
    {{true, true, true, true, .max_word = 1000}, X300 X300, " 27 28"},
    {{true, true, true, true, .max_word = 1000}, X300 X300 "x", " 0"},
    {{true, true, true, true, .max_word = 1000},
	X100 X100 X50 X10 X10 X10 X10 "xxxxxxxxx", " 0"},
    {{true, true, true, true, .prefix = {"+", 1}}, "ab", " 19"},
    {{true, true, true, true, .prefix = {"+", 1}}, "bb", " 4 24"},
    {{true, true, true, true, .prefix = {"+", 1}}, "b+b", " 4 0 4"},
    {{true, true, true, true, .unk = {"?", 1}}, "q a", " 25 3"},
    {{true, true, true, true, .unk = {"?", 1}}, "?", " 25"},
    {{true, true, true, true, .max_word = 0}, "a\u166dbe", " 3 0 4 29"},
    {{true, true, true, true, .max_word = 0}, "a\U000111c9be", " 3 0 4 29"},
    {{true, true, true, true, .max_word = 0}, "a\u1734be", " 19 29"},
    {{true, true, true, true, .max_word = 0}, "a\u061dbe", " 0"},
    {{true, true, true, true, .max_word = 0}, "a\u0898be", " 0"},
    {{true, true, true, true, .max_word = 0}, "a\U0001e944be", " 0"},
    {{true, true, true, true, .max_word = 0}, "a\u0890be", " 0"},
    {{true, true, true, true, .max_word = 0}, "a\ue000be", " 19 29"},
    {{true, true, true, true, .max_word = 0}, "a\u0378be", " 0"},
};

/*
 * Options and characters of each kind, with the ids that Hugging Face's
 * tokenizers 0.23.3 gave.
 */
static void
options(void)
{
	static const uint32_t special[] = {1, 2};
	struct str vocab[sizeof(others) / sizeof(*others)];
	const struct recorded *r;
	struct buf got = {0};
	struct wordpiece *wp;
	uint32_t id[MAX];
	size_t i, k, n;

	for (i = 0; i < sizeof(others) / sizeof(*others); i++)
		vocab[i] = str_of(others[i]);
	for (i = 0; i < sizeof(recorded) / sizeof(*recorded); i++) {
		r = &recorded[i];
		wp = wordpiece_new(vocab, sizeof(others) / sizeof(*others),
		    special, 2, &r->options);
		n = wordpiece_encode(wp, str_of(r->text), id, MAX);
		got.len = 0;
		for (k = 0; k < n; k++)
			buf_printf(&got, " %u", (unsigned)id[k]);
		if (!str_eq(buf_str(&got), str_of(r->ids)))
			printf("# %.*s\n", (int)got.len, got.p);
		ok(str_eq(buf_str(&got), str_of(r->ids)), r->ids);
		wordpiece_free(wp);
	}
	buf_release(&got);
}

int
main(void)
{
	struct wordpiece *wp = tokenizer(true), *cased = tokenizer(false);
	struct wordpiece_options o = {0};
	struct str one = STR("a");
	uint32_t id;

	rules(wp);
	ok(gives(cased, STR("A a \xc3\xa9"), "A a \xc3\xa9"),
	    "a cased model keeps case and accents");
	ok(wordpiece_id(wp, STR("[SEP]"), &id) && id == 3 &&
		!wordpiece_id(wp, STR("zzz"), &id),
	    "a token's id");
	ok(wordpiece_new(&one, 1, NULL, 0, &o) == NULL,
	    "a vocabulary without [UNK] is refused");
	wordpiece_free(wp);
	wordpiece_free(cased);
	properties();
	twin();
	special_of_letters();
	options();
	return tap_done();
}
