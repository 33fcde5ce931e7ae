/*
 * judge: which records are dropped and for which, compared with a naive judge
 * that holds all lists; in one process and by ranges, in little memory, and
 * after an earlier list
 */

#include "dedup/judge.h"

#include <inttypes.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/rng.h"
#include "dedup/keys.h"
#include "dedup/lsh.h"
#include "dedup/shingle.h"
#include "tap.h"

enum { NPART = 3, EACH = 300, NRECORD = NPART * EACH, NBAND = 5 };
enum { NKEY = 5, NWORD = 14, NRANGE = 4, NEARLIER = 2 };

static const double least = 0.6;

struct record {
	struct place at;
	unsigned word[NWORD];
	uint64_t key[NBAND]; /* one of NKEY a band, so that many share it */
	uint32_t set[NWORD];
	size_t nset;
};

static char dir[] = "/tmp/judge.XXXXXX";
static char name[NPART][96], *part[NPART + 1];
static struct record *record; /* (NRECORD) */

/* Every third record is another one with some other words. */
static void
make_records(void)
{
	struct rng r;
	size_t i, k;

	rng_init(&r, 3);
	for (i = 0; i < NRECORD; i++) {
		for (k = 0; k < NWORD; k++)
			record[i].word[k] = (unsigned)rng_below(&r, 300);
		if (i % 3 == 2) {
			memcpy(record[i].word, record[rng_below(&r, i)].word,
			    sizeof(record[i].word));
			for (k = rng_below(&r, 5); k > 0; k--)
				record[i].word[rng_below(&r, NWORD)] =
				    (unsigned)rng_below(&r, 300);
		}
		for (k = 0; k < NBAND; k++)
			record[i].key[k] = rng_below(&r, NKEY) << 61 | k;
	}
}

/* The parts, and where their records are; the sets of the records. */
static void
write_parts(void)
{
	struct shingler s = {0};
	struct buf line = {0};
	size_t i, k;
	FILE *fp;

	for (i = 0; i < NRECORD; i++) {
		snprintf(name[i / EACH], sizeof(name[0]), "%s/part%zu", dir,
		    i / EACH);
		part[i / EACH] = name[i / EACH];
		fp = fopen(name[i / EACH], i % EACH == 0 ? "w" : "a");
		if (fp == NULL)
			exit(1);
		line.len = 0;
		for (k = 0; k < NWORD; k++)
			buf_printf(&line, "w%c%c ",
			    'a' + (char)(record[i].word[k] / 20),
			    'a' + (char)(record[i].word[k] % 20));
		shingle_words(&s, buf_str(&line));
		shingle_runs(&s, 1);
		shingle_set(&s);
		memcpy(record[i].set, s.set, s.nset * sizeof(*s.set));
		record[i].nset = s.nset;
		fseek(fp, 0, SEEK_END);
		record[i].at.part = (uint32_t)(i / EACH);
		record[i].at.offset = (uint64_t)ftell(fp);
		fprintf(fp, "{\"text\":\"%.*s\"}\n", (int)line.len, line.p);
		fclose(fp);
	}
	shingle_release(&s);
	buf_release(&line);
}

/* The records with a key that stay, as dedup/lsh holds them. */
struct list {
	uint64_t key;
	size_t n, kept[LSH_BUCKET], nrecord;
};

static struct list *
find_list(struct list *list, size_t *n, uint64_t key)
{
	size_t i;

	for (i = 0; i < *n; i++)
		if (list[i].key == key)
			return &list[i];
	list[*n] = (struct list){.key = key};
	return &list[(*n)++];
}

/*
 * The earliest record that stays, shares a key and is similar; NRECORD if none
 * is.
 */
static size_t
find_near(struct list *list, size_t *nlist, size_t i, uint64_t *ncompare,
    double *jaccard)
{
	bool *is = mem_zeroed(NRECORD, sizeof(*is));
	const struct list *l;
	size_t j, k;

	for (k = 0; k < NBAND; k++) {
		l = find_list(list, nlist, record[i].key[k]);
		for (j = 0; j < l->n; j++)
			is[l->kept[j]] = true;
	}
	for (j = 0; j < NRECORD; j++) {
		if (!is[j])
			continue;
		++*ncompare;
		*jaccard = shingle_jaccard(record[j].set, record[j].nset,
		    record[i].set, record[i].nset, least);
		if (*jaccard >= least)
			break;
	}
	free(is);
	return j;
}

/* What should be written, without the lines about parts. */
static void
naive(struct buf *out, struct judge_counts *counts)
{
	struct list *list = mem_zeroed(NRECORD * NBAND, sizeof(*list)), *l;
	size_t i, j, k, nlist = 0;
	double jaccard;

	for (i = 0; i < NRECORD; i++)
		for (k = 0; k < NBAND; k++)
			find_list(list, &nlist, record[i].key[k])->nrecord++;
	for (i = 0; i < NRECORD; i++) {
		j = find_near(list, &nlist, i, &counts->ncompare, &jaccard);
		if (j < NRECORD) {
			buf_printf(out,
			    "%u\t%" PRIu64 "\t%u\t%" PRIu64 "\t%.3f\n",
			    record[i].at.part + 1, record[i].at.offset,
			    record[j].at.part + 1, record[j].at.offset,
			    jaccard);
			continue;
		}
		for (k = 0; k < NBAND; k++) {
			l = find_list(list, &nlist, record[i].key[k]);
			if (l->nrecord > 1 && l->n == LSH_BUCKET)
				counts->nfull++;
			else
				l->kept[l->n++] = i;
		}
	}
	free(list);
}

