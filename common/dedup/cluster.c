#include "dedup/cluster.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/cli.h"
#include "base/mapfile.h"
#include "dedup/lsh.h"
#include "dedup/shingle.h"
#include "record/json.h"
#include "record/rec.h"
#include "record/tool.h"
#include "spill/extsort.h"

/* A key that more than one record has, at one of them. */
struct entry {
	uint64_t offset;
	uint32_t part, group;
};

/* The records that stay, of a group: in a list from the last to the first. */
struct member {
	uint32_t kept, next; /* of kept and of member; UINT32_MAX ends */
};

/* The set of a record that stays, if it was read lately. */
struct cached {
	uint32_t kept;
	bool there;
	uint32_t *set;
	size_t nset;
};

/*
 * Sets are cached by number, those too large for it one at a time behind the
 * others.
 */
enum { NCACHED = 4096, LARGE = 16384, SORT_HELD = 64 << 20 };

struct cluster {
	const struct cluster_opts *opts;
	struct cluster_counts *counts;
	struct budget budget;
	struct shingler shingler;
	char *list;	   /* of --records, cut into names */
	const char **part; /* (npart), in the order of --records */
	struct str *bytes; /* (npart), mapped */
	size_t npart;
	struct extsort entries; /* in record order */
	struct entry first;	/* of the key being read */
	size_t ngroup, nline;	/* keys; lines of the one being read */
	uint32_t *head;		/* (ngroup), of the list */
	uint8_t *size;		/* (ngroup), records in it, up to LSH_BUCKET */
	struct member *member;	/* (nmember) */
	size_t nmember, member_cap;
	struct entry *kept; /* (nkept) */
	size_t nkept, kept_cap;
	struct entry *entry; /* of the record being judged */
	size_t entry_cap;
	uint32_t *found; /* (found_cap) */
	size_t found_cap;
	uint32_t *set; /* (nset), of the record being judged */
	size_t nset;
	struct cached *cached; /* (NCACHED + 1) */
	struct buf out;
	struct arena mem;
};

static uint32_t
find_part(const struct cluster *c, const char *name)
{
	size_t i;

	for (i = 0; i < c->npart; i++)
		if (strcmp(c->part[i], name) == 0)
			return (uint32_t)i;
	cli_errx(CLI_FATAL, "--records names no %s", name);
}

static void
open_parts(struct cluster *c)
{
	char *name;

	c->list = mem_string(str_of(c->opts->records));
	for (name = strtok(c->list, ","); name != NULL;
	     name = strtok(NULL, ",")) {
		c->part = mem_grow(c->part, c->npart + 1, sizeof(*c->part));
		c->bytes = mem_grow(c->bytes, c->npart + 1, sizeof(*c->bytes));
		c->part[c->npart] = name;
		if (!mapfile_open(&c->bytes[c->npart], name))
			cli_err(CLI_FATAL, "%s", name);
		if (str_starts(c->bytes[c->npart], STR("\x1f\x8b")) ||
		    str_starts(c->bytes[c->npart], STR("\x28\xb5\x2f\xfd")))
			cli_errx(CLI_FATAL,
			    "%s: records are looked up where they lie: "
			    "decompress it",
			    name);
		c->npart++;
	}
	if (c->npart == 0)
		tool_usage("--records: no file");
}

static void
charge(struct cluster *c, size_t more)
{
	if (!budget_take(&c->budget, more))
		cli_errx(CLI_FATAL,
		    "--memory %zu is full: give --cluster more, or use fewer "
		    "bands",
		    c->opts->memory);
}

/* A line of the key being read; what stands alone with its key is forgotten. */
static void
add_entry(struct cluster *c, struct entry e)
{
	e.group = (uint32_t)c->ngroup;
	if (c->nline++ == 0) {
		c->first = e;
		return;
	}
	if (c->nline == 2)
		extsort_put(&c->entries, &c->first);
	extsort_put(&c->entries, &e);
}

static void
end_key(struct cluster *c)
{
	if (c->nline > 1 && ++c->ngroup == UINT32_MAX)
		cli_errx(CLI_FATAL, "too many keys that meet");
	c->nline = 0;
}

