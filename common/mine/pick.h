/*
 * pick - which records teach which domains, by their scores
 *
 * A domain keeps a record whose score is at least min_score, or among the best
 * share of all records.  After those it keeps comes its grey zone, if one is
 * asked for: the next best, until both are grey times as many as it keeps.
 * They may be of the domain, so nothing is to be learnt from them for it or
 * against it.  A record passes if a domain keeps it.  Of the others some may
 * pass as background: those whose ids have the least hashes.  Of equal scores,
 * too, the lesser hash is the better.
 *
 * A domain of which a corpus has nothing still finds records that are somewhat
 * like it, but hardly one that it is sure of.  So with the rule's absent, a
 * domain that keeps PICK_FEW records or more, with a mean score below absent, is
 * taken to be absent: it keeps only those of PICK_SURE or more, and none as
 * second.  tests/bench/rounds.md has the figures.
 *
 * min_score can be judged a record at a time.  All else needs thresholds: a
 * cutoff for the share and one for the grey zone of each domain, then one for
 * the background.  They are found in passes over what is known of all records.
 *
 * One corpus: pick_put() spools the records to $TMPDIR, pick_decide() makes the
 * passes, pick_next() gives the records back in order.
 *
 * Parts of a corpus: a run over each part makes one pass, with pick_put(),
 * pick_tables() and pick_count().  The counts of all parts, added, go to
 * pick_refine(); after the first pass pick_settle() comes before it.  This is
 * repeated until pick_exact(); then pick_judge() decides.  mine/thresholds has
 * the files.
 */

#ifndef PICK_H
#define PICK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/str.h"
#include "base/vocab.h"
#include "mine/cutoff.h"
#include "record/spool.h"

struct pick_rule {
	bool by_score, by_share; /* whether these parts are in it */
	double min_score;	 /* for by_score */
	double second;		 /* 0: none; or what keeps a kept record, too */
	double absent;		 /* 0: none is; only with by_score alone */
	double share;		 /* for by_share: 0..1 of all records */
	double grey;		 /* 1 or more; 0: there is no grey zone */
	size_t background;	 /* records; 0: none */
};

struct pick_score {
	uint32_t domain; /* its number in names */
	float score;
};

/* What a record is to a domain. */
enum pick_verdict { PICK_NOT, PICK_GREY, PICK_KEPT };

/* What is known of a record. */
struct pick_record {
	struct str line; /* without its line feed; empty if nobody wants it */
	uint64_t hash;	 /* of its id: of equal scores the lesser is better */
	struct pick_score *score; /* (nscore), of distinct domains */
	size_t nscore;
};

struct pick_domain {
	uint64_t nkept; /* records of at least min_score */
	uint64_t sum;	/* of their scores, from 0 to PICK_ONE each */
	bool absent;	/* after pick_settle() */
	struct cutoff share, grey;
	size_t table[2]; /* of the pass at hand; SIZE_MAX: none */
};

/* What a pass counts: the records of a domain whose keys begin alike. */
struct pick_table {
	uint32_t domain;     /* VOCAB_NONE: those that may be background */
	struct cutoff found; /* left has no meaning here */
};

struct pick {
	struct pick_rule rule;
	struct vocab names;	    /* of domains, as they come to be known */
	struct pick_domain *domain; /* (names.nword) */
	uint64_t nrecord;
	struct cutoff background;
	bool settled;

	struct pick_table *table; /* (ntable), after pick_tables() */
	size_t ntable;

	/* private */
	size_t domain_cap, table_cap;
	struct spool meta;  /* a struct entry a record, and its scores */
	struct spool lines; /* of the records */
	struct pick_score *score;
	size_t score_cap;
	struct buf line;
};

enum {
	PICK_FEW = 5,	   /* kept records tell whether a domain is absent */
	PICK_ONE = 1 << 30 /* a score of 1 in sums, which are exact */
};

#define PICK_SURE 0.9F /* a score of a domain that is taken to be absent */

enum { PICK_NCHUNK = 32 }; /* tables that pick_count() fills at a time */

void pick_init(struct pick *p, const struct pick_rule *rule);

/* Whether the rule needs to see the whole corpus. */
bool pick_needs_all(const struct pick_rule *rule);

/* The number of a domain, new or old. */
uint32_t pick_domain(struct pick *p, struct str name);

/* Spool the next record.  Before pick_settle(), it adds to nrecord and nkept. */
void pick_put(struct pick *p, const struct pick_record *r);

/* All are known: what the first pass counted (nrecord, nkept) is whole. */
void pick_settle(struct pick *p);

/* List in table what the next pass has to count; nothing where all is exact. */
void pick_tables(struct pick *p);

/*
 * Count all records that were put for the tables from first on, PICK_NCHUNK of
 * them at most, in bin (PICK_NCHUNK, CUTOFF_NBIN).
 */
void pick_count(struct pick *p, size_t first, uint64_t *bin);

/* The next digit of all thresholds that table was counted for. */
void pick_refine(
    struct pick *p, const struct pick_table *table, const uint64_t *bin);

/* Whether all thresholds are found. */
bool pick_exact(const struct pick *p);

/* All were put: find the thresholds, then begin with the first again. */
void pick_decide(struct pick *p);

/* The next record, borrowed until the next call; false after the last. */
bool pick_next(struct pick *p, struct pick_record *r);

/*
 * The same with an empty line, which costs less; from pick_rewind() to
 * pick_rewind() it is either this or pick_next().
 */
bool pick_next_scores(struct pick *p, struct pick_record *r);

/* Begin with the first record again. */
void pick_rewind(struct pick *p);

/*
 * Whether a record passes; verdict[0..r->nscore) says what it is to the domains
 * of its scores.  Where a domain keeps it, those of rule.second or more do,
 * too; they count for no share and no grey zone.  One that passes and that no
 * domain keeps is background.
 */
bool pick_judge(const struct pick *p, const struct pick_record *r,
    enum pick_verdict *verdict);

/* How many domains are taken to be absent. */
size_t pick_nabsent(const struct pick *p);

/* Free what is held. */
void pick_release(struct pick *p);

#endif
