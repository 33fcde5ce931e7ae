#include "optout/robots.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/ascii.h"
#include "base/buf.h"
#include "base/hash.h"
#include "base/mem.h"
#include "record/gz.h"
#include "record/json.h"

/* Agents are bits, from the first on; the one after the last is "*". */
struct rule {
	uint32_t agents;
	bool allow;
	size_t at, len; /* its pattern, in struct robots' bytes */
};

struct host {
	uint64_t key;	     /* hash of its name and port; 0: a free slot */
	uint32_t named;	     /* agents that have a group of their own */
	bool closed;	     /* all is forbidden */
	size_t first, nrule; /* of struct robots' rules */
};

struct robots {
	struct str agent[ROBOTS_AGENTS]; /* (nagent), of names */
	size_t nagent;
	char *names;
	struct host *host; /* (nslot), a power of two */
	size_t nslot, nhost;
	struct rule *rule; /* (nrule) */
	size_t nrule, cap;
	struct buf bytes, path;
};

struct robots *
robots_new(const char *agents)
{
	struct robots *r = mem_zeroed(1, sizeof(*r));
	struct str name;
	char *p, *rest;

	rest = r->names = mem_string(str_of(agents));
	while ((p = strsep(&rest, ",")) != NULL) {
		name = str_trim(str_of(p));
		if (name.len == 0 || r->nagent == ROBOTS_AGENTS) {
			robots_free(r);
			return NULL;
		}
		r->agent[r->nagent++] = name;
	}
	return r;
}

void
robots_free(struct robots *r)
{
	if (r == NULL)
		return;
	free(r->names);
	free(r->host);
	free(r->rule);
	buf_release(&r->bytes);
	buf_release(&r->path);
	free(r);
}

/* The host and port of a URL, and what comes after them. */
static struct str
authority(struct str url, struct str *path)
{
	const char *p = url.len > 0 ? memmem(url.p, url.len, "://", 3) : NULL;
	struct str host = url;
	size_t n = 0;

	if (p != NULL) {
		host.p = p + 3;
		host.len -= (size_t)(p + 3 - url.p);
	}
	while (n < host.len && strchr("/?#", host.p[n]) == NULL)
		n++;
	*path = (struct str){host.p + n, host.len - n};
	host.len = n;
	p = n > 0 ? memrchr(host.p, '@', n) : NULL;
	if (p != NULL) {
		host.len -= (size_t)(p + 1 - host.p);
		host.p = p + 1;
	}
	return host;
}

/* The key of a host, whatever its case; ports 80 and 443 are none. */
static uint64_t
key(struct str host)
{
	char name[300];
	uint64_t h;
	size_t i;

	if (host.len > 3 && memcmp(host.p + host.len - 3, ":80", 3) == 0)
		host.len -= 3;
	else if (host.len > 4 && memcmp(host.p + host.len - 4, ":443", 4) == 0)
		host.len -= 4;
	for (i = 0; i < host.len && i < sizeof(name); i++)
		name[i] = ascii_lower(host.p[i]);
	h = hash_64(name, i, 0);
	return h != 0 ? h : 1;
}

/* The slot of a host, or the free one where it belongs. */
static struct host *
find(const struct robots *r, uint64_t k)
{
	size_t i = (size_t)k & (r->nslot - 1);

	while (r->host[i].key != 0 && r->host[i].key != k)
		i = (i + 1) & (r->nslot - 1);
	return &r->host[i];
}

static void
grow(struct robots *r)
{
	struct robots bigger = *r;
	size_t i;

	bigger.nslot = r->nslot > 0 ? 2 * r->nslot : 1024;
	bigger.host = mem_zeroed(bigger.nslot, sizeof(*bigger.host));
	for (i = 0; i < r->nslot; i++)
		if (r->host[i].key != 0)
			*find(&bigger, r->host[i].key) = r->host[i];
	free(r->host);
	*r = bigger;
}

/*
 * Write a path or a pattern in one spelling: characters beyond ASCII as %XX,
 * and those that were escaped without need as they are.
 */
