/*
 * manifest: a folder of shards from its first run to its check; which of its
 * files are told of, and every difference that must be noticed
 */

#include "shard/manifest.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/cli.h"
#include "base/mapfile.h"
#include "record/json.h"
#include "record/rec.h"
#include "tap.h"

static char folder[] = "/tmp/manifest-XXXXXX";
static const char *id = "0123456789abcdef";
static bool resume;
static char history[256];

static char *
path_of(const char *name)
{
	static char path[256];

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	return path;
}

static bool
is_there(const char *name)
{
	return access(path_of(name), F_OK) == 0;
}

static void
read_file(const char *name, struct buf *b)
{
	struct str s;

	b->len = 0;
	if (!mapfile_open(&s, path_of(name)))
		return;
	buf_puts(b, s);
	mapfile_close(&s);
}

static void
write_file(const char *name, struct str s)
{
	FILE *fp = fopen(path_of(name), "w");

	if (fp == NULL || fwrite(s.p, 1, s.len, fp) != s.len || fclose(fp) != 0)
		abort();
}

static void
test_kinds(void)
{
	static const struct {
		enum manifest_kind kind;
		const char *name;
	} row[] = {
	    {MANIFEST_ITSELF, "manifest.json"},
	    {MANIFEST_PLAN, "plan"},
	    {MANIFEST_BESIDE, "README.md"},
	    {MANIFEST_BESIDE, "train.data-path"},
	    {MANIFEST_OTHER, ".data-path"},
	    {MANIFEST_BESIDE, "train/index.json"},
	    {MANIFEST_SHARD, "train/shard.00000.mds"},
	    {MANIFEST_SHARD, "train/shard.123456.map.gz"},
	    {MANIFEST_OTHER, "train/shard.0000.mds"},
	    {MANIFEST_OTHER, "train/shard.00000.jsonl"},
	    {MANIFEST_OTHER, "train/shards"},
	    {MANIFEST_OTHER, "train/train-00000.bin"},
	    {MANIFEST_OTHER, "/index.json"},
	    {MANIFEST_OTHER, "a.b/train-00000.bin"},
	    {MANIFEST_SHARD, "train-00000.jsonl"},
	    {MANIFEST_SHARD, "train-00000.jsonl.gz"},
	    {MANIFEST_SHARD, "train-00000.jsonl.zst"},
	    {MANIFEST_SHARD, "train-00000.bin"},
	    {MANIFEST_SHARD, "train-00000.idx"},
	    {MANIFEST_SHARD, "train-00000.map.gz"},
	    {MANIFEST_OTHER, "train-00000.mds"},
	    {MANIFEST_OTHER, "train-0000.bin"},
	    {MANIFEST_OTHER, "train-0000.idx"},
	    {MANIFEST_OTHER, "train"},
	    {MANIFEST_NEXT, "train-00000.bin.next"},
	    {MANIFEST_NEXT, "manifest.json.next"},
	    {MANIFEST_NEXT, "README.md.next"},
	    {MANIFEST_OTHER, "plan.next"},
	    {MANIFEST_OTHER, "x.next"},
	    {MANIFEST_OTHER, ".next"},
	    {MANIFEST_TEMPORARY, "train-00000.jsonl.gz.1f.tmp"},
	    {MANIFEST_TEMPORARY, "plan.12.tmp"},
	    {MANIFEST_OTHER, "x.1f.tmp"},
	    {MANIFEST_OTHER, "plan.1g.tmp"},
	    {MANIFEST_OTHER, "plan..tmp"},
	    {MANIFEST_OTHER, "plan1f.tmp"},
	    {MANIFEST_OTHER, "1f.tmp"},
	    {MANIFEST_OTHER, ".1f.tmp"},
	    {MANIFEST_OTHER, ".tmp"},
	};
	bool good = true;
	size_t i;

	for (i = 0; i < sizeof(row) / sizeof(row[0]); i++)
		if (manifest_kind(row[i].name) != row[i].kind) {
			printf("# %s\n", row[i].name);
			good = false;
		}
	ok(good, "which files are shards, and which are beside them");
}

static void
ready(void)
{
	manifest_ready(folder, id, resume);
}

