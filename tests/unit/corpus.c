/* corpus: which records are learnt from, and the numbers that they become */

#include "classify/corpus.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "tap.h"

static struct arena mem;

/* A record with a member of one string, and with domains. */
static void
make(struct rec *rec, const char *member, const char *value, const char *domain)
{
	struct str s = str_of(domain);

	rec_init(rec, &mem);
	rec_set_str(rec, member, str_of(value));
	rec_set_strs(rec, "domains", &s, s.len > 0);
}

/* Add records with these texts, the first of domain A, the others of none. */
static void
fill(struct corpus *c, const char *const texts[])
{
	struct corpus_record r;
	struct rec rec;
	size_t i;

	for (i = 0; texts[i] != NULL; i++) {
		make(&rec, "text", texts[i], i == 0 ? "A" : "");
		if (corpus_get(c, &rec, &r) == NULL)
			corpus_add(c, &r);
	}
	corpus_settle(c);
}

static void
free_rows(struct classifier *model)
{
	free((void *)(uintptr_t)model->map);
	free((void *)(uintptr_t)model->rank);
	free((void *)(uintptr_t)model->row);
}

static void
try_ngrams(void)
{
	static const char *const texts[] = {
	    "red red blue", "", " ! x", "blue green", NULL};
	const struct corpus_opts opts = {
	    .kind = CORPUS_NGRAMS, .order = 1, .nbit = 20, .min_count = 1};
	struct classifier model = {.nlabel = 1};
	struct corpus c;
	double red, blue;

	corpus_open(&c, &opts);
	fill(&c, texts);
	ok(c.truth.nrecord == 2 && c.truth.nlabel == 1,
	    "records, those without a word left out, and labels");
	ok(c.start[1] == 2 && c.start[2] == 4, "distinct words of each record");
	corpus_rows(&c, &model);
	ok(model.nrow == 3, "a row for each word");
	red = (1 + log(2)) * (log(3.0 / 2) + 1);
	blue = log(3.0 / 3) + 1;
	ok(fabs(c.item[0].value - red / hypot(red, blue)) < 1e-6 &&
		fabs(c.item[1].value - blue / hypot(red, blue)) < 1e-6,
	    "tf-idf, of unit length");
	ok(c.item[1].dim == c.item[2].dim && c.item[0].dim != c.item[1].dim,
	    "the same word has the same row");
	free_rows(&model);
	corpus_close(&c);
}

static void
try_rare(void)
{
	static const char *const texts[] = {"red blue", "blue green", NULL};
	const struct corpus_opts opts = {
	    .kind = CORPUS_NGRAMS, .order = 2, .nbit = 20, .min_count = 2};
	struct classifier model = {.nlabel = 1};
	struct corpus c;

	corpus_open(&c, &opts);
	fill(&c, texts);
	ok(c.start[2] == 6, "pairs of words count as well");
	corpus_rows(&c, &model);
	ok(model.nrow == 1 && c.start[1] == 1 && c.start[2] == 2 &&
		c.item[0].value == 1 && c.item[1].value == 1,
	    "rare ones are left out");
	free_rows(&model);
	corpus_close(&c);
}

static void
try_words(void)
{
	static const char *const texts[] = {"a b a", "b", NULL};
	static const uint32_t want[] = {0, 1, 0, 2, 1, 2};
	const struct corpus_opts opts = {.kind = CORPUS_WORDS};
	struct corpus c;

	corpus_open(&c, &opts);
	fill(&c, texts);
	ok(c.start[1] == 4 && c.start[2] == 6 &&
		memcmp(c.token, want, sizeof(want)) == 0,
	    "numbered words, and the end of each text");
	corpus_close(&c);
}

