#include "token/wordpiece.h"

#include <endian.h>
#include <stdlib.h>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "base/buf.h"
#include "base/hash.h"
#include "base/mem.h"
#include "base/utf8.h"

enum {
	CACHE_SLOTS = 1 << 15, /* runs that are remembered; a power of two */
	CACHE_KEY = 31,	       /* bytes of the longest run remembered, */
	CACHE_IDS = 7,	       /* ids of it: a run fills a line of cache */
	BATCH = 16,	       /* runs that are looked up at once */
	LONG = 255,	       /* bytes; a token may be longer than is told */
	DEFAULT_MAX_WORD = 100
};

struct entry { /* of the vocabulary; len 0 is an empty slot */
	const char *p;
	uint32_t len, id;
};

/* What a byte is to a run; of none of these, a letter or digit of ASCII. */
enum {
	BLANK = 1,
	MARK = 2,
	ODD = 4,    /* of a run that is no letter or digit */
	SPECIAL = 8 /* the first byte of a special token */
};

/*
 * The bytes of a run with zeros after them, as little-endian numbers; the last
 * byte is how many they are.  Longer runs have no key, which is 0.
 */
struct key {
	uint64_t part[(CACHE_KEY + 1) / 8];
};

struct run { /* of text between ASCII blanks and marks, with its ids */
	struct key key;
	uint32_t nid, id[CACHE_IDS];
};

/* A run that waits to be looked up, or a token that is known already. */
struct waiting {
	struct str run; /* of length 0: a token */
	bool ascii;
	uint32_t id;
	struct key key;
	struct run *slot;
};

struct wordpiece {
	struct wordpiece_options options;
	struct arena mem;
	struct entry *slot; /* open addressing, mask + 1 slots */
	size_t mask;
	/*
	 * Bytes of the longest token that begins with two bytes, and, after
	 * the prefix, of the longest that goes on with them; at most LONG.
	 */
	unsigned char (*longest)[1 << 16];
	struct str *special;
	uint32_t *special_id;
	size_t nspecial;
	unsigned char kind[256];
	bool letters_plain; /* no special token begins with a letter or digit */
	uint32_t mark[128]; /* the id of a mark */
	uint32_t unk;
	struct run *cache;
	struct buf plain, split; /* scratch of one run */
};

/* Where the ids of a text go. */
struct ids {
	uint32_t *p;
	size_t n, max;
};

static struct entry *
find(const struct wordpiece *wp, const char *p, size_t len)
{
	size_t i = hash_64(p, len, 0) & wp->mask;

	while (wp->slot[i].p != NULL &&
	       (wp->slot[i].len != len ||
		   (len > 0 && memcmp(wp->slot[i].p, p, len) != 0)))
		i = (i + 1) & wp->mask;
	return &wp->slot[i];
}

bool
wordpiece_id(const struct wordpiece *wp, struct str token, uint32_t *id)
{
	const struct entry *e = find(wp, token.p, token.len);

	if (e->p == NULL)
		return false;
	*id = e->id;
	return true;
}

static bool
ascii_mark(unsigned char c)
{
	return (c >= 33 && c <= 47) || (c >= 58 && c <= 64) ||
	       (c >= 91 && c <= 96) || (c >= 123 && c <= 126);
}

static void
know_bytes(struct wordpiece *wp)
{
	const struct entry *e;
	unsigned c;
	char mark;

	for (c = 0; c < 256; c++)
		if (c == ' ' || c == '\t' || c == '\n' || c == '\r')
			wp->kind[c] |= BLANK;
		else if (ascii_mark((unsigned char)c))
			wp->kind[c] |= MARK;
		else if (c >= 0x80 || c < 0x20 || c == 0x7f)
			wp->kind[c] |= ODD;
	for (c = 0; c < 128; c++) {
		mark = (char)c;
		e = find(wp, &mark, 1);
		wp->mark[c] = e->p != NULL ? e->id : wp->unk;
	}
	wp->letters_plain = true;
	for (c = 0; c < 256; c++)
		wp->letters_plain &= wp->kind[c] != SPECIAL;
}

static size_t
first_two(const char *p)
{
	return (size_t)(unsigned char)p[0] << 8 | (unsigned char)p[1];
}

