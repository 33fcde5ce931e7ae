#include "mine/merge.h"

#include <stdlib.h>
#include <string.h>

#include "base/cli.h"
#include "base/mem.h"
#include "record/json.h"
#include "record/tool.h"

struct merge {
	struct select *select;
	struct seeds_names names;
	struct rec_reader *in;
	bool share;

	/* of the record at hand */
	struct select_hit *hit; /* (nhit) */
	size_t nhit, hit_cap;

	/* for the share */
	const struct vocab *domain; /* those of the first record, in order */
	float *score;		    /* (domain->nword), of the record at hand */
	bool *near;	  /* (domain->nword): whether it has a hit of each */
	uint64_t nrecord; /* counted from 1 */
	uint64_t *met; /* (met_cap), of each seed: the record of its last hit */
	size_t met_cap;
};

/* Note the domains of a hit, an array. */
static void
read_domains(struct merge *m, struct str raw, uint32_t seed, bool is_new,
    struct arena *mem)
{
	struct json_walk w;
	struct str key, item, name;
	uint32_t d;

	json_open(&w, raw, '[');
	while ((is_new || m->share) && json_next(&w, mem, &key, &item)) {
		if (!json_get_str(item, mem, &name))
			continue;
		if (is_new)
			seeds_pair(&m->names, seed, name);
		d = m->share ? vocab_find(m->domain, name) : VOCAB_NONE;
		if (d != VOCAB_NONE)
			m->near[d] = true;
	}
}

/* Whether the record at hand has no hit of the seed yet; it has one from now on. */
static bool
is_first(struct merge *m, uint32_t seed)
{
	size_t cap = m->met_cap;

	if (seed >= cap) {
		m->met_cap = cap > 0 ? 2 * cap : 1024;
		m->met_cap = m->met_cap > seed ? m->met_cap : seed + 1;
		m->met = mem_grow(m->met, m->met_cap, sizeof(*m->met));
		memset(m->met + cap, 0, (m->met_cap - cap) * sizeof(*m->met));
	}
	if (m->met[seed] == m->nrecord)
		return false;
	m->met[seed] = m->nrecord;
	return true;
}

/* One hit as select_set() writes it; NULL, or what is wrong with it. */
static const char *
read_hit(struct merge *m, struct str raw, struct arena *mem)
{
	uint32_t seed, known = m->names.id.nword;
	struct str id, domains, item;
	double sim;

	if (raw.p[0] != '{' || !json_member(raw, mem, STR("seed"), &item) ||
	    !json_get_str(item, mem, &id) ||
	    !json_member(raw, mem, STR("sim"), &item) ||
	    !json_get_num(item, &sim) ||
	    !json_member(raw, mem, STR("domains"), &domains) ||
	    domains.p[0] != '[')
		return "a hit without seed, sim or domains";
	seed = vocab_add(&m->names.id, id);
	read_domains(m, domains, seed, seed == known, mem);
	if (!is_first(m, seed))
		return "two hits of one seed";
	if (m->nhit == m->hit_cap) {
		m->hit_cap = m->hit_cap > 0 ? 2 * m->hit_cap : 32;
		m->hit = mem_grow(m->hit, m->hit_cap, sizeof(*m->hit));
	}
	m->hit[m->nhit++] = (struct select_hit){seed, (float)sim};
	return NULL;
}

static bool
read_hits(struct merge *m, const struct rec *rec)
{
	const char *why = NULL;
	struct json_walk w;
	struct str raw, key;
	size_t d;

	m->nrecord++;
	m->nhit = 0;
	for (d = 0; d < m->domain->nword; d++)
		m->near[d] = false;
	if (!rec_get(rec, "hits", &raw) || !json_open(&w, raw, '[')) {
		rec_bad(m->in, "no array \"hits\"");
		return false;
	}
	while (why == NULL && json_next(&w, rec->mem, &key, &raw))
		why = read_hit(m, raw, rec->mem);
	for (d = 0; why == NULL && d < m->domain->nword; d++)
		if (!m->near[d])
			why = "no hit of each domain, as --min-score 0 makes "
			      "them";
	if (why != NULL)
		rec_bad(m->in, "%s", why);
	return why == NULL;
}

/*
 * The domains of the first scores are those of all; false, and the next record
 * is the first, if some of them are no numbers.
 */
static bool
name_domains(struct merge *m, struct str scores, struct arena *mem)
{
	struct json_walk w;
	struct str raw, key;
	double x;

	json_open(&w, scores, '{');
	while (json_next(&w, mem, &key, &raw))
		if (!json_get_num(raw, &x))
			return false;
	json_open(&w, scores, '{');
	while (json_next(&w, mem, &key, &raw))
		pick_domain(&m->select->pick, key);
	m->score = mem_zeroed(m->domain->nword + 1, sizeof(*m->score));
	m->near = mem_zeroed(m->domain->nword + 1, sizeof(*m->near));
	return true;
}

static bool
read_scores(struct merge *m, const struct rec *rec)
{
	struct json_walk w;
	struct str raw, key;
	bool same = true;
	size_t n = 0;
	double x;

	if (!rec_get(rec, "scores", &raw) || !json_open(&w, raw, '{')) {
		rec_bad(m->in, "no object \"scores\"");
		return false;
	}
	if (m->score == NULL && !name_domains(m, raw, rec->mem)) {
		rec_bad(m->in, "\"scores\" that are no numbers");
		return false;
	}
	for (; same && json_next(&w, rec->mem, &key, &raw); n++) {
		same = n < m->domain->nword &&
		       str_eq(key, m->domain->word[n]) && json_get_num(raw, &x);
		if (same)
			m->score[n] = (float)x;
	}
	if (!same || n != m->domain->nword) {
		rec_bad(m->in, "no \"scores\" of the domains of the first "
			       "record, in their order");
		return false;
	}
	return true;
}

static void
read_record(struct merge *m, const struct rec *rec)
{
	struct str id = rec->line;
	size_t i;

	if ((m->share && !read_scores(m, rec)) || !read_hits(m, rec))
		return;
	rec_get_str(rec, tool_id(), &id);
	if (m->share) {
		select_put_hits(m->select, rec->line, id, m->score,
		    m->domain->nword, m->hit, m->nhit);
		return;
	}
	for (i = 0; i < m->nhit; i++)
		select_offer(m->select, m->hit[i].seed, m->hit[i].sim);
	select_put(m->select, rec->line, id, NULL, NULL);
}

/* Scores are in the order of the domains' names, as select has them. */
static void
check_domains(const struct merge *m, const struct seeds *seeds)
{
	bool same = m->domain->nword == seeds->ndomain;
	size_t i;

	for (i = 0; same && i < seeds->ndomain; i++)
		same = str_eq(m->domain->word[i], seeds->domain[i]);
	if (!same)
		cli_errx(CLI_FATAL,
		    "the scores are not those of embed-score: of the domains "
		    "of all hits, in the order of their names");
}

void
merge_read(struct select *s, struct seeds *seeds, struct rec_reader *in)
{
	struct merge m = {.select = s,
	    .in = in,
	    .share = s->rule.by_share,
	    .domain = &s->pick.names};
	struct rec rec;

	while (rec_read(in, &rec))
		read_record(&m, &rec);
	seeds_name(seeds, &m.names);
	if (m.score != NULL && s->nput > 0)
		check_domains(&m, seeds);
	free(m.hit);
	free(m.score);
	free(m.near);
	free(m.met);
}