static void
put_path(struct buf *b, struct str s)
{
	static const char digit[] = "0123456789ABCDEF", plain[] = "-._~";
	unsigned char c;
	size_t i, k;
	int value;

	for (i = 0; i < s.len; i++) {
		c = (unsigned char)s.p[i];
		value = -1;
		if (c == '%' && s.len - i > 2)
			for (k = 1, value = 0; k < 3 && value >= 0; k++) {
				c = (unsigned char)s.p[i + k] | 0x20;
				value = ascii_is_digit(c) ? value * 16 + c - '0'
					: c >= 'a' && c <= 'f'
					    ? value * 16 + c - 'a' + 10
					    : -1;
			}
		c = (unsigned char)(value >= 0 ? value : s.p[i]);
		if (value >= 0)
			i += 2;
		if (c >= 0x80 || (value >= 0 && !ascii_is_alnum(c) &&
				     (c == 0 || strchr(plain, c) == NULL))) {
			buf_putc(b, '%');
			buf_putc(b, digit[c >> 4]);
			buf_putc(b, digit[c & 15]);
		} else {
			buf_putc(b, (char)c);
		}
	}
}

/* The agents, as bits, that a user-agent line names. */
static uint32_t
agents_of(const struct robots *r, struct str value)
{
	uint32_t bits = 0;
	size_t i, n = 0;

	if (value.len > 0 && value.p[0] == '*' &&
	    (value.len == 1 || str_blank(value.p[1])))
		return (uint32_t)1 << r->nagent;
	while (n < value.len && (ascii_is_alpha((uint32_t)value.p[n]) ||
				    value.p[n] == '-' || value.p[n] == '_'))
		n++;
	value.len = n;
	for (i = 0; i < r->nagent; i++)
		if (str_ieq(value, r->agent[i]))
			bits |= (uint32_t)1 << i;
	return bits;
}

static void
add_rule(struct robots *r, uint32_t agents, bool allow, struct str pattern)
{
	if (agents == 0 || pattern.len == 0)
		return;
	if (r->nrule == r->cap) {
		r->cap = r->cap > 0 ? 2 * r->cap : 1024;
		r->rule = mem_grow(r->rule, r->cap, sizeof(*r->rule));
	}
	r->rule[r->nrule] = (struct rule){agents, allow, r->bytes.len, 0};
	put_path(&r->bytes, pattern);
	r->rule[r->nrule].len = r->bytes.len - r->rule[r->nrule].at;
	r->nrule++;
}

/* Whether a line is "NAME: value", of any case, and its value. */
static bool
is_line(struct str line, const char *name, struct str *value)
{
	struct str head = line;
	const char *p = line.len > 0 ? memchr(line.p, ':', line.len) : NULL;

	if (p == NULL)
		return false;
	head.len = (size_t)(p - line.p);
	*value =
	    str_trim((struct str){p + 1, line.len - (size_t)(p + 1 - line.p)});
	return str_ieq(str_trim(head), str_of(name));
}

/* Enter the rules of a file for a host. */
static void
parse(struct robots *r, struct host *h, struct str text)
{
	struct str line, value;
	uint32_t agents = 0;
	bool rules = true; /* a user-agent line begins a group */
	const char *p, *end;

	if (text.len > ROBOTS_SIZE)
		text.len = ROBOTS_SIZE;
	if (str_starts(text, STR("\xef\xbb\xbf")))
		text.p += 3, text.len -= 3;
	end = text.p + text.len;
	for (; text.p < end; text.p = p + (p < end)) {
		for (p = text.p; p < end && *p != '\n' && *p != '\r'; p++)
			;
		line = (struct str){text.p, (size_t)(p - text.p)};
		if (line.len > 0 && memchr(line.p, '#', line.len) != NULL)
			line.len = (size_t)((const char *)memchr(
						line.p, '#', line.len) -
					    line.p);
		if (is_line(line, "user-agent", &value)) {
			agents = (rules ? 0 : agents) | agents_of(r, value);
			h->named |= agents;
			rules = false;
		} else if (is_line(line, "disallow", &value)) {
			add_rule(r, agents, false, value);
			rules = true;
		} else if (is_line(line, "allow", &value)) {
			add_rule(r, agents, true, value);
			rules = true;
		}
	}
}

void
robots_add(struct robots *r, struct str url, size_t status, struct str text)
{
	struct str path;
	uint64_t k = key(authority(url, &path));
	struct host *h;

	if (r->nhost >= r->nslot / 4 * 3)
		grow(r);
	h = find(r, k);
	if (h->key != 0)
		return;
	*h =
	    (struct host){.key = k, .first = r->nrule, .closed = status >= 500};
	r->nhost++;
	if (status >= 200 && status < 300)
		parse(r, h, text);
	h->nrule = r->nrule - h->first;
}

