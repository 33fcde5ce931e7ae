/*
 * rope: angles are those of the definition; what a config.json says of them, and
 * what can't be run; JSON has ' for "
 */

#include "encode/rope.h"

#include <math.h>
#include <stdlib.h>

#include "base/buf.h"
#include "record/json.h"

#include "tap.h"

static const char *
valid(struct buf *json, const char *text, struct str *raw)
{
	const char *why = NULL;

	json->len = 0;
	for (; *text != '\0'; text++)
		buf_putc(json, (char)(*text == '\'' ? '"' : *text));
	return json_valid(buf_str(json), raw, &why) ? NULL : why;
}

/* What it says can't be run; "" if it can. */
static const char *
reads(struct buf *json, struct rope_plan *plan, const char *text, bool modern)
{
	struct str raw;
	const char *why = valid(json, text, &raw);

	if (why != NULL)
		return why;
	return rope_read(plan, raw, modern, &why) ? "" : why;
}

static bool
near(float got, double want)
{
	return fabs((double)got - want) < 1e-5;
}

/* By float32 as models have it: within 1e-5 of the definition by double. */
static void
tables(void)
{
	static const float factor[] = {1, 4};
	const size_t npos = 9, width = 6, half = 3;
	double angle, theta = 100;
	size_t k, p, i;

	for (k = 0; k < 2; k++) {
		double f = (double)factor[k];
		float *table = rope_table(npos, width, 100, factor[k]);
		bool good = true;

		for (p = 0; p < npos; p++)
			for (i = 0; i < half; i++) {
				angle = (double)p /
					pow(theta * f,
					    2 * (double)i / (double)width) /
					pow(f, 2 / (double)width);
				good &= near(table[p * width + i], cos(angle));
				good &= near(
				    table[p * width + half + i], sin(angle));
			}
		ok(good, k == 0 ? "cosines and sines" : "scaled by NTK");
		free(table);
	}
}

static bool
is_plan(const struct rope_plan *p, float theta, float local, size_t window,
    size_t every)
{
	return near(p->theta, (double)theta) &&
	       near(p->local_theta, (double)local) && p->window == window &&
	       p->every == every && near(p->ntk, 1) && p->types.len == 0;
}

static void
modern_plans(struct buf *json)
{
	struct rope_plan p;

	ok(*reads(json, &p, "{}", true) == '\0' &&
		is_plan(&p, 160000, 10000, 64, 3),
	    "modernbert: what goes without saying");
	ok(!rope_is_local(&p, 0) && rope_is_local(&p, 1) &&
		rope_is_local(&p, 2) && !rope_is_local(&p, 3),
	    "every third layer sees all");
	ok(*reads(json, &p,
	       "{'global_rope_theta':900,'local_rope_theta':40.0,"
	       "'local_attention':7,'global_attn_every_n_layers':1,"
	       "'rope_scaling':null,'rope_parameters':null,"
	       "'layer_types':null}",
	       true) == '\0' &&
		is_plan(&p, 900, 40, 3, 1) && !rope_is_local(&p, 1),
	    "all of it said");
	ok(*reads(json, &p,
	       "{'global_rope_theta':900,'local_rope_theta':null,"
	       "'local_attention':null,'global_attn_every_n_layers':null}",
	       true) == '\0' &&
		is_plan(&p, 900, 900, 64, 3),
	    "null: the local one is as the global one");
	ok(*reads(json, &p,
	       "{'rope_parameters':{'full_attention':{'rope_theta':500},"
	       "'sliding_attention':{'rope_type':'default','rope_theta':30}}}",
	       true) == '\0' &&
		is_plan(&p, 500, 30, 64, 3),
	    "rope_parameters");
	ok(*reads(json, &p,
	       "{'rope_parameters':{'sliding_attention':{},"
	       "'full_attention':null}}",
	       true) == '\0' &&
		is_plan(&p, 160000, 10000, 64, 3),
	    "rope_parameters that say nothing");
	ok(*reads(json, &p,
	       "{'layer_types':['sliding_attention','full_attention',3]}",
	       true) == '\0' &&
		rope_is_local(&p, 0) && !rope_is_local(&p, 1) &&
		!rope_is_local(&p, 2) && !rope_is_local(&p, 3),
	    "layers by name");
}

