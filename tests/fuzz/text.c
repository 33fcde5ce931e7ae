/*
 * text: any bytes as a text; sentences, chunks and words cover it, figures of
 * rules are finite, C4's rules applied twice change nothing more, and a text
 * resembles itself
 */

#include <assert.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/utf8.h"
#include "dedup/shingle.h"
#include "quality/gopher.h"
#include "text/chunk.h"
#include "text/datatrove.h"
#include "text/sentence.h"
#include "text/word.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void
pieces(struct str text)
{
	struct arena mem = {0};
	struct chunk *chunk;
	struct str rest = text, sentence;
	size_t i, n, max, at = 0;

	while (sentence_next(&rest, sentence_rules(STR("")), &sentence)) {
		assert(sentence.p == text.p + at && sentence.len > 0);
		at += sentence.len;
	}
	assert(at == text.len);
	for (max = 1; max < 40; max = 3 * max + 1) {
		n = chunk_split(text, STR(""), &(struct chunk_rule){.max = max},
		    &mem, &chunk);
		for (i = at = 0; i < n; i++) {
			assert(chunk[i].start == at && chunk[i].end > at);
			at = chunk[i].end;
			assert(word_count((struct str){text.p + chunk[i].start,
				   at - chunk[i].start}) <= max);
		}
		assert(at == text.len);
		arena_clear(&mem);
	}
	arena_release(&mem);
}

static void
rules(struct str text, enum gopher_dialect dialect)
{
	struct gopher_plan plan = {
	    .set = {GOPHER_RULES, GOPHER_FINEWEB, GOPHER_C4}, .nset = 3};
	struct gopher g = {0}, again = {0};
	struct str once, twice;
	double value[GOPHER_NRULE] = {0};
	size_t i, ngone;

	plan.dialect = dialect;
	for (i = 0; i < GOPHER_NRULE; i++)
		plan.limit[i] = gopher_rule[i].limit;
	once = gopher_measure(&g, &plan, text, STR("en"), value, &ngone);
	for (i = 0; i < GOPHER_NRULE; i++)
		assert(isfinite(value[i]) && value[i] >= 0);
	for (i = GOPHER_DUP_5GRAM; i < GOPHER_DUP_5GRAM + 6; i++)
		assert(value[i] <= 1);
	assert(once.len <= text.len);
	plan.set[0] = GOPHER_C4;
	plan.nset = 1;
	twice = gopher_measure(&again, &plan, once, STR("en"), value, &ngone);
	assert(twice.len <= once.len);
	gopher_release(&g);
	gopher_release(&again);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct str text = {(const char *)data, len};
	struct buf valid = {0}; /* as records are */
	struct shingler s = {0};
	struct ngram g = {0};
	size_t i;

	pieces(text);
	buf_reserve(&valid,
	    1); /* an address that is not NULL, also for an empty text */
	utf8_repair(&valid, text);
	rules(buf_str(&valid), GOPHER_PAPER);
	rules(buf_str(&valid), GOPHER_DATATROVE);
	buf_release(&valid);
	datatrove_words(&g, text);
	assert(g.nword <= len); /* each has a byte */
	shingle_words(&s, text);
	shingle_runs(&s, 5);
	shingle_set(&s);
	assert(s.nset <= s.nrun && (s.nset > 0) == (s.nword > 0));
	for (i = 1; i < s.nset; i++)
		assert(s.set[i - 1] < s.set[i]);
	assert(shingle_jaccard(s.set, s.nset, s.set, s.nset, 1) == 1);
	shingle_release(&s);
	ngram_release(&g);
	return 0;
}
