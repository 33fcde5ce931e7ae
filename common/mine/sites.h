/*
 * sites - which hosts have much of which domain
 *
 * A host that has one page of a domain is likely to have others.  Records that
 * were decided are counted by their host; the list of what was found is
 * written, and read again it tells where a lower score is enough, and for how
 * many records: as many as the host had of the domain, and no more.
 *
 *	struct sites s = {0};
 *	sites_add(&s, url, domain, ndomain), once a record
 *	sites_write(&s, &json)
 *	sites_release(&s)
 *
 *	sites_read(&s, &rec), once a line of the list
 *	sites_take(&s, url, domain, least), once for each record and domain
 */

#ifndef SITES_H
#define SITES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/str.h"
#include "base/vocab.h"
#include "record/rec.h"

enum { SITES_LEAST = 5 }; /* a host of fewer records tells nothing */

struct sites_count {
	uint32_t host;	       /* its number in hosts */
	size_t domain_at;      /* where in the pair's word the domain begins */
	uint64_t nkept, nleft; /* records of the domain; what may be taken */
	uint64_t nrecord;      /* of the host, as a list says */
};

struct sites {
	struct vocab hosts;
	uint64_t *nrecord;	   /* (hosts.nword) */
	struct vocab pairs;	   /* host, a line feed, domain */
	struct sites_count *count; /* (pairs.nword) */
	struct buf key;
};

/*
 * The host of a URL: without its scheme, user and port, in the case that it
 * has. Empty if there is none.
 */
struct str sites_host(struct str url);

/* Count a record with these domains; a URL without a host is not counted. */
void sites_add(
    struct sites *s, struct str url, const struct str *domain, size_t ndomain);

/*
 * Append the list, a JSON object a line: "host", "domain", "records" (of the
 * host), "kept" (of the domain) and "share".  The greater shares come first,
 * those of few records later: by kept / (records + 2).
 */
void sites_write(const struct sites *s, struct buf *out);

/* Take a line of such a list; why it can't be, or NULL. */
const char *sites_read(struct sites *s, const struct rec *rec);

/*
 * Whether a record of this URL may be taken for a domain at a lower score: this
 * share of the host's records were of it, at least, of SITES_LEAST or more, and
 * fewer have been taken yet than were.
 */
bool sites_take(
    struct sites *s, struct str url, struct str domain, double least);

/* Free what is held. */
void sites_release(struct sites *s);

#endif