static void
new_plans(struct buf *json)
{
	struct rope_plan p;

	ok(*reads(json, &p, "{'position_embedding_type':'rope'}", false) ==
		    '\0' &&
		near(p.theta, 10000) && near(p.ntk, 1) && !rope_is_local(&p, 5),
	    "new: what goes without saying");
	ok(*reads(json, &p,
	       "{'position_embedding_type':'rope','rope_theta':500,"
	       "'rope_scaling':{'type':'ntk','factor':8.0,'mixed_b':null},"
	       "'layer_norm_type':'layer_norm',"
	       "'logn_attention_scale':false}",
	       false) == '\0' &&
		near(p.theta, 500) && near(p.ntk, 8),
	    "scaled by NTK");
}

#define ROPE "{'position_embedding_type':'rope',"

static const struct {
	const char *json, *why;
	bool modern;
} refused[] = {
    {"{'rope_scaling':{}}", "rope_scaling", true},
    {"{'global_rope_theta':0}", "global_rope_theta", true},
    {"{'global_rope_theta':-3}", "global_rope_theta", true},
    {"{'global_rope_theta':1e31}", "global_rope_theta", true},
    {"{'global_rope_theta':'9'}", "global_rope_theta", true},
    {"{'local_rope_theta':0}", "local_rope_theta", true},
    {"{'rope_parameters':{'full_attention':3}}", "rope_parameters", true},
    {"{'rope_parameters':{'full_attention':{'rope_type':'yarn'}}}",
	"rope_parameters", true},
    {"{'rope_parameters':{'sliding_attention':{'rope_theta':0}}}",
	"rope_parameters", true},
    {"{'local_attention':1}", "local_attention", true},
    {"{'local_attention':1048577}", "local_attention", true},
    {"{'local_attention':-4}", "local_attention", true},
    {"{'global_attn_every_n_layers':0}", "global_attn_every_n_layers", true},
    {"{'global_attn_every_n_layers':0.5}", "global_attn_every_n_layers", true},
    {"{'layer_types':'full_attention'}", "layer_types", true},
    {"{}", "position_embedding_type", false},
    {"{'position_embedding_type':'absolute'}", "position_embedding_type",
	false},
    {ROPE "'rope_theta':0}", "rope_theta", false},
    {ROPE "'rope_scaling':{'factor':8}}", "rope_scaling", false},
    {ROPE "'rope_scaling':{'type':'linear','factor':8}}", "rope_scaling",
	false},
    {ROPE "'rope_scaling':{'type':'ntk','factor':0}}", "rope_scaling", false},
    {ROPE "'rope_scaling':{'type':'ntk','factor':8,'mixed_b':0.6}}",
	"rope_scaling", false},
    {ROPE "'rope_scaling':8}", "rope_scaling", false},
    {ROPE "'layer_norm_type':'rms_norm'}", "layer_norm_type", false},
    {ROPE "'logn_attention_scale':true}", "logn_attention_scale", false},
    {ROPE "'logn_attention_clip1':true}", "logn_attention_clip1", false},
};

int
main(void)
{
	struct buf json = {0};
	struct rope_plan p;
	size_t i;

	tables();
	modern_plans(&json);
	new_plans(&json);
	for (i = 0; i < sizeof(refused) / sizeof(*refused); i++)
		ok(strcmp(reads(&json, &p, refused[i].json, refused[i].modern),
		       refused[i].why) == 0,
		    refused[i].json);
	buf_release(&json);
	return tap_done();
}
