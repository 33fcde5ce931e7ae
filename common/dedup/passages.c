#include "dedup/passages.h"

#include <stdint.h>
#include <stdlib.h>

#include "text/word.h"

void
passages_init(
    struct passages *p, size_t min, bool places, struct budget *budget)
{
	*p = (struct passages){.budget = budget, .min = min, .placed = places};
	suffix_init(&p->suffix, budget);
}

void
passages_release(struct passages *p)
{
	suffix_release(&p->suffix);
	buf_release(&p->first);
	buf_release(&p->rest);
	free(p->place);
	*p = (struct passages){0};
}

bool
passages_add(struct passages *p, struct str text)
{
	uint32_t first = (uint32_t)p->suffix.nword;

	if (p->placed) {
		if (!budget_take(p->budget, sizeof(first)))
			return false;
		buf_put(&p->first, &first, sizeof(first));
	}
	return suffix_add(&p->suffix, text);
}

void
passages_find(struct passages *p)
{
	suffix_find(&p->suffix, p->min);
}

static size_t
count_lines(struct str s)
{
	size_t i, n = 0;

	for (i = 0; i < s.len; i++)
		n += s.p[i] == '\n';
	return n;
}

/* The text that has word number `word` of all texts. */
static size_t
text_of(const struct passages *p, uint32_t word)
{
	const uint32_t *first = (const void *)p->first.p;
	size_t low = 0, high = p->first.len / sizeof(*first), mid;

	while (high - low > 1) {
		mid = low + (high - low) / 2;
		if (first[mid] <= word)
			low = mid;
		else
			high = mid;
	}
	return low;
}

/* How far the cutting of a text has come. */
struct cursor {
	size_t word;  /* the word at hand, counted through all texts */
	size_t run;   /* the last run that stood before begins at this word */
	size_t until; /* and ends before this one; 0 if there was none yet */
	bool open;    /* whether the last place may still grow */
	size_t place_until; /* the word before which that place ends, so far */
};

/*
 * Cut the current word, bytes [start, end) of the text.  It belongs to the
 * last place if that reaches it.  If a run begins within a place, and its
 * words stay in the same text, the place becomes longer.
 */
static void
note_place(struct passages *p, struct cursor *c, size_t start, size_t end)
{
	size_t text = text_of(p, p->suffix.of[c->run]);

	if (c->open && c->word <= c->place_until &&
	    text == p->place[p->nplace - 1].text)
		c->place_until = c->run + p->min;
	if (!c->open || c->word >= c->place_until) {
		if (p->nplace == p->place_cap) {
			p->place_cap = 2 * p->place_cap + 16;
			p->place =
			    mem_grow(p->place, p->place_cap, sizeof(*p->place));
		}
		p->place[p->nplace++] =
		    (struct passages_place){start, end, text};
		c->place_until = c->run + p->min;
		c->open = true;
	}
	p->place[p->nplace - 1].end = end;
}

bool
passages_cut(struct passages *p, struct str text, struct str *rest)
{
	struct str left = text, word, gap, before = {0};
	const char *last = text.p; /* the end of the word before */
	struct cursor c = {.word = p->nword};
	bool in_cut = false;

	p->rest.len = 0;
	p->nplace = 0;
	for (; word_next(&left, &word); c.word++) {
		gap = (struct str){last, (size_t)(word.p - last)};
		last = word.p + word.len;
		if (p->suffix.of[c.word] != SUFFIX_NONE) {
			c.run = c.word;
			c.until = c.run + p->min;
		}
		if (c.word < c.until) {
			if (!in_cut)
				before = gap;
			in_cut = true;
			if (p->placed)
				note_place(p, &c, (size_t)(word.p - text.p),
				    (size_t)(last - text.p));
			continue;
		}
		c.open = false;
		if (in_cut && (p->rest.len == 0 ||
				  count_lines(before) > count_lines(gap)))
			gap = before;
		in_cut = false;
		buf_puts(&p->rest, gap);
		buf_puts(&p->rest, word);
	}
	p->nword = c.word;
	if (p->rest.len > 0)
		buf_put(&p->rest, last, (size_t)(text.p + text.len - last));
	*rest = c.until > 0 ? buf_str(&p->rest) : text;
	return c.until > 0;
}
