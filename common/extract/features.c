#include "extract/features.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "extract/hashes.h"

enum {
	NLEVEL = 5,
	NNEAR = 3,
	NAME_NEAR = 4,	/* elements whose names are near ones */
	MEMO = 256,	/* slots for the names of elements */
	DEPTH = 64,	/* of an element, at most */
	CAND_WORDS = 6, /* of a block that speaks for its box */
	PROSE_WORDS = 12
};

/*
 * Prose is a block of PROSE_WORDS words or more with a full stop, of which less
 * than this share is links.  The trees were learnt with both numbers.
 */
static const float prose_link = 0.3f;

/*
 * Features, in the order by which the trees number them: a change here needs
 * new trees.  Of each box around a block (level 0 is the nearest, a box that
 * adds no block counts as one with what it holds) and of each neighbour there
 * is a group of equal shape.
 */
enum {
	/* the block's own text */
	F_WORDS,
	F_WORD_LEN,
	F_LINK,
	F_BOLD,
	F_COMMAS,
	F_STOPS,
	F_DIGITS,
	F_CAPS,
	F_COMMON, /* share of words that are common in some language */
	F_ENDS, /* how it ends: 1 as a sentence, 2 colon, 3 ellipsis, 0 else */
	F_BEGINS, /* 1 capital, 2 digit, 3 quote, 0 else */
	F_SIGNS,  /* bits: @ (c) | http */
	F_TITLE,  /* share of its words that are in the title */
	F_TITLED, /* share of the title's words that are in it */
	F_DESC,	  /* share of its word pairs in the description */
	F_BODY,	  /* share of its word triples in JSON-LD articleBody */
	F_TWIN,	  /* blocks of the page with the same words */
	F_CUE,	  /* what its first words say, see cue.h */
	F_CUE_MEAN,
	F_CUE_HEAD, /* the same of the last heading */
	F_CUE_LAST, /* and of the blocks beside it */
	F_CUE_NEXT,
	/* where it stands */
	F_TAG,
	F_INNER,
	F_FLAGS,
	F_DEPTH,
	F_AFTER_BR,
	F_IN_ARTICLE,
	F_IN_MAIN,
	F_IN_NAV,
	F_IN_HEADER,
	F_IN_FOOTER,
	F_IN_ASIDE,
	F_IN_FORM,
	F_IN_TABLE,
	F_IN_LIST,
	F_IN_DL,
	F_IN_FIGURE,
	F_IN_QUOTE,
	F_IN_SECTION,
	F_ROW_CELLS,
	F_INDEX,  /* share of blocks before it */
	F_PLACE,  /* share of words before it */
	F_BEFORE, /* words before it */
	F_H1,	  /* blocks since the last h1, or before the next */
	F_H1S,	  /* h1 so far */
	F_HEAD,	  /* blocks since the last heading */
	F_HEAD_LEVEL,
	F_PROSE_IN,   /* share of prose words that came before */
	F_PROSE_LAST, /* blocks since prose */
	F_PROSE_NEXT, /* blocks until prose */
	F_WINDOW,     /* words, of 5 blocks on either side */
	F_WINDOW_PROSE,
	/* the page */
	F_P_WORDS,
	F_P_BLOCKS,
	F_P_PROSE,
	F_P_LINK,
	F_P_ARTICLES,
	F_P_MAIN,
	F_P_H1,
	F_P_TYPE,
	F_P_BODY,
	F_P_COMMENT,
	F_P_FORUM,
	F_P_PRODUCT,
	F_P_MAIN_WORDS,
	F_P_ARTICLE_WORDS,
	/* what the names of its boxes say, see cue.h */
	F_NAME_OWN,
	F_NAME_NEAR,
	F_NAME_FAR,
	F_NAME,
	F_NAME_LEAST, /* of all above, each as a far one */
	F_NAME_MOST,
	/* candidates, see candidates(): shares of the best one's points */
	F_CAND_BOX,
	F_CAND_ABOVE,
	F_CAND_AT,    /* blocks it lies before, after the best one */
	F_CAND_PLACE, /* where in the best one */
	F_CAND_WORDS, /* share of the page's words in the best one */
	F_CAND_SHARE, /* its share of all points */
	F_HINT,
	F_LEVEL = F_HINT + HTML_NHINT,
	L_WORDS = 0,
	L_BLOCKS,
	L_LINK,
	L_MEAN,
	L_SHARE,
	L_PROSE,
	L_KIN,
	L_NTH, /* of its kin before it */
	L_COMMON,
	L_PLACE,
	L_NAME,
	L_CUE,
	NL,
	F_NEAR = F_LEVEL + NLEVEL * NL,
	N_WORDS = 0,
	N_LINK,
	N_TAG,
	N_SAME,
	N_PROSE,
	N_HEAD,
	NN,
	/* blocks alike, see alike() */
	F_ALIKE = F_NEAR + 2 * NNEAR * NN,
	A_WORDS = 0,
	A_SHARE,
	A_LINK,
	A_BLOCKS,
	A_MEAN,
	A_CUE,
	A_PROSE,
	NA,
	NALIKE = 2,
	NFIRST = F_ALIKE + NALIKE * NA,
	/* the first judgement, of the block and of what is around it */
	G_SELF = NFIRST,
	G_NEAR, /* 4 before, 4 after */
	G_LEVEL = G_NEAR + 8,
	G_PAGE = G_LEVEL + NLEVEL,
	G_BEST, /* of the levels */
	G_BEFORE,
	G_BEHIND,
	G_LAST, /* blocks since one that was judged main */
	G_NEXT,
	G_ALIKE,
	G_BOX = G_ALIKE + NALIKE, /* best of the levels, beside the best box */
	G_BOX_F1,		  /* of the best box, see best_box() */
	G_BOX_AT,		  /* blocks it lies before, after it */
	G_BOX_PLACE,
	G_ALL, /* words judged main */
	NSECOND
};

