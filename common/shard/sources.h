/*
 * sources - what the command line says of sources: files, weights, epochs
 *
 *	struct sources s = {.epochs = 1};
 *
 *	sources_add(&s, "mined=a.jsonl,b.jsonl@25:scores.Law");
 *	sources_add_epochs(&s, "mined=4");
 *	sources_ready(&s);
 *	...
 *	sources_release(&s);
 *
 * What is wrong ends the tool with CLI_FATAL and a message.
 */

#ifndef SOURCES_H
#define SOURCES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "record/rec.h"
#include "shard/plan.h"
#include "spill/filelist.h"

struct sources {
	struct plan_source *source; /* (n) */
	size_t n;
	struct filelist files; /* of all sources, in their order */
	size_t *of_file;       /* (files.n), its source */
	size_t epochs;	       /* of all sources but these: */
	struct sources_epochs {
		const char *name, *end; /* of a source, in argv */
		size_t n;
	} * epochs_of; /* (nepochs) */
	size_t nepochs;
};

/* NAME=FILE[,FILE...]@WEIGHT[:MEMBER[.KEY]]; arg is changed and kept. */
void sources_add(struct sources *s, char *arg);

/* N, or NAME=N for one source, which may be added later; arg is kept. */
void sources_add_epochs(struct sources *s, const char *arg);

/* All were added: the epochs go to their sources. */
void sources_ready(struct sources *s);

/* The source of a name that ends before end; n: there is none, or end is NULL. */
size_t sources_find(const struct sources *s, const char *name, const char *end);

/* The first file of a source. */
size_t sources_first(const struct sources *s, size_t source);

/* Whether every file can be read; each that can't is named. */
bool sources_can_read(const struct sources *s);

/*
 * The turns of a record of a source: 1, or, where the source has a member for
 * its score, 1 to 4 by the quarter of 0 to 1 in which that lies.
 */
uint32_t sources_turns(
    const struct sources *s, size_t source, const struct rec *rec);

/* Free what is held. */
void sources_release(struct sources *s);

#endif
