#include "mine/pick.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

/* What the spool knows of a record besides its line; its scores follow. */
struct entry {
	uint64_t len; /* of the line */
	uint64_t hash;
	uint64_t nscore;
};

bool
pick_needs_all(const struct pick_rule *rule)
{
	return rule->by_share || rule->grey > 0 || rule->background > 0 ||
	       rule->absent > 0;
}

void
pick_init(struct pick *p, const struct pick_rule *rule)
{
	*p = (struct pick){.rule = *rule};
	/*
	 * thresholds by hash alone begin with the two digits of the score found
	 */
	p->background = (struct cutoff){.left = rule->background, .ndigit = 2};
}

uint32_t
pick_domain(struct pick *p, struct str name)
{
	uint32_t known = p->names.nword, d = vocab_add(&p->names, name);

	if (d != known)
		return d;
	if (d == p->domain_cap) {
		p->domain_cap = p->domain_cap > 0 ? 2 * p->domain_cap : 32;
		p->domain =
		    mem_grow(p->domain, p->domain_cap, sizeof(*p->domain));
	}
	/* how many are wanted is known only once all records are known */
	p->domain[d] = (struct pick_domain){
	    .share.left = p->rule.by_share ? UINT64_MAX : 0,
	    .grey.left = p->rule.grey > 0 ? UINT64_MAX : 0};
	return d;
}

/* Count a record of at least min_score for a domain. */
static void
count_kept(struct pick_domain *d, float score)
{
	d->nkept++;
	d->sum += (uint64_t)((score < 1 ? score : 1) * (float)PICK_ONE);
}

void
pick_put(struct pick *p, const struct pick_record *r)
{
	struct entry e = {r->line.len, r->hash, r->nscore};
	size_t i;

	if (!spool_is_open(&p->meta)) {
		spool_open(&p->meta);
		spool_open(&p->lines);
	}
	p->nrecord += !p->settled;
	for (i = 0; i < r->nscore && p->rule.by_score && !p->settled; i++)
		if (r->score[i].score >= (float)p->rule.min_score)
			count_kept(
			    &p->domain[r->score[i].domain], r->score[i].score);
	spool_write(&p->meta, &e, sizeof(e));
	spool_write(&p->meta, r->score, r->nscore * sizeof(*r->score));
	spool_write(&p->lines, r->line.p, r->line.len);
}

/* The next of the spool, without its line, of *len bytes. */
static bool
next_entry(struct pick *p, struct pick_record *r, uint64_t *len)
{
	struct entry e;

	if (!spool_is_open(&p->meta) || !spool_read(&p->meta, &e, sizeof(e)))
		return false;
	if (e.nscore > p->score_cap) {
		p->score_cap = e.nscore;
		p->score = mem_grow(p->score, e.nscore, sizeof(*p->score));
	}
	spool_read(&p->meta, p->score, e.nscore * sizeof(*p->score));
	*r = (struct pick_record){STR(""), e.hash, p->score, (size_t)e.nscore};
	*len = e.len;
	return true;
}

bool
pick_next_scores(struct pick *p, struct pick_record *r)
{
	uint64_t len;

	return next_entry(p, r, &len);
}

void
pick_rewind(struct pick *p)
{
	if (!spool_is_open(&p->meta))
		return;
	spool_rewind(&p->meta);
	spool_rewind(&p->lines);
}

static uint64_t
part_of(double share, uint64_t n)
{
	return (uint64_t)(share * (double)n + 0.5);
}

void
pick_settle(struct pick *p)
{
	struct pick_domain *d;
	uint64_t n;
	uint32_t i;

	for (i = 0; i < p->names.nword; i++) {
		d = &p->domain[i];
		n = p->rule.by_share ? part_of(p->rule.share, p->nrecord) : 0;
		d->share.left = n;
		if (p->rule.by_score && d->nkept > n)
			n = d->nkept;
		d->grey.left = part_of(p->rule.grey, n);
		d->absent = d->nkept >= PICK_FEW &&
			    (double)d->sum <
				p->rule.absent * PICK_ONE * (double)d->nkept;
	}
	p->settled = true;
}

static size_t
add_table(struct pick *p, uint32_t domain, const struct cutoff *found)
{
	if (p->ntable == p->table_cap) {
		p->table_cap = p->table_cap > 0 ? 2 * p->table_cap : 64;
		p->table = mem_grow(p->table, p->table_cap, sizeof(*p->table));
	}
	p->table[p->ntable] = (struct pick_table){domain, *found};
	return p->ntable++;
}

void
pick_tables(struct pick *p)
{
	struct pick_domain *d;
	uint32_t i;

	p->ntable = 0;
	for (i = 0; i < p->names.nword; i++) {
		d = &p->domain[i];
		d->table[0] = d->table[1] = SIZE_MAX;
		if (!cutoff_exact(&d->share))
			d->table[0] = add_table(p, i, &d->share);
		if (!cutoff_exact(&d->grey) &&
		    (cutoff_exact(&d->share) ||
			!cutoff_same(&d->share, &d->grey)))
			d->table[1] = add_table(p, i, &d->grey);
	}
	/*
	 * which records may be background is known only once it is known which
	 * are kept
	 */
	if (p->ntable == 0 && !cutoff_exact(&p->background) &&
	    (p->settled || (!p->rule.by_share && p->rule.grey == 0)))
		add_table(p, VOCAB_NONE, &p->background);
}