enum { /* what an element is in, inherited */
	IN_ARTICLE = 1,
	IN_MAIN = 2,
	IN_NAV = 4,
	IN_HEADER = 8,
	IN_FOOTER = 16,
	IN_ASIDE = 32,
	IN_FORM = 64,
	IN_TABLE = 128,
	IN_LIST = 256,
	IN_DL = 512,
	IN_FIGURE = 1024,
	IN_QUOTE = 2048,
	IN_SECTION = 4096, /* bits of a uint16_t */
	NIN = 13
};

/*
 * The words of a block: runs of letters and digits, where every character
 * beyond ASCII counts as a letter.
 */

static bool
is_word(unsigned char c)
{
	return c >= 0x80 || (unsigned)((c | 0x20) - 'a') < 26 ||
	       (unsigned)(c - '0') < 10;
}

/* What there is to know of each byte, so that a text is walked by look-ups. */
struct bytes {
	uint8_t word[256];   /* in lower case; 0: it is no part of a word */
	uint64_t count[256]; /* NCOUNT counts of COUNT_BITS, see C_SOLID */
};

/* A byte is counted as that many of these; C_SIGN may be one of F_SIGNS. */
enum { C_SOLID, C_DIGIT, C_COMMA, C_STOP, C_SIGN, COUNT_BITS = 12 };

static void
bytes_init(struct bytes *b)
{
	unsigned c;

	for (c = 0; c < 256; c++) {
		b->word[c] = (uint8_t)(!is_word((unsigned char)c) ? 0
				       : c - 'A' < 26		  ? c | 0x20
								  : c);
		b->count[c] = (uint64_t)(c > ' ') << C_SOLID * COUNT_BITS |
			      (uint64_t)(c - '0' < 10) << C_DIGIT * COUNT_BITS |
			      (uint64_t)(c == ',') << C_COMMA * COUNT_BITS |
			      (uint64_t)(c == '.' || c == '!' || c == '?')
				  << C_STOP * COUNT_BITS |
			      (uint64_t)(c == '@' || c == 0xa9 || c == '|' ||
					 c == '>' || c == ':')
				  << C_SIGN * COUNT_BITS;
	}
}

struct box {		    /* what is known of an element */
	uint64_t far;	    /* hints of it and of all above */
	uint32_t whole;	    /* outermost element with the same blocks */
	uint32_t kind;	    /* number of its kind, of elements beside it */
	uint32_t nth;	    /* of its kind before it */
	uint16_t in, depth; /* depth: DEPTH at most */
	struct cue_name name;
	float far_sum, least, most; /* of name.far, of it and all above */
	float points;		    /* as a candidate */
};

struct stat {		    /* of a block */
	uint32_t word_hash; /* of all words, in order */
	uint32_t same;	    /* number of it */
	float nword, link, common;
	uint8_t ends, begins, signs, tag;
	bool prose;
	float len, bold, commas, stops, digits, caps;
	float title, titled, desc, body;
	float twin;
	float cue, cue_head;
	float name_near, name_far, name;
	uint32_t alike[NALIKE]; /* numbers of groups */
	/* blocks since or until one of a kind, see F_H1 */
	float h1, h1s, head, level, prose_last, prose_next, main_last,
	    main_next;
};

struct sum { /* over the blocks before the i-th, for sums over ranges */
	float nword, link, prose, common, cue, name, judged;
};

struct group { /* sums over blocks that are alike */
	float nblock, nword, link, prose, cue, judged;
};

/* The box that stands out, and how. */
struct best {
	uint32_t elem;
	float value, share;
};
struct features {
	const struct lang *lang; /* borrowed */
	struct bytes bytes;
	struct cue *cue;
	struct cue_name tag[HTML_NTAG];
	struct {
		uint32_t sign; /* 0: free */
		struct cue_name name;
	} memo[MEMO]; /* of the page's elements without id */
	struct box *box;
	size_t box_cap;
	struct stat *stat;
	struct sum *sum; /* (nblock + 1) */
	float *judged;	 /* (nblock): first judgement, a probability */
	size_t cap;
	float page[F_HINT]; /* features that all blocks share */
	struct hashes title, desc, body, kin, twin, alike;
	uint32_t *ntwin;     /* (twin.n): blocks with the same words */
	uint32_t *nkin;	     /* (kin.n): elements of a kind */
	struct group *group; /* (alike.n) */
	size_t ntwin_cap, nkin_cap, group_cap;
	struct best cand, main;
};

size_t
features_nfirst(void)
{
	return NFIRST;
}

size_t
features_nsecond(void)
{
	return NSECOND;
}

struct features *
features_new(const struct lang *lang)
{
	struct features *k = mem_zeroed(1, sizeof(*k));
	enum html_tag t;

	k->lang = lang;
	bytes_init(&k->bytes);
	k->cue = cue_new();
	for (t = 0; t < HTML_NTAG; t++)
		cue_tag(k->cue, str_of(html_tag_name(t)), &k->tag[t]);
	return k;
}

void
features_free(struct features *k)
{
	cue_free(k->cue);
	free(k->box);
	free(k->stat);
	free(k->sum);
	free(k->judged);
	free(k->ntwin);
	free(k->nkin);
	hashes_release(&k->title);
	hashes_release(&k->desc);
	hashes_release(&k->body);
	hashes_release(&k->kin);
	hashes_release(&k->twin);
	hashes_release(&k->alike);
	free(k->group);
	free(k);
}

struct walk {
	const uint8_t *word; /* of struct bytes */
	const unsigned char *p, *end;
	uint32_t hash;
	size_t len;
};

