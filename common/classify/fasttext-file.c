#include "classify/fasttext-file.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/utf8.h"

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__,
    "the file is used as it lies, and it is little-endian");

enum { MAGIC = 793712314, SUPERVISED = 3, WORD = 0, LABEL = 1 };
enum { MAX_ORDER = 64 }; /* of n-grams: work a token */

static const char tail_magic[8] = "domains";

/* What is left of the file. */
struct reader {
	const char *p, *end;
};

static bool
take(struct reader *r, void *to, size_t len)
{
	if ((size_t)(r->end - r->p) < len)
		return false;
	memcpy(to, r->p, len);
	r->p += len;
	return true;
}

/* A slice of n values of size bytes; NULL when there are fewer. */
static const void *
slice(struct reader *r, uint64_t n, size_t size)
{
	const char *p = r->p;

	if (n > (uint64_t)(r->end - r->p) / size)
		return NULL;
	r->p += n * size;
	return p;
}

bool
fasttext_file_is(struct str bytes)
{
	int32_t magic;

	if (bytes.len < sizeof(magic))
		return false;
	memcpy(&magic, bytes.p, sizeof(magic));
	return magic == MAGIC;
}

static bool
read_args(struct reader *r, struct fasttext_args *a, const char **why)
{
	int32_t head[2];

	*why = "no model of fastText";
	if (!take(r, head, sizeof(head)) || head[0] != MAGIC)
		return false;
	*why = "a fastText model of a version other than 11 and 12";
	if (head[1] != 11 && head[1] != 12)
		return false;
	*why = "a damaged fastText model";
	if (!take(r, a, offsetof(struct fasttext_args, t)) ||
	    !take(r, &a->t, sizeof(a->t)))
		return false;
	*why = "a fastText model that is not a supervised one";
	if (a->model != SUPERVISED)
		return false;
	*why = "a damaged fastText model";
	if (head[1] == 11)
		a->maxn = 0;
	return a->dim > 0 && a->bucket >= 0 && a->word_ngrams <= MAX_ORDER &&
	       a->maxn <= MAX_ORDER && a->loss >= FASTTEXT_HS &&
	       a->loss <= FASTTEXT_OVA &&
	       (a->bucket > 0 || (a->word_ngrams <= 1 && a->maxn <= 0));
}

static bool
read_entries(struct reader *r, struct fasttext *ft, int32_t nentry)
{
	struct str name;
	const char *nul;
	int64_t count;
	int8_t type;
	int32_t i;
	size_t nword = 0, nlabel = 0;

	for (i = 0; i < nentry; i++) {
		nul = memchr(r->p, '\0', (size_t)(r->end - r->p));
		if (nul == NULL)
			return false;
		name = (struct str){r->p, (size_t)(nul - r->p)};
		r->p = nul + 1;
		if (!take(r, &count, sizeof(count)) ||
		    !take(r, &type, sizeof(type)))
			return false;
		if (type == WORD && nword < ft->nword && nlabel == 0) {
			ft->word[nword++] = name;
		} else if (type == LABEL && nlabel < ft->nlabel) {
			if (str_starts(name, str_of(FASTTEXT_PREFIX))) {
				name.p += sizeof(FASTTEXT_PREFIX) - 1;
				name.len -= sizeof(FASTTEXT_PREFIX) - 1;
			}
			/* a tree's counts fall, and stay below its infinity */
			if (count < 0 || count >= 1000000000000000 ||
			    utf8_valid(name) != name.len)
				return false;
			ft->count[nlabel] = count;
			ft->label[nlabel++] = name;
		} else {
			return false;
		}
	}
	return nword == ft->nword && nlabel == ft->nlabel;
}

static void
index_words(struct fasttext *ft, const char *end)
{
	struct fasttext_slot *slot;
	struct wordkey key;
	size_t i;

	ft->nslot = 64;
	while (ft->nslot < 2 * ft->nword)
		ft->nslot *= 2;
	ft->slot = mem_aligned(ft->nslot * sizeof(*ft->slot));
	memset(ft->slot, 0, ft->nslot * sizeof(*ft->slot));
	for (i = 0; i < ft->nword; i++) {
		key = wordkey_of(ft->word[i], end);
		slot = fasttext_find(ft, ft->word[i], key);
		if (slot->key.value == 0) {
			key.value = (uint32_t)i + 1;
			*slot = (struct fasttext_slot){
			    key, fasttext_hash(ft->word[i])};
		}
	}
}