bool
pick_exact(const struct pick *p)
{
	uint32_t i;

	for (i = 0; i < p->names.nword; i++)
		if (!cutoff_exact(&p->domain[i].share) ||
		    !cutoff_exact(&p->domain[i].grey))
			return false;
	return cutoff_exact(&p->background);
}

static enum pick_verdict
judge(const struct pick *p, struct pick_score s, uint64_t hash)
{
	const struct pick_domain *d = &p->domain[s.domain];
	struct cutoff_key key = cutoff_key(s.score, hash);

	if ((p->rule.by_score && s.score >= (float)p->rule.min_score &&
		(!d->absent || s.score >= PICK_SURE)) ||
	    cutoff_has(&d->share, key))
		return PICK_KEPT;
	return cutoff_has(&d->grey, key) ? PICK_GREY : PICK_NOT;
}

bool
pick_judge(const struct pick *p, const struct pick_record *r,
    enum pick_verdict *verdict)
{
	bool kept = false;
	size_t i;

	for (i = 0; i < r->nscore; i++) {
		verdict[i] = judge(p, r->score[i], r->hash);
		kept |= verdict[i] == PICK_KEPT;
	}
	for (i = 0; i < r->nscore && kept && p->rule.second > 0; i++)
		if (r->score[i].score >= (float)p->rule.second &&
		    !p->domain[r->score[i].domain].absent)
			verdict[i] = PICK_KEPT;
	return kept ||
	       cutoff_has(&p->background, (struct cutoff_key){0, r->hash});
}

/* Count a record among those that may be background. */
static void
count_other(const struct pick *p, const struct pick_record *r, uint64_t *bin)
{
	size_t i;

	for (i = 0; i < r->nscore; i++)
		if (judge(p, r->score[i], r->hash) == PICK_KEPT)
			return;
	cutoff_count(&p->background, (struct cutoff_key){0, r->hash}, bin);
}

static void
count_scores(const struct pick *p, const struct pick_record *r, size_t first,
    uint64_t *bin)
{
	const struct pick_domain *d;
	struct cutoff_key key;
	size_t i, k, t;

	for (i = 0; i < r->nscore; i++) {
		d = &p->domain[r->score[i].domain];
		key = cutoff_key(r->score[i].score, r->hash);
		for (k = 0; k < 2; k++) {
			/* t is huge where there is no table */
			t = d->table[k] - first;
			if (d->table[k] != SIZE_MAX && t < PICK_NCHUNK)
				cutoff_count(&p->table[t + first].found, key,
				    bin + t * CUTOFF_NBIN);
		}
	}
}

void
pick_count(struct pick *p, size_t first, uint64_t *bin)
{
	struct pick_record r;

	memset(bin, 0, PICK_NCHUNK * CUTOFF_NBIN * sizeof(*bin));
	pick_rewind(p);
	while (pick_next_scores(p, &r))
		if (p->table[first].domain == VOCAB_NONE)
			count_other(p, &r, bin);
		else
			count_scores(p, &r, first, bin);
}

void
pick_refine(struct pick *p, const struct pick_table *table, const uint64_t *bin)
{
	struct pick_domain *d;

	if (table->domain == VOCAB_NONE) {
		cutoff_refine(&p->background, bin);
		return;
	}
	d = &p->domain[table->domain];
	if (cutoff_same(&d->share, &table->found))
		cutoff_refine(&d->share, bin);
	if (cutoff_same(&d->grey, &table->found))
		cutoff_refine(&d->grey, bin);
}

void
pick_decide(struct pick *p)
{
	uint64_t *bin = mem_alloc(PICK_NCHUNK * CUTOFF_NBIN * sizeof(*bin));
	size_t first, t;

	pick_settle(p);
	for (pick_tables(p); p->ntable > 0; pick_tables(p))
		for (first = 0; first < p->ntable; first += PICK_NCHUNK) {
			pick_count(p, first, bin);
			for (t = first;
			     t < p->ntable && t < first + PICK_NCHUNK; t++)
				pick_refine(p, &p->table[t],
				    bin + (t - first) * CUTOFF_NBIN);
		}
	pick_rewind(p);
	free(bin);
}

bool
pick_next(struct pick *p, struct pick_record *r)
{
	uint64_t len;

	if (!next_entry(p, r, &len))
		return false;
	p->line.len = 0;
	buf_reserve(&p->line, len);
	spool_read(&p->lines, p->line.p, len);
	p->line.len = len;
	r->line = buf_str(&p->line);
	return true;
}

size_t
pick_nabsent(const struct pick *p)
{
	size_t n = 0;
	uint32_t i;

	for (i = 0; i < p->names.nword; i++)
		n += p->domain[i].absent;
	return n;
}

void
pick_release(struct pick *p)
{
	vocab_release(&p->names);
	free(p->domain);
	free(p->table);
	free(p->score);
	buf_release(&p->line);
	spool_close(&p->meta);
	spool_close(&p->lines);
	*p = (struct pick){0};
}