static bool
walk_next(struct walk *w)
{
	const unsigned char *p = w->p, *end = w->end, *start;
	uint32_t hash = LANG_HASH_START;
	uint8_t c;

	while (p < end && w->word[*p] == 0)
		p++;
	for (start = p; p < end && (c = w->word[*p]) != 0; p++)
		hash = lang_hash(hash, c);
	w->hash = hash;
	w->len = (size_t)(p - start);
	w->p = p;
	return p > start;
}

/* Whether the word is digits alone. */
static bool
walk_is_number(const struct walk *w)
{
	const unsigned char *p = w->p - w->len;

	while (p < w->p && (unsigned)(*p - '0') < 10)
		p++;
	return p == w->p;
}

static struct walk
walk_of(const struct bytes *b, struct str s)
{
	return (struct walk){b->word, (const unsigned char *)s.p,
	    (const unsigned char *)s.p + s.len, 0, 0};
}

/* The runs of n words of a text, as a set. */
static void
set_grams(
    const struct bytes *b, struct hashes *set, struct str text, unsigned n)
{
	struct walk w = walk_of(b, text);
	uint32_t last[3] = {0};
	size_t i = 0;

	hashes_clear(set);
	for (; walk_next(&w); i++) {
		last[2] = last[1];
		last[1] = last[0];
		last[0] = w.hash;
		if (i + 1 < n)
			continue;
		hashes_place(set, n == 1 ? last[0]
				  : n == 2
				      ? last[0] + 31 * last[1]
				      : last[0] + 31 * last[1] + 961 * last[2]);
	}
}

static uint8_t
ending(struct str s)
{
	unsigned char c;

	while (s.len > 1 && strchr("\"')]", s.p[s.len - 1]))
		s.len--;
	c = (unsigned char)s.p[s.len - 1];
	if (s.len >= 3 && (unsigned char)s.p[s.len - 3] == 0xe2 &&
	    (unsigned char)s.p[s.len - 2] == 0x80) {
		if (c == 0xa6)
			return 3;
		if (c >= 0x98 && c <= 0x9f)
			return 1;
	}
	if (s.len >= 3 && memcmp(s.p + s.len - 3, "...", 3) == 0)
		return 3;
	if (s.len >= 3 && memcmp(s.p + s.len - 3, "\343\200\202", 3) == 0)
		return 1;
	return c == '.' || c == '!' || c == '?' ? 1 : c == ':' ? 2 : 0;
}

static uint8_t
beginning(unsigned char c)
{
	if ((unsigned)(c - 'A') < 26)
		return 1;
	if ((unsigned)(c - '0') < 10)
		return 2;
	return c == '"' || c == '\'' ? 3 : c >= 0x80 ? 4 : 0;
}

/* The signs of a text, see F_SIGNS. */
static uint8_t
signs(struct str s)
{
	uint8_t bits = 0;
	unsigned char c;
	size_t i;

	for (i = 0; i < s.len; i++) {
		c = (unsigned char)s.p[i];
		if (c == '@')
			bits |= 1;
		else if (c == 0xa9 && i > 0 &&
			 (unsigned char)s.p[i - 1] == 0xc2)
			bits |= 2;
		else if (c == '|' || c == '>')
			bits |= 4;
		else if (c == ':' && i + 2 < s.len && s.p[i + 1] == '/')
			bits |= 8;
	}
	return bits;
}

static void
stat_chars(const struct bytes *b, struct stat *t, struct str s)
{
	enum { MOST = (1 << COUNT_BITS) - 1 };
	size_t n[C_SIGN + 1] = {0}, i, end, c;
	uint64_t sum;

	for (i = 0; i < s.len;) {
		end = s.len - i > MOST ? i + MOST : s.len;
		for (sum = 0; i < end; i++)
			sum += b->count[(unsigned char)s.p[i]];
		for (c = 0; c <= C_SIGN; c++)
			n[c] += sum >> c * COUNT_BITS & MOST;
	}
	t->len = (float)n[C_SOLID];
	t->digits = (float)n[C_DIGIT] / (float)(n[C_SOLID] + 1);
	t->commas = (float)n[C_COMMA];
	t->stops = (float)n[C_STOP];
	if (n[C_SIGN] > 0)
		t->signs = signs(s);
}

static void
stat_words(struct features *k, struct stat *t, struct str s)
{
	struct walk w = walk_of(&k->bytes, s);
	uint32_t a = 0, b = 0, hash = 0;
	uint32_t word, last = lang_hash(LANG_HASH_START, '^');
	size_t n = 0, wide = 0, common = 0, caps = 0, title = 0, desc = 0,
	       body = 0;

	while (walk_next(&w)) {
		const unsigned char *p = w.p - w.len;

		if (n++ < CUE_WORDS) {
			word = walk_is_number(&w)
				   ? lang_hash(LANG_HASH_START, '#')
				   : w.hash;
			t->cue += cue_weight(k->cue, last, word);
			last = word;
		}
		caps += (unsigned)(*p - 'A') < 26;
		/* no blanks separate these words */
		if (*p >= 0xe3 && *p <= 0xed)
			wide += w.len / 6;
		common += lang_word(k->lang, w.hash) != 0;
		title += hashes_has(&k->title, w.hash);
		desc += hashes_has(&k->desc, w.hash + 31 * a);
		body += hashes_has(&k->body, w.hash + 31 * a + 961 * b);
		hash = hash * 31 + w.hash;
		b = a;
		a = w.hash;
	}
	t->word_hash = hash;
	t->nword = (float)(n + wide);
	t->common = (float)common;
	t->caps = n ? (float)caps / (float)n : 0;
	t->title = n ? (float)title / (float)n : 0;
	t->titled = (float)title / (float)(k->title.n + 1);
	t->desc = n > 1 ? (float)desc / (float)(n - 1) : 0;
	t->body = n > 2 ? (float)body / (float)(n - 2) : 0;
}