/* A file of the list that we wrote, in that form, with parts as NPART says. */
static void
read_back(const char *path, struct buf *out)
{
	FILE *fp = fopen(path, "r");
	uint64_t offset, kept_offset;
	unsigned n, kept;
	char line[256];
	double jaccard;

	out->len = 0;
	while (fp != NULL && fgets(line, sizeof(line), fp) != NULL)
		if (sscanf(line, "%u\t%" SCNu64 "\t%u\t%" SCNu64 "\t%lf", &n,
			&offset, &kept, &kept_offset, &jaccard) == 5)
			buf_printf(out,
			    "%u\t%" PRIu64 "\t%u\t%" PRIu64 "\t%.3f\n", n,
			    offset, kept, kept_offset, jaccard);
	if (fp != NULL)
		fclose(fp);
}

/* The keys of the first n records, to PREFIX.I. */
static void
write_keys(const struct parts *parts, const char *prefix, size_t n)
{
	struct keys keys;
	size_t i;

	keys_open(&keys, parts, "x", prefix, NRANGE);
	for (i = 0; i < n; i++)
		keys_put(&keys, record[i].key, NBAND, part[record[i].at.part],
		    record[i].at.offset);
	keys_commit(&keys);
	keys_release(&keys);
}

/* Names PREFIX.0 and on, for one of these at a time. */
static char **
ranges(const char *prefix)
{
	static char path[NRANGE][96], *all[NRANGE + 1];
	size_t i;

	for (i = 0; i < NRANGE; i++) {
		snprintf(path[i], sizeof(path[i]), "%s.%zu", prefix, i);
		all[i] = path[i];
	}
	return all;
}

/* Judge the meetings that are there, to DIR/list, and compare the lines. */
static void
compare(const struct judge_opts *o, char *const names[], bool meetings,
    const char *prefix, struct judge_counts *counts, const char *path)
{
	FILE *fp = fopen(path, "w");
	struct parts parts;

	if (fp == NULL)
		exit(1);
	parts_init(&parts, "list", names);
	if (meetings)
		judge_meetings(o, &parts, ranges(prefix), fp, counts);
	else
		judge_keys(o, &parts, ranges(prefix), fp, counts);
	parts_release(&parts);
	fclose(fp);
}

static void
write_meetings(const char *keys, const char *prefix)
{
	char out[96], in[96], *const file[] = {in, NULL};
	struct parts parts;
	size_t i;
	FILE *fp;

	parts_init(&parts, "list", part);
	for (i = 0; i < NRANGE; i++) {
		snprintf(in, sizeof(in), "%s.%zu", keys, i);
		snprintf(out, sizeof(out), "%s.%zu", prefix, i);
		fp = fopen(out, "w");
		if (fp == NULL)
			exit(1);
		meet_files(&parts, "x", file, 1 << 20, fp);
		fclose(fp);
	}
	parts_release(&parts);
}

static void
remove_all(const char *prefix)
{
	char **all = ranges(prefix);

	for (; *all != NULL; all++)
		unlink(*all);
}

int
main(void)
{
	char keys[64], meet[64], list[64], earlier[64];
	char *fewer[NEARLIER + 1] = {NULL};
	struct judge_opts o = {.options = "x", .shingle = 1, .jaccard = least};
	struct judge_counts want = {0}, counts, once;
	struct buf expected = {0}, got = {0};
	struct parts parts;
	size_t i;

	if (mkdtemp(dir) == NULL)
		return 1;
	snprintf(keys, sizeof(keys), "%s/keys", dir);
	snprintf(meet, sizeof(meet), "%s/meet", dir);
	snprintf(list, sizeof(list), "%s/list", dir);
	snprintf(earlier, sizeof(earlier), "%s/earlier", dir);
	record = mem_zeroed(NRECORD, sizeof(*record));
	make_records();
	write_parts();
	naive(&expected, &want);

	parts_init(&parts, "list", part);
	write_keys(&parts, keys, NRECORD);
	parts_release(&parts);
	o.memory = 64 << 20;
	compare(&o, part, false, keys, &counts, list);
	read_back(list, &got);
	ok(str_eq(buf_str(&got), buf_str(&expected)) && got.len > 0,
	    "as a naive judge");
	ok(counts.nfull == want.nfull && want.nfull > 0,
	    "the same number is left out of full buckets");
	ok(counts.ncompare == want.ncompare, "no more is compared");
	once = counts;
	write_meetings(keys, meet);
	o.memory = 1;
	compare(&o, part, true, meet, &counts, list);
	read_back(list, &got);
	ok(str_eq(buf_str(&got), buf_str(&expected)) &&
		counts.nfull == want.nfull && counts.nspooled > 0 &&
		once.nspooled == 0,
	    "by ranges, with the queue on disk");

	for (i = 0; i < NEARLIER; i++)
		fewer[i] = part[i];
	parts_init(&parts, "list", fewer);
	write_keys(&parts, keys, NEARLIER * EACH);
	parts_release(&parts);
	compare(&o, fewer, false, keys, &counts, earlier);
	o.earlier = earlier;
	compare(&o, part, true, meet, &counts, list);
	read_back(list, &got);
	ok(str_eq(buf_str(&got), buf_str(&expected)) &&
		counts.nfull == want.nfull && counts.ncompare < want.ncompare,
	    "what an earlier list has settled is not judged again");

	remove_all(keys);
	remove_all(meet);
	unlink(list);
	unlink(earlier);
	for (i = 0; i < NPART; i++)
		unlink(part[i]);
	rmdir(dir);
	free(record);
	buf_release(&expected);
	buf_release(&got);
	return tap_done();
}
