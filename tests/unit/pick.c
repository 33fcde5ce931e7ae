/*
 * pick: the share, the grey zone and the background, compared with sorting; in
 * one run and by parts
 */

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/rng.h"
#include "mine/pick.h"
#include "mine/thresholds.h"
#include "tap.h"

enum { N = 500, NDOMAIN = 40, NPART = 3 };

static const struct str rule_text = {"{\"a\": 1}", 8};
static float score[N][NDOMAIN];
static uint64_t hash[N];
static enum pick_verdict verdict[N][NDOMAIN], want[N][NDOMAIN];
static bool pass[N];

static void
name_domains(struct pick *p)
{
	char name[16];
	size_t d;

	for (d = 0; d < NDOMAIN; d++) {
		snprintf(name, sizeof(name), "domain %zu", d);
		pick_domain(p, str_of(name));
	}
}

/* Record i; its scores live until the next call. */
static struct pick_record
record(size_t i)
{
	static struct pick_score known[NDOMAIN];
	size_t d;

	for (d = 0; d < NDOMAIN; d++)
		known[d] = (struct pick_score){(uint32_t)d, score[i][d]};
	return (struct pick_record){STR("{}"), hash[i], known, NDOMAIN};
}

static void
run_whole(const struct pick_rule *rule)
{
	struct pick_record r;
	struct pick p;
	size_t i;

	pick_init(&p, rule);
	name_domains(&p);
	for (i = 0; i < N; i++) {
		r = record(i);
		pick_put(&p, &r);
	}
	pick_decide(&p);
	for (i = 0; pick_next(&p, &r); i++)
		pass[i] = pick_judge(&p, &r, verdict[i]);
	pick_release(&p);
}

/* How many records are before record i for domain d. */
static size_t
rank_of(size_t i, size_t d)
{
	size_t k, n = 0;

	for (k = 0; k < N; k++)
		n += score[k][d] > score[i][d] ||
		     (score[k][d] == score[i][d] && hash[k] < hash[i]);
	return n;
}

/* Fill want, and return whether verdict and pass agree with it. */
static bool
right(const struct pick_rule *rule)
{
	size_t i, k, d, nkept, rank, nbefore;
	bool good = true, kept[N] = {false};

	for (d = 0; d < NDOMAIN; d++) {
		nkept = rule->by_share ? (size_t)(rule->share * N + 0.5) : 0;
		for (k = 0, i = 0; i < N && rule->by_score; i++)
			k += score[i][d] >= (float)rule->min_score;
		nkept = k > nkept && rule->by_score ? k : nkept;
		for (i = 0; i < N; i++) {
			rank = rank_of(i, d);
			want[i][d] =
			    rank < nkept ? PICK_KEPT
			    : (double)rank < rule->grey * (double)nkept - 0.5
				? PICK_GREY
				: PICK_NOT;
			kept[i] |= want[i][d] == PICK_KEPT;
		}
	}
	for (i = 0; i < N; i++) {
		for (nbefore = 0, k = 0; k < N; k++)
			nbefore += !kept[k] && hash[k] < hash[i];
		good &= pass[i] == (kept[i] || nbefore < rule->background);
	}
	return good && memcmp(want, verdict, sizeof(want)) == 0;
}

/* One pass over a part, its counts added to sum. */
static bool
count_part(const struct pick_rule *rule, struct str text, size_t part,
    struct thresholds_sum *sum)
{
	uint64_t *bin = mem_alloc(PICK_NCHUNK * CUTOFF_NBIN * sizeof(*bin));
	uint64_t npass;
	struct arena mem = {0};
	struct buf b = {0};
	struct pick_record r;
	struct pick p;
	struct rec rec;
	const char *at, *feed, *why;
	size_t i, t;
	bool good;

	pick_init(&p, rule);
	good = thresholds_get(&p, text, rule_text, &npass) == NULL;
	if (npass == 0)
		name_domains(&p);
	for (i = part; i < N; i += NPART) {
		r = record(i);
		pick_put(&p, &r);
	}
	pick_tables(&p);
	thresholds_put_head(&p, rule_text, npass + 1, &b);
	for (t = 0; t < p.ntable; t++) {
		if (t % PICK_NCHUNK == 0)
			pick_count(&p, t, bin);
		thresholds_put_table(
		    &p, t, bin + t % PICK_NCHUNK * CUTOFF_NBIN, &b);
	}
	for (at = b.p; at < b.p + b.len; at = feed + 1) {
		feed = memchr(at, '\n', (size_t)(b.p + b.len - at));
		good &= rec_parse(&rec, &mem,
			    (struct str){at, (size_t)(feed - at)}, &why) &&
			thresholds_add(sum, &rec) == NULL;
	}
	pick_release(&p);
	buf_release(&b);
	arena_release(&mem);
	free(bin);
	return good;
}

/*
 * Do the same as run_whole() by parts; returns the number of passes, or 0 if
 * it fails.
 */