static bool
read_pruned(struct reader *r, struct fasttext *ft)
{
	size_t at;
	int64_t i;

	if (ft->npruned <= 0)
		return true;
	if ((ft->pruned = slice(r, (uint64_t)ft->npruned, 8)) == NULL ||
	    ft->npruned > INT32_MAX / 2)
		return false;
	ft->npruned_slot = 64;
	while (ft->npruned_slot < 2 * (size_t)ft->npruned)
		ft->npruned_slot *= 2;
	ft->pruned_slot =
	    mem_zeroed(ft->npruned_slot, sizeof(*ft->pruned_slot));
	for (i = 0; i < ft->npruned; i++) {
		at = fasttext_find_pruned(ft, ft->pruned[2 * i]);
		if (ft->pruned_slot[at] == 0)
			ft->pruned_slot[at] = (uint32_t)i + 1;
	}
	return true;
}

static bool
read_dictionary(struct reader *r, struct fasttext *ft)
{
	int32_t size[3];
	int64_t ntoken, i;

	if (!take(r, size, sizeof(size)) || !take(r, &ntoken, 8) ||
	    !take(r, &ft->npruned, 8))
		return false;
	/* an entry has at least 10 bytes */
	if (size[1] < 0 || size[2] <= 0 ||
	    (int64_t)size[1] + size[2] != size[0] ||
	    size[0] > (r->end - r->p) / 10)
		return false;
	ft->nword = (size_t)size[1];
	ft->nlabel = (size_t)size[2];
	ft->word = mem_zeroed(ft->nword + 1, sizeof(*ft->word));
	ft->label = mem_zeroed(ft->nlabel, sizeof(*ft->label));
	ft->count = mem_zeroed(ft->nlabel, sizeof(*ft->count));
	if (!read_entries(r, ft, size[0]) || !read_pruned(r, ft))
		return false;
	index_words(ft, r->end);
	for (i = 0; i < ft->npruned; i++)
		if (ft->pruned[2 * i + 1] < 0 ||
		    ft->pruned[2 * i + 1] >= ft->npruned)
			return false;
	return true;
}

static bool
read_pq(struct reader *r, struct fasttext_pq *pq, int64_t dim)
{
	int32_t h[4];

	if (!take(r, h, sizeof(h)))
		return false;
	pq->dim = h[0], pq->nsub = h[1], pq->dsub = h[2], pq->lastdsub = h[3];
	if (pq->dim != dim || pq->nsub <= 0 || pq->dsub <= 0 ||
	    pq->lastdsub <= 0 || pq->lastdsub > pq->dsub ||
	    (int64_t)(pq->nsub - 1) * pq->dsub + pq->lastdsub != dim)
		return false;
	pq->centroid = slice(r, (uint64_t)dim * FASTTEXT_NCENTROID, 4);
	return pq->centroid != NULL;
}

static bool
read_matrix(struct reader *r, struct fasttext_matrix *x, bool quantised)
{
	uint8_t norms = 0;
	int32_t ncode;

	if (quantised && !take(r, &norms, 1))
		return false;
	if (!take(r, &x->m, 8) || !take(r, &x->n, 8) || x->m < 0 || x->n <= 0 ||
	    x->n > INT32_MAX || x->m > INT32_MAX)
		return false;
	if (!quantised) {
		x->value = slice(r, (uint64_t)x->m * (uint64_t)x->n, 4);
		return x->value != NULL;
	}
	if (!take(r, &ncode, 4) || ncode < 0 ||
	    (x->code = slice(r, (uint64_t)ncode, 1)) == NULL ||
	    !read_pq(r, &x->pq, x->n) || x->m * x->pq.nsub != ncode)
		return false;
	if (norms == 0)
		return true;
	x->norm_code = slice(r, (uint64_t)x->m, 1);
	return x->norm_code != NULL && read_pq(r, &x->norm_pq, 1);
}

/* Huffman's tree over the labels, as fastText makes it of their counts. */
static bool
grow_tree(struct fasttext *ft)
{
	int32_t n = (int32_t)ft->nlabel, leaf = n - 1, node = n, i, j, *child;
	int64_t *count;

	for (i = 1; i < n; i++)
		if (ft->count[i] > ft->count[i - 1])
			return false;
	count = mem_alloc(2 * ft->nlabel * sizeof(*count));
	for (i = 0; i < 2 * n; i++)
		count[i] = i < n ? ft->count[i] : 1000000000000000;
	ft->tree = mem_zeroed(ft->nlabel, 2 * sizeof(*ft->tree));
	for (i = n; i < 2 * n - 1; i++) {
		child = &ft->tree[2 * (i - n)];
		for (j = 0; j < 2; j++)
			child[j] = leaf >= 0 && count[leaf] < count[node]
				       ? leaf--
				       : node++;
		count[i] = count[child[0]] + count[child[1]];
	}
	free(count);
	return true;
}