static void
check(void)
{
	manifest_check(folder);
}

/* The status with which a child ends that prepares the folder for a plan. */
static int
readying(const char *plan, bool resuming)
{
	id = plan;
	resume = resuming;
	return tap_status(ready);
}

static void
test_ready(void)
{
	struct buf b = {0};

	ok(!manifest_ready(folder, "plan1", false), "an empty folder");
	read_file("plan", &b);
	ok(str_eq(buf_str(&b), STR("plan1\n")), "holds the plan's id");
	ok(readying("plan1", false) == CLI_FATAL, "is not begun twice");
	ok(!manifest_ready(folder, "plan1", true), "can be resumed");
	ok(readying("plan2", true) == CLI_FATAL, "but not by another plan");
	write_file("train-00000.jsonl.gz.123.tmp", STR("half"));
	write_file("other.123.tmp", STR("of somebody else"));
	manifest_ready(folder, "plan1", true);
	ok(!is_there("train-00000.jsonl.gz.123.tmp"),
	    "temporary files of a killed run are removed");
	ok(is_there("other.123.tmp"), "files of others stay");
	unlink(path_of("other.123.tmp"));
	unlink(path_of("plan"));
	write_file("train-00000.jsonl.gz", STR(""));
	ok(readying("plan1", true) == CLI_FATAL, "shards without a plan");
	ok(readying("plan1", false) == CLI_FATAL, "are not written over");
	unlink(path_of("train-00000.jsonl.gz"));
	write_file("train-00000.jsonl.gz.12.tmp", STR(""));
	ok(!manifest_ready(folder, "plan1", false) &&
		is_there("train-00000.jsonl.gz.12.tmp"),
	    "a temporary file is no shard");
	unlink(path_of("train-00000.jsonl.gz.12.tmp"));
	buf_release(&b);
}

/* n records into the shards of a split. */
static void
fill(struct shard_writer *w, size_t n)
{
	struct buf line = {0};
	size_t i;

	for (i = 0; i < n; i++) {
		line.len = 0;
		if (w->format == SHARD_MEGATRON)
			buf_put(&line, "a\0b\0c\0d\0", 2 * (1 + i % 4));
		else
			buf_printf(
			    &line, "{\"id\":\"%zu\",\"text\":\"a b\"}", i);
		shard_put(w, buf_str(&line), 1 + i % 4);
	}
	shard_finish(w);
	buf_release(&line);
}

static void
write_folder(enum shard_format format, uint64_t budget)
{
	struct shard_writer w[2] = {{.folder = folder,
					.split = "val",
					.format = format,
					.width = 2,
					.size = 100000},
	    {.folder = folder,
		.split = "train",
		.format = format,
		.width = 2,
		.size = 300}};
	static char val[] = "val", train[] = "train";
	static char one[] = "one \"x\"", two[] = "two";
	struct manifest_split split[2] = {{val, 0.1}, {train, 0.9}};
	struct plan_source source[2] = {{.name = one,
					    .weight = 3,
					    .records = 80,
					    .turns = 80,
					    .drawn = 60,
					    .taken = {180, 60, 1500}},
	    {.name = two,
		.weight = 1,
		.records = 20,
		.turns = 20,
		.drawn = 40,
		.taken = {120, 40, 1000}}};
	struct inputs inputs;
	struct manifest m = {.id = "plan1",
	    .inputs = &inputs,
	    .text = "body",
	    .member_id = "id",
	    .history = history,
	    .token_count = "words",
	    .by = PLAN_TOKENS,
	    .format = format,
	    .budget = budget,
	    .epochs = 2,
	    .seed = 7,
	    .shard_size = 300,
	    .split = split,
	    .writer = w,
	    .nsplit = 2,
	    .source = source,
	    .nsource = 2};

	write_file("history", STR("{\"tool\":\"a\"}\n {\"n\":1}\r\n"));
	snprintf(history, sizeof(history), "%s/history", folder);
	inputs_init(&inputs, 2);
	inputs.input[0].source = one;
	inputs.input[1].source = two;
	fill(&w[0], 10);
	fill(&w[1], 90);
	manifest_write(folder, &m);
	unlink(history);
	inputs_release(&inputs);
	shard_release(&w[0]);
	shard_release(&w[1]);
}