/* Make longest[head] know of a token that has these bytes. */
static void
know_length(struct wordpiece *wp, size_t head, struct str token)
{
	unsigned char *longest, len;

	if (token.len < 2)
		return;
	len = token.len < LONG ? (unsigned char)token.len : LONG;
	longest = &wp->longest[head][first_two(token.p)];
	if (*longest < len)
		*longest = len;
}

/* How many of the bytes at p, (n), a token may have at most. */
static size_t
most_bytes(const struct wordpiece *wp, size_t head, const char *p, size_t n)
{
	size_t most;

	if (n < 2)
		return n;
	most = wp->longest[head][first_two(p)];
	if (most == LONG)
		return n;
	if (most == 0)
		most = 1;
	return n < most ? n : most;
}

struct wordpiece *
wordpiece_new(const struct str *vocab, size_t nvocab, const uint32_t *special,
    size_t nspecial, const struct wordpiece_options *options)
{
	struct wordpiece *wp = mem_zeroed(1, sizeof(*wp));
	struct entry *e;
	struct str token;
	size_t i;

	wp->options = *options;
	if (wp->options.max_word == 0)
		wp->options.max_word = DEFAULT_MAX_WORD;
	wp->options.prefix = arena_copy(
	    &wp->mem, options->prefix.len > 0 ? options->prefix : STR("##"));
	wp->options.unk = arena_copy(
	    &wp->mem, options->unk.len > 0 ? options->unk : STR("[UNK]"));
	for (wp->mask = 1; wp->mask < 2 * nvocab + 2; wp->mask *= 2)
		;
	wp->mask--;
	wp->slot = mem_zeroed(wp->mask + 1, sizeof(*wp->slot));
	wp->longest = mem_zeroed(2, sizeof(*wp->longest));
	for (i = 0; i < nvocab; i++) {
		e = find(wp, vocab[i].p, vocab[i].len);
		e->p = arena_copy(&wp->mem, vocab[i]).p;
		e->len = (uint32_t)vocab[i].len;
		e->id = (uint32_t)i;
		token = vocab[i];
		know_length(wp, 0, token);
		if (str_starts(token, wp->options.prefix)) {
			token.p += wp->options.prefix.len;
			token.len -= wp->options.prefix.len;
			know_length(wp, 1, token);
		}
	}
	wp->special = mem_zeroed(nspecial, sizeof(*wp->special));
	wp->special_id = mem_zeroed(nspecial, sizeof(*wp->special_id));
	for (i = 0; i < nspecial; i++)
		if (special[i] < nvocab && vocab[special[i]].len > 0) {
			wp->special[wp->nspecial] =
			    arena_copy(&wp->mem, vocab[special[i]]);
			wp->special_id[wp->nspecial++] = special[i];
			wp->kind[(unsigned char)vocab[special[i]].p[0]] |=
			    SPECIAL;
		}
	wp->cache = mem_aligned(CACHE_SLOTS * sizeof(*wp->cache));
	memset(wp->cache, 0, CACHE_SLOTS * sizeof(*wp->cache));
	if (!wordpiece_id(wp, wp->options.unk, &wp->unk)) {
		wordpiece_free(wp);
		return NULL;
	}
	know_bytes(wp);
	return wp;
}

void
wordpiece_free(struct wordpiece *wp)
{
	if (wp == NULL)
		return;
	buf_release(&wp->plain);
	buf_release(&wp->split);
	arena_release(&wp->mem);
	free(wp->special);
	free(wp->special_id);
	free(wp->cache);
	free(wp->slot);
	free(wp->longest);
	free(wp);
}

static void
add(struct ids *ids, uint32_t id)
{
	if (ids->n < ids->max)
		ids->p[ids->n++] = id;
}

/*
 * Match the longest token first, over the bytes of one word.  A piece never
 * ends inside a code point, since the tokens of the vocabulary do not.
 */
