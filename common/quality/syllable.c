#include "quality/syllable.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/utf8.h"
#include "quality/syllable-rules.h"

enum { NRULE = 8192 /* slots for the rules, a power of 2 */ };

/* 1 to 26, 27 and 28 for the ends of a word, 29; 0 for what no rule knows. */
static unsigned
letter_code(char c)
{
	if (c >= 'a' && c <= 'z')
		return (unsigned)(c - 'a') + 1;
	return c == '<' ? 27 : c == '>' ? 28 : c == '\'' ? 29 : 0;
}

/*
 * Rules are looked up letter by letter: the beginnings of a rule are in the
 * table too, and add nothing.  A key has up to 8 letters of 5 bits; what is
 * added, plus 64, lies above.
 */
#define KEY_BITS 40
#define KEY_MASK (((uint64_t)1 << KEY_BITS) - 1)

static uint64_t *
find_rule(uint64_t *table, uint64_t key)
{
	size_t slot = key * 0x9e3779b97f4a7c15 >> 51; /* of NRULE */

	while (table[slot] != 0 && (table[slot] & KEY_MASK) != key)
		slot = (slot + 1) % NRULE;
	return &table[slot];
}

void
syllable_init(struct syllable *s)
{
	const char *p;
	uint64_t key, *slot = NULL;
	size_t i;

	*s = (struct syllable){0};
	s->rule = mem_zeroed(NRULE, sizeof(*s->rule));
	s->known = mem_huge(SYLLABLE_NKNOWN * sizeof(*s->known));
	memset(s->known, 0, SYLLABLE_NKNOWN * sizeof(*s->known));
	for (i = 0; i < sizeof(rule) / sizeof(rule[0]); i++) {
		for (key = 0, p = rule[i].letters; *p != '\0'; p++) {
			key = key << 5 | letter_code(*p);
			slot = find_rule(s->rule, key);
			if (*slot == 0)
				*slot = key | (uint64_t)64 << KEY_BITS;
		}
		*slot = key | (uint64_t)(rule[i].add + 64) << KEY_BITS;
	}
}

void
syllable_release(struct syllable *s)
{
	free(s->rule);
	free(s->known);
	buf_release(&s->plain);
}

/* The letters of word between its ends; a letter with a mark as without. */
static struct str
plain_word(struct syllable *s, struct str word)
{
	size_t i;

	s->plain.len = 0;
	buf_putc(&s->plain, '<');
	for (i = 0; i < word.len && (unsigned char)word.p[i] < 0x80; i++)
		;
	if (i < word.len)
		utf8_nfd(&s->plain, word);
	else
		buf_puts(&s->plain, word);
	buf_putc(&s->plain, '>');
	if (i < word.len) { /* marks would part the letters */
		size_t n = 1;

		for (i = 1; i < s->plain.len; i++)
			if ((unsigned char)s->plain.p[i] < 0x80)
				s->plain.p[n++] = s->plain.p[i];
		s->plain.len = n;
	}
	return buf_str(&s->plain);
}

static size_t
count_syllables(struct syllable *s, struct str word)
{
	const uint32_t vowels =
	    1 << 1 | 1 << 5 | 1 << 9 | 1 << 15 | 1 << 21 | 1 << 25;
	struct str w = plain_word(s, word);
	uint64_t key, found;
	unsigned code;
	size_t i, j;
	ptrdiff_t n = 0;
	bool vowel = false, before;

	for (i = 0; i < w.len; i++) {
		before = vowel;
		vowel = vowels >> letter_code(w.p[i]) & 1;
		n += vowel && !before;
		for (key = 0, j = i; j < w.len; j++) {
			code = letter_code(w.p[j]);
			key = key << 5 | code;
			if (code == 0 ||
			    (found = *find_rule(s->rule, key)) == 0)
				break;
			n += (ptrdiff_t)(found >> KEY_BITS) - 64;
		}
	}
	return n < 1 ? 1 : (size_t)n;
}

size_t
syllable_count(struct syllable *s, struct str word, uint64_t hash)
{
	uint64_t *known = &s->known[hash % SYLLABLE_NKNOWN];
	size_t n = *known >> 59;

	/* The count, if it is small, lies in the hash's top bits. */
	if (n > 0 && *known << 5 == hash << 5)
		return n;
	n = count_syllables(s, word);
	if (n < 32)
		*known = (hash << 5 >> 5) | (uint64_t)n << 59;
	return n;
}

uint64_t
syllable_expected(struct syllable *s, struct str word, uint64_t hash)
{
	size_t len = word.len, nsyllable = syllable_count(s, word, hash);

	return 1000 * nsyllable -
	       (uint64_t)
		   excess[len < EXCESS_LEN ? len : EXCESS_LEN]
			 [nsyllable < EXCESS_COUNT ? nsyllable : EXCESS_COUNT];
}