/* The number of a hash, for which a new one of (*cap) counts is 0. */
static size_t
number_of(struct hashes *set, uint32_t hash, uint32_t **count, size_t *cap)
{
	size_t n = set->n, at = hashes_place(set, hash);

	if (n >= *cap) {
		*cap = *cap ? 2 * *cap : 256;
		*count = mem_grow(*count, *cap, sizeof(**count));
	}
	if (at == n)
		(*count)[at] = 0;
	return at;
}

static void
stat_blocks(struct features *k, const struct html *h)
{
	struct stat *t;
	size_t i, at;
	struct str s;

	hashes_clear(&k->twin);
	for (i = 0; i < h->nblock; i++) {
		const struct html_block *b = &h->block[i];

		t = &k->stat[i];
		memset(t, 0, sizeof(*t));
		s = (struct str){h->text.p + b->text, b->len};
		stat_chars(&k->bytes, t, s);
		stat_words(k, t, s);
		t->ends = ending(s);
		t->begins = beginning((unsigned char)s.p[0]);
		t->tag = h->elem[b->elem].tag;
		t->link = (float)b->link / (t->len + 1);
		t->bold = (float)b->bold / (t->len + 1);
		t->prose = t->nword >= PROSE_WORDS && t->link < prose_link &&
			   t->stops >= 1;
		at =
		    number_of(&k->twin, t->word_hash, &k->ntwin, &k->ntwin_cap);
		k->ntwin[at]++;
		t->same = (uint32_t)at;
	}
	for (i = 0; i < h->nblock; i++)
		k->stat[i].twin = (float)k->ntwin[k->stat[i].same];
}

/* Boxes: what each element is, holds and stands in. */

static uint32_t
in_bits(const struct html_elem *e)
{
	switch (e->tag) {
	case HTML_ARTICLE:
		return IN_ARTICLE;
	case HTML_MAIN:
		return IN_MAIN;
	case HTML_NAV:
		return IN_NAV;
	case HTML_HEADER:
		return IN_HEADER;
	case HTML_FOOTER:
		return IN_FOOTER;
	case HTML_ASIDE:
		return IN_ASIDE;
	case HTML_FORM:
		return IN_FORM;
	case HTML_TABLE:
		return IN_TABLE;
	case HTML_UL:
	case HTML_OL:
		return IN_LIST;
	case HTML_DL:
		return IN_DL;
	case HTML_FIGURE:
		return IN_FIGURE;
	case HTML_BLOCKQUOTE:
		return IN_QUOTE;
	case HTML_SECTION:
		return IN_SECTION;
	default:
		return 0;
	}
}

/* What an element's tag and names say; most have the names of another. */
static struct cue_name
name_of(struct features *k, const struct html *h, uint32_t elem)
{
	const struct html_elem *e = &h->elem[elem];
	size_t at = (e->sign * UINT32_C(0x9e3779b1)) >> 24;
	struct str names[HTML_NNAME];
	struct cue_name name;
	int n;

	if (e->id_len == 0 && e->sign != 0 && k->memo[at].sign == e->sign)
		return k->memo[at].name;
	name = k->tag[e->tag];
	for (n = 0; n < HTML_NNAME; n++)
		names[n] = html_name(h, elem, n);
	cue_names(k->cue, names, HTML_NNAME, &name);
	if (e->id_len == 0) {
		k->memo[at].sign = e->sign;
		k->memo[at].name = name;
	}
	return name;
}

static void
boxes(struct features *k, const struct html *h)
{
	const struct html_elem *e;
	struct box *b, *up;
	uint32_t i;

	if (h->nelem > k->box_cap) {
		k->box_cap = h->nelem * 2;
		k->box = mem_grow(k->box, k->box_cap, sizeof(*k->box));
	}
	hashes_clear(&k->kin);
	memset(k->memo, 0, sizeof(k->memo));
	for (i = 0; i < h->nelem; i++) {
		e = &h->elem[i];
		b = &k->box[i];
		up = &k->box[e->parent];
		memset(b, 0, sizeof(*b));
		b->far = e->hint;
		b->whole = i;
		if (i > 0 && e->tag != HTML_HTML && e->tag != HTML_BODY)
			b->name = name_of(k, h, i);
		b->kind = (uint32_t)number_of(&k->kin,
		    e->sign * 31 + e->parent * 7919, &k->nkin, &k->nkin_cap);
		b->nth = k->nkin[b->kind]++;
		if (i == 0)
			continue;
		b->far |= e->tag == HTML_BODY ? 0 : up->far;
		b->in = (uint16_t)(up->in | in_bits(e));
		b->depth = (uint16_t)(up->depth + (up->depth < DEPTH));
		if (h->elem[e->parent].block == e->block &&
		    h->elem[e->parent].block_end == e->block_end)
			b->whole = up->whole;
	}
}

/* What the names above each block say. */
static void
weigh_names(struct features *k, const struct html *h)
{
	const struct box *up;
	struct stat *t;
	struct box *b;
	uint32_t e;
	size_t i;
	int near;

	for (i = 0; i < h->nelem; i++) {
		b = &k->box[i];
		up = &k->box[h->elem[i].parent];
		b->far_sum = i > 0 ? up->far_sum + b->name.far : 0;
		b->least = i > 0 ? fminf(up->least, b->name.far) : 0;
		b->most = i > 0 ? fmaxf(up->most, b->name.far) : 0;
	}
	for (i = 0; i < h->nblock; i++) {
		t = &k->stat[i];
		t->name_near = 0;
		e = h->block[i].inner;
		for (near = 0; near < NAME_NEAR; near++) {
			t->name_near += k->box[e].name.near;
			e = h->elem[e].parent;
		}
		t->name_far = k->box[e].far_sum;
		t->name = t->name_near + t->name_far;
	}
}

