#include "extract/choice.h"

#include <stdlib.h>
#include <string.h>

#include "base/ascii.h"
#include "base/mem.h"
#include "extract/hashes.h"

enum {
	MENU = 8,	 /* links in a row that are a menu */
	LABEL = 60,	 /* bytes of one */
	QUESTION = 200,	 /* bytes of one that no tag names */
	RUN_PROSE = 3,	 /* paragraphs of a run that is dropped */
	PROSE_WORDS = 8, /* words of one */
	BOX_WORDS = 100	 /* of a box that interrupts */
};

/*
 * Whether the block beside place i, in direction step, is kept; labels and
 * buttons of a word or two don't count.
 */
static bool
kept_beside(const struct html *h, const struct features *f, const bool *keep,
    size_t i, int step)
{
	int n;

	for (n = 0; n < 3 && i < h->nblock; n++, i += (size_t)step)
		if (keep[i])
			return true;
		else if (features_words(f, i).n > 2)
			return false;
	return false;
}

void
choice_code(const struct html *h, const struct features *f, bool *keep)
{
	size_t i, k, end;

	for (i = 0; i<h->nblock; i = end> i ? end : i + 1) {
		for (end = i; end < h->nblock && h->block[end].pre;)
			end++;
		if (end == i || i == 0 || end == h->nblock ||
		    !kept_beside(h, f, keep, i - 1, -1) ||
		    !kept_beside(h, f, keep, end, 1))
			continue;
		for (k = i; k < end; k++)
			keep[k] =
			    keep[k] || !(h->block[k].flags &
					   (HTML_IS_HIDDEN | HTML_IS_NOSCRIPT));
	}
}

void
choice_tables(const struct html *h, const struct features *f,
    const struct tables *t, bool *keep)
{
	size_t i, k, end;
	float kept, all, n;
	uint32_t table;

	for (i = 0; i < h->nblock; i = end) {
		end = i + 1;
		table = t->place[h->block[i].row].table;
		if (table == 0)
			continue;
		kept = all = 0;
		for (end = i; end < h->nblock &&
			      t->place[h->block[end].row].table == table;
		     end++) {
			n = features_words(f, end).n;
			all += n;
			kept += keep[end] ? n : 0;
		}
		for (k = i; k < end && kept * 2 >= all && kept > 0; k++)
			keep[k] =
			    keep[k] || !(h->block[k].flags &
					   (HTML_IS_HIDDEN | HTML_IS_NOSCRIPT));
	}
}

/* Whether a block ends as a question. */
static bool
asks(const struct html *h, size_t i)
{
	static const struct str marks[] = {STR("?"), STR("\xef\xbc\x9f"),
	    STR("\xd8\x9f"), STR("\xcd\xbe")}; /* CJK, Arabic, Greek */
	const struct html_block *b = &h->block[i];
	struct str s = str_trim((struct str){h->text.p + b->text, b->len});
	size_t k;

	for (k = 0; k < sizeof(marks) / sizeof(marks[0]); k++)
		if (s.len >= marks[k].len && memcmp(s.p + s.len - marks[k].len,
						 marks[k].p, marks[k].len) == 0)
			return true;
	return false;
}

/*
 * Whether a block asks: a heading, button or term that ends so, or any short
 * block, a link, a label, if what its box holds next is hidden.
 */
static bool
is_question(const struct html *h, size_t i)
{
	const struct html_block *b = &h->block[i];
	uint8_t tag = h->elem[b->elem].tag;
	uint32_t box = h->elem[b->elem].parent;

	if (tag == HTML_BUTTON || tag == HTML_SUMMARY || tag == HTML_DT ||
	    (tag >= HTML_H2 && tag <= HTML_H6))
		return asks(h, i);
	return i + 1 < h->nblock && b->len <= QUESTION &&
	       h->block[i + 1].flags & HTML_IS_HIDDEN &&
	       i + 1 < h->elem[box].block_end && asks(h, i);
}

/*
 * By how much the log odds rise for a question that comes before a hidden
 * block.
 */
static const float answer_odds = 1.5f;

void
choice_answers(const struct html *h, const float *score, float cut, bool *keep)
{
	const struct html_block *b;
	size_t i, asked = h->nblock; /* the question that is open */
	bool hidden;

	for (i = 0; i < h->nblock; i++) {
		b = &h->block[i];
		hidden = b->flags & HTML_IS_HIDDEN;
		if (!hidden && is_question(h, i)) {
			asked = i;
		} else if (hidden) {
			if (asked == h->nblock || score[i] + answer_odds <= cut)
				continue;
			keep[i] = keep[asked] = true;
		} else if (asked != h->nblock) {
			keep[asked] =
			    keep[asked] || (keep[i] && i == asked + 1);
			asked = h->nblock;
		}
	}
}

/* Whether a block stands in a <nav>. */
static bool
in_nav(const struct html *h, const struct html_block *b)
{
	enum { UP = 16 }; /* elements that are looked at */
	uint32_t e = b->elem;
	int up;

	for (up = 0; up < UP && e != 0; up++, e = h->elem[e].parent)
		if (h->elem[e].tag == HTML_NAV)
			return true;
	return false;
}

