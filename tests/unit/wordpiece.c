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
	return tap_done();
}
