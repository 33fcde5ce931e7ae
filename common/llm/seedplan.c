/* seedplan - what seed documents are to be about, and the prompts for them */

#include "llm/seedplan.h"

#include <stdlib.h>
#include <string.h>

#include "base/ascii.h"
#include "base/rng.h"
#include "record/json.h"

static const char default_template[] =
    "Write one document as it could be found on the web. Think in six steps "
    "and give the result of each.\n"
    "\n"
    "1. Pick a random topic about {subject}. This is request {id} of a long "
    "series: avoid the topics that come to mind first.\n"
    "2. Write a short premise{cap} for a document of the type \"{doc_type}\" "
    "on that topic.\n"
    "3. Describe briefly{cap} its author, who works in {field}.\n"
    "4. Describe the audience that the author has in mind.\n"
    "5. Give the author's motive{cap} for writing it. The author's demeanor: "
    "{demeanor}.\n"
    "6. Write the document itself, whole and in the author's voice, from the "
    "topic, the premise, the author, the audience and the motive. Its length: "
    "{length}.{more}\n"
    "\n"
    "Answer in these six labelled parts, each label at the start of a line, "
    "and add nothing behind the document:\n"
    "- TOPIC:\n"
    "- PREMISE:\n"
    "- AUTHOR:\n"
    "- AUDIENCE:\n"
    "- MOTIVE:\n"
    "- DOCUMENT:\n";

/* Answers about two industries become long; the paper asks for shorter ones. */
static const char pair_cap[] = " (less than 30 words)";

/* DoPAMine (arXiv 2410.00260), section 3.1. */
static const char *const industries[] = {"Media & Entertainment",
    "Financial Services", "Sports", "Public Sector", "Education", "Gaming",
    "Retail", "Software & Internet", "Travel & Hospitality", "Agriculture",
    "Utilities", "Healthcare & Life sciences", "Real Estate & Construction",
    "Manufacturing", "Telecommunications", "Automotive", "Services",
    "Consumer goods", "Transportation & Logistics", "Law", "Energy", NULL};
static const char *const doc_types[] = {"Report", "Blog post", "News article",
    "List of tweets", "Press release", "Email", "Technical report",
    "Textbook chapter", "Research paper", "Short story", "Advertisement",
    "Product proposal", "Research proposal", "Status update", "Legal brief",
    "Contract", "Memo", NULL};
static const char *const demeanors[] = {"Professional", "Angry", "Bored",
    "Informal", "Sad", "Excited", "Confident", "Exacting", "Poetic", "Pedantic",
    "Attentive to detail", NULL};
static const char *const lengths[] = {"Very long", "Long", "Short", NULL};
static const char *const length_texts[] = {"very long (more than 1,000 words)",
    "long (more than 500 words)", "short (fewer than 500 words)", NULL};

/*
 * Subjects of most other documents on the web.  The contrast of a domain must
 * cover all of them, so each prompt names one.
 */
static const char *const matters[] = {
    ("the standing text of a web site (terms of use, cookies, how to take "
     "part)"),
    "a day in somebody's private life", "a letter between friends or relatives",
    "religion: a sermon, a prayer, a festival", "philosophy or ethics",
    "the history of a place or of a people", "an invented tale", "a poem",
    "a language, its words or its grammar", "mathematics",
    "astronomy or the natural sciences", "wild animals or plants",
    "cooking at home", "a handicraft or a hobby", "pets", "the weather",
    "an opinion on manners or on the times", "dreams, omens or horoscopes",
    "a notice of a neighbourhood or a club", "a work of art",
    "family, friendship or love", "a page of key words and links"};

static void
complain(struct buf *why, const struct seedplan_dim *dim, const char *what)
{
	buf_printf(why, "%s: %s", dim->name, what);
}

static bool
add_value(
    struct seedplan_dim *dim, struct str name, struct str text, struct buf *why)
{
	size_t i;

	for (i = 0; i < dim->nvalue; i++)
		if (str_eq(dim->value[i].name, name)) {
			buf_printf(why, "%s: \"%.*s\" is listed twice",
			    dim->name, (int)name.len, name.p);
			return false;
		}
	dim->value = mem_grow(dim->value, dim->nvalue + 1, sizeof(*dim->value));
	dim->value[dim->nvalue++] = (struct seedplan_value){name, text, 0};
	return true;
}