/* The trailer, if there is one: false only if it is damaged. */
static bool
read_tail(struct reader *r, struct fasttext *ft)
{
	uint32_t n[2];
	const char *name, *nul, *end;
	size_t i, len = (size_t)(r->end - r->p);

	if (len > sizeof(tail_magic))
		len = sizeof(tail_magic);
	if (len == 0 || memcmp(r->p, tail_magic, len) != 0)
		return true;
	r->p += len; /* if it ends here, it was cut */
	if (!take(r, n, sizeof(n)) || n[0] != ft->nlabel ||
	    (ft->threshold = slice(r, n[0], 4)) == NULL ||
	    (name = slice(r, n[1], 1)) == NULL)
		return false;
	for (i = 0, end = name + n[1]; i < ft->nlabel; i++, name = nul + 1) {
		nul = memchr(name, '\0', (size_t)(end - name));
		if (nul == NULL)
			return false;
		ft->label[i] = (struct str){name, (size_t)(nul - name)};
		if (utf8_valid(ft->label[i]) != ft->label[i].len)
			return false;
	}
	return true;
}

bool
fasttext_file_open(struct fasttext *ft, struct str bytes, const char **why)
{
	struct reader r = {bytes.p, bytes.p + bytes.len};
	uint8_t quantised, quantised_out;
	int64_t nbucket;

	*ft = (struct fasttext){0};
	if (!read_args(&r, &ft->args, why) || !read_dictionary(&r, ft) ||
	    !take(&r, &quantised, 1) || quantised > 1 ||
	    !read_matrix(&r, &ft->input, quantised) ||
	    !take(&r, &quantised_out, 1) || quantised_out > 1 ||
	    !read_matrix(&r, &ft->output, quantised && quantised_out))
		goto damaged;
	nbucket = ft->npruned >= 0 ? ft->npruned : ft->args.bucket;
	if (ft->input.n != ft->args.dim || ft->output.n != ft->args.dim ||
	    ft->input.m < (int64_t)ft->nword + nbucket ||
	    ft->output.m != (int64_t)ft->nlabel)
		goto damaged;
	if (ft->args.loss == FASTTEXT_HS && !grow_tree(ft))
		goto damaged;
	if (read_tail(&r, ft))
		return true;
damaged:
	fasttext_file_close(ft);
	return false;
}

void
fasttext_file_close(struct fasttext *ft)
{
	free(ft->word);
	free(ft->slot);
	free(ft->label);
	free(ft->count);
	free(ft->pruned_slot);
	free(ft->tree);
	*ft = (struct fasttext){0};
}

void
fasttext_file_label(struct buf *out, struct str name)
{
	size_t i;

	buf_puts(out, str_of(FASTTEXT_PREFIX));
	for (i = 0; i < name.len; i++)
		buf_putc(out, fasttext_is_space(name.p[i]) ? '_' : name.p[i]);
}

static void
put_entry(struct buf *out, int64_t count, int8_t type)
{
	buf_putc(out, '\0');
	buf_put(out, &count, sizeof(count));
	buf_put(out, &type, sizeof(type));
}

void
fasttext_file_head(struct buf *out, const struct fasttext_args *args,
    const struct str *word, const int64_t *word_count, size_t nword,
    const struct str *label, const int64_t *label_count, size_t nlabel,
    int64_t ntoken)
{
	int32_t head[2] = {MAGIC, 12};
	int32_t size[3] = {
	    (int32_t)(nword + nlabel), (int32_t)nword, (int32_t)nlabel};
	int64_t all_buckets = -1;
	size_t i;

	buf_put(out, head, sizeof(head));
	buf_put(out, args, offsetof(struct fasttext_args, t));
	buf_put(out, &args->t, sizeof(args->t));
	buf_put(out, size, sizeof(size));
	buf_put(out, &ntoken, sizeof(ntoken));
	buf_put(out, &all_buckets, sizeof(all_buckets));
	for (i = 0; i < nword; i++) {
		buf_puts(out, word[i]);
		put_entry(out, word_count[i], WORD);
	}
	for (i = 0; i < nlabel; i++) {
		fasttext_file_label(out, label[i]);
		put_entry(out, label_count[i], LABEL);
	}
}

void
fasttext_file_tail(struct buf *out, const struct str *label,
    const float *threshold, size_t nlabel)
{
	uint32_t n[2] = {(uint32_t)nlabel, 0};
	size_t i;

	for (i = 0; i < nlabel; i++)
		n[1] += (uint32_t)label[i].len + 1;
	buf_put(out, tail_magic, sizeof(tail_magic));
	buf_put(out, n, sizeof(n));
	buf_put(out, threshold, nlabel * sizeof(*threshold));
	for (i = 0; i < nlabel; i++) {
		buf_puts(out, label[i]);
		buf_putc(out, '\0');
	}
}
