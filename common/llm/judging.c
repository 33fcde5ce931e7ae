#include "llm/judging.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#include "base/ascii.h"
#include "base/buf.h"
#include "base/mem.h"

/* The first place of word in s, whatever the case of ASCII; NULL: nowhere. */
static const char *
ifind(struct str s, struct str word)
{
	size_t i;

	for (i = 0; i + word.len <= s.len; i++)
		if (str_ieq((struct str){s.p + i, word.len}, word))
			return s.p + i;
	return NULL;
}

static bool
is_letter(char c)
{
	return (unsigned char)c >= 0x80 || ascii_is_alpha(c);
}

/* The part of an answer that holds the verdicts, as far as its tags say. */
static struct str
verdicts(struct str answer)
{
	static const char *const open[] = {
	    "<judgement>", "<judgment>", "</comments>", NULL};
	static const char *const close[] = {
	    "</judgement>", "</judgment>", NULL};
	static const struct str thought = STR("</think>");
	const char *p, *end = answer.p + answer.len;
	size_t i;

	while ((p = memmem(answer.p, answer.len, thought.p, thought.len)) !=
	       NULL) {
		answer.p = p + thought.len;
		answer.len = (size_t)(end - answer.p);
	}
	for (i = 0; open[i] != NULL; i++) {
		p = ifind(answer, str_of(open[i]));
		if (p == NULL)
			continue;
		answer.p = p + strlen(open[i]);
		answer.len = (size_t)(end - answer.p);
		break;
	}
	for (i = 0; close[i] != NULL; i++) {
		p = ifind(answer, str_of(close[i]));
		if (p != NULL)
			answer.len = (size_t)(p - answer.p);
	}
	return answer;
}

/*
 * Take the next verdict off rest: "agree", "disagreed", "do not agree".  before
 * is what stands in front of it.
 */
static enum judging_vote
take_verdict(struct str *rest, struct str *before)
{
	const char *start = rest->p, *end = start + rest->len, *p, *q;
	struct str s = *rest, lead;
	enum judging_vote vote;

	while ((p = ifind(s, STR("agree"))) != NULL) {
		s.p = p + 5;
		s.len = (size_t)(end - s.p);
		q = s.p;
		if (q < end &&
		    (*q == 'd' || *q == 's' || *q == 'D' || *q == 'S'))
			q++;
		if (q < end && is_letter(*q))
			continue; /* agreement, agreeable */
		vote = JUDGING_AGREE;
		if (p - start >= 3 &&
		    str_ieq((struct str){p - 3, 3}, STR("dis"))) {
			vote = JUDGING_DISAGREE;
			p -= 3;
		}
		if (p > start && is_letter(p[-1]))
			continue;
		lead = str_trim((struct str){start, (size_t)(p - start)});
		if (vote == JUDGING_AGREE && lead.len >= 3 &&
		    (str_ieq(
			 (struct str){lead.p + lead.len - 3, 3}, STR("not")) ||
			str_ieq((struct str){lead.p + lead.len - 3, 3},
			    STR("n't"))))
			vote = JUDGING_DISAGREE;
		*before = lead;
		rest->p = q;
		rest->len = (size_t)(end - q);
		return vote;
	}
	return JUDGING_NONE;
}

/* Small letters and digits alone, without "and", which may be "&". */
static void
plain(struct buf *b, struct str s)
{
	size_t i;
	unsigned c;

	b->len = 0;
	for (i = 0; i < s.len; i++) {
		c = (unsigned char)s.p[i];
		if (ascii_is_upper(c))
			c |= 0x20;
		if (ascii_is_alnum(c) || c >= 0x80)
			buf_putc(b, (char)c);
		if (i + 5 <= s.len &&
		    str_ieq((struct str){s.p + i, 5}, STR(" and ")))
			i += 4;
		else if (i + 5 <= s.len &&
			 str_ieq((struct str){s.p + i, 5}, STR("&amp;")))
			i += 4;
	}
}

/* The domains' names, in plain letters. */
struct names {
	struct name {
		struct buf plain;
		size_t which;
	} * name; /* (n), the longest first */
	size_t n;
	struct buf scratch;
};

static int
by_length(const void *pa, const void *pb)
{
	const struct name *a = pa, *b = pb;

	if (a->plain.len != b->plain.len)
		return a->plain.len > b->plain.len ? -1 : 1;
	return a->which < b->which ? -1 : a->which > b->which;
}

