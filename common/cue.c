#include "cue.h"

#include <stdbool.h>
#include <stdlib.h>

#include "lang.h"
#include "mem.h"

enum {
	CUE_SLOTS = 8192,
	NAME_SLOTS = 16384,
	NAME_MIN = 2, /* letters of a word in a name */
	NAME_MAX = 32 /* that are looked at */
};

static const struct {
	const char *words; /* one, or two parted by a blank */
	float weight;
} cues[] = {
#define CUE(words, weight) {words, weight},
#include "extract-cues.h"
#undef CUE
};
enum { NCUE = sizeof(cues) / sizeof(cues[0]) };
_Static_assert(2 * NCUE <= CUE_SLOTS, "the table is at most half full");

static const struct {
	const char *words; /* one, two parted by a blank, or a tag in < > */
	struct cue_name weight;
} names[] = {
#define NAME(words, near, far) {words, {near, far}},
#include "extract-names.h"
#undef NAME
};
enum { NNAME = sizeof(names) / sizeof(names[0]) };
_Static_assert(2 * NNAME <= NAME_SLOTS, "the table is at most half full");

struct cue {
	struct {
		uint32_t hash; /* 0: free */
		float weight;
	} slot[CUE_SLOTS];
	struct {
		uint32_t hash; /* 0: free */
		struct cue_name weight;
	} name[NAME_SLOTS];
};

static uint32_t
hash_pair(uint32_t first, uint32_t second)
{
	return second + 31 * first;
}

/* The hash of one word, or of two parted by a blank. */
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

static uint32_t
place(const struct cue *c, uint32_t hash)
{
	uint32_t at;

	for (at = hash % CUE_SLOTS; c->slot[at].hash != 0;
	     at = (at + 1) % CUE_SLOTS)
		if (c->slot[at].hash == hash)
			break;
	return at;
}

static uint32_t
name_place(const struct cue *c, uint32_t hash)
{
	uint32_t at;

	for (at = hash % NAME_SLOTS; c->name[at].hash != 0;
	     at = (at + 1) % NAME_SLOTS)
		if (c->name[at].hash == hash)
			break;
	return at;
}

struct cue *
cue_new(void)
{
	struct cue *c = mem_zeroed(1, sizeof(*c));
	uint32_t hash, at;
	unsigned i;

	for (i = 0; i < NCUE; i++) {
		hash = hash_words(cues[i].words);
		at = place(c, hash);
		c->slot[at].hash = hash;
		c->slot[at].weight = cues[i].weight;
	}
	for (i = 0; i < NNAME; i++) {
		hash = hash_words(names[i].words);
		at = name_place(c, hash);
		c->name[at].hash = hash;
		c->name[at].weight = names[i].weight;
	}
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
	return c->slot[place(c, word)].weight +
	       c->slot[place(c, hash_pair(last, word))].weight;
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
	at = name_place(c, hash);
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
	at = name_place(c, lang_hash(hash, '>'));
	sum->near += c->name[at].weight.near;
	sum->far += c->name[at].weight.far;
}