static void
cut_word(struct wordpiece *wp, const char *p, size_t len, struct ids *ids)
{
	struct str prefix = wp->options.prefix;
	char key[512];
	const struct entry *e;
	size_t at = 0, n, head, from = ids->n;

	if (utf8_count((struct str){p, len}) > wp->options.max_word) {
		add(ids, wp->unk);
		return;
	}
	while (at < len) {
		head = at > 0 ? prefix.len : 0;
		n = most_bytes(wp, at > 0, p + at, len - at);
		if (n > sizeof(key) - head)
			n = sizeof(key) - head;
		memcpy(key, prefix.p, head);
		memcpy(key + head, p + at, n);
		for (e = NULL; n > 0; n--) {
			if (at + n < len && (p[at + n] & 0xc0) == 0x80)
				continue;
			e = find(wp, key, head + n);
			if (e->p != NULL)
				break;
		}
		if (n == 0) {
			ids->n = from;
			add(ids, wp->unk);
			return;
		}
		add(ids, e->id);
		at += n;
	}
}

static bool
in_table(uint32_t cp, const uint32_t (*table)[2], size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (cp >= table[i][0] && cp <= table[i][1])
			return true;
	return false;
}

/* Cc, Cf and Co but for the three that are white space. */
static bool
is_dropped(uint32_t cp)
{
	static const uint32_t later[][2] = {{0x890, 0x891}, {0x8e2, 0x8e2},
	    {0x110cd, 0x110cd}, {0x13430, 0x1343f}};
	const char *c;

	if (cp == 0 || cp == 0xfffd)
		return true;
	if (cp < 0x80)
		return (cp < 0x20 && cp != '\t' && cp != '\n' && cp != '\r') ||
		       cp == 0x7f;
	c = utf8_category(cp);
	if (c[0] != 'C' || (c[1] != 'c' && c[1] != 'f' && c[1] != 'o'))
		return false;
	return !in_table(cp, later, sizeof(later) / sizeof(*later));
}

/*
 * Marks and punctuation that Unicode gained after version 8, which have no
 * class in Hugging Face's tables; found by asking it about each code point.
 */
static bool
is_later(uint32_t cp)
{
	static const uint32_t later[][2] = {{0x61d, 0x61d}, {0x7fd, 0x7fd},
	    {0x898, 0x89f}, {0x8ca, 0x8e1}, {0x9fd, 0x9fe}, {0xa76, 0xa76},
	    {0xafa, 0xaff}, {0xb55, 0xb55}, {0xc04, 0xc04}, {0xc3c, 0xc3c},
	    {0xc77, 0xc77}, {0xc84, 0xc84}, {0xd00, 0xd00}, {0xd3b, 0xd3c},
	    {0xd81, 0xd81}, {0xeba, 0xeba}, {0xece, 0xece}, {0x180f, 0x180f},
	    {0x1885, 0x1886}, {0x1abf, 0x1ace}, {0x1b7d, 0x1b7e},
	    {0x1df6, 0x1dfb}, {0x2e43, 0x2e4f}, {0x2e52, 0x2e5d},
	    {0xa82c, 0xa82c}, {0xa8c5, 0xa8c5}, {0xa8ff, 0xa8ff},
	    {0xa9bd, 0xa9bd}, {0x10d24, 0x10d27}, {0x10eab, 0x10ead},
	    {0x10efd, 0x10eff}, {0x10f46, 0x10f50}, {0x10f55, 0x10f59},
	    {0x10f82, 0x10f89}, {0x11070, 0x11070}, {0x11073, 0x11074},
	    {0x110c2, 0x110c2}, {0x111cf, 0x111cf}, {0x1123e, 0x1123e},
	    {0x11241, 0x11241}, {0x1133b, 0x1133b}, {0x11438, 0x1143f},
	    {0x11442, 0x11444}, {0x11446, 0x11446}, {0x1144b, 0x1144f},
	    {0x1145a, 0x1145b}, {0x1145d, 0x1145e}, {0x11660, 0x1166c},
	    {0x116b9, 0x116b9}, {0x1182f, 0x11837}, {0x11839, 0x1183b},
	    {0x1193b, 0x1193c}, {0x1193e, 0x1193e}, {0x11943, 0x11946},
	    {0x119d4, 0x119d7}, {0x119da, 0x119db}, {0x119e0, 0x119e0},
	    {0x119e2, 0x119e2}, {0x11a01, 0x11a0a}, {0x11a33, 0x11a38},
	    {0x11a3b, 0x11a47}, {0x11a51, 0x11a56}, {0x11a59, 0x11a5b},
	    {0x11a8a, 0x11a96}, {0x11a98, 0x11a9c}, {0x11a9e, 0x11aa2},
	    {0x11b00, 0x11b09}, {0x11c30, 0x11c36}, {0x11c38, 0x11c3d},
	    {0x11c3f, 0x11c3f}, {0x11c41, 0x11c45}, {0x11c70, 0x11c71},
	    {0x11c92, 0x11ca7}, {0x11caa, 0x11cb0}, {0x11cb2, 0x11cb3},
	    {0x11cb5, 0x11cb6}, {0x11d31, 0x11d36}, {0x11d3a, 0x11d3a},
	    {0x11d3c, 0x11d3d}, {0x11d3f, 0x11d45}, {0x11d47, 0x11d47},
	    {0x11d90, 0x11d91}, {0x11d95, 0x11d95}, {0x11d97, 0x11d97},
	    {0x11ef3, 0x11ef4}, {0x11ef7, 0x11ef8}, {0x11f00, 0x11f01},
	    {0x11f36, 0x11f3a}, {0x11f40, 0x11f40}, {0x11f42, 0x11f4f},
	    {0x11fff, 0x11fff}, {0x12ff1, 0x12ff2}, {0x13440, 0x13440},
	    {0x13447, 0x13455}, {0x16e97, 0x16e9a}, {0x16f4f, 0x16f4f},
	    {0x16fe2, 0x16fe2}, {0x16fe4, 0x16fe4}, {0x1cf00, 0x1cf2d},
	    {0x1cf30, 0x1cf46}, {0x1e000, 0x1e006}, {0x1e008, 0x1e018},
	    {0x1e01b, 0x1e021}, {0x1e023, 0x1e024}, {0x1e026, 0x1e02a},
	    {0x1e08f, 0x1e08f}, {0x1e130, 0x1e136}, {0x1e2ae, 0x1e2ae},
	    {0x1e2ec, 0x1e2ef}, {0x1e4ec, 0x1e4ef}, {0x1e944, 0x1e94a},
	    {0x1e95e, 0x1e95f}};

	return in_table(cp, later, sizeof(later) / sizeof(*later));
}

