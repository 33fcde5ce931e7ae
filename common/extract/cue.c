#include "extract/cue.h"

#include <stdbool.h>
#include <stdlib.h>

#include "base/mem.h"
#include "text/lang.h"

enum {
	CUE_SLOTS = 8192,
	NAME_SLOTS = 16384,
	NAME_MIN = 2, /* letters of a word in a name */
	NAME_MAX = 32 /* that are looked at */
};

static const struct {
	const char *words; /* one, or two separated by a blank */
	float weight;
} cues[] = {
#define CUE(words, weight) {words, weight},
#include "extract/extract-cues.h"
#undef CUE
};
enum { NCUE = sizeof(cues) / sizeof(cues[0]) };
_Static_assert(2 * NCUE <= CUE_SLOTS, "the table is at most half full");

static const struct {
	const char *words; /* one, two separated by a blank, or a tag in < > */
	struct cue_name weight;
} names[] = {
#define NAME(words, near, far) {words, {near, far}},
#include "extract/extract-names.h"
#undef NAME
};
enum { NNAME = sizeof(names) / sizeof(names[0]) };
_Static_assert(2 * NNAME <= NAME_SLOTS, "the table is at most half full");

struct slot {
	uint32_t hash;		/* 0: free */
	struct cue_name weight; /* a cue's is near */
};

struct cue {
	struct slot cue[CUE_SLOTS], name[NAME_SLOTS];
};

static uint32_t
hash_pair(uint32_t first, uint32_t second)
{
	return second + 31 * first;
}

/* The hash of one word, or of two separated by a blank. */
static uint32_t
hash_words(const char *s)
{
	uint32_t hash = LANG_HASH_START, first = 0;

	for (; *s != '\0'; s++)
		if (*s == ' ') {
			first = hash;
			hash = LANG_HASH_START;
		} else {
			hash = lang_hash(hash, (unsigned char)*s);
		}
	return first != 0 ? hash_pair(first, hash) : hash;
}

/* Where a hash is, or would be. */
static uint32_t
place(const struct slot *table, uint32_t nslot, uint32_t hash)
{
	uint32_t at = hash % nslot;

	while (table[at].hash != 0 && table[at].hash != hash)
		at = (at + 1) % nslot;
	return at;
}

static void
enter(struct slot *table, uint32_t nslot, const char *words,
    struct cue_name weight)
{
	uint32_t hash = hash_words(words);

	table[place(table, nslot, hash)] = (struct slot){hash, weight};
}

struct cue *
cue_new(void)
{
	struct cue *c = mem_zeroed(1, sizeof(*c));
	unsigned i;

	for (i = 0; i < NCUE; i++)
		enter(c->cue, CUE_SLOTS, cues[i].words,
		    (struct cue_name){.near = cues[i].weight});
	for (i = 0; i < NNAME; i++)
		enter(c->name, NAME_SLOTS, names[i].words, names[i].weight);
	return c;
}

void
cue_free(struct cue *c)
{
	free(c);
}

float
cue_weight(const struct cue *c, uint32_t last, uint32_t word)
{
	uint32_t pair = hash_pair(last, word);

	return c->cue[place(c->cue, CUE_SLOTS, word)].weight.near +
	       c->cue[place(c->cue, CUE_SLOTS, pair)].weight.near;
}

/* What was found in an element's names so far. */
struct found {
	uint32_t hash[2 * CUE_NAMES];
	unsigned n, nword;
};

static void
name_add(
    const struct cue *c, struct found *f, uint32_t hash, struct cue_name *sum)
{
	uint32_t at;
	unsigned i;

	for (i = 0; i < f->n; i++)
		if (f->hash[i] == hash)
			return;
	f->hash[f->n++] = hash;
	at = place(c->name, NAME_SLOTS, hash);
	sum->near += c->name[at].weight.near;
	sum->far += c->name[at].weight.far;
}

static void
name_words(
    const struct cue *c, struct found *f, struct str name, struct cue_name *sum)
{
	const unsigned char *s = (const unsigned char *)name.p;
	uint32_t hash = LANG_HASH_START, last = 0;
	size_t i, len = 0;

	for (i = 0; i <= name.len && f->nword < CUE_NAMES; i++) {
		unsigned char ch = i < name.len ? s[i] : ' ';
		bool upper = (unsigned)(ch - 'A') < 26;
		bool letter = upper || (unsigned)(ch - 'a') < 26;

		if (!letter ||
		    (upper && i > 0 && (unsigned)(s[i - 1] - 'a') < 26)) {
			if (len >= NAME_MIN) {
				f->nword++;
				name_add(c, f, hash, sum);
				if (last != 0)
					name_add(
					    c, f, hash_pair(last, hash), sum);
				last = hash;
			}
			hash = LANG_HASH_START;
			len = 0;
		}
		if (ch <= ' ')
			last = 0;
		if (letter && len++ < NAME_MAX)
			hash = lang_hash(hash, upper ? ch | 0x20 : ch);
	}
}

void
cue_names(const struct cue *c, const struct str *name, size_t nname,
    struct cue_name *sum)
{
	struct found f;
	size_t i;

	f.n = f.nword = 0;
	for (i = 0; i < nname; i++)
		name_words(c, &f, name[i], sum);
}

void
cue_tag(const struct cue *c, struct str tag, struct cue_name *sum)
{
	uint32_t hash = lang_hash(LANG_HASH_START, '<'), at;
	size_t i;

	for (i = 0; i < tag.len; i++)
		hash = lang_hash(hash, (unsigned char)tag.p[i]);
	at = place(c->name, NAME_SLOTS, lang_hash(hash, '>'));
	sum->near += c->name[at].weight.near;
	sum->far += c->name[at].weight.far;
}