/* One sorted stream of keys. */
static void
read_keys(struct cluster *c, FILE *fp, const char *file)
{
	char *line = NULL, *tab, *end;
	char last[17] = "", key[17];
	struct entry e = {0};
	size_t cap = 0;
	uint64_t n = 0;
	ssize_t len;
	int order;

	while ((len = getline(&line, &cap, fp)) > 0) {
		n++;
		if (line[len - 1] == '\n')
			line[--len] = '\0';
		tab = strrchr(line, '\t');
		if (len < 20 || tab == NULL || tab < line + 17 ||
		    line[16] != '\t')
			cli_errx(CLI_FATAL, "%s:%" PRIu64 ": no line of --keys",
			    file, n);
		memcpy(key, line, 16);
		key[16] = *tab = '\0';
		order = strcmp(key, last);
		if (order < 0)
			cli_errx(
			    CLI_FATAL, "%s:%" PRIu64 ": not sorted", file, n);
		if (order > 0)
			end_key(c);
		memcpy(last, key, sizeof(last));
		e.part = find_part(c, line + 17);
		e.offset = strtoull(tab + 1, &end, 10);
		if (end == tab + 1 || *end != '\0')
			cli_errx(
			    CLI_FATAL, "%s:%" PRIu64 ": no offset", file, n);
		add_entry(c, e);
		tool_in(1, (size_t)len + 1);
	}
	if (!feof(fp)) /* it may also end where there is no memory */
		cli_err(CLI_FATAL, "%s", file);
	end_key(c);
	free(line);
}

static int
in_record_order(const void *va, const void *vb, const void *context)
{
	const struct entry *a = va, *b = vb;

	(void)context;
	if (a->part != b->part)
		return a->part < b->part ? -1 : 1;
	if (a->offset != b->offset)
		return a->offset < b->offset ? -1 : 1;
	return a->group < b->group ? -1 : a->group > b->group;
}

/* Fill the shingler's set from the record where it lies. */
static void
read_set(struct cluster *c, const struct entry *e)
{
	struct str bytes = c->bytes[e->part], text;
	struct rec rec;
	const char *end, *why = "no record there";

	arena_clear(&c->mem);
	if (e->offset < bytes.len) {
		bytes.p += e->offset;
		bytes.len -= e->offset;
		end = memchr(bytes.p, '\n', bytes.len);
		if (end != NULL)
			bytes.len = (size_t)(end - bytes.p);
		if (rec_parse(&rec, &c->mem, bytes, &why) &&
		    rec_get_str(&rec, tool_text(), &text)) {
			shingle_words(&c->shingler, text);
			shingle_runs(&c->shingler, c->opts->shingle);
			shingle_set(&c->shingler);
			return;
		}
	}
	cli_errx(CLI_FATAL, "%s: byte %" PRIu64 ": %s: was it changed?",
	    c->part[e->part], e->offset, why);
}

static uint32_t *
copy_set(uint32_t *to, const struct shingler *s)
{
	to = mem_grow(to, s->nset + 1, sizeof(*to));
	if (s->nset > 0)
		memcpy(to, s->set, s->nset * sizeof(*to));
	return to;
}

/* The set of a record that stays, which lives until the next call. */
static struct cached *
kept_set(struct cluster *c, uint32_t kept)
{
	struct cached *at = &c->cached[kept % NCACHED];
	struct cached *large = &c->cached[NCACHED];

	if (large->there && large->kept == kept)
		return large;
	if (at->there && at->kept == kept)
		return at;
	read_set(c, &c->kept[kept]);
	if (c->shingler.nset > LARGE)
		at = large;
	at->set = copy_set(at->set, &c->shingler);
	at->nset = c->shingler.nset;
	at->kept = kept;
	at->there = true;
	return at;
}

static int
ascending(const void *va, const void *vb)
{
	const uint32_t *a = va, *b = vb;

	return *a < *b ? -1 : *a > *b;
}

/*
 * Those that stay of the groups of entries e[0..n), earliest first; how many.
 */
static size_t
candidates(struct cluster *c, const struct entry *e, size_t n)
{
	size_t i, j, nfound = 0;
	uint32_t m;

	for (i = 0; i < n; i++)
		for (m = c->head[e[i].group]; m != UINT32_MAX;
		     m = c->member[m].next) {
			if (nfound == c->found_cap) {
				c->found_cap = 2 * c->found_cap + 64;
				c->found = mem_grow(
				    c->found, c->found_cap, sizeof(*c->found));
			}
			c->found[nfound++] = c->member[m].kept;
		}
	if (nfound > 1)
		qsort(c->found, nfound, sizeof(*c->found), ascending);
	for (i = j = 0; i < nfound; i++)
		if (j == 0 || c->found[i] != c->found[j - 1])
			c->found[j++] = c->found[i];
	return j;
}

/* Room for one more item in an array that grows by half. */
static void *
grow(struct cluster *c, void *p, size_t n, size_t *cap, size_t size)
{
	size_t more;

	if (n < *cap)
		return p;
	more = *cap / 2 + 1024;
	charge(c, more * size);
	*cap += more;
	return mem_grow(p, *cap, size);
}