static void
try_vectors(void)
{
	const struct corpus_opts opts = {.kind = CORPUS_VECTOR};
	struct classifier model = {.nlabel = 1};
	struct corpus_record r;
	struct corpus c;
	struct rec rec;

	corpus_open(&c, &opts);
	make(&rec, "vec", "AAAAPA==", "A"); /* halves 0 and 1 */
	ok(corpus_get(&c, &rec, &r) == NULL && r.dim == 2 && r.vec[1] == 1,
	    "a vector");
	corpus_add(&c, &r);
	make(&rec, "vec", "ADw=", "A");
	ok(corpus_get(&c, &rec, &r) != NULL, "a vector of another width");
	make(&rec, "text", "a", "A");
	ok(corpus_get(&c, &rec, &r) != NULL, "no vector");
	corpus_settle(&c);
	corpus_rows(&c, &model);
	ok(model.nrow == 2 && model.order == 0, "a row for each entry");
	ok(c.start[1] == 1 && c.item[0].dim == 1 && c.item[0].value == 1,
	    "entries of 0 are left out");
	free_rows(&model);
	corpus_close(&c);
}

static void
try_both(void)
{
	static const char *const vec[] = {"AAAAPA==", "ADwAAA==", "AAAAAA=="};
	const struct corpus_opts opts = {
	    .kind = CORPUS_BOTH, .order = 1, .nbit = 6, .min_count = 1};
	struct classifier model = {.nlabel = 1};
	const float half = sqrtf(0.5f) * corpus_vec_length;
	struct corpus_record r;
	struct corpus c;
	struct rec rec;
	size_t i;

	corpus_open(&c, &opts);
	for (i = 0; i < 3; i++) { /* halves 0 and 1; 1 and 0; zeros */
		make(&rec, "text", "red", "A");
		rec_set_str(&rec, "vec", str_of(vec[i]));
		if (corpus_get(&c, &rec, &r) == NULL)
			corpus_add(&c, &r);
	}
	make(&rec, "text", "red", "A");
	ok(corpus_get(&c, &rec, &r) != NULL, "both: no vector");
	make(&rec, "vec", "AAAAPA==", "A");
	ok(corpus_get(&c, &rec, &r) != NULL, "both: no text");
	corpus_settle(&c);
	corpus_rows(&c, &model);
	ok(model.nrow == 1 && model.ndim == 2 && model.entry[0] == 0.5f &&
		model.entry[2] == 0.5f,
	    "entries after the rows, with the mean of what is not zeros");
	ok(c.start[1] == 3 && c.start[2] == 6 && c.start[3] == 7,
	    "a vector of zeros has no items");
	ok(c.item[0].value == 1 && c.item[1].dim == 1 && c.item[2].dim == 2 &&
		fabsf(c.item[1].value + half) < 1e-6f &&
		fabsf(c.item[2].value - half) < 1e-6f,
	    "entries are centred, and of the length that is theirs");
	free_rows(&model);
	free((void *)(uintptr_t)model.entry);
	corpus_close(&c);
}

static void
try_faults(void)
{
	const struct corpus_opts opts = {.kind = CORPUS_WORDS};
	struct str bad = {"A\0B", 3};
	struct corpus_record r;
	struct corpus c;
	struct rec rec;

	corpus_open(&c, &opts);
	rec_init(&rec, &mem);
	ok(corpus_get(&c, &rec, &r) != NULL, "no text");
	rec_set_str(&rec, "text", STR("a"));
	ok(corpus_get(&c, &rec, &r) != NULL, "no domains");
	rec_set_strs(&rec, "domains", &bad, 1);
	ok(corpus_get(&c, &rec, &r) != NULL, "a domain with U+0000");
	rec_set_strs(&rec, "domains", NULL, 0);
	ok(corpus_get(&c, &rec, &r) == NULL && r.nmaybe == 0, "none is enough");
	rec_set_str(&rec, "maybe", STR("*"));
	ok(corpus_get(&c, &rec, &r) == NULL && r.nmaybe == 1, "a maybe");
	rec_set_size(&rec, "maybe", 1);
	ok(corpus_get(&c, &rec, &r) != NULL, "a maybe that is no name");
	corpus_close(&c);
}

int
main(void)
{
	try_ngrams();
	try_rare();
	try_words();
	try_vectors();
	try_both();
	try_faults();
	arena_release(&mem);
	return tap_done();
}
