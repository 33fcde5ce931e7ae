/*
 * picture - points of a plane and their labels as an SVG
 *
 * One file that needs nothing else: seven colours that the colour-blind can
 * tell apart, each in four shapes, so that it can be read in grey too; dark
 * where the reader's screen is; a legend with counts; titles when pointed at.
 * M. Okabe, K. Ito, "Color universal design", 2008, has the colours.
 */

#ifndef PICTURE_H
#define PICTURE_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/str.h"

enum { PICTURE_NONE = UINT32_MAX };

struct picture_point {
	float x, y;
	uint32_t label; /* its first, or PICTURE_NONE */
	uint32_t nlabel;
	struct str title; /* may be empty; UTF-8 */
};

struct picture {
	struct str title; /* of the whole */
	const struct picture_point *point;
	size_t npoint;
	const struct str *label; /* (nlabel), UTF-8 */
	size_t nlabel;
	uint64_t total; /* records that the points were drawn from */
};

/* Append the SVG to out.  Nothing can fail. */
void picture_draw(const struct picture *p, struct buf *out);

#endif