static void
names_init(struct names *names, const struct str *domain, size_t n)
{
	size_t i;

	names->n = n;
	names->scratch = (struct buf){0};
	names->name = mem_zeroed(n, sizeof(*names->name));
	for (i = 0; i < n; i++) {
		plain(&names->name[i].plain, domain[i]);
		names->name[i].which = i;
	}
	if (n > 0)
		qsort(names->name, n, sizeof(*names->name), by_length);
}

static void
names_release(struct names *names)
{
	size_t i;

	for (i = 0; i < names->n; i++)
		buf_release(&names->name[i].plain);
	free(names->name);
	buf_release(&names->scratch);
}

/* Where the plain text in scratch has a name, or NULL. */
static char *
find_name(const struct names *names, const struct name *name)
{
	if (name->plain.len == 0 || names->scratch.len < name->plain.len)
		return NULL;
	return memmem(names->scratch.p, names->scratch.len, name->plain.p,
	    name->plain.len);
}

/* The domain that s names: of several the longest; n if it names none. */
static size_t
find_domain(struct str s, struct names *names)
{
	size_t i;

	plain(&names->scratch, s);
	for (i = 0; i < names->n; i++)
		if (find_name(names, &names->name[i]) != NULL)
			return names->name[i].which;
	return names->n;
}

/*
 * Give a vote to all domains that s names.  A shorter name does not count
 * within a longer one.  Returns how many there are.
 */
static size_t
vote_list(struct str s, struct names *names, enum judging_vote v,
    enum judging_vote *vote)
{
	size_t i, nfound = 0;
	char *p;

	plain(&names->scratch, s);
	for (i = 0; i < names->n; i++) {
		p = find_name(names, &names->name[i]);
		if (p == NULL)
			continue;
		memset(p, '\0', names->name[i].plain.len);
		vote[names->name[i].which] = v;
		nfound++;
	}
	return nfound;
}

/*
 * One line.  *pending is the domain that an earlier line named without a
 * verdict, or n.  Where the first verdict has no name in front of it, the names
 * stand after the verdicts: "agree: Law, Energy".
 */
static void
read_line(struct str line, struct names *names, size_t *pending,
    enum judging_vote *vote)
{
	struct str rest = line, before, peek, list;
	enum judging_vote v;
	size_t which, nverdict = 0;
	bool after = false;

	while ((v = take_verdict(&rest, &before)) != JUDGING_NONE) {
		peek = list = rest;
		take_verdict(&peek, &list);
		which = after ? names->n : find_domain(before, names);
		if (which == names->n && (after || nverdict == 0))
			after = vote_list(list, names, v, vote) > 0;
		if (which == names->n && !after)
			which = names->n == 1 ? 0 : *pending;
		if (which < names->n)
			vote[which] = v;
		*pending = names->n;
		nverdict++;
	}
	which = find_domain(line, names);
	if (nverdict == 0 && which < names->n)
		*pending = which;
}

size_t
judging_parse(struct str answer, const struct str *domain, size_t n,
    enum judging_vote *vote)
{
	struct str rest = verdicts(answer), line;
	size_t i, pending = n, nvote = 0;
	struct names names;
	const char *feed;

	names_init(&names, domain, n);
	for (i = 0; i < n; i++)
		vote[i] = JUDGING_NONE;
	while (rest.len > 0) {
		feed = memchr(rest.p, '\n', rest.len);
		line = rest;
		if (feed != NULL)
			line.len = (size_t)(feed - rest.p);
		rest.p += line.len + (feed != NULL);
		rest.len -= line.len + (feed != NULL);
		read_line(line, &names, &pending, vote);
	}
	for (i = 0; i < n; i++)
		nvote += vote[i] != JUDGING_NONE;
	names_release(&names);
	return nvote;
}

void
judging_interval(size_t k, size_t n, double *low, double *high)
{
	static const double z = 1.959963984540054;
	double share, middle, half, m = (double)n;

	*low = 0;
	*high = 1;
	if (n == 0)
		return;
	share = (double)k / m;
	middle = (share + z * z / (2 * m)) / (1 + z * z / m);
	half = z / (1 + z * z / m) *
	       sqrt(share * (1 - share) / m + z * z / (4 * m * m));
	*low = k == 0 ? 0 : middle - half;
	*high = k == n ? 1 : middle + half;
}