static void
add_values(struct seedplan_dim *dim, const char *const names[],
    const char *const texts[])
{
	for (; *names != NULL; names++, texts++)
		add_value(dim, str_of(*names), str_of(*texts), NULL);
}

static struct seedplan_dim *
add_dim(struct seedplan *plan, const char *name)
{
	struct seedplan_dim *dim;

	plan->dim = mem_grow(plan->dim, plan->ndim + 1, sizeof(*plan->dim));
	dim = &plan->dim[plan->ndim++];
	*dim = (struct seedplan_dim){.name = name};
	return dim;
}

static struct seedplan_dim *
find_dim(struct seedplan *plan, struct str name)
{
	size_t i;

	if (str_eq(name, str_of(plan->industry.name)))
		return &plan->industry;
	for (i = 0; i < plan->ndim; i++)
		if (str_eq(name, str_of(plan->dim[i].name)))
			return &plan->dim[i];
	return NULL;
}

void
seedplan_init(struct seedplan *plan)
{
	*plan = (struct seedplan){.industry = {.name = "industry"},
	    .template = str_of(default_template)};
	add_values(&plan->industry, industries, industries);
	add_values(add_dim(plan, "doc_type"), doc_types, doc_types);
	add_values(add_dim(plan, "demeanor"), demeanors, demeanors);
	add_values(add_dim(plan, "length"), lengths, length_texts);
}

void
seedplan_release(struct seedplan *plan)
{
	size_t i;

	for (i = 0; i < plan->ndim; i++)
		free(plan->dim[i].value);
	free(plan->dim);
	free(plan->industry.value);
	arena_release(&plan->mem);
}

/* Members that a dimension can't be named after, and marks of the template. */
static bool
is_reserved(struct str name)
{
	static const char *const list[] = {"id", "domains", "prompt",
	    "response", "text", "topic", "premise", "author", "audience",
	    "motive", "subject", "field", "cap", "more", NULL};
	size_t i;

	for (i = 0; list[i] != NULL; i++)
		if (str_eq(name, str_of(list[i])))
			return true;
	return name.len == 0 || memchr(name.p, '}', name.len) != NULL;
}

/* ["a", "b"], or {"a": "text of a", ...} */
static bool
read_values(struct seedplan *plan, struct seedplan_dim *dim, struct str list,
    struct buf *why)
{
	struct json_walk w;
	struct str key, raw, text;
	bool array = json_open(&w, list, '[');

	if (!array && !json_open(&w, list, '{')) {
		complain(why, dim, "neither array nor object");
		return false;
	}
	while (json_next(&w, &plan->mem, &key, &raw)) {
		if (!json_get_str(raw, &plan->mem, &text)) {
			complain(why, dim, "a value is no string");
			return false;
		}
		text = arena_copy(&plan->mem, text);
		key = array ? text : arena_copy(&plan->mem, key);
		if (!add_value(dim, key, text, why))
			return false;
	}
	if (dim->nvalue == 0)
		complain(why, dim, "no value");
	return dim->nvalue > 0;
}

/* NUL-terminated, for as long as the plan. */
static const char *
kept_string(struct seedplan *plan, struct str s)
{
	char *p = arena_alloc(&plan->mem, s.len + 1);

	if (s.len > 0)
		memcpy(p, s.p, s.len);
	p[s.len] = '\0';
	return p;
}

bool
seedplan_read_dims(struct seedplan *plan, struct str json, struct buf *why)
{
	struct str object, key, raw;
	struct json_walk w;
	struct seedplan_dim *dim;
	const char *fault = "no JSON object";
	bool extend;

	if (!json_valid(json, &object, &fault) || !json_open(&w, object, '{')) {
		buf_puts(why, str_of(fault));
		return false;
	}
	while (json_next(&w, &plan->mem, &key, &raw)) {
		extend = key.len > 0 && key.p[0] == '+';
		key.p += extend;
		key.len -= extend;
		if (is_reserved(key)) {
			buf_printf(why, "a dimension can't be named \"%.*s\"",
			    (int)key.len, key.p);
			return false;
		}
		dim = find_dim(plan, key);
		if (dim == NULL)
			dim = add_dim(plan, kept_string(plan, key));
		else if (!extend)
			dim->nvalue = 0;
		if (!read_values(plan, dim, raw, why))
			return false;
	}
	return true;
}