bool
wordpiece_is_punct(uint32_t cp)
{
	if (cp < 0x80)
		return ascii_mark((unsigned char)cp);
	return cp == 0x166d || cp == 0x111c9 ||
	       (utf8_is_punct(cp) && !is_later(cp));
}

static bool
is_accent(uint32_t cp)
{
	return cp == 0x1734 ||
	       (cp != 0x111c9 && utf8_is_mark(cp) && !is_later(cp));
}

/* 2B920 looks like a slip for 2B820; ids depend on it. */
static bool
is_cjk(uint32_t cp)
{
	static const uint32_t blocks[][2] = {{0x4e00, 0x9fff}, {0x3400, 0x4dbf},
	    {0x20000, 0x2a6df}, {0x2a700, 0x2b73f}, {0x2b740, 0x2b81f},
	    {0x2b920, 0x2ceaf}, {0xf900, 0xfaff}, {0x2f800, 0x2fa1f}};

	return cp >= 0x3400 &&
	       in_table(cp, blocks, sizeof(blocks) / sizeof(*blocks));
}

/* One run as Hugging Face's normaliser would leave it, into wp->plain. */
static void
normalise(struct wordpiece *wp, struct str run)
{
	const struct wordpiece_options *o = &wp->options;
	struct str s;
	uint32_t cp;

	wp->plain.len = wp->split.len = 0;
	while (run.len > 0) {
		cp = utf8_take(&run);
		if (o->clean && is_dropped(cp))
			continue;
		if (o->clean && utf8_is_space(cp))
			cp = ' ';
		if (o->cjk && is_cjk(cp))
			buf_putc(&wp->split, ' ');
		utf8_put(&wp->split, cp);
		if (o->cjk && is_cjk(cp))
			buf_putc(&wp->split, ' ');
	}
	if (o->strip_accents) {
		utf8_nfd(&wp->plain, buf_str(&wp->split));
		wp->split.len = 0;
		for (s = buf_str(&wp->plain); s.len > 0;)
			if (!is_accent(cp = utf8_take(&s)))
				utf8_put(&wp->split, cp);
	}
	wp->plain.len = 0;
	for (s = buf_str(&wp->split); s.len > 0;) {
		cp = utf8_take(&s);
		if (!o->lowercase) {
			utf8_put(&wp->plain, cp);
		} else if (cp == 0x130) { /* the one that becomes two */
			utf8_put(&wp->plain, 'i');
			utf8_put(&wp->plain, 0x307);
		} else {
			utf8_put(&wp->plain, utf8_lower(cp));
		}
	}
}

