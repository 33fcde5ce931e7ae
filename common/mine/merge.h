/*
 * merge - join what --per-seed selected from the parts of a corpus
 *
 * The K nearest of the whole to a seed are among the K nearest of each part, so
 * that a record's "hits", as select.h has them, are all that is needed: they
 * name the seeds, their domains and the cosines.  The records must come in the
 * order of the parts.
 */

#ifndef MERGE_H
#define MERGE_H

#include "mine/seeds.h"
#include "mine/select.h"
#include "record/reader.h"

/*
 * Put all records of in into s, whose rule has per_seed, and name in seeds the
 * seeds of their hits; seeds are those that s was made with, empty so far.
 * Records without good "hits" are reported by rec_bad().
 */
void merge_read(struct select *s, struct seeds *seeds, struct rec_reader *in);

#endif
