#include "cue.h"

#include <stdlib.h>

#include "lang.h"
#include "mem.h"

enum { CUE_SLOTS = 8192 };

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

struct cue {
	struct {
		uint32_t hash; /* 0: free */
		float weight;
	} slot[CUE_SLOTS];
};

static uint32_t
hash_pair(uint32_t first, uint32_t second)
{
	return second + 31 * first;
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

struct cue *
cue_new(void)
{
	struct cue *c = mem_zeroed(1, sizeof(*c));
	const char *s;
	uint32_t hash, first, at;
	unsigned i;

	for (i = 0; i < NCUE; i++) {
		hash = LANG_HASH_START;
		first = 0;
		for (s = cues[i].words; *s != '\0'; s++)
			if (*s == ' ') {
				first = hash;
				hash = LANG_HASH_START;
			} else {
				hash = lang_hash(hash, (unsigned char)*s);
			}
		if (first != 0)
			hash = hash_pair(first, hash);
		at = place(c, hash);
		c->slot[at].hash = hash;
		c->slot[at].weight = cues[i].weight;
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
