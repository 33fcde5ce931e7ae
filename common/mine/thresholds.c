#include "mine/thresholds.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "record/json-writer.h"
#include "record/json.h"

enum { NHEX = 4 }; /* hexadecimal digits of a cutoff's digit */

static void
put_key(struct json_writer *w, const struct cutoff *c)
{
	char hex[CUTOFF_NDIGIT * NHEX + 1];

	snprintf(hex, sizeof(hex), "%08" PRIx32 "%016" PRIx64, c->key.rank,
	    c->key.tie);
	jw_str(w, "key", (struct str){hex, c->ndigit * NHEX});
}

/* A cutoff that is one of scores tells the score as well. */
static void
put_cutoff(struct json_writer *w, const char *name, const struct cutoff *c,
    bool of_scores)
{
	jw_begin_object(w, name);
	if (of_scores && c->ndigit >= 2 && c->left > 0)
		jw_real(w, "score", cutoff_score(c->key));
	put_key(w, c);
	jw_u64(w, "left", c->left);
	jw_end_object(w);
}

/* Begin the first line of either kind. */
static void
begin_first(
    struct json_writer *w, const struct pick *p, struct str rule, uint64_t pass)
{
	jw_begin_object(w, NULL);
	jw_raw(w, "rule", rule);
	jw_u64(w, "pass", pass);
	jw_u64(w, "records", p->nrecord);
}

/* Begin a line of a domain. */
static void
begin_domain(struct json_writer *w, const struct pick *p, uint32_t d)
{
	jw_begin_object(w, NULL);
	jw_str(w, "domain", p->names.word[d]);
	jw_u64(w, "kept", p->domain[d].nkept);
}

/* End a line, so that the next begins without a comma. */
static void
end_line(struct json_writer *w)
{
	jw_end_object(w);
	buf_putc(w->out, '\n');
	w->comma = false;
}

void
thresholds_put(
    const struct pick *p, struct str rule, uint64_t pass, struct buf *b)
{
	struct json_writer w = {.out = b};
	uint32_t d;

	begin_first(&w, p, rule, pass);
	jw_bool(&w, "exact", pick_exact(p));
	end_line(&w);
	for (d = 0; d < p->names.nword; d++) {
		begin_domain(&w, p, d);
		put_cutoff(&w, "share", &p->domain[d].share, true);
		put_cutoff(&w, "grey", &p->domain[d].grey, true);
		end_line(&w);
	}
	jw_begin_object(&w, NULL);
	put_cutoff(&w, "background", &p->background, false);
	end_line(&w);
}

static bool
get_key(struct str hex, struct cutoff *c)
{
	uint32_t value;
	size_t i;

	c->key = (struct cutoff_key){0};
	c->ndigit = (unsigned)(hex.len / NHEX);
	if (hex.len % NHEX != 0 || c->ndigit > CUTOFF_NDIGIT)
		return false;
	for (i = 0; i < hex.len; i++) {
		if (hex.p[i] >= '0' && hex.p[i] <= '9')
			value = (uint32_t)(hex.p[i] - '0');
		else if (hex.p[i] >= 'a' && hex.p[i] <= 'f')
			value = (uint32_t)(hex.p[i] - 'a') + 10;
		else
			return false;
		if (i < 8)
			c->key.rank |= value << (28 - 4 * i);
		else
			c->key.tie |= (uint64_t)value << (60 - 4 * (i - 8));
	}
	return true;
}

static bool
get_cutoff(const struct rec *rec, const char *name, struct cutoff *c)
{
	struct str raw, item, hex;
	size_t left;

	if (!rec_get(rec, name, &raw) ||
	    !json_member(raw, rec->mem, STR("key"), &item) ||
	    !json_get_str(item, rec->mem, &hex) || !get_key(hex, c) ||
	    !json_member(raw, rec->mem, STR("left"), &item) ||
	    !json_get_size(item, &left))
		return false;
	c->left = left;
	return true;
}

/* The first line of either kind. */
static const char *
get_first(const struct rec *rec, struct str rule, size_t *pass, size_t *records)
{
	struct str raw;

	if (!rec_get(rec, "rule", &raw) || !rec_get_size(rec, "pass", pass) ||
	    !rec_get_size(rec, "records", records) || *pass == 0)
		return "it does not begin with rule, pass and records";
	if (!str_eq(raw, rule))
		return "it was made with other options";
	return NULL;
}

static bool
get_domain(struct pick *p, const struct rec *rec)
{
	struct pick_domain *d;
	struct str name;
	size_t nkept;
	uint32_t number;

	if (!rec_get_str(rec, "domain", &name))
		return false;
	number = pick_domain(p, name);
	d = &p->domain[number];
	if (!get_cutoff(rec, "share", &d->share) ||
	    !get_cutoff(rec, "grey", &d->grey) ||
	    !rec_get_size(rec, "kept", &nkept))
		return false;
	d->nkept = nkept;
	return true;
}