static bool
is_label(const struct html *h, const struct features *f, size_t i)
{
	const struct html_block *b = &h->block[i];

	return b->len <= LABEL && b->link * 10 >= b->len * 9 &&
	       (features_around(f, h, i) & HTML_BIT(HINT_NAV) || in_nav(h, b));
}

void
choice_menus(const struct html *h, const struct features *f, bool *keep)
{
	size_t i, k, end;

	for (i = 0; i<h->nblock; i = end> i ? end : i + 1) {
		for (end = i; end < h->nblock && is_label(h, f, end);)
			end++;
		for (k = i; k < end && end - i >= MENU; k++)
			keep[k] = false;
	}
}

/* Whether a name of an element has a part that begins with one of the words. */
static bool
is_interruption(struct str name)
{
	static const struct str words[] = {
#define W(word) {word, sizeof(word) - 1}
	    W("newsletter"), W("cookie-consent"), W("cookie-banner"),
	    W("cookie-notice"), W("cookie-bar"), W("cookieconsent"),
	    W("cookie_consent"), W("consent-banner"), W("gdpr-"), W("adblock"),
	    W("ad-block-"), W("browsehappy"), W("browser-upgrade"),
	    W("browserupgrade"), W("upgrade-browser"), W("outdated-browser"),
	    W("old-browser"), W("unsupported-browser"), W("ad-container"),
	    W("ad-wrapper"), W("ad-slot"), W("advertisement"), W("advertorial"),
	    W("sponsored"), W("author-bio"), W("author-box"), W("about-author"),
	    W("about-the-author"), W("photo-gallery"), W("image-gallery"),
	    W("wp-block-gallery"), W("blocks-gallery"), W("gallery-caption"),
	    W("gallery_caption"), W("related-posts"), W("related-articles"),
	    W("related-stories"), W("relatedposts"), W("related_posts")
#undef W
	};
	size_t i, k, n;
	char c;

	for (k = 0; k < name.len; k++) {
		if (k > 0 && ascii_is_alpha((unsigned char)name.p[k - 1]))
			continue;
		c = ascii_lower(name.p[k]);
		for (i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
			n = words[i].len;
			if (c == words[i].p[0] && k + n <= name.len &&
			    str_ieq((struct str){name.p + k, n}, words[i]))
				return true;
		}
	}
	return false;
}

void
choice_boxes(const struct html *h, const struct features *f, bool *keep)
{
	const struct html_elem *e;
	float *sum, n; /* sum[b]: of the kept words before block b */
	uint32_t i;
	size_t b;

	sum = mem_alloc((h->nblock + 1) * sizeof(*sum));
	for (sum[0] = 0, b = 0; b < h->nblock; b++)
		sum[b + 1] = sum[b] + (keep[b] ? features_words(f, b).n : 0);
	for (i = 1; i < h->nelem; i++) {
		e = &h->elem[i];
		n = sum[e->block_end] - sum[e->block];
		if (n <= 0 || n > BOX_WORDS || n * 3 > sum[h->nblock] ||
		    html_tag_is_inline(e->tag) ||
		    (!is_interruption(html_name(h, i, HTML_CLASS)) &&
			!is_interruption(html_name(h, i, HTML_ID))))
			continue;
		for (b = e->block; b < e->block_end; b++)
			keep[b] = false;
		i = e->end - 1;
	}
	free(sum);
}

/*
 * What is needed to find runs of kept blocks again: the blocks and their
 * words.
 */
struct kept {
	size_t *block; /* (n): the kept blocks */
	size_t n;
	size_t *first; /* by number of words: the first of them, from 1 on */
	struct hashes words;
};

/*
 * The blocks from the k-th kept one on that repeat those from the j-th on;
 * *prose is how many of them are paragraphs.
 */
static size_t
run_length(const struct kept *a, const struct features *f, size_t j, size_t k,
    size_t *prose)
{
	struct features_words words;
	size_t n;

	*prose = 0;
	for (n = 0; k + n < a->n && j + n < k; n++) {
		words = features_words(f, a->block[k + n]);
		if (features_words(f, a->block[j + n]).hash != words.hash)
			break;
		*prose += words.n >= PROSE_WORDS;
	}
	return n;
}

size_t
choice_again(const struct html *h, const struct features *f, bool *keep)
{
	struct kept a = {NULL, 0, NULL, {NULL, 0, 0}};
	size_t i, k, n, prose, dropped = 0, *first;
	struct features_words words;

	a.block = mem_alloc((h->nblock + 1) * sizeof(*a.block));
	for (i = 0; i < h->nblock; i++)
		if (keep[i])
			a.block[a.n++] = i;
	hashes_clear(&a.words);
	a.first = mem_zeroed(a.n + 1, sizeof(*a.first));
	for (k = 0; k < a.n; k += n) {
		n = 1;
		words = features_words(f, a.block[k]);
		if (words.n < PROSE_WORDS || words.twin < 2)
			continue;
		first = &a.first[hashes_place(&a.words, words.hash)];
		if (*first == 0) {
			*first = k + 1;
			continue;
		}
		i = run_length(&a, f, *first - 1, k, &prose);
		if (prose < RUN_PROSE)
			continue;
		for (n = 0; n < i; n++)
			keep[a.block[k + n]] = false;
		dropped += n;
	}
	free(a.block);
	free(a.first);
	hashes_release(&a.words);
	return dropped;
}