/* A member of a raw object as a number; -1 if it is none. */
static double
number(struct str raw, struct arena *mem, const char *name)
{
	struct str member;
	double x;

	if (!json_member(raw, mem, str_of(name), &member) ||
	    !json_get_num(member, &x))
		return -1;
	return x;
}

static void
test_contents(void)
{
	struct str raw, list, item[2], key, options, name;
	struct arena mem = {0};
	struct json_walk walk;
	struct buf b = {0};
	const char *why;
	double records = 0, nshard = 0;
	size_t n = 0;

	read_file("manifest.json", &b);
	ok(json_valid(buf_str(&b), &raw, &why), "the manifest is JSON");
	ok(number(raw, &mem, "tokens") == 300 &&
		number(raw, &mem, "records") == 100 &&
		number(raw, &mem, "bytes") == 2500,
	    "sums over the sources");
	ok(json_member(raw, &mem, STR("options"), &options) &&
		number(options, &mem, "budget") == 1000 &&
		number(options, &mem, "rng") == 7 &&
		json_member(options, &mem, STR("text"), &name) &&
		str_eq(name, STR("\"body\"")) &&
		!json_member(options, &mem, STR("id"), &name),
	    "options");
	ok(json_member(raw, &mem, STR("inputs"), &list) &&
		json_open(&walk, list, '[') &&
		json_next(&walk, &mem, &key, &item[0]) &&
		json_next(&walk, &mem, &key, &item[1]) &&
		number(item[1], &mem, "bytes") == 0,
	    "an entry for each input");
	ok(json_member(raw, &mem, STR("history"), &list) &&
		json_open(&walk, list, '[') &&
		json_next(&walk, &mem, &key, &item[0]) &&
		str_eq(item[0], STR("{\"tool\":\"a\"}")) &&
		json_next(&walk, &mem, &key, &item[0]) &&
		number(item[0], &mem, "n") == 1 &&
		!json_next(&walk, &mem, &key, &item[0]),
	    "the history");
	json_member(raw, &mem, STR("sources"), &list);
	json_open(&walk, list, '[');
	while (n < 2 && json_next(&walk, &mem, &key, &item[n]))
		n++;
	ok(n == 2 && json_member(item[0], &mem, STR("name"), &name) &&
		str_eq(name, STR("\"one \\\"x\\\"\"")),
	    "a source's name is quoted");
	ok(number(item[0], &mem, "weight") == 0.75 &&
		number(item[0], &mem, "share") == 0.6 &&
		number(item[0], &mem, "epochs") == 0.75 &&
		number(item[1], &mem, "epochs") == 2,
	    "what was taken of a source");
	json_member(raw, &mem, STR("shards"), &list);
	json_open(&walk, list, '[');
	while (json_next(&walk, &mem, &key, &item[0])) {
		records += number(item[0], &mem, "records");
		nshard++;
	}
	ok(records == 100 && nshard > 5, "all records are in some shard");
	ok(!is_there("plan"), "the plan is done");
	buf_release(&b);
	arena_release(&mem);
}

/* The folder is good except for a change in one file. */
static void
spoil(const char *name, struct str from, struct str to, const char *what)
{
	struct buf good = {0}, bad = {0};
	const char *at;
	size_t n;

	read_file(name, &good);
	at = from.len > 0 ? memmem(good.p, good.len, from.p, from.len)
			  : good.p + good.len - 1;
	n = at != NULL ? (size_t)(at - good.p) : 0;
	buf_put(&bad, good.p, n);
	buf_puts(&bad, to);
	buf_put(&bad, good.p + n + from.len, good.len - n - from.len);
	write_file(name, buf_str(&bad));
	ok(at != NULL && tap_status(check) == CLI_LOST, what);
	write_file(name, buf_str(&good));
	buf_release(&good);
	buf_release(&bad);
}