static void
sums(struct features *k, const struct html *h, const float *judged)
{
	struct sum s = {0};
	size_t i;

	for (i = 0; i < h->nblock; i++) {
		const struct stat *t = &k->stat[i];

		k->sum[i] = s;
		s.nword += t->nword;
		s.link += t->nword * t->link;
		s.common += t->common;
		s.cue += t->cue;
		s.name += (t->nword + 1) * t->name;
		if (t->prose)
			s.prose += t->nword;
		if (judged != NULL)
			s.judged += t->nword * judged[i];
	}
	k->sum[i] = s;
}

/*
 * Candidates for the box of the main text, as Readability finds them: a block
 * of some words gives points to what holds its box, and half as many to what
 * holds that; what is mostly links keeps few.
 */
static void
candidates(struct features *k, const struct html *h)
{
	const struct sum *lo, *hi;
	struct best best = {0};
	float points, total = 1;
	uint32_t i, e;

	for (i = 0; i < h->nelem; i++)
		k->box[i].points = 0;
	for (i = 0; i < h->nblock; i++) {
		const struct stat *t = &k->stat[i];

		if (t->nword < CAND_WORDS ||
		    h->block[i].flags & (HTML_IS_HIDDEN | HTML_IS_NOSCRIPT))
			continue;
		points = (1 + t->commas + fminf(t->len / 100, 3)) *
			 (1 - fminf(t->link, 1));
		e = h->elem[h->block[i].elem].parent;
		k->box[e].points += points;
		k->box[h->elem[e].parent].points += points / 2;
	}
	for (i = 0; i < h->nelem; i++) {
		lo = &k->sum[h->elem[i].block];
		hi = &k->sum[h->elem[i].block_end];
		points = k->box[i].points *=
		    1 -
		    fminf(
			(hi->link - lo->link) / (hi->nword - lo->nword + 1), 1);
		total += points;
		if (points > best.value)
			best = (struct best){.elem = i, .value = points};
	}
	best.share = best.value / total;
	best.value += 0.01f; /* it is divided by */
	k->cand = best;
}

/*
 * Blocks are alike whose boxes have the same tag and class, as have the boxes
 * that hold them: one above, and three.
 */
static void
alike(struct features *k, const struct html *h)
{
	struct group *g;
	struct stat *t;
	uint32_t e, hash;
	size_t i, n;
	int q, up;

	hashes_clear(&k->alike);
	for (i = 0; i < h->nblock; i++) {
		t = &k->stat[i];
		e = h->block[i].elem;
		hash = h->elem[e].sign;
		for (q = 0; q < NALIKE; q++) {
			for (up = 0; up < 1 + q; up++) {
				e = h->elem[e].parent;
				hash = hash * 31 + h->elem[e].sign;
			}
			n = k->alike.n;
			t->alike[q] = (uint32_t)hashes_place(&k->alike, hash);
			if (n == k->group_cap) {
				k->group_cap = n ? 2 * n : 128;
				k->group = mem_grow(
				    k->group, k->group_cap, sizeof(*k->group));
			}
			g = &k->group[t->alike[q]];
			if (t->alike[q] == n)
				*g = (struct group){0};
			g->nblock++;
			g->nword += t->nword;
			g->link += (t->nword + 1) * t->link;
			g->prose += t->prose ? t->nword + 1 : 0;
			g->cue += t->cue;
		}
	}
}

/* Writing the features. */

/* Feature j of a row. */
#define AT(row, j) (row)[(j)*FEATURES_STRIDE]

static void
put_text(float *f, const struct html *h, const struct features *k, size_t i)
{
	const struct html_block *b = &h->block[i];
	const struct stat *t = &k->stat[i];
	float n = t->nword + 1;

	AT(f, F_WORDS) = t->nword;
	AT(f, F_WORD_LEN) = t->len / n;
	AT(f, F_LINK) = t->link;
	AT(f, F_BOLD) = t->bold;
	AT(f, F_COMMAS) = t->commas / n;
	AT(f, F_STOPS) = t->stops / n;
	AT(f, F_DIGITS) = t->digits;
	AT(f, F_CAPS) = t->caps;
	AT(f, F_COMMON) = t->common / n;
	AT(f, F_ENDS) = t->ends;
	AT(f, F_BEGINS) = t->begins;
	AT(f, F_SIGNS) = t->signs;
	AT(f, F_TITLE) = t->title;
	AT(f, F_TITLED) = t->titled;
	AT(f, F_DESC) = t->desc;
	AT(f, F_BODY) = t->body;
	AT(f, F_TWIN) = t->twin;
	AT(f, F_CUE) = t->cue;
	AT(f, F_CUE_MEAN) = t->cue / fminf(n, CUE_WORDS);
	AT(f, F_CUE_HEAD) = t->cue_head;
	AT(f, F_CUE_LAST) = i > 0 ? t[-1].cue : 0;
	AT(f, F_CUE_NEXT) = i + 1 < h->nblock ? t[1].cue : 0;
	AT(f, F_TAG) = t->tag;
	AT(f, F_INNER) = h->elem[b->inner].tag;
	AT(f, F_FLAGS) = b->flags;
	AT(f, F_AFTER_BR) = b->after_br;
}

/* What the names of an element and of the two above hint at. */
static uint64_t
hints_near(const struct html *h, uint32_t elem)
{
	const struct html_elem *e = &h->elem[elem], *up = &h->elem[e->parent];

	if (elem == 0)
		return e->hint;
	return e->hint | (up->tag == HTML_BODY ? 0 : up->hint) |
	       h->elem[up->parent].hint;
}