const char *
thresholds_get(struct pick *p, struct str text, struct str rule, uint64_t *pass)
{
	const char *why = NULL, *at = text.p, *end = at + text.len, *feed;
	const char *invalid;
	struct arena mem = {0};
	struct rec rec;
	size_t npass = 0, nrecord;
	bool whole = text.len == 0;

	for (; why == NULL && at < end && !whole; at = feed + 1) {
		feed = memchr(at, '\n', (size_t)(end - at));
		if (feed == NULL)
			break;
		if (!rec_parse(&rec, &mem,
			(struct str){at, (size_t)(feed - at)}, &invalid))
			why = invalid;
		else if (npass == 0)
			why = get_first(&rec, rule, &npass, &nrecord);
		else if (get_cutoff(&rec, "background", &p->background))
			whole = true; /* the last line */
		else if (!get_domain(p, &rec))
			why = "these are no thresholds";
		arena_clear(&mem);
	}
	arena_release(&mem);
	*pass = npass;
	if (why == NULL && npass > 0) {
		p->nrecord = nrecord;
		p->settled = true;
	}
	return why == NULL && !whole ? "incomplete file" : why;
}

void
thresholds_put_head(
    const struct pick *p, struct str rule, uint64_t pass, struct buf *b)
{
	struct json_writer w = {.out = b};
	uint32_t d;

	begin_first(&w, p, rule, pass);
	end_line(&w);
	for (d = 0; pass == 1 && d < p->names.nword; d++) {
		begin_domain(&w, p, d);
		end_line(&w);
	}
}

void
thresholds_put_table(
    const struct pick *p, size_t table, const uint64_t *bin, struct buf *b)
{
	const struct pick_table *t = &p->table[table];
	struct json_writer w = {.out = b};
	size_t i;

	jw_begin_object(&w, NULL);
	if (t->domain != VOCAB_NONE)
		jw_str(&w, "domain", p->names.word[t->domain]);
	put_key(&w, &t->found);
	jw_begin_array(&w, "bins");
	for (i = 0; i < CUTOFF_NBIN; i++)
		if (bin[i] > 0) {
			jw_u64(&w, NULL, i);
			jw_u64(&w, NULL, bin[i]);
		}
	jw_end_array(&w);
	end_line(&w);
}

static struct thresholds_slot *
find_slot(struct thresholds_sum *s, const struct pick_table *t)
{
	size_t i;

	for (i = 0; i < s->nslot; i++)
		if (s->slot[i].table.domain == t->domain &&
		    cutoff_same(&s->slot[i].table.found, &t->found))
			return &s->slot[i];
	return NULL;
}

static const char *
add_bins(struct thresholds_sum *s, const struct pick_table *t,
    const struct rec *rec, struct str raw)
{
	struct thresholds_slot *slot = find_slot(s, t);
	struct str key, digit, count;
	struct json_walk w;
	size_t i, n;

	if (slot == NULL) {
		if (s->nslot == s->cap) {
			s->cap = s->cap > 0 ? 2 * s->cap : 64;
			s->slot = mem_grow(s->slot, s->cap, sizeof(*s->slot));
		}
		slot = &s->slot[s->nslot++];
		slot->table = *t;
		slot->bin = mem_zeroed(CUTOFF_NBIN, sizeof(*slot->bin));
	}
	if (!json_open(&w, raw, '['))
		return "its \"bins\" are no array";
	while (json_next(&w, rec->mem, &key, &digit)) {
		if (!json_next(&w, rec->mem, &key, &count) ||
		    !json_get_size(digit, &i) || i >= CUTOFF_NBIN ||
		    !json_get_size(count, &n))
			return "its \"bins\" are no pairs of a digit and a "
			       "count";
		slot->bin[i] += n;
	}
	return NULL;
}

/* The first line of a part. */
static const char *
add_first(struct thresholds_sum *s, const struct rec *rec)
{
	size_t pass, nrecord;
	const char *why = get_first(rec, s->rule, &pass, &nrecord);

	if (why != NULL)
		return why;
	if (pass != s->pass)
		return "it is of another pass";
	if (s->pass == 1)
		s->pick->nrecord += nrecord;
	s->begun = true;
	return NULL;
}

const char *
thresholds_add(struct thresholds_sum *s, const struct rec *rec)
{
	struct pick_table t = {.domain = VOCAB_NONE};
	struct str name, raw, hex;
	size_t nkept;
	bool known = true;

	if (!s->begun || rec_get(rec, "rule", &raw))
		return add_first(s, rec);
	if (rec_get_str(rec, "domain", &name)) {
		known = vocab_find(&s->pick->names, name) != VOCAB_NONE;
		if (!known && s->pass > 1)
			return "the thresholds do not know its domain";
		t.domain = pick_domain(s->pick, name);
	}
	if (t.domain != VOCAB_NONE && s->pass == 1 &&
	    rec_get_size(rec, "kept", &nkept)) {
		s->pick->domain[t.domain].nkept += nkept;
		return NULL;
	}
	if (!known || !rec_get_str(rec, "key", &hex) ||
	    !get_key(hex, &t.found) || !rec_get(rec, "bins", &raw))
		return "these are no counts";
	return add_bins(s, &t, rec, raw);
}

const char *
thresholds_close(struct thresholds_sum *s)
{
	struct pick *p = s->pick;
	const char *why = s->begun ? NULL : "there are no counts";
	size_t i;

	/* what the parts had to count, before it is known how many are wanted */
	pick_tables(p);
	for (i = 0; i < p->ntable && why == NULL; i++)
		if (find_slot(s, &p->table[i]) == NULL)
			why = "counts of a domain, or of the background, "
			      "are missing";
	if (s->pass == 1)
		pick_settle(p);
	for (i = 0; i < p->ntable && why == NULL; i++)
		pick_refine(p, &p->table[i], find_slot(s, &p->table[i])->bin);
	for (i = 0; i < s->nslot; i++)
		free(s->slot[i].bin);
	free(s->slot);
	return why;
}
