/*
 * window - records and their vectors, a window of records at a time
 *
 * An encoder works on many texts at once, so records are read in windows: up to
 * max of them, or until they hold 64 MiB.  A record that has "vec" keeps it;
 * the text of any other is encoded.  Records that have neither are reported by
 * rec_bad() and passed over.
 */

#ifndef WINDOW_H
#define WINDOW_H

#include <stdbool.h>
#include <stddef.h>

#include "base/mem.h"
#include "base/str.h"
#include "encode/calibrate.h"
#include "encode/encoder.h"
#include "record/reader.h"

struct window_options {
	struct encoder *encoder; /* NULL: every record must have "vec" */
	size_t dim;		 /* of the vectors */
	size_t max;		 /* records at a time, 1 or more */
	bool each;    /* a text longer than the model reads has many vectors */
	bool texts;   /* texts are wanted of all records, with "vec" or not */
	bool add_vec; /* lines get the "vec" that was made for them */
};

/* A record; its strings are borrowed until the next window_read(). */
struct window_item {
	struct str line; /* as it is to be written, without its line feed */
	struct str id;	 /* "id", or the line as it was read if it has none */
	struct str
	    text;    /* empty if it came with "vec", unless texts are wanted */
	bool stored; /* it came with "vec" */
	size_t row;  /* of x, where its vectors begin */
	size_t nrow; /* how many: 1 to TRANSFORMER_NWINDOW */
};

struct window {
	struct window_options o;
	struct window_item *item; /* (nitem of o.max), in input order */
	size_t nitem;
	float *x; /* (nrow, dim): unit vectors of float16 values, or zeros */
	size_t nrow;

	/* private */
	struct arena mem; /* lines, ids and texts */
	size_t nbyte;	  /* in them */
	size_t x_cap;	  /* rows that x has room for */
	float *stored;	  /* (nstored, dim): vectors that came with records */
	size_t nstored, stored_cap;
	struct str *text; /* (max): those to be encoded */
	size_t *nmade;	  /* (max): how many vectors each of them got */
};

/*
 * Read n vectors of width dim, the "vec" of the record that in read last, into
 * x (n, dim).  False after rec_bad() if it is anything else than n * dim
 * numbers, or if one is neither of unit length, within float16, nor zeros.
 */
bool window_vec(
    struct rec_reader *in, struct str vec, size_t n, size_t dim, float *x);

/* Begin with an empty window; what o points to must outlive w. */
void window_init(struct window *w, const struct window_options *o);

/* The next window of in, one record or more; false at the end of in. */
bool window_read(struct window *w, struct rec_reader *in);

/* Add the vectors of all records of in to c. */
void window_calibrate(
    struct window *w, struct rec_reader *in, struct calibrate *c);

/* Free what is held. */
void window_release(struct window *w);

#endif