static void
put_place(float *f, const struct html *h, const struct features *k, size_t i)
{
	const struct html_block *b = &h->block[i];
	const struct box *box = &k->box[b->inner];
	const struct sum *all = &k->sum[h->nblock], *s = &k->sum[i];
	size_t lo = i > 5 ? i - 5 : 0;
	size_t hi = i + 6 < h->nblock ? i + 6 : h->nblock;
	uint64_t near = hints_near(h, b->inner), bits;
	unsigned j;

	AT(f, F_DEPTH) = box->depth;
	for (j = 0; j < NIN; j++)
		AT(f, F_IN_ARTICLE + j) = box->in >> j & 1;
	AT(f, F_ROW_CELLS) =
	    b->row ? (float)(h->elem[b->row].block_end - h->elem[b->row].block)
		   : 0;
	AT(f, F_INDEX) = (float)i / (float)h->nblock;
	AT(f, F_PLACE) = s->nword / (all->nword + 1);
	AT(f, F_BEFORE) = s->nword;
	AT(f, F_PROSE_IN) = s->prose / (all->prose + 1);
	AT(f, F_H1) = k->stat[i].h1;
	AT(f, F_H1S) = k->stat[i].h1s;
	AT(f, F_HEAD) = k->stat[i].head;
	AT(f, F_HEAD_LEVEL) = k->stat[i].level;
	AT(f, F_PROSE_LAST) = k->stat[i].prose_last;
	AT(f, F_PROSE_NEXT) = k->stat[i].prose_next;
	AT(f, F_WINDOW) = k->sum[hi].nword - k->sum[lo].nword;
	AT(f, F_WINDOW_PROSE) = k->sum[hi].prose - k->sum[lo].prose;
	for (j = 0; j < HTML_NHINT; j++)
		AT(f, F_HINT + j) = 0;
	for (bits = near | box->far; bits != 0; bits &= bits - 1) {
		j = (unsigned)__builtin_ctzll(bits);
		AT(f, F_HINT + j) =
		    (float)((near >> j & 1) + (box->far >> j & 1));
	}
}

/* Distances to headings and prose, by one walk forward and one back. */
static void
stat_runs(struct features *k, const struct html *h)
{
	float h1 = -100, h1s = 0, head = 100, level = 0, prose = 100,
	      next = 100;
	float cue = 0;
	struct stat *t;
	size_t i;

	for (i = 0; i < h->nblock; i++) {
		t = &k->stat[i];
		if (t->tag == HTML_H1) {
			h1 = 0;
			h1s++;
		}
		if (t->tag >= HTML_H1 && t->tag <= HTML_H6) {
			head = 0;
			level = (float)(t->tag - HTML_H1 + 1);
		}
		if (t->prose)
			prose = 0;
		t->cue_head = cue;
		if (head == 0)
			cue = t->cue;
		t->h1 = h1;
		t->h1s = h1s;
		t->head = head;
		t->level = level;
		t->prose_last = prose;
		h1 += h1 >= 0;
		head++;
		prose++;
	}
	for (i = h->nblock, h1 = -100; i-- > 0;) {
		t = &k->stat[i];
		if (t->tag == HTML_H1)
			h1 = 0;
		if (t->prose)
			next = 0;
		if (t->h1 < 0 && h1 > -100)
			t->h1 = h1;
		t->prose_next = next;
		next++;
		h1--;
	}
}

/* Blocks by which block i lies before (less than 0) or after an element. */
static float
distance(const struct html *h, uint32_t e, size_t i)
{
	if (i < h->elem[e].block)
		return -(float)(h->elem[e].block - i);
	return i < h->elem[e].block_end ? 0
					: (float)(i + 1 - h->elem[e].block_end);
}

/* Where in an element, as a share of its blocks; outside of it too. */
static float
share_of(const struct html *h, uint32_t e, size_t i)
{
	return ((float)i - (float)h->elem[e].block) /
	       (float)(h->elem[e].block_end - h->elem[e].block + 1);
}

static void
put_levels(float *f, const struct html *h, const struct features *k, size_t i)
{
	const struct sum *all = &k->sum[h->nblock], *lo, *hi;
	uint32_t e = k->box[h->block[i].elem].whole;
	float n, nblock, *g = &AT(f, F_LEVEL);
	unsigned l;

	for (l = 0; l < NLEVEL; l++, g += NL * FEATURES_STRIDE) {
		lo = &k->sum[h->elem[e].block];
		hi = &k->sum[h->elem[e].block_end];
		n = hi->nword - lo->nword;
		nblock = (float)(h->elem[e].block_end - h->elem[e].block);
		AT(g, L_WORDS) = n;
		AT(g, L_BLOCKS) = nblock;
		AT(g, L_LINK) = (hi->link - lo->link) / (n + 1);
		AT(g, L_MEAN) = n / (nblock + 1);
		AT(g, L_SHARE) = n / (all->nword + 1);
		AT(g, L_PROSE) = (hi->prose - lo->prose) / (n + 1);
		AT(g, L_KIN) = (float)k->nkin[k->box[e].kind];
		AT(g, L_NTH) = (float)k->box[e].nth;
		AT(g, L_COMMON) = (hi->common - lo->common) / (n + 1);
		AT(g, L_PLACE) = share_of(h, e, i);
		AT(g, L_NAME) = (hi->name - lo->name) / (n + nblock);
		AT(g, L_CUE) = (hi->cue - lo->cue) / nblock;
		e = k->box[h->elem[e].parent].whole;
	}
}

