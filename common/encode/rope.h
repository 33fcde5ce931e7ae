/*
 * rope - rotary positions as a model's config.json describes them
 *
 * J. Su et al., "RoFormer: enhanced transformer with rotary position
 * embedding", 2021.  The angle i of position p is p / theta^(2i / width), in
 * float32, as Hugging Face's models compute it; scaled by NTK with a fixed
 * factor f, theta is f times as large and all angles are divided by f^(2 /
 * width), as gte-v1.5 has it.
 */

#ifndef ROPE_H
#define ROPE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"

/*
 * A table for bert.h: (nposition, width), of each position the cosines of
 * width / 2 angles, then their sines.  ntk: the factor, or 1.  The caller frees
 * it.
 */
float *rope_table(size_t nposition, size_t width, float theta, float ntk);

/* How the layers of a model attend. */
struct rope_plan {
	float theta, local_theta, ntk;
	size_t window; /* of the layers that are local */
	size_t every;  /* layer i is local if i % every is not 0; or, with 0, */
	struct str types; /* by this array of names; "" is none */
};

/*
 * Read it of config, the JSON object of config.json, of a "modernbert" or of a
 * "new", which has no local layers.  False, and *why names what can't be run.
 */
bool rope_read(
    struct rope_plan *plan, struct str config, bool modern, const char **why);

/* Whether layer i is local. */
bool rope_is_local(const struct rope_plan *plan, size_t i);

#endif
