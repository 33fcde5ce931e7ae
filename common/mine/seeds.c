#include "mine/seeds.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/cli.h"
#include "math/float16.h"
#include "record/gz.h"
#include "record/rec.h"
#include "record/tool.h"

/* What grows while files are read. */
struct reading {
	struct seeds *s;
	struct encoder *e;
	bool stored; /* "vec" counts */
	struct seeds_names names;
	size_t vec_cap;
};

void
seeds_pair(struct seeds_names *names, uint32_t seed, struct str domain)
{
	uint32_t *pair;

	if (names->npair == names->cap) {
		names->cap = 2 * names->cap + 64;
		names->pair =
		    mem_grow(names->pair, names->cap, 2 * sizeof(*pair));
	}
	pair = names->pair + 2 * names->npair++;
	pair[0] = seed;
	pair[1] = vocab_add(&names->domain, domain);
}

/* The vector of a seed into the next row; why not, or NULL. */
static const char *
add_vec(struct reading *r, const struct rec *rec)
{
	struct seeds *s = r->s;
	struct str text, vec;
	bool stored = r->stored && rec_get_str(rec, "vec", &vec);
	float *row;
	size_t i;

	if (!stored && !rec_get_str(rec, "text", &text))
		return "no string \"text\"";
	if (!stored && r->e == NULL)
		return "no \"vec\", and no --model to make one";
	if (s->dim == 0 && stored)
		s->dim = float16_count(vec);
	if (s->nseed == r->vec_cap) {
		r->vec_cap = 2 * r->vec_cap + 64;
		s->vec =
		    mem_grow(s->vec, r->vec_cap * (s->dim + 1), sizeof(*row));
	}
	row = s->vec + s->nseed * s->dim;
	if (!stored)
		encoder_embed(r->e, &text, 1, row);
	else if (!float16_parse(vec, row, s->dim))
		return "a \"vec\" that is no base64 of float16, or of "
		       "another width";
	for (i = 0; i < s->dim; i++)
		if (row[i] != 0)
			return NULL;
	return stored			 ? "a \"vec\" of zeros"
	       : str_trim(text).len == 0 ? "an empty \"text\""
					 : "no word of the \"text\" is known "
					   "to the model";
}

/* What keeps a record from being a seed, or NULL. */
static const char *
add_seed(struct reading *r, const struct rec *rec, struct str *id)
{
	struct str *domain;
	size_t n, i;
	const char *why;

	if (!rec_get_str(rec, "id", id))
		return "no string \"id\"";
	if (!rec_get_strs(rec, "domains", &domain, &n))
		return "no \"domains\"";
	if ((why = add_vec(r, rec)) != NULL)
		return why;
	if (vocab_add(&r->names.id, *id) != r->s->nseed)
		cli_errx(CLI_FATAL, "two seeds with the id %.*s", (int)id->len,
		    id->p);
	for (i = 0; i < n; i++)
		seeds_pair(&r->names, (uint32_t)r->s->nseed, domain[i]);
	r->s->nseed++;
	return NULL;
}

static void
add_line(struct reading *r, struct arena *mem, struct str line,
    const char *path, size_t number)
{
	struct str id = {0};
	struct rec rec;
	const char *why;
	char where[4096];

	if (str_trim(line).len == 0)
		return;
	if (number == 1 && str_starts(line, STR("\xef\xbb\xbf")))
		line.p += 3, line.len -= 3;
	if (rec_parse(&rec, mem, line, &why))
		why = add_seed(r, &rec, &id);
	if (why != NULL) {
		snprintf(where, sizeof(where), "%s:%zu", path, number);
		tool_bad(where, id, "%s", why);
	}
	arena_clear(mem);
}

static void
add_file(struct reading *r, const char *path)
{
	struct gz *gz = gz_open(path);
	struct arena mem = {0};
	struct buf all = {0};
	const char *p, *end, *nl;
	size_t n, number = 0;

	if (gz == NULL)
		cli_err(CLI_FATAL, "%s", path);
	do {
		buf_reserve(&all, 256 << 10);
		n = gz_read(gz, all.p + all.len, all.cap - all.len);
		all.len += n;
	} while (n > 0);
	if (gz_why(gz) != NULL)
		cli_errx(CLI_FATAL, "%s: %s", path, gz_why(gz));
	gz_close(gz);
	for (p = all.p, end = p + all.len; p < end; p = nl + 1) {
		nl = memchr(p, '\n', (size_t)(end - p));
		if (nl == NULL)
			nl = end;
		add_line(
		    r, &mem, (struct str){p, (size_t)(nl - p)}, path, ++number);
	}
	buf_release(&all);
	arena_release(&mem);
}

static int
by_bytes(const void *pa, const void *pb)
{
	const struct str *a = pa, *b = pb;

	return str_cmp(*a, *b);
}

/* The seeds of each domain, from the labels. */
static void
list_members(struct seeds *s, size_t npair)
{
	size_t d, i, n = 0;

	s->member = mem_alloc((npair + 1) * sizeof(*s->member));
	s->first = mem_alloc((s->ndomain + 1) * sizeof(*s->first));
	for (d = 0; d < s->ndomain; d++) {
		s->first[d] = n;
		for (i = 0; i < s->nseed; i++)
			if (s->label[i * s->ndomain + d])
				s->member[n++] = (uint32_t)i;
	}
	s->first[d] = n;
}

void
seeds_name(struct seeds *s, struct seeds_names *names)
{
	const struct vocab *id = &names->id, *domain = &names->domain;
	const uint32_t *pair = names->pair;
	struct vocab sorted = {0};
	size_t i;

	s->nseed = id->nword;
	s->ndomain = domain->nword;
	s->id = mem_alloc((s->nseed + 1) * sizeof(*s->id));
	for (i = 0; i < s->nseed; i++)
		s->id[i] = arena_copy(&s->mem, id->word[i]);
	s->domain = mem_alloc((s->ndomain + 1) * sizeof(*s->domain));
	for (i = 0; i < s->ndomain; i++)
		s->domain[i] = arena_copy(&s->mem, domain->word[i]);
	qsort(s->domain, s->ndomain, sizeof(*s->domain), by_bytes);
	for (i = 0; i < s->ndomain; i++)
		vocab_add(&sorted, s->domain[i]);
	s->label = mem_zeroed(s->nseed * s->ndomain + 1, sizeof(*s->label));
	for (i = 0; i < names->npair; i++)
		s->label[pair[2 * i] * s->ndomain +
			 vocab_find(&sorted, domain->word[pair[2 * i + 1]])] =
		    true;
	list_members(s, names->npair);
	vocab_release(&sorted);
	vocab_release(&names->id);
	vocab_release(&names->domain);
	free(names->pair);
	*names = (struct seeds_names){0};
}

void
seeds_read(struct seeds *s, char *const *path, size_t npath, struct encoder *e,
    bool stored)
{
	struct reading r = {.s = s, .e = e, .stored = stored};
	size_t i;

	*s = (struct seeds){.dim = e != NULL ? encoder_dim(e) : 0};
	for (i = 0; i < npath; i++)
		add_file(&r, path[i]);
	if (r.names.npair == 0)
		cli_errx(CLI_FATAL, "no seed of a domain in %s", path[0]);
	seeds_name(s, &r.names);
}

void
seeds_release(struct seeds *s)
{
	free(s->id);
	free(s->domain);
	free(s->label);
	free(s->member);
	free(s->first);
	free(s->vec);
	arena_release(&s->mem);
	*s = (struct seeds){0};
}