static void
put_near(float *f, const struct html *h, const struct features *k, size_t i)
{
	float *g = &AT(f, F_NEAR);
	int d;

	for (d = -NNEAR; d <= NNEAR; d++) {
		size_t j = i + (size_t)d;

		if (d == 0)
			continue;
		if (j >= h->nblock) {
			AT(g, N_WORDS) = AT(g, N_LINK) = AT(g, N_TAG) =
			    AT(g, N_SAME) = AT(g, N_PROSE) = AT(g, N_HEAD) = -1;
		} else {
			const struct stat *t = &k->stat[j];

			AT(g, N_WORDS) = t->nword;
			AT(g, N_LINK) = t->link;
			AT(g, N_TAG) = t->tag == k->stat[i].tag;
			AT(g, N_SAME) = h->elem[h->block[j].elem].parent ==
					h->elem[h->block[i].elem].parent;
			AT(g, N_PROSE) = t->prose;
			AT(g, N_HEAD) = t->tag >= HTML_H1 && t->tag <= HTML_H6;
		}
		g += NN * FEATURES_STRIDE;
	}
}

static void
put_boxes(float *f, const struct html *h, const struct features *k, size_t i)
{
	const struct stat *t = &k->stat[i];
	const struct box *inner = &k->box[h->block[i].inner];
	const struct html_elem *best = &h->elem[k->cand.elem];
	uint32_t e = h->elem[h->block[i].elem].parent;

	AT(f, F_NAME_OWN) = inner->name.near;
	AT(f, F_NAME_NEAR) = t->name_near;
	AT(f, F_NAME_FAR) = t->name_far;
	AT(f, F_NAME) = t->name;
	AT(f, F_NAME_LEAST) = inner->least;
	AT(f, F_NAME_MOST) = inner->most;
	AT(f, F_CAND_BOX) = k->box[e].points / k->cand.value;
	AT(f, F_CAND_ABOVE) = k->box[h->elem[e].parent].points / k->cand.value;
	AT(f, F_CAND_AT) = distance(h, k->cand.elem, i);
	AT(f, F_CAND_PLACE) = share_of(h, k->cand.elem, i);
	AT(f, F_CAND_WORDS) =
	    (k->sum[best->block_end].nword - k->sum[best->block].nword) /
	    (k->sum[h->nblock].nword + 1);
	AT(f, F_CAND_SHARE) = k->cand.share;
}

static void
put_alike(float *f, const struct html *h, const struct features *k, size_t i)
{
	const struct group *g;
	float *a = &AT(f, F_ALIKE);
	int q;

	for (q = 0; q < NALIKE; q++, a += NA * FEATURES_STRIDE) {
		g = &k->group[k->stat[i].alike[q]];
		AT(a, A_WORDS) = g->nword;
		AT(a, A_SHARE) = g->nword / (k->sum[h->nblock].nword + 1);
		AT(a, A_LINK) = g->link / (g->nword + g->nblock);
		AT(a, A_BLOCKS) = g->nblock;
		AT(a, A_MEAN) = g->nword / g->nblock;
		AT(a, A_CUE) = g->cue / g->nblock;
		AT(a, A_PROSE) = g->prose / (g->nword + g->nblock);
	}
}

static float
kind_of(const struct html *h)
{
	static const char *const kinds[] = {"article", "blog", "product",
	    "forum", "video", "website", "Collection", "FAQ", "WebPage"};
	size_t i;
	int m;

	for (m = 0; m < 2; m++) {
		struct str s = h->meta[m ? META_KIND : META_TYPE];

		for (i = 0; s.len && i < sizeof(kinds) / sizeof(kinds[0]); i++)
			if (memmem(s.p, s.len, kinds[i], strlen(kinds[i])))
				return (float)(i + 1 + (size_t)m * 10);
	}
	return 0;
}

/* What is the same for all blocks of a page. */
static void
stat_page(struct features *k, const struct html *h)
{
	const struct sum *all = &k->sum[h->nblock];
	float *page = k->page, n, total = all->nword + 1;
	uint64_t far;
	size_t i;

	memset(k->page, 0, sizeof(k->page));

	for (i = 0; i < h->nelem; i++) {
		const struct html_elem *e = &h->elem[i];

		n = k->sum[e->block_end].nword - k->sum[e->block].nword;
		if (e->tag == HTML_ARTICLE) {
			page[F_P_ARTICLES]++;
			page[F_P_ARTICLE_WORDS] =
			    fmaxf(page[F_P_ARTICLE_WORDS], n / total);
		}
		if (e->tag == HTML_MAIN) {
			page[F_P_MAIN]++;
			page[F_P_MAIN_WORDS] += n / total;
		}
		page[F_P_H1] += e->tag == HTML_H1;
	}
	for (i = 0; i < h->nblock; i++) {
		far = k->box[h->block[i].inner].far;
		n = k->stat[i].nword / total;
		page[F_P_COMMENT] += far >> HINT_COMMENT & 1 ? n : 0;
		page[F_P_FORUM] += far >> HINT_FORUM & 1 ? n : 0;
		page[F_P_PRODUCT] += far >> HINT_PRODUCT & 1 ? n : 0;
	}
	page[F_P_WORDS] = all->nword;
	page[F_P_BLOCKS] = (float)h->nblock;
	page[F_P_PROSE] = all->prose / total;
	page[F_P_LINK] = all->link / total;
	page[F_P_TYPE] = kind_of(h);
	page[F_P_BODY] = log1pf((float)h->meta[META_BODY].len);
}

static struct str
page_title(const struct html *h)
{
	if (h->meta[META_OG_TITLE].len)
		return h->meta[META_OG_TITLE];
	return h->meta[META_TITLE];
}
static void
room(struct features *k, const struct html *h)
{
	if (h->nblock < k->cap)
		return;
	k->cap = h->nblock * 2 + 64;
	k->judged = mem_grow(k->judged, k->cap, sizeof(float));
	k->stat = mem_grow(k->stat, k->cap, sizeof(*k->stat));
	k->sum = mem_grow(k->sum, k->cap + 1, sizeof(*k->sum));
}

