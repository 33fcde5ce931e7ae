/*
 * seedplan - what seed documents are to be about, and the prompts for them
 *
 * A seed document is of one industry or several, and has a value in each
 * dimension: a type, a demeanor, a length.  The plan holds the values that
 * there are, draws from them at random or in an even walk, and fills the
 * template of the prompt.  DoPAMine (arXiv 2410.00260), section 3.1, gives the
 * values and the steps of the template.
 *
 *	seedplan_init(&plan);
 *	seedplan_read_dims(&plan, json, &why);	as often as there are files
 *	seedplan_draw(&plan, seed, id, choice);
 *	text[i] = seedplan_listed(&plan.dim[i], choice[i]);	for each i
 *	seedplan_prompt(&prompt, &plan, id, &target, text, &why);
 *	seedplan_release(&plan);
 *
 * Each use of a value is counted, so that its share can be told at the end.
 */

#ifndef SEEDPLAN_H
#define SEEDPLAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/str.h"

struct seedplan_value {
	struct str name; /* in the record */
	struct str text; /* in the prompt */
	uint64_t n;	 /* prompts that have it */
};

struct seedplan_dim {
	const char *name;
	struct seedplan_value *value; /* (nvalue), their names distinct */
	size_t nvalue;
	uint64_t nother; /* prompts with a value that isn't listed */
};

struct seedplan {
	struct seedplan_dim industry;
	struct seedplan_dim *dim; /* (ndim), in the order of the members */
	size_t ndim;
	struct str template; /* borrowed, or copied to mem */
	struct arena mem;    /* names and texts, until the plan is released */
};

/*
 * What a prompt is about: one industry or more; or, with ndomain 0, none of
 * those of the plan, but a matter that is drawn by the prompt's id.
 */
struct seedplan_target {
	struct str *domain; /* (ndomain), borrowed */
	size_t ndomain;
};

/* The industries, dimensions and template of the paper. */
void seedplan_init(struct seedplan *plan);
void seedplan_release(struct seedplan *plan);

/*
 * Take dimensions from a JSON object: "NAME" replaces the values of a dimension
 * (or of the industries) or adds one, "+NAME" extends it.  The values are an
 * array of names, or an object of names and of what the prompt says for each.
 * All is copied.  False, with a message appended to why, if the JSON is bad, a
 * name is taken, or a value is missing or listed twice.
 */
bool seedplan_read_dims(
    struct seedplan *plan, struct str json, struct buf *why);

/*
 * Add a language in which documents are to be written: a value of the dimension
 * "language", which the first one makes.  False, with a message, if it is
 * there.
 */
bool seedplan_add_language(
    struct seedplan *plan, struct str name, struct buf *why);

/* Whether the template has the mark {name}. */
bool seedplan_has_mark(const struct seedplan *plan, const char *name);

/* Draw choice[0..ndim) at random: the same for the same seed and id. */
void seedplan_draw(
    const struct seedplan *plan, uint64_t seed, struct str id, size_t *choice);

/* An even walk over the grid of all values, its order drawn by a slug. */
struct seedplan_walk {
	size_t **order; /* (ndim), each (nvalue): a permutation */
};

/*
 * Begin an even walk for a target, given by its slug; seed and slug decide its
 * order.
 */
void seedplan_walk_init(struct seedplan_walk *w, const struct seedplan *plan,
    uint64_t seed, struct str slug);
void seedplan_walk_release(
    struct seedplan_walk *w, const struct seedplan *plan);

/*
 * Fill choice[0..ndim) with the n-th place of the walk.  Each cell of the grid
 * comes once before any comes twice.
 */
void seedplan_walk_at(const struct seedplan_walk *w,
    const struct seedplan *plan, uint64_t n, size_t *choice);

/*
 * Count the use of a value, and return its text in the prompt: of the listed
 * value k, or of one that was given by its name, in any case; a given one that
 * isn't listed is its own text.
 */
struct str seedplan_listed(struct seedplan_dim *dim, size_t k);
struct str seedplan_given(struct seedplan_dim *dim, struct str name);

/*
 * Append the prompt: the template with its marks filled, text[0..ndim) being
 * what it says for the values.  The target's industries are counted.  False,
 * with a message appended to why, if the template has a mark that isn't closed
 * or that nothing is called.
 */
bool seedplan_prompt(struct buf *prompt, struct seedplan *plan, struct str id,
    const struct seedplan_target *target, const struct str *text,
    struct buf *why);

/*
 * Append the target's slug: "media-entertainment-law" of two industries, "none"
 * of no industry.
 */
void seedplan_slug(struct buf *slug, const struct seedplan_target *target);

#endif
