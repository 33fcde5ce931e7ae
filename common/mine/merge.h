/*
 * merge - join what was selected from the parts of a corpus
 *
 * The K nearest of the whole to a seed are among the K nearest of each part, so
 * that for --per-seed a record's "hits", as select.h has them, are all that is
 * needed: they name the seeds, their domains and the cosines.  The best share
 * of the whole may lie in one part, so for --share the parts must have passed
 * every record, with its "scores" and its nearest seed of each domain among the
 * hits. The records must come in the order of the parts.
 */

#ifndef MERGE_H
#define MERGE_H

#include "mine/seeds.h"
#include "mine/select.h"
#include "record/reader.h"

/*
 * Put all records of in into s, whose rule has either per_seed or by_share, and
 * name in seeds the seeds of their hits; seeds are those that s was made with,
 * empty so far.  Records without good "hits" or "scores" are reported by
 * rec_bad(); CLI_FATAL if the scores are of other domains
 * than the hits.
 */
void merge_read(struct select *s, struct seeds *seeds, struct rec_reader *in);

#endif