static unsigned
run_parts(const struct pick_rule *rule)
{
	struct buf text = {0};
	struct pick_record r;
	struct pick p;
	unsigned npass;
	uint64_t before;
	bool good = true, exact = false;
	size_t part, i;

	for (npass = 0; good && !exact && npass < 20; npass++) {
		struct thresholds_sum sum = {
		    .pick = &p, .rule = rule_text, .pass = npass + 1};

		pick_init(&p, rule);
		good = thresholds_get(&p, buf_str(&text), rule_text, &before) ==
			   NULL &&
		       before == npass;
		for (part = 0; part < NPART; part++)
			good &= count_part(rule, buf_str(&text), part, &sum);
		good &= thresholds_close(&sum) == NULL;
		text.len = 0;
		thresholds_put(&p, rule_text, npass + 1, &text);
		exact = pick_exact(&p);
		pick_release(&p);
	}
	pick_init(&p, rule);
	good &= thresholds_get(&p, buf_str(&text), rule_text, &before) == NULL;
	for (i = 0; i < N; i++) {
		r = record(i);
		pass[i] = pick_judge(&p, &r, verdict[i]);
	}
	pick_release(&p);
	buf_release(&text);
	return good && exact ? npass : 0;
}

static void
test(const char *name, const struct pick_rule *rule)
{
	char what[64];

	run_whole(rule);
	snprintf(what, sizeof(what), "%s, as by sorting", name);
	ok(right(rule), what);
	memset(pass, 0, sizeof(pass));
	memset(verdict, 0, sizeof(verdict));
	snprintf(what, sizeof(what), "%s, by parts", name);
	ok(run_parts(rule) > 0 && right(rule), what);
}

/*
 * A domain is absent if those that it keeps have a mean below rule.absent: of
 * five records of score a, and one of score b, in domain 0; those of domain 1
 * are four, too few to tell.
 */
static void
test_absent(float a, float b, bool absent)
{
	static const struct pick_rule rule = {
	    .by_score = true, .min_score = 0.5, .second = 0.25, .absent = 0.75};
	struct pick_score known[2] = {{0, a}, {1, 0.5F}};
	struct pick_record r = {STR("{}"), 7, known, 2};
	enum pick_verdict said[2];
	struct pick p;
	size_t i, n = 0, nsecond = 0;

	pick_init(&p, &rule);
	pick_domain(&p, STR("a"));
	pick_domain(&p, STR("b"));
	for (i = 0; i < 6; i++) {
		known[0].score = i < 5 ? a : b;
		known[1].score = i < 4 ? 0.5F : 0.3F;
		pick_put(&p, &r);
	}
	pick_decide(&p);
	for (i = 0; pick_next(&p, &r); i++) {
		pick_judge(&p, &r, said);
		n += said[0] == PICK_KEPT;
		nsecond += said[1] == PICK_KEPT;
	}
	ok(pick_nabsent(&p) == absent, "a domain is absent by its mean");
	ok(n == (absent ? b >= PICK_SURE : 6U), "and keeps only what is sure");
	ok(nsecond == (absent ? 4U + (b >= PICK_SURE) : 6U),
	    "others as before");
	pick_release(&p);
}

int
main(void)
{
	struct pick_rule rule = {.by_share = true, .share = 0.1};
	const char *why;
	struct pick p;
	struct rng rng;
	uint64_t npass;
	size_t i, d;

	rng_init(&rng, 1);
	for (i = 0; i < N; i++) {
		hash[i] = rng_next(&rng);
		for (d = 0; d < NDOMAIN; d++) /* some of few values, some not */
			score[i][d] = d % 2 == 0
					  ? (float)rng_below(&rng, 3 + d) / 64
					  : (float)rng_real(&rng);
	}
	test("a share", &rule);
	rule.grey = 2.3;
	test("a share and a grey zone", &rule);
	rule.background = 20;
	test("background, too", &rule);
	rule.by_score = true;
	rule.min_score = 0.5;
	test("a least score or a share", &rule);
	rule.by_share = false;
	test("a least score and a grey zone", &rule);
	rule.grey = 0;
	test("a least score and background", &rule);
	ok(pick_needs_all(&rule), "which needs all records");
	rule.background = 0;
	ok(!pick_needs_all(&rule), "a least score is enough by itself");
	test("a least score", &rule);
	for (i = 0; i < N; i++)
		hash[i] = i << 40 | i;
	rule = (struct pick_rule){.by_share = true, .share = 1 / 3.0};
	for (i = 0; i < N; i++)
		for (d = 0; d < NDOMAIN; d++)
			score[i][d] = 0.25F;
	test("scores that are all equal", &rule);

	pick_init(&p, &rule);
	why = thresholds_get(&p, STR("{\"rule\":1,\"pass\":1,\"records\":1}\n"),
	    rule_text, &npass);
	ok(why != NULL && strstr(why, "other options") != NULL,
	    "thresholds of other options");
	pick_release(&p);
	test_absent(0.6F, 0.7F, true);
	test_absent(0.6F, 0.95F, true);
	test_absent(0.8F, 0.6F, false);
	return tap_done();
}
