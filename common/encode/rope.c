#include "encode/rope.h"

#include <math.h>

#include "base/mem.h"
#include "record/json.h"
#include "token/modelfile.h"

float *
rope_table(size_t nposition, size_t width, float theta, float ntk)
{
	float *table = mem_alloc(nposition * width * sizeof(*table));
	size_t half = width / 2, p, i;
	float slow, angle, share = powf(ntk, 2 / (float)width);

	for (i = 0; i < half; i++) {
		slow = 1 / powf(theta * ntk, (float)(2 * i) / (float)width) /
		       share;
		for (p = 0; p < nposition; p++) {
			angle = (float)p * slow;
			table[p * width + i] = cosf(angle);
			table[p * width + half + i] = sinf(angle);
		}
	}
	return table;
}

static bool
is_there(
    struct str object, struct arena *mem, const char *name, struct str *raw)
{
	return object.p[0] == '{' &&
	       json_member(object, mem, str_of(name), raw) && raw->p[0] != 'n';
}

/* A number above 0 if it is there; false: something else is. */
static bool
take_number(
    struct str object, struct arena *mem, const char *name, float *value)
{
	struct str raw;
	double x;

	if (!is_there(object, mem, name, &raw))
		return true;
	if (!json_get_num(raw, &x) || !(x > 0 && x < 1e30))
		return false;
	*value = (float)x;
	return true;
}

/* "rope_parameters" of a kind of layer, as transformers has it since 5.0. */
static bool
take_parameters(
    struct str all, struct arena *mem, const char *kind, float *theta)
{
	struct str part, type = STR("default");

	if (!is_there(all, mem, kind, &part))
		return true;
	if (part.p[0] != '{')
		return false;
	modelfile_str(part, mem, "rope_type", &type);
	return str_eq(type, STR("default")) &&
	       take_number(part, mem, "rope_theta", theta);
}

static bool
read_modern(struct rope_plan *plan, struct str config, struct arena *mem,
    const char **why)
{
	struct str raw;
	size_t n = 128;

	plan->theta = 160000;
	plan->local_theta = 10000;
	plan->every = 3;
	*why = "rope_scaling";
	if (is_there(config, mem, "rope_scaling", &raw))
		return false;
	*why = "global_rope_theta";
	if (!take_number(config, mem, "global_rope_theta", &plan->theta))
		return false;
	*why = "local_rope_theta";
	if (json_member(config, mem, STR("local_rope_theta"), &raw) &&
	    raw.p[0] == 'n')
		plan->local_theta = plan->theta;
	if (!take_number(config, mem, "local_rope_theta", &plan->local_theta))
		return false;
	*why = "rope_parameters";
	if (is_there(config, mem, "rope_parameters", &raw) &&
	    (!take_parameters(raw, mem, "full_attention", &plan->theta) ||
		!take_parameters(
		    raw, mem, "sliding_attention", &plan->local_theta)))
		return false;
	*why = "local_attention";
	if (is_there(config, mem, "local_attention", &raw) &&
	    (!json_get_size(raw, &n) || n < 2 || n > 1 << 20))
		return false;
	plan->window = n / 2;
	*why = "global_attn_every_n_layers";
	if (is_there(config, mem, "global_attn_every_n_layers", &raw) &&
	    (!json_get_size(raw, &plan->every) || plan->every == 0))
		return false;
	*why = "layer_types";
	if (is_there(config, mem, "layer_types", &raw)) {
		if (raw.p[0] != '[')
			return false;
		plan->types = raw;
	}
	return true;
}

static bool
read_new(struct rope_plan *plan, struct str config, struct arena *mem,
    const char **why)
{
	static const char *const off[] = {
	    "logn_attention_scale", "logn_attention_clip1"};
	struct str raw, type = STR("absolute");
	bool on = false;
	size_t i;

	plan->theta = 10000;
	*why = "position_embedding_type";
	modelfile_str(config, mem, "position_embedding_type", &type);
	if (!str_eq(type, STR("rope")))
		return false;
	*why = "rope_theta";
	if (!take_number(config, mem, "rope_theta", &plan->theta))
		return false;
	*why = "rope_scaling";
	if (is_there(config, mem, "rope_scaling", &raw) &&
	    (!modelfile_str(raw, mem, "type", &type) ||
		!str_eq(type, STR("ntk")) ||
		!take_number(raw, mem, "factor", &plan->ntk) ||
		is_there(raw, mem, "mixed_b", &raw)))
		return false;
	*why = "layer_norm_type";
	type = STR("layer_norm");
	modelfile_str(config, mem, "layer_norm_type", &type);
	if (!str_eq(type, STR("layer_norm")))
		return false;
	for (i = 0; i < sizeof(off) / sizeof(*off); i++) {
		*why = off[i];
		modelfile_bool(config, mem, off[i], &on);
		if (on)
			return false;
	}
	return true;
}

bool
rope_read(
    struct rope_plan *plan, struct str config, bool modern, const char **why)
{
	struct arena mem = {0};
	bool good;

	*plan = (struct rope_plan){.ntk = 1, .every = 1, .types = STR("")};
	good = modern ? read_modern(plan, config, &mem, why)
		      : read_new(plan, config, &mem, why);
	arena_release(&mem);
	return good;
}

bool
rope_is_local(const struct rope_plan *plan, size_t i)
{
	struct arena mem = {0};
	struct json_walk w;
	struct str key, item, type = STR("");
	size_t n = 0;
	bool local;

	if (plan->types.len == 0)
		return i % plan->every != 0;
	json_open(&w, plan->types, '[');
	while (json_next(&w, &mem, &key, &item))
		if (n++ == i)
			json_get_str(item, &mem, &type);
	local = str_eq(type, STR("sliding_attention"));
	arena_release(&mem);
	return local;
}
