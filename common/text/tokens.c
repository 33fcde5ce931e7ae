#include "text/tokens.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "math/cpu.h"

enum { BLOCK = 192 }; /* bytes counted at a time; at most 255 */

/* Thousandths of a token. */
enum {
	MARK = 720, /* an ASCII punctuation mark */
	DIGIT = 400,
	ENGLISH_WORD = 779, /* of English: a word, and a letter of it */
	ENGLISH_LETTER = 58,
	WORD = -1055, /* the same of other languages in Latin letters, */
	LETTER = 494,
	LEAST_WORD = 800, /* but a word counts no less than this */
	/* at so many "the" a thousand words, all is taken for English */
	THE = 50
};

/* What a text holds in ASCII. */
struct counts {
	size_t letters, words, the, digits, marks;
};

/*
 * Ranges of code points and the weight of each in thousandths; the first range
 * that fits counts.
 */
static const struct {
	uint32_t from, to;
	uint16_t weight;
} weights[] = {
    /* letters that tell Turkish or Vietnamese, which Llama 3 knows well */
    {0x11e, 0x11f, 0}, {0x130, 0x131, 0}, {0x15e, 0x15f, 0}, {0xdc, 0xdc, 500},
    {0xfc, 0xfc, 500}, {0xc7, 0xc7, 600}, {0xe7, 0xe7, 600},
    {0x110, 0x111, 250}, {0x1a0, 0x1b0, 250},
    /* the schwa of Azerbaijani, which it knows little */
    {0x18f, 0x18f, 2400}, {0x259, 0x259, 2400}, {0xc0, 0x24f, 1056}, /* Latin */
    {0x300, 0x36f, 1056},     /* its accents */
    {0x370, 0x3ff, 430},      /* Greek */
    {0x400, 0x52f, 315},      /* Cyrillic */
    {0x590, 0x5ff, 1180},     /* Hebrew */
    {0x600, 0x6ff, 420},      /* Arabic */
    {0x900, 0x97f, 630},      /* Devanagari */
    {0x980, 0xdff, 1500},     /* the other scripts of India */
    {0xe00, 0xe7f, 470},      /* Thai */
    {0x1e80, 0x1eff, 150},    /* Vietnamese */
    {0x1f00, 0x1fff, 430},    /* Greek */
    {0x2000, 0x20ff, 800},    /* dashes and quotation marks */
    {0x2e80, 0x2fff, 920},    /* ideographs */
    {0x3000, 0x303f, 900},    /* their punctuation */
    {0x3040, 0x30ff, 580},    /* kana */
    {0x3400, 0x9fff, 920},    /* ideographs */
    {0xac00, 0xd7bf, 760},    /* Hangul */
    {0xf900, 0xfaff, 920},    /* ideographs */
    {0xff00, 0xffbf, 900},    /* wide forms */
    {0x80, 0xffff, 1200},     /* all else */
    {0x10000, 0x10ffff, 2000} /* emoji and rare scripts */
};

/* The weight of what begins with a byte from 0xc0 on and the one after it. */
static const uint16_t *
weight_table(void)
{
	static uint16_t table[64 * 64];
	uint32_t lead, next, cp;
	size_t i;

	if (table[2 * 64] != 0)
		return table;
	for (lead = 2; lead < 64; lead++)
		for (next = 0; next < 64; next++) {
			cp = lead < 0x20   ? lead << 6 | next
			     : lead < 0x30 ? (lead & 15) << 12 | next << 6
					   : 0x10000;
			for (i = 0; cp < weights[i].from || cp > weights[i].to;
			     i++)
				if (i + 1 == sizeof(weights) / sizeof(*weights))
					break;
			table[lead * 64 + next] = weights[i].weight;
		}
	return table;
}

static inline bool
is_letter(unsigned char c)
{
	return (unsigned char)((c | 0x20) - 'a') < 26;
}

/*
 * Counts of BLOCK bytes from p on, which has a byte before it and two after;
 * without branches and of one length, so that the compiler makes vectors of it.
 */
static inline void
count_block(const unsigned char *p, struct counts *c)
{
	uint8_t letters = 0, words = 0, the = 0, digits = 0, marks = 0;
	size_t i;

	for (i = 0; i < BLOCK; i++) {
		uint8_t letter = is_letter(p[i]);
		uint8_t digit = (uint8_t)(p[i] - '0') < 10;

		letters = (uint8_t)(letters + letter);
		digits = (uint8_t)(digits + digit);
		marks = (uint8_t)(marks + (((uint8_t)(p[i] - '!') < 94) &
					      !letter & !digit));
		words = (uint8_t)(words + (letter & !is_letter(p[i - 1]) &
					      (p[i - 1] < 0x80)));
		the = (uint8_t)(the + ((p[i] == 't') & (p[i + 1] == 'h') &
					  (p[i + 2] == 'e')));
	}
	c->letters += letters;
	c->words += words;
	c->the += the;
	c->digits += digits;
	c->marks += marks;
}

/* Blocks lie between blanks, which count as nothing, where the text ends. */
CPU_CLONES static void
count_ascii(struct str text, struct counts *c)
{
	unsigned char block[1 + BLOCK + 2] = " ";
	size_t i, n;

	for (i = 0; i < text.len; i += BLOCK) {
		n = text.len - i < BLOCK + 2 ? text.len - i : BLOCK + 2;
		memcpy(block + 1, text.p + i, n);
		memset(block + 1 + n, ' ', BLOCK + 2 - n);
		count_block(block + 1, c);
		block[0] = block[BLOCK];
	}
}

/* Thousandths of what is no ASCII. */
static uint64_t
weigh_others(struct str text)
{
	const unsigned char *p = (const unsigned char *)text.p;
	const uint16_t *table = weight_table();
	uint64_t w, sum = 0;
	size_t i = 0;

	while (i < text.len) {
		if (text.len - i >= 8) {
			memcpy(&w, p + i, 8);
			if ((w & 0x8080808080808080) == 0) {
				i += 8;
				continue;
			}
		}
		if (p[i] >= 0xc0 && i + 1 < text.len)
			sum += table[(p[i] & 63u) * 64 + (p[i + 1] & 63u)];
		i++;
	}
	return sum;
}

size_t
tokens_estimate(struct str text)
{
	struct counts c = {0};
	int64_t sum, other, english, share;

	if (text.len == 0)
		return 0;
	count_ascii(text, &c);
	other = WORD * (int64_t)c.words + LETTER * (int64_t)c.letters;
	if (other < LEAST_WORD * (int64_t)c.words)
		other = LEAST_WORD * (int64_t)c.words;
	english = ENGLISH_WORD * (int64_t)c.words +
		  ENGLISH_LETTER * (int64_t)c.letters;
	share = c.words > 0 ? (int64_t)(c.the * 1000 / c.words) : 0;
	if (share > THE)
		share = THE;
	sum = (english * share + other * (THE - share)) / THE +
	      MARK * (int64_t)c.marks + DIGIT * (int64_t)c.digits +
	      (int64_t)weigh_others(text);
	return (size_t)(sum + 999) / 1000;
}
