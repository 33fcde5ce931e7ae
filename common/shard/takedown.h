/*
 * takedown - records out of a folder of shards that is finished
 *
 * The list names records by their places: "train-00000.jsonl.gz:17" is a line,
 * from 1, "train-00000.bin:16" a document, "train/shard.00000.mds:16" a sample,
 * both from 0, and "train-00000.bin:16.2", where texts were packed into sequences,
 * a piece of it, from 0, as the map beside it has them.  A folder before the name
 * and what follows a tab are not looked at.  Lines that begin with a hash sign are
 * passed over, but for "#manifest HEX", which is the SHA-256 of the manifest for
 * which the places were made: of other shards nothing is taken.
 *
 * Only shards that hold such a record are written anew, without it, beside the
 * old ones (NAME.next), then a manifest (manifest.json.next); then all of them
 * take their names, the manifest last.  A run that is killed before there is
 * that manifest has changed nothing; of one that is killed later the next one
 * does what is left.  The manifest keeps a hash of each list that was applied,
 * so that a list is not applied twice.
 *
 *	struct takedown t = {.folder = "shards", .list = "list"};
 *
 *	if (takedown_open(&t)) {
 *		t.count = ...
 *		takedown_run(&t);
 *	}
 *	takedown_close(&t);
 */

#ifndef TAKEDOWN_H
#define TAKEDOWN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/digest.h"
#include "base/mem.h"
#include "base/str.h"
#include "record/rec.h"
#include "shard/shard.h"

struct takedown {
	const char *folder, *list; /* the caller's */

	/* How the shards were made, from takedown_open() on. */
	enum shard_format format;
	bool ids;		     /* shards hold ids, not texts */
	bool pack;		     /* an option */
	char *pad;		     /* what fills a sequence up, or NULL */
	bool exact;		     /* tokens were counted by a tokenizer */
	char *token_count;	     /* as the manifest tells it */
	bool bos, eos, eod, control; /* options */

	/*
	 * Set by the caller: where shards hold texts, the tokens of a line;
	 * where pad is not NULL, its id.
	 */
	uint64_t (*count)(void *context, struct str line);
	void *context;
	uint32_t pad_id;

	/* Inside. */
	struct str text; /* the manifest */
	struct rec manifest;
	struct arena mem;
	char digest[DIGEST_SHA256_HEX];
	char list_hash[17];
	struct takedown_place {
		struct str shard; /* in the list's text */
		uint64_t number;  /* from 0 */
		uint64_t piece;	  /* UINT64_MAX: all of it */
	} * place;		  /* (nplace), sorted, each once */
	size_t nplace;
	struct str list_text;
	struct takedown_shard {
		struct str raw;	    /* its entry in the manifest */
		struct shard shard; /* as it is, then as it will be */
		char *split;
		const struct takedown_place
		    *place; /* (nplace) of its records */
		size_t nplace;
	} * shard, **by_name; /* (nshard) */
	size_t nshard;
	bool as_read;			 /* lines are those of the sources */
	uint64_t records, tokens, bytes; /* taken */
};

/*
 * End what a killed run began, and read manifest and list.  False if nothing is
 * to be done: the list was applied before, or names nothing.  A list that is
 * not of these shards, and a folder that is not whole, are CLI_FATAL.
 */
bool takedown_open(struct takedown *t);

/* Take the records out.  What can't be read or written is CLI_FATAL. */
void takedown_run(struct takedown *t);

/* Free what is held. */
void takedown_close(struct takedown *t);

#endif
