/* seedplan: dimensions from JSON, the draw, the walk, the prompt, the slug */

#include "llm/seedplan.h"

#include <stdlib.h>
#include <string.h>

#include "tap.h"

/* Whether the plan accepts the dimensions; if not, why says the reason. */
static bool
dims(struct seedplan *plan, const char *json, const char *want)
{
	struct buf why = {0};
	bool good = seedplan_read_dims(plan, str_of(json), &why);
	bool same = good ? want == NULL
			 : want != NULL && str_eq(buf_str(&why), str_of(want));

	if (!same)
		printf("# %s: %.*s\n", json, (int)why.len, why.p);
	buf_release(&why);
	return same;
}

/* What a template gives with the first values, or why it gives nothing. */
static bool
prompts(struct seedplan *plan, const char *template,
    const struct seedplan_target *target, const char *want)
{
	struct buf b = {0}, why = {0};
	struct str *text = calloc(plan->ndim, sizeof(*text));
	size_t i;
	bool same;

	for (i = 0; i < plan->ndim; i++)
		text[i] = seedplan_listed(&plan->dim[i], 0);
	plan->template = str_of(template);
	if (!seedplan_prompt(&b, plan, STR("x-1"), target, text, &why)) {
		b.len = 0;
		buf_puts(&b, buf_str(&why));
	}
	same = str_eq(buf_str(&b), str_of(want));
	if (!same)
		printf("# %.*s\n", (int)b.len, b.p);
	free(text);
	buf_release(&b);
	buf_release(&why);
	return same;
}

/* Whether n places of the walk visit each cell of the grid equally often. */
static bool
walks(const struct seedplan *plan, size_t ncell, size_t times)
{
	struct seedplan_walk w;
	size_t *visits = calloc(ncell, sizeof(*visits));
	size_t *choice = calloc(plan->ndim, sizeof(*choice));
	size_t i, n, cell;
	bool even = true;

	seedplan_walk_init(&w, plan, 7, STR("law"));
	for (n = 0; n < ncell * times; n++) {
		seedplan_walk_at(&w, plan, n, choice);
		for (cell = i = 0; i < plan->ndim; i++)
			cell = cell * plan->dim[i].nvalue + choice[i];
		visits[cell]++;
		even = even && visits[cell] == n / ncell + 1;
	}
	seedplan_walk_release(&w, plan);
	free(visits);
	free(choice);
	return even;
}

static bool
slug_is(struct str *domain, size_t n, const char *want)
{
	struct seedplan_target t = {domain, n};
	struct buf b = {0};
	bool same;

	buf_puts(&b, STR("--"));
	seedplan_slug(&b, &t);
	same = str_eq((struct str){b.p + 2, b.len - 2}, str_of(want));
	buf_release(&b);
	return same;
}

static void
try_dims(struct seedplan *plan)
{
	ok(dims(plan, "{\"doc_type\":[\"a\",\"b\"]}", NULL) &&
		plan->dim[0].nvalue == 2,
	    "values are replaced");
	ok(dims(plan, "{\"+doc_type\":{\"c\":\"the c\"}}", NULL) &&
		plan->dim[0].nvalue == 3 &&
		str_eq(plan->dim[0].value[2].name, STR("c")) &&
		str_eq(plan->dim[0].value[2].text, STR("the c")),
	    "values are added, with a text of their own");
	ok(dims(plan, "{\"mood\":[\"x\",\"y\"]}", NULL) && plan->ndim == 4 &&
		strcmp(plan->dim[3].name, "mood") == 0,
	    "a dimension is added");
	ok(dims(plan, "[]", "no JSON object"), "no object");
	ok(dims(plan, "{\"id\":[]}", "a dimension can't be named \"id\""),
	    "a name that is taken");
	ok(dims(plan, "{\"+mood\":[\"y\"]}", "mood: \"y\" is listed twice"),
	    "a value twice");
	ok(dims(plan, "{\"mood\":1}", "mood: neither array nor object"),
	    "no list of values");
	ok(dims(plan, "{\"mood\":[1]}", "mood: a value is no string"),
	    "a value that is a number");
	ok(dims(plan, "{\"mood\":[]}", "mood: no value"), "no value");
	ok(dims(plan, "{\"mood\":[\"x\",\"y\"]}", NULL), "and again");
}

static void
try_prompts(struct seedplan *plan)
{
	struct str name[3] = {STR("A"), STR("B"), STR("Law")};
	struct seedplan_target one = {name + 2, 1}, all = {name, 3};
	size_t i;

	ok(prompts(plan, "{{{id}}} {subject}{cap}; {doc_type}", &one,
	       "{x-1} the industry: Law; a"),
	    "marks and braces");
	ok(prompts(plan, "{subject}", &all, "3 industries: A, B and Law"),
	    "several industries");
	ok(prompts(plan, "{doc_type}{demeanor}{length}{more}", &one,
	       "aProfessionalvery long (more than 1,000 words) Its mood: x."),
	    "what has no mark comes under {more}");
	ok(prompts(plan, "a {b", &one, "a { is not closed"), "an open mark");
	ok(prompts(plan, "a {b}", &one, "nothing is called {b}"),
	    "an unknown mark");
	for (i = 0; !str_eq(plan->industry.value[i].name, name[2]); i++)
		;
	ok(plan->industry.value[i].n == 5 && plan->industry.nother == 2 &&
		plan->dim[3].value[0].n == 5,
	    "uses are counted");
	ok(str_eq(seedplan_given(&plan->dim[0], STR("C")), STR("the c")) &&
		str_eq(seedplan_given(&plan->dim[0], STR("d")), STR("d")) &&
		plan->dim[0].value[2].n == 1 && plan->dim[0].nother == 1,
	    "values that are given");
}

int
main(void)
{
	struct str name[] = {
	    STR("Media & Entertainment"), STR("Law"), STR("--")};
	struct seedplan plan;
	size_t a[4], b[4], i, ncell = 1;

	seedplan_init(&plan);
	ok(plan.ndim == 3 && plan.industry.nvalue == 21, "the paper's values");
	ok(seedplan_has_mark(&plan, "length") &&
		!seedplan_has_mark(&plan, "mood"),
	    "the marks of its template");
	try_dims(&plan);
	for (i = 0; i < plan.ndim; i++)
		ncell *= plan.dim[i].nvalue;
	seedplan_draw(&plan, 1, STR("law-1-0001"), a);
	seedplan_draw(&plan, 1, STR("law-1-0001"), b);
	ok(memcmp(a, b, sizeof(a)) == 0, "the same draw for the same id");
	ok(walks(&plan, ncell, 2), "an even walk");
	try_prompts(&plan);
	ok(slug_is(name, 2, "media-entertainment-law"), "a slug of two");
	ok(slug_is(name + 2, 1, ""), "a slug of nothing");
	seedplan_release(&plan);
	return tap_done();
}
