#include "dedup/suffix.h"

#include <divsufsort.h>
#include <stdlib.h>

#include "base/cli.h"
#include "base/utf8.h"
#include "text/word.h"

enum { AHEAD = 12 }; /* words, to hide the way to memory */

/*
 * Where words begin: one bit for each byte of the text, and how many words came
 * before each 64 bytes.
 */
struct marks {
	uint64_t *bit;	  /* (len / 64 + 1) */
	uint32_t *before; /* (len / 64 + 1), in earlier elements of bit */
};

void
suffix_init(struct suffix *r, struct budget *budget)
{
	*r = (struct suffix){.budget = budget};
}

void
suffix_release(struct suffix *r)
{
	free(r->text);
	free(r->of);
	*r = (struct suffix){0};
}

/* The text, the suffixes of all of its bytes, and the marks. */
static size_t
needed(size_t len)
{
	return 5 * len + len / 64 * 12 + 12;
}

/* Bytes of the word without its format characters, unless it has nothing else. */
static size_t
put_visible(char *to, struct str word)
{
	struct str rest = word;
	const char *p;
	size_t i, len = 0;

	for (i = 0; i < word.len; i++)
		if ((unsigned char)word.p[i] >= 0x80)
			break;
	while (i < word.len && rest.len > 0) {
		p = rest.p;
		if (utf8_is_format(utf8_take(&rest)))
			continue;
		memcpy(to + len, p, (size_t)(rest.p - p));
		len += (size_t)(rest.p - p);
	}
	if (len > 0)
		return len;
	memcpy(to, word.p, word.len);
	return word.len;
}

bool
suffix_add(struct suffix *r, struct str text)
{
	struct str word;
	size_t len = r->len, nword = r->nword;

	if (text.len >= SUFFIX_MOST - r->len) {
		r->full = true;
		return false;
	}
	if (r->len + text.len + 2 > r->cap) {
		r->cap += r->cap / 4 + text.len + 4096;
		r->text = mem_grow(r->text, r->cap, 1);
	}
	while (word_next(&text, &word)) {
		r->len += put_visible(r->text + r->len, word);
		r->text[r->len++] = ' ';
		r->nword++;
	}
	r->text[r->len++] = '\n';
	if (budget_take(r->budget, needed(r->len) - needed(len)))
		return true;
	r->len = len;
	r->nword = nword;
	return false;
}

static void
mark_words(struct marks *m, const struct suffix *r)
{
	size_t i, n = r->len / 64 + 1;
	uint32_t sum = 0;
	bool begin = true;

	m->bit = mem_zeroed(n, sizeof(*m->bit));
	m->before = mem_grow(NULL, n, sizeof(*m->before));
	for (i = 0; i < r->len; i++) {
		if (r->text[i] == '\n' || r->text[i] == ' ')
			begin = true;
		else if (begin) {
			m->bit[i / 64] |= (uint64_t)1 << i % 64;
			begin = false;
		}
	}
	for (i = 0; i < n; i++) {
		m->before[i] = sum;
		sum += (uint32_t)__builtin_popcountll(m->bit[i]);
	}
}

static bool
is_word(const struct marks *m, uint32_t at)
{
	return m->bit[at / 64] >> at % 64 & 1;
}

/* Which word begins at that byte. */
static uint32_t
number(const struct marks *m, uint32_t at)
{
	uint64_t low = ((uint64_t)1 << at % 64) - 1;

	return m->before[at / 64] +
	       (uint32_t)__builtin_popcountll(m->bit[at / 64] & low);
}

/*
 * For each word, whether its run of n words is that of the suffix before it:
 * near[k] comes with that suffix's place, SUFFIX_NONE for the first, and is
 * left with 1 or 0.
 */
static void
compare(const struct suffix *r, size_t n, uint32_t *near)
{
	const char *p = r->text, *stop = r->text + r->len, *q;
	const char *end; /* of the run that begins at p */
	size_t k = 0, nin, same, len;

	while (p < stop) { /* a text */
		for (end = p, nin = 0; nin < n && *end != '\n'; nin++)
			end = (const char *)memchr(
				  end, ' ', (size_t)(stop - end)) +
			      1;
		for (same = 0; *p != '\n'; k++) {
			if (k + AHEAD < r->nword) /* NONE is no fault */
				__builtin_prefetch(r->text + near[k + AHEAD]);
			len = (size_t)(end - p);
			if (nin < n)
				near[k] = 0;
			else if (near[k] == SUFFIX_NONE)
				near[k] = same = 0;
			else {
				q = r->text + near[k];
				while (same < len && p[same] == q[same])
					same++;
				near[k] = same == len;
			}
			q = (const char *)memchr(p, ' ', (size_t)(stop - p)) +
			    1;
			len = (size_t)(q - p);
			same = same > len ? same - len : 0;
			p = q;
			if (nin == n && *end != '\n')
				end = (const char *)memchr(
					  end, ' ', (size_t)(stop - end)) +
				      1;
			else
				nin = 0; /* no more runs in this text */
		}
		p++;
	}
}

/* From suffixes in order, as words, to the first occurrence of each run. */
static void
find_first(const uint32_t *word, size_t nword, size_t n, uint32_t *near)
{
	size_t i, j, k;
	uint32_t first;

	for (i = 0; i < nword; i = j) {
		first = word[i];
		for (j = i + 1; j < nword && near[word[j]] == 1; j++)
			if (word[j] < first)
				first = word[j];
		for (k = i; k < j; k++)
			near[word[k]] =
			    word[k] >= first + n ? first : SUFFIX_NONE;
	}
}

void
suffix_find(struct suffix *r, size_t n)
{
	uint32_t *suffix, *near, at, last = SUFFIX_NONE;
	struct marks m;
	size_t i, k = 0;

	mark_words(&m, r);
	/*
	 * A word takes at least two bytes, so half of the array of suffixes is
	 * enough room for near.
	 */
	suffix = mem_grow(NULL, r->len + 1, sizeof(*suffix));
	if (r->len > 0 && divsufsort((const unsigned char *)r->text,
			      (int32_t *)suffix, (int32_t)r->len) != 0)
		cli_errx(CLI_FATAL, "out of memory (suffixes)");
	for (i = 0; i < r->len; i++) {
		suffix[k] = suffix[i];
		k += is_word(&m, suffix[i]);
	}
	near = suffix + r->nword;
	for (i = 0; i < r->nword; i++) {
		at = suffix[i];
		suffix[i] = number(&m, at);
		near[suffix[i]] = last;
		last = at;
	}
	free(m.bit);
	free(m.before);
	compare(r, n, near);
	free(r->text);
	r->text = NULL;
	find_first(suffix, r->nword, n, near);
	memmove(suffix, near, r->nword * sizeof(*near));
	r->of = mem_grow(suffix, r->nword, sizeof(*suffix));
	budget_give(r->budget, needed(r->len));
	budget_take(r->budget, r->nword * sizeof(*r->of));
	r->len = r->cap = 0;
}