/* Enter the record of a line; false if it is none. */
static bool
add_line(struct robots *r, struct str line, struct arena *mem)
{
	struct str object, raw, url, text = {"", 0};
	const char *why;
	size_t status = 200;

	if (str_trim(line).len == 0)
		return true;
	if (!json_valid(line, &object, &why) ||
	    !json_member(object, mem, STR("url"), &raw) ||
	    !json_get_str(raw, mem, &url))
		return false;
	if (json_member(object, mem, STR("status"), &raw))
		json_get_size(raw, &status);
	if (json_member(object, mem, STR("text"), &raw) ||
	    json_member(object, mem, STR("html"), &raw))
		json_get_str(raw, mem, &text);
	robots_add(r, url, status, text);
	return true;
}

bool
robots_load(struct robots *r, const char *path, size_t *line)
{
	struct gz *gz = gz_open(path);
	struct buf b = {0};
	struct arena mem = {0};
	size_t n, pos = 0;
	const char *feed;
	bool good = true;

	*line = 0;
	if (gz == NULL)
		return false;
	do {
		buf_reserve(&b, 64 << 10);
		n = gz_read(gz, b.p + b.len, 64 << 10);
		b.len += n;
		/* the last line may lack its end, unless the file does */
		if (n == 0 && pos < b.len && gz_why(gz) == NULL)
			buf_putc(&b, '\n');
		while (good && pos < b.len &&
		       (feed = memchr(b.p + pos, '\n', b.len - pos)) != NULL) {
			++*line;
			good = add_line(r,
			    (struct str){b.p + pos, (size_t)(feed - b.p) - pos},
			    &mem);
			arena_clear(&mem);
			pos = (size_t)(feed - b.p) + 1;
		}
		if (pos > 0)
			memmove(b.p, b.p + pos, b.len - pos);
		b.len -= pos;
		pos = 0;
	} while (n > 0 && good);
	errno = good ? EIO : 0;
	good = good && gz_why(gz) == NULL;
	gz_close(gz);
	buf_release(&b);
	arena_release(&mem);
	return good;
}

/* Whether path begins as a pattern says; of a "*" the fewest characters. */
static bool
matches(struct str path, const char *pattern, size_t len)
{
	size_t i = 0, k = 0, star = len, from = 0;

	for (;;) {
		if (k == len ||
		    (k + 1 == len && pattern[k] == '$' && i == path.len))
			return true;
		if (pattern[k] == '*') {
			star = ++k;
			from = i;
		} else if (i < path.len && pattern[k] == path.p[i]) {
			i++;
			k++;
		} else if (star < len && from < path.len) {
			k = star;
			i = ++from;
		} else {
			return false;
		}
	}
}

/* Whether the longest of an agent's rules that matches forbids a path. */
static bool
forbids(const struct robots *r, const struct host *h, uint32_t agent,
    struct str path)
{
	const struct rule *rule, *best = NULL;
	size_t i;

	for (i = 0; i < h->nrule; i++) {
		rule = &r->rule[h->first + i];
		if ((rule->agents & agent) != 0 &&
		    (best == NULL || rule->len > best->len ||
			(rule->len == best->len && rule->allow)) &&
		    matches(path, r->bytes.p + rule->at, rule->len))
			best = rule;
	}
	return best != NULL && !best->allow;
}

bool
robots_allow(struct robots *r, struct str url)
{
	const struct host *h;
	const char *fragment;
	struct str path;
	uint64_t k = key(authority(url, &path));
	uint32_t own;
	size_t i;

	if (r->nhost == 0 || (h = find(r, k))->key == 0)
		return true;
	if (path.len > 0 && (fragment = memchr(path.p, '#', path.len)) != NULL)
		path.len = (size_t)(fragment - path.p);
	r->path.len = 0;
	if (path.len == 0 || path.p[0] != '/')
		buf_putc(&r->path, '/');
	put_path(&r->path, path);
	path = buf_str(&r->path);
	if (h->closed || str_eq(path, STR("/robots.txt")))
		return !h->closed;
	for (i = 0; i < r->nagent; i++) {
		own = (uint32_t)1 << i;
		if ((h->named & own) == 0)
			own = (uint32_t)1 << r->nagent; /* the group of "*" */
		if (forbids(r, h, own, path))
			return false;
	}
	return true;
}
