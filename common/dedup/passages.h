/*
 * passages - cut the runs of words of a text that stood in an earlier place
 *
 * All texts are added first; then the runs that stood before are found among
 * all of them at once (suffix); then each text is given once more, in the same
 * order, and what stood before is cut from it.
 *
 *	passages_init(&p, 50, true, &budget);
 *	while (...)
 *		passages_add(&p, text);
 *	passages_find(&p);
 *	while (...)
 *		if (passages_cut(&p, text, &rest))
 *			...
 *	passages_release(&p);
 *
 * Memory: that of suffix, and 4 bytes a text where places are asked for.
 */

#ifndef PASSAGES_H
#define PASSAGES_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/str.h"
#include "dedup/suffix.h"

/* A stretch that was cut from a text, and where its words stay. */
struct passages_place {
	size_t start, end; /* bytes [start, end) of the text */
	size_t text;	   /* the text where they stay, from 0 */
};

struct passages {
	struct budget *budget;
	struct suffix suffix; /* suffix.full: more than SUFFIX_MOST was added */
	size_t min;	      /* words in the shortest run that is cut */
	bool placed;	      /* whether places are asked for */
	struct buf first;     /* of uint32_t, (ntext): the number of the first
				 word of each text; only with placed */
	size_t nword;	      /* of the texts that were cut so far */
	struct buf rest;      /* of the text being cut */
	struct passages_place *place; /* (nplace), of the text cut last */
	size_t nplace, place_cap;
};

/*
 * min is at least 1.  With places, each cut tells where its words stay.  The
 * budget must outlive p; NULL is no bound.  The caller releases p.
 */
void passages_init(
    struct passages *p, size_t min, bool places, struct budget *budget);
void passages_release(struct passages *p);

/*
 * Add a text, of which nothing is borrowed.  False when memory won't do, or
 * when the words of all texts are more than SUFFIX_MOST bytes.
 */
bool passages_add(struct passages *p, struct str text);

/* Find what stood before, after the last text was added. */
void passages_find(struct passages *p);

/*
 * Cut the next of the texts added, which is given again as it was.  rest is
 * the text without the words of runs that stood before; of the white space at
 * the two ends of a cut, the one with more lines stays.  rest and p->place are
 * borrowed until the next call.  False if nothing was cut: rest is then text.
 */
bool passages_cut(struct passages *p, struct str text, struct str *rest);

#endif
