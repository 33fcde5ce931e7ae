/*
 * plan - which records of weighted sources to pack, and how often
 *
 * Of each record a note of 56 bytes is kept, sorted beyond memory three times:
 * by document, to give a document of two sources to one; by source and random
 * key, the order in which a source is drawn from; and by place, the order in
 * which the chosen records are read again.
 *
 *	plan_init(&p, source, nsource, source_of, memory);
 *	while (...)
 *		plan_put(&p, &note);
 *	plan_draw(&p);
 *	plan_choose(&p, &pile, id, width, 0);
 *	while (plan_next(&p, &note))
 *		...
 *	plan_release(&p);
 *
 * The plan depends on the notes and the options alone, not on memory.  A failed
 * temporary file is CLI_FATAL.
 */

#ifndef PLAN_H
#define PLAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/hash.h"
#include "record/spool.h"
#include "spill/extsort.h"
#include "spill/shuffle.h"

/* What weights and the budget count. */
enum plan_unit { PLAN_TOKENS, PLAN_RECORDS, PLAN_BYTES };
enum { PLAN_NUNIT = PLAN_BYTES + 1 };
extern const char *const plan_unit_names[]; /* "tokens", ..., NULL */

struct plan_source {
	char *name;
	char *score;			 /* for the manifest: of what member
					  * turns depend; or NULL */
	double weight;			 /* at least 0; the sum is above 0 */
	uint64_t epochs;		 /* its own; 0: those of the plan */
	uint64_t turns;			 /* of its records, at least one each */
	uint64_t records, tokens, bytes; /* its own: no earlier source's */
	uint64_t shared;		 /* records left to an earlier source */
	uint64_t again;			 /* turns that may be repeated */
	uint64_t other;			 /* records: only a name is shared */
	uint64_t drawn;			 /* records, repeated ones too */
	uint64_t taken[PLAN_NUNIT];
};

/* What is kept of a record until it is chosen. */
struct plan_note {
	uint64_t doc;	 /* hash of what names its document */
	uint64_t part;	 /* hash of its text and its number there */
	uint64_t key;	 /* random: its turn in its source */
	uint64_t offset; /* in the decompressed file */
	uint64_t check;	 /* hash of the line */
	uint32_t file, len, tokens;
	uint32_t copies; /* at first: turns in its source; 0 is 1 */
};

struct plan {
	struct plan_source *source; /* (nsource), the caller's; counted into */
	size_t nsource;
	const size_t *source_of; /* source of each file, which grows with it */
	enum plan_unit by;
	uint64_t budget; /* units; 0: until the first source ends */
	uint64_t epochs; /* how often a source may be taken, at least 1 */
	/* whether a document may be taken only once; NULL: none is */
	bool (*once)(const void *context, uint64_t doc);
	const void *context;
	size_t memory; /* bytes of one sort */
	struct extsort notes;
	struct spool turns; /* own notes, by source and turn */
	uint64_t *first;    /* (nsource + 1), places in turns */
};

/*
 * by PLAN_TOKENS, without a budget and for one epoch; set other values before
 * plan_draw().  source and source_of must live until plan_release().
 */
void plan_init(struct plan *p, struct plan_source *source, size_t nsource,
    const size_t *source_of, size_t memory);

/*
 * A record, of any source.  One that has several turns is taken as many times
 * as often as one that has one, unless it may be taken only once.  Records that
 * differ should differ in key.
 */
void plan_put(struct plan *p, const struct plan_note *note);

/*
 * Decide how many records to draw from each source.  Two sources have the same
 * document if notes of one doc are of one part, too; all its notes in the later
 * one are left out and counted by tool_drop().  Where only doc is the same,
 * both stay, with a warning.  A source that ends before the budget, or has
 * nothing, is warned of.
 */
void plan_draw(struct plan *p);

/*
 * Choose the records: announce each copy to the pile, under plan_key(), with
 * width bytes a token (0: with the line's) and extra bytes besides, and add the
 * notes to id.
 */
void plan_choose(struct plan *p, struct shuffle *pile, struct hash_stream *id,
    size_t width, size_t extra);

/*
 * The next chosen note in order of place, with its copies; false at the end.
 * Turns of one record follow one another, each with a key of its own.
 */
bool plan_next(struct plan *p, struct plan_note *note);

/* The random key of one copy of a record in the whole. */
uint64_t plan_key(const struct plan_note *note, uint64_t copy);

/* Free what is held. */
void plan_release(struct plan *p);

#endif