static void
keep(struct cluster *c, const struct entry *e, size_t n)
{
	size_t i;

	c->kept = grow(c, c->kept, c->nkept, &c->kept_cap, sizeof(*c->kept));
	c->kept[c->nkept] = e[0];
	for (i = 0; i < n; i++) {
		if (c->size[e[i].group] == LSH_BUCKET) {
			c->counts->nfull++;
			continue;
		}
		c->member = grow(c, c->member, c->nmember, &c->member_cap,
		    sizeof(*c->member));
		c->member[c->nmember] =
		    (struct member){(uint32_t)c->nkept, c->head[e[i].group]};
		c->head[e[i].group] = (uint32_t)c->nmember++;
		c->size[e[i].group]++;
	}
	c->nkept++;
}

/* A line for a record that goes. */
static void
tell(struct cluster *c, const struct entry *e, const struct entry *kept,
    double jaccard, FILE *out)
{
	c->out.len = 0;
	buf_printf(&c->out, "%s\t%" PRIu64 "\t%s\t%" PRIu64 "\t",
	    c->part[e->part], e->offset, c->part[kept->part], kept->offset);
	json_put_real(&c->out, (float)jaccard);
	buf_putc(&c->out, '\n');
	if (fwrite(c->out.p, 1, c->out.len, out) != c->out.len)
		tool_write_failed("standard output");
	tool_out(1, c->out.len);
}

/* One record, of entries e[0..n): does it go, and for whom? */
static void
judge(struct cluster *c, const struct entry *e, size_t n, FILE *out)
{
	size_t i, nfound = candidates(c, e, n);
	const struct cached *other;
	double jaccard;

	for (i = 0; i < nfound; i++) {
		if (i == 0) {
			read_set(c, e);
			c->set = copy_set(c->set, &c->shingler);
			c->nset = c->shingler.nset;
		}
		other = kept_set(c, c->found[i]);
		c->counts->ncompare++;
		jaccard = shingle_jaccard(
		    other->set, other->nset, c->set, c->nset, c->opts->jaccard);
		if (jaccard >= c->opts->jaccard) {
			tell(c, e, &c->kept[c->found[i]], jaccard, out);
			return;
		}
	}
	keep(c, e, n);
}

/* All entries in record order, those of a record at once. */
static void
judge_all(struct cluster *c, FILE *out)
{
	struct entry e;
	size_t n = 0;

	while (extsort_next(&c->entries, &e)) {
		if (n > 0 && (e.part != c->entry[0].part ||
				 e.offset != c->entry[0].offset)) {
			judge(c, c->entry, n, out);
			n = 0;
		}
		c->entry =
		    grow(c, c->entry, n, &c->entry_cap, sizeof(*c->entry));
		c->entry[n++] = e;
	}
	if (n > 0)
		judge(c, c->entry, n, out);
}

static void
release(struct cluster *c)
{
	size_t i;

	for (i = 0; i <= NCACHED; i++)
		free(c->cached[i].set);
	for (i = 0; i < c->npart; i++)
		mapfile_close(&c->bytes[i]);
	extsort_release(&c->entries);
	shingle_release(&c->shingler);
	free(c->list);
	free(c->part);
	free(c->bytes);
	free(c->head);
	free(c->size);
	free(c->member);
	free(c->kept);
	free(c->entry);
	free(c->found);
	free(c->set);
	free(c->cached);
	buf_release(&c->out);
	arena_release(&c->mem);
}

void
cluster_run(const struct cluster_opts *o, char *const operand[], FILE *out,
    struct cluster_counts *counts)
{
	static char dash[] = "-";
	static char *const standard_input[] = {dash, NULL};
	struct cluster c = {.opts = o, .counts = counts};
	FILE *fp;

	*counts = (struct cluster_counts){0};
	c.budget.max = o->memory;
	open_parts(&c);
	extsort_init(
	    &c.entries, sizeof(struct entry), in_record_order, NULL, SORT_HELD);
	for (operand = operand[0] != NULL ? operand : standard_input;
	     *operand != NULL; operand++) {
		fp = strcmp(*operand, "-") == 0 ? stdin : fopen(*operand, "r");
		if (fp == NULL)
			cli_err(CLI_FATAL, "%s", *operand);
		read_keys(&c, fp, *operand);
		if (fp != stdin)
			fclose(fp);
	}
	charge(&c, c.ngroup * (sizeof(*c.head) + sizeof(*c.size)));
	c.head = mem_grow(NULL, c.ngroup + 1, sizeof(*c.head));
	memset(c.head, 0xff, (c.ngroup + 1) * sizeof(*c.head));
	c.size = mem_zeroed(c.ngroup + 1, sizeof(*c.size));
	c.cached = mem_zeroed(NCACHED + 1, sizeof(*c.cached));
	judge_all(&c, out);
	counts->held = c.budget.most;
	release(&c);
}
