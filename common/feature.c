#include "feature.h"

#include <stdlib.h>

#include "hash.h"
#include "mem.h"
#include "utf8.h"

/* The lower case of an ASCII letter, digit or underscore; 0 for the others. */
static const char ascii[128] = {
    ['0'] = '0',
    ['1'] = '1',
    ['2'] = '2',
    ['3'] = '3',
    ['4'] = '4',
    ['5'] = '5',
    ['6'] = '6',
    ['7'] = '7',
    ['8'] = '8',
    ['9'] = '9',
    ['_'] = '_',
#define LETTER(upper, lower) [upper] = (lower), [lower] = (lower)
    LETTER('A', 'a'),
    LETTER('B', 'b'),
    LETTER('C', 'c'),
    LETTER('D', 'd'),
    LETTER('E', 'e'),
    LETTER('F', 'f'),
    LETTER('G', 'g'),
    LETTER('H', 'h'),
    LETTER('I', 'i'),
    LETTER('J', 'j'),
    LETTER('K', 'k'),
    LETTER('L', 'l'),
    LETTER('M', 'm'),
    LETTER('N', 'n'),
    LETTER('O', 'o'),
    LETTER('P', 'p'),
    LETTER('Q', 'q'),
    LETTER('R', 'r'),
    LETTER('S', 's'),
    LETTER('T', 't'),
    LETTER('U', 'u'),
    LETTER('V', 'v'),
    LETTER('W', 'w'),
    LETTER('X', 'x'),
    LETTER('Y', 'y'),
    LETTER('Z', 'z'),
#undef LETTER
};

static void
push(struct feature *f, uint64_t hash)
{
	if (f->n == f->cap) {
		f->cap = f->cap ? 2 * f->cap : 1024;
		f->hash = mem_grow(f->hash, f->cap, sizeof(*f->hash));
	}
	f->hash[f->n++] = hash;
}

static bool
in_word(uint32_t cp)
{
	const char *category = utf8_category(cp);

	return category[0] == 'L' || category[0] == 'N' || category[0] == 'M';
}

void
feature_words(struct feature *f, struct str text)
{
	struct str rest = text;
	size_t ncp = 0; /* code points of the word at hand */
	unsigned char c;
	uint32_t cp;

	f->n = 0;
	f->word.len = 0;
	for (;;) {
		if (rest.len > 0 && (c = (unsigned char)rest.p[0]) < 0x80) {
			rest.p++, rest.len--;
			if (ascii[c] != 0) {
				buf_putc(&f->word, ascii[c]);
				ncp++;
				continue;
			}
		} else if (rest.len > 0) {
			cp = utf8_take(&rest);
			if (in_word(cp)) {
				utf8_put(&f->word, utf8_lower(cp));
				ncp++;
				continue;
			}
		}
		if (ncp >= 2)
			push(f, hash_64(f->word.p, f->word.len, 0));
		ncp = 0;
		f->word.len = 0;
		if (rest.len == 0)
			return;
	}
}

void
feature_join(
    struct feature *f, const uint64_t *word, size_t nword, size_t order)
{
	size_t i, j, n;
	uint64_t hash;

	f->n = 0;
	for (i = 0; i < nword; i++)
		push(f, word[i]);
	for (n = 2; n <= order; n++)
		for (i = 0; i + n <= nword; i++) {
			hash = word[i];
			for (j = i + 1; j < i + n; j++)
				hash =
				    (hash ^ hash >> 29) * 0x9e3779b97f4a7c15 +
				    word[j];
			/* the product's high bits are its mixed ones */
			push(f, (hash ^ hash >> 32) * 0xd6e8feb86659fd93);
		}
}

void
feature_release(struct feature *f)
{
	free(f->hash);
	buf_release(&f->word);
	*f = (struct feature){0};
}