/* The labels are looked for in English, so that is said. */
bool
seedplan_add_language(struct seedplan *plan, struct str name, struct buf *why)
{
	struct seedplan_dim *dim = find_dim(plan, STR("language"));
	struct buf b = {0};
	struct str text;

	if (dim == NULL)
		dim = add_dim(plan, "language");
	buf_printf(&b,
	    "%.*s, as its native speakers write it, while the labels of the "
	    "six parts stay in English",
	    (int)name.len, name.p);
	text = arena_copy(&plan->mem, buf_str(&b));
	buf_release(&b);
	return add_value(dim, name, text, why);
}

/* "A", "A and B", "A, B and C" */
static void
put_domains(struct buf *b, const struct seedplan_target *t)
{
	size_t i;

	for (i = 0; i < t->ndomain; i++) {
		if (i > 0)
			buf_puts(
			    b, i + 1 < t->ndomain ? STR(", ") : STR(" and "));
		buf_puts(b, t->domain[i]);
	}
}

/* What a document of no industry is about: one of the matters, by its id. */
static void
put_matter(struct buf *b, const struct seedplan *plan, struct str id)
{
	const struct seedplan_dim *industry = &plan->industry;
	struct rng rng;
	size_t i;

	rng_init_id(&rng, 0, id);
	buf_printf(b, "%s, and not about any of these industries:",
	    matters[rng_below(&rng, sizeof(matters) / sizeof(*matters))]);
	for (i = 0; i < industry->nvalue; i++)
		buf_printf(b, "%s %.*s", i > 0 ? "," : "",
		    (int)industry->value[i].name.len,
		    industry->value[i].name.p);
}

bool
seedplan_has_mark(const struct seedplan *plan, const char *name)
{
	struct str template = plan->template;
	struct buf mark = {0};
	bool found;

	buf_printf(&mark, "{%s}", name);
	found = memmem(template.p, template.len, mark.p, mark.len) != NULL;
	buf_release(&mark);
	return found;
}

/* Fill in one mark of the template; false if there is no such mark. */
static bool
put_mark(struct buf *b, const struct seedplan *plan, struct str mark,
    struct str id, const struct seedplan_target *t,
    const struct str *text /* (ndim) */)
{
	size_t i;

	if (str_eq(mark, STR("id"))) {
		buf_puts(b, id);
	} else if (str_eq(mark, STR("subject")) && t->ndomain == 0) {
		put_matter(b, plan, id);
	} else if (str_eq(mark, STR("field")) && t->ndomain == 0) {
		buf_puts(b, STR("any field or in none"));
	} else if (str_eq(mark, STR("subject"))) {
		if (t->ndomain == 1)
			buf_puts(b, STR("the industry: "));
		else
			buf_printf(b, "%zu industries: ", t->ndomain);
		put_domains(b, t);
	} else if (str_eq(mark, STR("field"))) {
		put_domains(b, t);
	} else if (str_eq(mark, STR("cap"))) {
		if (t->ndomain > 1)
			buf_puts(b, str_of(pair_cap));
	} else if (str_eq(mark, STR("more"))) {
		for (i = 0; i < plan->ndim; i++)
			if (!seedplan_has_mark(plan, plan->dim[i].name))
				buf_printf(b, " Its %s: %.*s.",
				    plan->dim[i].name, (int)text[i].len,
				    text[i].p);
	} else {
		for (i = 0; i < plan->ndim; i++)
			if (str_eq(mark, str_of(plan->dim[i].name)))
				break;
		if (i == plan->ndim)
			return false;
		buf_puts(b, text[i]);
	}
	return true;
}

/* {{ and }} are braces. */
static bool
fill_template(struct buf *b, const struct seedplan *plan, struct str id,
    const struct seedplan_target *t, const struct str *text /* (ndim) */,
    struct buf *why)
{
	const char *p = plan->template.p, *end = p + plan->template.len;
	struct str mark;

	for (; p < end; p++) {
		if (p + 1 < end && (*p == '{' || *p == '}') && p[1] == *p) {
			buf_putc(b, *p++);
			continue;
		}
		if (*p != '{') {
			buf_putc(b, *p);
			continue;
		}
		for (mark = (struct str){p + 1, 0}; mark.p + mark.len < end;
		     mark.len++)
			if (mark.p[mark.len] == '}')
				break;
		if (mark.p + mark.len == end) {
			buf_puts(why, STR("a { is not closed"));
			return false;
		}
		if (!put_mark(b, plan, mark, id, t, text)) {
			buf_printf(why, "nothing is called {%.*s}",
			    (int)mark.len, mark.p);
			return false;
		}
		p = mark.p + mark.len;
	}
	return true;
}