static void
slow_run(struct wordpiece *wp, struct str run, struct ids *ids)
{
	struct str s, before;
	const char *word = NULL;
	uint32_t cp;
	bool mark;

	normalise(wp, run);
	for (s = buf_str(&wp->plain); s.len > 0;) {
		before = s;
		cp = utf8_take(&s);
		mark = wordpiece_is_punct(cp);
		if (!mark && !utf8_is_space(cp)) {
			if (word == NULL)
				word = before.p;
			continue;
		}
		if (word != NULL)
			cut_word(wp, word, (size_t)(before.p - word), ids);
		word = NULL;
		if (mark)
			cut_word(wp, before.p, (size_t)(s.p - before.p), ids);
	}
	if (word != NULL)
		cut_word(wp, word, (size_t)(s.p - word), ids);
}

/* ASCII letters and digits, lowered if they are to be. */
static void
fast_run(struct wordpiece *wp, struct str run, struct ids *ids)
{
	size_t i;

	wp->plain.len = 0;
	buf_reserve(&wp->plain, run.len);
	for (i = 0; i < run.len; i++)
		wp->plain.p[i] =
		    wp->options.lowercase && (unsigned)run.p[i] - 'A' < 26
			? (char)(run.p[i] | 0x20)
			: run.p[i];
	cut_word(wp, wp->plain.p, run.len, ids);
}

/*
 * The key of a run in a text that goes on to end, and its hash.  Words are read
 * whole where the text has them, and what is behind the run is cut off.
 */
static struct key
make_key(struct str run, const char *end, uint64_t *hash)
{
	char copy[CACHE_KEY + 8] = {0};
	struct key key = {{0}};
	uint64_t h = 0;
	size_t i, left;

	*hash = 0;
	if (run.len > CACHE_KEY)
		return key;
	if (end - run.p < (ptrdiff_t)sizeof(copy)) {
		memcpy(copy, run.p, run.len);
		run.p = copy;
	}
	for (i = 0; 8 * i < run.len; i++) {
		left = run.len - 8 * i;
		memcpy(&key.part[i], run.p + 8 * i, 8);
		key.part[i] = le64toh(key.part[i]);
		if (left < 8)
			key.part[i] &= ((uint64_t)1 << 8 * left) - 1;
		h = (h ^ key.part[i]) * 0x9e3779b97f4a7c15;
		h ^= h >> 32;
	}
	key.part[CACHE_KEY / 8] |= (uint64_t)run.len << 56;
	*hash = h;
	return key;
}

static void
cut_run(struct wordpiece *wp, const struct waiting *w, struct ids *ids)
{
	if (w->ascii)
		fast_run(wp, w->run, ids);
	else
		slow_run(wp, w->run, ids);
}

static bool
same_key(const struct key *a, const struct key *b)
{
	uint64_t other = 0;
	size_t i;

	for (i = 0; i < sizeof(a->part) / sizeof(*a->part); i++)
		other |= a->part[i] ^ b->part[i];
	return other == 0;
}

/* Encode what waited; most runs are known already. */
static void
encode_waiting(struct wordpiece *wp, const struct waiting *w, struct ids *ids)
{
	uint32_t own[CACHE_IDS + 1];
	struct ids all = {own, 0, CACHE_IDS + 1};
	struct run *slot = w->slot;
	size_t i;

	if (w->run.len == 0) {
		add(ids, w->id);
		return;
	}
	if (w->run.len > CACHE_KEY) {
		cut_run(wp, w, ids);
		return;
	}
	if (!same_key(&slot->key, &w->key)) {
		cut_run(wp, w, &all);
		if (all.n > CACHE_IDS) {
			cut_run(wp, w, ids);
			return;
		}
		slot->key = w->key;
		slot->nid = (uint32_t)all.n;
		memcpy(slot->id, own, all.n * sizeof(*own));
	}
	for (i = 0; i < slot->nid; i++)
		add(ids, slot->id[i]);
}

