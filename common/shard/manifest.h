/*
 * manifest - the folder of shards: what it holds, and what it should hold
 *
 * DIR/manifest.json names each shard with its sizes and digests; it is written
 * last.  Until then DIR/plan holds the id of the plan (a hash of all that
 * decides what is written), by which a killed run is known again.
 */

#ifndef MANIFEST_H
#define MANIFEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "shard/inputs.h"
#include "shard/plan.h"
#include "shard/shard.h"

/* A share of the documents that is kept apart from the others. */
struct manifest_split {
	char *name;
	double share; /* 0 to 1 */
};

/* What the manifest tells of a run. */
struct manifest {
	const char *id;		     /* of the plan */
	const char *token_count;     /* how tokens were counted */
	const char *bos, *eos, *eod; /* tokens, or NULL */
	char *const *members;	     /* (nmember) of a line; 0: as it was */
	size_t nmember;
	bool control;	 /* control tokens in a text are such */
	bool map;	 /* tell where records came from */
	const char *pad; /* a token, or NULL */
	struct manifest_packed {
		size_t length;	    /* ids of a sequence; 0: not packed */
		uint64_t sequences; /* of all splits */
		uint64_t ids;	    /* in them, without those that fill up */
		uint64_t texts;	    /* that have ids */
		uint64_t cut;	    /* of them: in more than one piece */
	} packed;
	enum plan_unit by;
	enum shard_format format;
	uint64_t budget; /* or 0 */
	uint64_t epochs, seed;
	size_t shard_size;
	const struct manifest_split *split; /* (nsplit), the rest last */
	const struct shard_writer *writer;  /* (nsplit), finished */
	size_t nsplit;
	const struct plan_source *source; /* (nsource) */
	size_t nsource;
	const struct inputs *inputs;
	const char *text, *member_id; /* members of the text and the id */
	const char *history; /* a file of objects, one a line, or NULL */
};

/* Names of formats, as enum shard_format; NULL-terminated. */
extern const char *const manifest_formats[];

/* "folder/name" and an ending, to be freed. */
char *manifest_path(const char *folder, const char *name, const char *ending);

/* Append the object that the manifest has for a shard. */
void manifest_put_shard(struct buf *b, const struct shard *s);

/* What a folder of shards may hold, by the name. */
enum manifest_kind {
	MANIFEST_OTHER, /* somebody else's */
	MANIFEST_SHARD,
	MANIFEST_ITSELF,
	MANIFEST_PLAN,
	MANIFEST_BESIDE,   /* what other libraries read: names, types */
	MANIFEST_NEXT,	   /* a file that is to replace another; takedown.h */
	MANIFEST_TEMPORARY /* what a killed run has left */
};
enum manifest_kind manifest_kind(const char *name);

/*
 * Call f with the name of each file of the folder, and with SPLIT/NAME for those
 * of its folders that manifest_kind() knows.
 */
void manifest_each(const char *folder,
    void (*f)(void *context, const char *name), void *context);

/*
 * Whether every line of a file is an object of JSON, so that it can be a
 * history; if not, the tool ends with CLI_FATAL.
 */
void manifest_history(const char *path);

/*
 * Ready a folder for the plan of this id.  True if there is nothing left to
 * do: it holds the manifest of the same plan.  CLI_FATAL where it holds shards
 * and the run isn't to resume, or they are of another plan.
 */
bool manifest_ready(const char *folder, const char *id, bool resume);

/*
 * Write manifest.json, which says that the folder is complete, and remove the
 * plan; CLI_FATAL if that fails.
 */
void manifest_write(const char *folder, const struct manifest *m);

/*
 * What the library of a format wants beside the shards of a split:
 * SPLIT.data-path for Megatron-LM, SPLIT/index.json for MosaicML's streaming.  Its
 * name, for the caller to free; NULL if it wants nothing.
 */
char *manifest_beside_name(const char *split, enum shard_format format);

/*
 * Write it, under its name and an ending, for the shards of a split, (n), which are
 * there, under their names or these and the ending.  None where n is 0.
 */
void manifest_beside(const char *folder, const char *split,
    enum shard_format format, const struct shard *const *shard, size_t n,
    const char *ending);

/*
 * Read every shard of the folder again.  The first difference from the manifest
 * is named and ends the tool with CLI_LOST.  Records go to tool_in().
 */
void manifest_check(const char *folder);

#endif