/*
 * How blocks are related, which can be found only when all their texts are
 * known.
 */
static void
relate(struct features *k, const struct html *h)
{
	stat_runs(k, h);
	weigh_names(k, h);
	sums(k, h, NULL);
	candidates(k, h);
	alike(k, h);
}

void
features_read(struct features *k, const struct html *h)
{
	room(k, h);
	set_grams(&k->bytes, &k->title, page_title(h), 1);
	set_grams(&k->bytes, &k->desc, h->meta[META_DESCRIPTION], 2);
	set_grams(&k->bytes, &k->body, h->meta[META_BODY], 3);
	stat_blocks(k, h);
	boxes(k, h);
	relate(k, h);
	stat_page(k, h);
}

void
features_cued(struct features *k, const struct html *h, const float *cue,
    const struct cue_name *name)
{
	size_t i;

	for (i = 0; i < h->nblock; i++)
		k->stat[i].cue = cue[i];
	for (i = 0; i < h->nelem; i++)
		k->box[i].name = name[i];
	relate(k, h);
}

void
features_first(
    const struct features *k, const struct html *h, size_t i, float *row)
{
	size_t j;

	put_text(row, h, k, i);
	put_place(row, h, k, i);
	for (j = F_P_WORDS; j < F_HINT; j++)
		AT(row, j) = k->page[j];
	put_boxes(row, h, k, i);
	put_levels(row, h, k, i);
	put_near(row, h, k, i);
	put_alike(row, h, k, i);
}

/* The expected F1, in words, if exactly the blocks of an element are kept. */
static float
box_f1(const struct features *k, const struct html *h, uint32_t e)
{
	const struct sum *lo = &k->sum[h->elem[e].block];
	const struct sum *hi = &k->sum[h->elem[e].block_end];

	return 2 * (hi->judged - lo->judged) /
	       (hi->nword - lo->nword + k->sum[h->nblock].judged + 1);
}

static void
best_box(struct features *k, const struct html *h)
{
	uint32_t e;
	float f1;

	k->main = (struct best){0};
	for (e = 0; e < h->nelem; e++) {
		f1 = box_f1(k, h, e);
		if (f1 > k->main.value)
			k->main = (struct best){.elem = e, .value = f1};
	}
}

void
features_judged(struct features *k, const struct html *h, const float *judged)
{
	float last = 50, next = 50;
	size_t i;
	int q;

	memcpy(k->judged, judged, h->nblock * sizeof(*judged));
	sums(k, h, judged);
	for (i = 0; i < h->nblock; i++) {
		k->stat[i].main_last = last;
		last = judged[i] > 0.5f ? 1 : last + 1;
	}
	for (i = h->nblock; i-- > 0;) {
		k->stat[i].main_next = next;
		next = judged[i] > 0.5f ? 1 : next + 1;
	}
	for (i = 0; i < k->alike.n; i++)
		k->group[i].judged = 0;
	for (i = 0; i < h->nblock; i++)
		for (q = 0; q < NALIKE; q++)
			k->group[k->stat[i].alike[q]].judged +=
			    (k->stat[i].nword + 0.5f) * judged[i];
	best_box(k, h);
}

void
features_second(
    const struct features *k, const struct html *h, size_t i, float *row)
{
	const struct sum *lo, *hi, *all = &k->sum[h->nblock];
	const struct group *g;
	uint32_t e = k->box[h->block[i].elem].whole;
	size_t j, l = 0;
	float f1 = 0;
	int d;

	features_first(k, h, i, row);
	AT(row, G_SELF) = k->judged[i];
	for (d = -4; d <= 4; d++) {
		j = i + (size_t)d;
		if (d != 0)
			AT(row, G_NEAR + l++) =
			    j < h->nblock ? k->judged[j] : 0;
	}
	AT(row, G_BEST) = 0;
	for (l = 0; l < NLEVEL; l++) {
		lo = &k->sum[h->elem[e].block];
		hi = &k->sum[h->elem[e].block_end];
		AT(row, G_LEVEL + l) =
		    (hi->judged - lo->judged) / (hi->nword - lo->nword + 0.01f);
		AT(row, G_BEST) = fmaxf(AT(row, G_BEST), AT(row, G_LEVEL + l));
		f1 = fmaxf(f1, box_f1(k, h, e));
		e = k->box[h->elem[e].parent].whole;
	}
	AT(row, G_PAGE) = all->judged / (all->nword + 1);
	AT(row, G_BEFORE) = k->sum[i].judged;
	AT(row, G_BEHIND) = all->judged - k->sum[i].judged;
	AT(row, G_LAST) = k->stat[i].main_last;
	AT(row, G_NEXT) = k->stat[i].main_next;
	for (l = 0; l < NALIKE; l++) {
		g = &k->group[k->stat[i].alike[l]];
		AT(row, G_ALIKE + l) =
		    g->judged / (g->nword + 0.5f * g->nblock);
	}
	AT(row, G_BOX) = f1 / (k->main.value + 0.01f);
	AT(row, G_BOX_F1) = k->main.value;
	AT(row, G_BOX_AT) = distance(h, k->main.elem, i);
	AT(row, G_BOX_PLACE) = share_of(h, k->main.elem, i);
	AT(row, G_ALL) = all->judged;
}

struct features_words
features_words(const struct features *k, size_t i)
{
	const struct stat *t = &k->stat[i];

	return (struct features_words){t->word_hash, t->nword, t->twin};
}

uint64_t
features_around(const struct features *k, const struct html *h, size_t i)
{
	return k->box[h->block[i].inner].far;
}