static const struct str *
special_at(const struct wordpiece *wp, struct str text, uint32_t *id)
{
	const struct str *best = NULL;
	size_t i;

	for (i = 0; i < wp->nspecial; i++)
		if (str_starts(text, wp->special[i]) &&
		    (best == NULL || wp->special[i].len > best->len)) {
			best = &wp->special[i];
			*id = wp->special_id[i];
		}
	return best;
}

#ifdef __SSE2__
/* Which of 16 bytes are no letters or digits of ASCII, a bit for each. */
static unsigned
others_16(const char *p)
{
	const __m128i v = _mm_loadu_si128((const __m128i *)(const void *)p);
	const __m128i lower = _mm_or_si128(v, _mm_set1_epi8(0x20));
	__m128i letter, digit;

	/* as signed numbers, all beyond ASCII are less than a letter */
	letter = _mm_and_si128(_mm_cmpgt_epi8(lower, _mm_set1_epi8('a' - 1)),
	    _mm_cmplt_epi8(lower, _mm_set1_epi8('z' + 1)));
	digit = _mm_and_si128(_mm_cmpgt_epi8(v, _mm_set1_epi8('0' - 1)),
	    _mm_cmplt_epi8(v, _mm_set1_epi8('9' + 1)));
	return (unsigned)_mm_movemask_epi8(_mm_or_si128(letter, digit)) ^
	       0xffff;
}
#endif

/* The run that text begins with; all: the kinds of its bytes. */
static struct str
take_run(const struct wordpiece *wp, struct str *text, unsigned *all)
{
	struct str run = {text->p, 0}, rest = *text;
	unsigned kind;
	uint32_t id;

	*all = 0;
#ifdef __SSE2__
	/* most runs are short and end at a blank or mark */
	if (wp->letters_plain && rest.len >= 16 &&
	    (kind = others_16(rest.p)) != 0) {
		run.len = (size_t)__builtin_ctz(kind);
		kind = wp->kind[(unsigned char)rest.p[run.len]];
		if ((kind & (BLANK | MARK)) != 0) {
			text->p += run.len;
			text->len -= run.len;
			return run;
		}
	}
#endif
	for (; rest.len > 0; rest.p++, rest.len--, *all |= kind) {
		kind = wp->kind[(unsigned char)rest.p[0]];
		if (kind == 0)
			continue;
		if ((kind & (BLANK | MARK)) != 0)
			break;
		if ((kind & SPECIAL) != 0 && rest.p > run.p &&
		    special_at(wp, rest, &id) != NULL)
			break;
	}
	run.len = (size_t)(rest.p - run.p);
	*text = rest;
	return run;
}

/*
 * Take what text begins with, which is not empty, into w; false if it is a blank.
 * Where a run may be remembered is prefetched.
 */
static bool
take_next(const struct wordpiece *wp, struct str *text, struct waiting *w)
{
	const unsigned kind = wp->kind[(unsigned char)text->p[0]];
	const char *end = text->p + text->len;
	const struct str *special = NULL;
	unsigned all;
	uint64_t hash;
	size_t len = 1;

	if ((kind & SPECIAL) != 0)
		special = special_at(wp, *text, &w->id);
	if (special != NULL)
		len = special->len;
	else if ((kind & MARK) != 0)
		w->id = wp->mark[(unsigned char)text->p[0]];
	if (special != NULL || (kind & (BLANK | MARK)) != 0) {
		w->run.len = 0;
		text->p += len;
		text->len -= len;
		return special != NULL || (kind & MARK) != 0;
	}
	w->run = take_run(wp, text, &all);
	w->ascii = (all & ODD) == 0;
	w->key = make_key(w->run, end, &hash);
	w->slot = &wp->cache[hash & (CACHE_SLOTS - 1)];
	__builtin_prefetch(w->slot, 1);
	return true;
}

size_t
wordpiece_encode(
    struct wordpiece *wp, struct str text, uint32_t *id, size_t max)
{
	struct ids ids = {id, 0, max};
	struct waiting w[BATCH];
	size_t n, i;

	while (text.len > 0 && ids.n < ids.max) {
		for (n = 0; n < BATCH && text.len > 0;)
			n += take_next(wp, &text, &w[n]);
		for (i = 0; i < n; i++)
			encode_waiting(wp, &w[i], &ids);
	}
	return ids.n;
}
