/*
 * panel - several encoders judge a record together
 *
 * Encoders see different things: word counts of the corpus the words that are
 * its own, a BERT what they mean.  Each has a contrast of the same seeds, whose
 * scores are probabilities; the mean of their log-odds is better than any of
 * them.  An encoder that knows nothing of a text, which scores 0, does not
 * count.
 *
 * The first encoder is the caller's, who has its scores already; a panel is of
 * the others, and works on texts alone.
 */

#ifndef PANEL_H
#define PANEL_H

#include <stddef.h>

#include "base/str.h"
#include "encode/encoder.h"
#include "mine/contrast.h"
#include "mine/seeds.h"

struct panel_judge {
	struct encoder *encoder; /* owned */
	struct seeds seeds;
	struct contrast contrast;
};

struct panel {
	struct panel_judge *judge; /* (n) */
	size_t n;

	/* private: room for cap texts */
	float *x, *work, *score;
	double *sum;
	unsigned char *said;
	size_t cap;
};

/*
 * Add a judge, whose seeds are the texts of path[0..npath), as seeds_read() has
 * them; there are two domains or more.  A zeroed panel has none.  first: the
 * seeds of the first encoder; where the judge has not the same domains, as
 * where it knows no word of all seeds of one, the tool ends with CLI_FATAL.
 */
void panel_add(struct panel *p, struct encoder *encoder, char *const *path,
    size_t npath, const struct seeds *first);

/*
 * score (n, ndomain) holds what the first encoder says of the texts; it becomes
 * what all say.
 */
void panel_score(
    struct panel *p, const struct str *text, size_t n, float *score);

/* Close the encoders and free what is held. */
void panel_release(struct panel *p);

#endif