static void
test_check(void)
{
	ok(tap_status(check) == CLI_OK, "the folder is as it should be");
	spoil("val-00000.jsonl.gz", STR(""), STR("x"),
	    "a shard with a byte more");
	spoil("manifest.json", STR("\"sha256\": \""), STR("\"sha256\": \"0"),
	    "another digest");
	spoil("manifest.json", STR("\"split\": \"val\", \"records\": 10"),
	    STR("\"split\": \"val\", \"records\": 11"), "another count");
	spoil("manifest.json", STR("\"file\": \"val-00000"),
	    STR("\"file\": \"../val-00000"), "a name that leads out");
	spoil("manifest.json", STR("\"shards\""), STR("\"shard\""),
	    "no list of shards");
	spoil("manifest.json", STR("\"packed\""), STR("\"packe\""),
	    "an incomplete entry");
	spoil("manifest.json", STR("{"), STR("["), "no object");
	spoil("manifest.json", STR("\"shards\": ["),
	    STR("\"shards\": 5, \"y\": ["), "no array of shards");
	spoil("manifest.json", STR("\"shards\": ["), STR("\"shards\": [5,"),
	    "a shard that is no object");
	spoil("manifest.json", STR("\"split\": \"val\", \"records\""),
	    STR("\"split\": \"val\", \"record\""), "no count of records");
	spoil("manifest.json", STR("\"file\": \"val-00000.jsonl.gz\""),
	    STR("\"fil\": \"val-00000.jsonl.gz\""), "no name");
	spoil("manifest.json", STR("\"tokens\": 23, \"bytes\": "),
	    STR("\"tokens\": 23, \"byte\": "), "no count of bytes");
	spoil("manifest.json", STR("\"tokens\": 23, \"bytes\": "),
	    STR("\"tokens\": 23, \"bytes\": 9"), "another count of bytes");
	spoil("manifest.json", STR("\"sha256\": "), STR("\"sha\": "),
	    "no SHA-256");
	write_file("train-00098.jsonl.gz", STR(""));
	write_file("train-00099.jsonl.gz", STR(""));
	ok(tap_status(check) == CLI_LOST, "a shard that nobody named");
	unlink(path_of("train-00098.jsonl.gz"));
	ok(tap_status(check) == CLI_LOST, "nor the other one");
	unlink(path_of("train-00099.jsonl.gz"));
	write_file("notes.txt", STR(""));
	ok(tap_status(check) == CLI_OK, "other files may lie there");
	unlink(path_of("notes.txt"));
	rename(path_of("val-00000.jsonl.gz"), "/tmp/manifest-moved");
	ok(tap_status(check) == CLI_LOST, "a shard that is gone");
	unlink("/tmp/manifest-moved");
}

static void
test_done(void)
{
	ok(manifest_ready(folder, "plan1", true), "nothing is left to do");
	ok(readying("plan2", true) == CLI_FATAL, "for another plan, there is");
	ok(readying("plan1", false) == CLI_FATAL, "shards aren't written over");
}

static void
empty_folder(void)
{
	char command[64];

	snprintf(command, sizeof(command), "rm -f %s/*", folder);
	if (system(command) != 0)
		abort();
}

static void
test_megatron(void)
{
	struct buf b = {0};

	manifest_ready(folder, "plan1", false);
	write_folder(SHARD_MEGATRON, 0);
	read_file("manifest.json", &b);
	ok(memmem(b.p, b.len, "\"index\": {\"file\": \"val-00000.idx\"", 33) !=
		NULL,
	    "an index beside a shard");
	ok(memmem(b.p, b.len, "\"budget\"", 8) == NULL, "no budget");
	ok(tap_status(check) == CLI_OK, "shards for Megatron");
	spoil("val-00000.idx", STR(""), STR("x"), "an index with a byte more");
	spoil("manifest.json", STR("\"index\": {"),
	    STR("\"index\": 5, \"y\": {"), "an index that is no object");
	spoil("manifest.json", STR("\"index\": {\"file\""),
	    STR("\"index\": {\"fil\""), "an index without a name");
	buf_release(&b);
}

int
main(void)
{
	if (mkdtemp(folder) == NULL)
		abort();
	test_kinds();
	test_ready();
	write_folder(SHARD_GZIP, 1000);
	test_contents();
	test_done();
	test_check();
	empty_folder();
	test_megatron();
	empty_folder();
	rmdir(folder);
	return tap_done();
}