struct str
seedplan_listed(struct seedplan_dim *dim, size_t k)
{
	dim->value[k].n++;
	return dim->value[k].text;
}

struct str
seedplan_given(struct seedplan_dim *dim, struct str name)
{
	size_t k;

	for (k = 0; k < dim->nvalue; k++)
		if (str_ieq(dim->value[k].name, name))
			return seedplan_listed(dim, k);
	dim->nother++;
	return name;
}

static void
count_industry(struct seedplan_dim *industry, struct str name)
{
	size_t k;

	for (k = 0; k < industry->nvalue; k++)
		if (str_eq(industry->value[k].name, name)) {
			industry->value[k].n++;
			return;
		}
	industry->nother++;
}

bool
seedplan_prompt(struct buf *prompt, struct seedplan *plan, struct str id,
    const struct seedplan_target *target, const struct str *text,
    struct buf *why)
{
	size_t i;

	for (i = 0; i < target->ndomain; i++)
		count_industry(&plan->industry, target->domain[i]);
	return fill_template(prompt, plan, id, target, text, why);
}

void
seedplan_draw(
    const struct seedplan *plan, uint64_t seed, struct str id, size_t *choice)
{
	struct rng rng;
	size_t i;

	rng_init_id(&rng, seed, id);
	for (i = 0; i < plan->ndim; i++)
		choice[i] = rng_below(&rng, plan->dim[i].nvalue);
}

static uint64_t
gcd(uint64_t a, uint64_t b)
{
	uint64_t rest;

	while (b != 0) {
		rest = a % b;
		a = b;
		b = rest;
	}
	return a;
}

void
seedplan_walk_init(struct seedplan_walk *w, const struct seedplan *plan,
    uint64_t seed, struct str slug)
{
	struct rng rng;
	size_t i, j, k, nvalue;

	rng_init_id(&rng, seed, slug);
	w->order = mem_zeroed(plan->ndim, sizeof(*w->order));
	for (i = 0; i < plan->ndim; i++) {
		nvalue = plan->dim[i].nvalue;
		w->order[i] = mem_zeroed(nvalue, sizeof(**w->order));
		for (j = 0; j < nvalue; j++) {
			k = rng_below(&rng, j + 1);
			w->order[i][j] = w->order[i][k];
			w->order[i][k] = j;
		}
	}
}

void
seedplan_walk_release(struct seedplan_walk *w, const struct seedplan *plan)
{
	size_t i;

	for (i = 0; i < plan->ndim; i++)
		free(w->order[i]);
	free(w->order);
}

/*
 * Every dimension advances by one a step, so that its values are used evenly.
 * If the dimensions so far and the next one would repeat too early, at their
 * least common multiple, the next is moved on by one.
 */
void
seedplan_walk_at(const struct seedplan_walk *w, const struct seedplan *plan,
    uint64_t n, size_t *choice)
{
	uint64_t ncell = 1, nvalue, lcm;
	size_t i;

	for (i = 0; i < plan->ndim; i++) {
		nvalue = plan->dim[i].nvalue;
		if (ncell > UINT64_MAX / nvalue / nvalue)
			/* the grid is so large that no run comes to its end */
			nvalue = 1;
		lcm = ncell / gcd(ncell, nvalue) * nvalue;
		ncell *= nvalue;
		choice[i] =
		    w->order[i][(n + n % ncell / lcm) % plan->dim[i].nvalue];
	}
}

void
seedplan_slug(struct buf *slug, const struct seedplan_target *target)
{
	size_t i, j, begin = slug->len;
	struct str name;
	unsigned c;

	if (target->ndomain == 0)
		buf_puts(slug, STR("none"));
	for (i = 0; i < target->ndomain; i++) {
		name = target->domain[i];
		if (slug->len > begin && slug->p[slug->len - 1] != '-')
			buf_putc(slug, '-');
		for (j = 0; j < name.len; j++) {
			c = (unsigned char)name.p[j];
			if (ascii_is_upper(c))
				c |= 0x20;
			if (ascii_is_alnum(c) || c >= 0x80)
				buf_putc(slug, (char)c);
			else if (slug->len > begin &&
				 slug->p[slug->len - 1] != '-')
				buf_putc(slug, '-');
		}
	}
	while (slug->len > begin && slug->p[slug->len - 1] == '-')
		slug->len--;
}
