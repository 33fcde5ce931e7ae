/* sites - which hosts have much of which domain */

#include "mine/sites.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/number.h"
#include "record/json-writer.h"

struct str
sites_host(struct str url)
{
	const char *p = memmem(url.p, url.len, "://", 3);
	const char *end = url.p + url.len, *at;
	struct str host;
	size_t i;

	if (p == NULL)
		return STR("");
	p += 3;
	for (i = 0; p + i < end && strchr("/?#", p[i]) == NULL; i++)
		;
	host = (struct str){p, i};
	at = memrchr(host.p, '@', host.len);
	if (at != NULL) {
		host.len -= (size_t)(at + 1 - host.p);
		host.p = at + 1;
	}
	/* a colon in brackets belongs to an IPv6 address */
	at = memrchr(host.p, ':', host.len);
	if (at != NULL &&
	    memchr(at, ']', host.len - (size_t)(at - host.p)) == NULL)
		host.len = (size_t)(at - host.p);
	return host;
}

static uint32_t
find_host(struct sites *s, struct str host)
{
	uint32_t n = s->hosts.nword, number = vocab_add(&s->hosts, host);

	if (s->hosts.nword > n) {
		s->nrecord =
		    mem_grow(s->nrecord, s->hosts.cap, sizeof(*s->nrecord));
		s->nrecord[number] = 0;
	}
	return number;
}

/* The word of a host and a domain. */
static struct str
pair(struct sites *s, struct str host, struct str domain)
{
	s->key.len = 0;
	buf_puts(&s->key, host);
	buf_putc(&s->key, '\n');
	buf_puts(&s->key, domain);
	return buf_str(&s->key);
}

static struct sites_count *
find_pair(struct sites *s, struct str host, struct str domain)
{
	uint32_t n = s->pairs.nword;
	uint32_t number = vocab_add(&s->pairs, pair(s, host, domain));

	if (s->pairs.nword > n) {
		s->count = mem_grow(s->count, s->pairs.cap, sizeof(*s->count));
		s->count[number] = (struct sites_count){
		    .host = find_host(s, host), .domain_at = host.len + 1};
	}
	return &s->count[number];
}

void
sites_add(
    struct sites *s, struct str url, const struct str *domain, size_t ndomain)
{
	struct str host = sites_host(url);
	uint32_t number;
	size_t i;

	if (host.len == 0)
		return;
	number = find_host(s, host);
	s->nrecord[number]++;
	for (i = 0; i < ndomain; i++)
		find_pair(s, host, domain[i])->nkept++;
}

/* What the list is sorted by. */
struct order {
	double key;
	struct str word;
	uint32_t number;
};

static int
by_key(const void *pa, const void *pb)
{
	const struct order *a = pa, *b = pb;

	if (a->key != b->key)
		return a->key < b->key ? 1 : -1;
	return str_cmp(a->word, b->word);
}

void
sites_write(const struct sites *s, struct buf *out)
{
	struct order *order = mem_alloc(s->pairs.nword * sizeof(*order) + 1);
	const struct sites_count *c;
	struct json_writer w;
	struct str word;
	uint64_t n;
	size_t i;

	for (i = 0; i < s->pairs.nword; i++) {
		n = s->nrecord[s->count[i].host];
		order[i] =
		    (struct order){(double)s->count[i].nkept / ((double)n + 2),
			s->pairs.word[i], (uint32_t)i};
	}
	qsort(order, s->pairs.nword, sizeof(*order), by_key);
	for (i = 0; i < s->pairs.nword; i++) {
		c = &s->count[order[i].number];
		n = s->nrecord[c->host];
		word = order[i].word;
		w = (struct json_writer){.out = out};
		jw_begin_object(&w, NULL);
		jw_str(&w, "host", s->hosts.word[c->host]);
		jw_str(&w, "domain",
		    (struct str){
			word.p + c->domain_at, word.len - c->domain_at});
		jw_u64(&w, "records", n);
		jw_u64(&w, "kept", c->nkept);
		jw_real(&w, "share", (float)share(c->nkept, n));
		jw_end_object(&w);
		buf_putc(out, '\n');
	}
	free(order);
}

const char *
sites_read(struct sites *s, const struct rec *rec)
{
	struct sites_count *c;
	struct str host, domain;
	size_t nrecord, nkept;

	if (!rec_get_str(rec, "host", &host) ||
	    !rec_get_str(rec, "domain", &domain) ||
	    !rec_get_size(rec, "records", &nrecord) ||
	    !rec_get_size(rec, "kept", &nkept) || nkept > nrecord)
		return "no \"host\", \"domain\", \"records\" and \"kept\" of "
		       "--hosts";
	c = find_pair(s, host, domain);
	c->nrecord = nrecord;
	c->nkept = c->nleft = nkept;
	return NULL;
}

bool
sites_take(struct sites *s, struct str url, struct str domain, double least)
{
	struct str host = sites_host(url);
	struct sites_count *c;
	uint32_t number;

	if (host.len == 0)
		return false;
	number = vocab_find(&s->pairs, pair(s, host, domain));
	if (number == VOCAB_NONE)
		return false;
	c = &s->count[number];
	if (c->nrecord < SITES_LEAST || c->nleft == 0 ||
	    share(c->nkept, c->nrecord) < least)
		return false;
	c->nleft--;
	return true;
}

void
sites_release(struct sites *s)
{
	vocab_release(&s->hosts);
	vocab_release(&s->pairs);
	free(s->nrecord);
	free(s->count);
	buf_release(&s->key);
	*s = (struct sites){0};
}
