/*
 * takedown: records and pieces out of a folder of one shard; manifests and lists
 * that are not of it
 */

#include "shard/takedown.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/cli.h"
#include "base/mapfile.h"
#include "tap.h"

#define MANIFEST                                                               \
	"{\"records\":3,\"tokens\":6,\"bytes\":24,\"token_count\":\"words\","  \
	"\"options\":{\"format\":\"jsonl\"},\"shards\":[{\"file\":"            \
	"\"train-00000.jsonl\",\"split\":\"train\",\"records\":3,\"tokens\":"  \
	"6,\"bytes\":24,\"packed\":24}],\"x\":1}"
#define PACKED                                                                 \
	"{\"records\":3,\"tokens\":5,\"bytes\":99,\"token_count\":\"exact\","  \
	"\"options\":{\"format\":\"jsonl\",\"pack\":true},\"shards\":[{"       \
	"\"file\":\"train-00000.jsonl\",\"split\":\"train\",\"records\":2,"    \
	"\"tokens\":5,\"bytes\":99,\"packed\":99,\"map\":{\"file\":"           \
	"\"train-00000.map.gz\"}}]}"
#define PLACE "train-00000.jsonl:"

static char folder[] = "/tmp/takedown-XXXXXX";
static char list_path[64];

static char *
path_of(const char *name)
{
	static char path[128];

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	return path;
}

static void
write_file(const char *name, struct str s)
{
	FILE *fp = fopen(path_of(name), "w");

	if (fp == NULL || fwrite(s.p, 1, s.len, fp) != s.len || fclose(fp) != 0)
		abort();
}

/* Whether a file has that text; NULL: whether there is no such file. */
static bool
is_file(const char *name, const char *text)
{
	struct str s;
	bool same;

	if (!mapfile_open(&s, path_of(name)))
		return text == NULL;
	same = text != NULL && str_eq(s, str_of(text));
	if (!same)
		printf("# %s: %.*s\n", name, (int)s.len, s.p);
	mapfile_close(&s);
	return same;
}

/* Whether the manifest has that text. */
static bool
tells(const char *text)
{
	struct str s;
	bool found;

	if (!mapfile_open(&s, path_of("manifest.json")))
		return false;
	found = memmem(s.p, s.len, text, strlen(text)) != NULL;
	if (!found)
		printf("# %.*s\n", (int)s.len, s.p);
	mapfile_close(&s);
	return found;
}

static uint64_t
two_words(void *context, struct str line)
{
	(void)context;
	(void)line;
	return 2;
}

static void
take(void)
{
	struct takedown t = {
	    .folder = folder, .list = list_path, .count = two_words};

	if (takedown_open(&t))
		takedown_run(&t);
	takedown_close(&t);
}

/* The same in this process, which it ends where it can't be done. */
static bool
takes(void)
{
	take();
	return true;
}

/* Files as they are before anything is taken out. */
static void
begin(const char *manifest, const char *list)
{
	char command[64];

	snprintf(command, sizeof(command), "rm -rf %s/*", folder);
	if (system(command) != 0)
		abort();
	write_file("manifest.json", str_of(manifest));
	write_file("list", str_of(list));
	if (memmem(manifest, strlen(manifest), "\"pack\"", 6) == NULL) {
		write_file("train-00000.jsonl",
		    STR("{\"n\":1}\n{\"n\":2}\n{\"n\":3}\n"));
		return;
	}
	write_file("train-00000.jsonl",
	    STR("{\"input_ids\":[1,2,3],\"seq_lengths\":[1,2]}\n"
		"{\"input_ids\":[4,5],\"seq_lengths\":[2]}\n"));
	write_file("train-00000.map.gz",
	    STR("{\"pieces\":[{\"chars\":[0,9],\"tokens\":1},"
		"{\"chars\":[0,8],\"tokens\":2}]}\n"
		"{\"pieces\":[{\"chars\":[0,7],\"tokens\":2}]}\n"));
}

/* Whether a list leaves that of the shard; NULL: not even the file. */
static bool
leaves(const char *list, const char *rest)
{
	begin(MANIFEST, list);
	return takes() && is_file("train-00000.jsonl", rest);
}

static void
test_lines(void)
{
	ok(leaves(PLACE "2\n", "{\"n\":1}\n{\"n\":3}\n"), "a line");
	ok(tells("\"records\": 2,") && tells("\"tokens\": 4,") &&
		tells("\"bytes\": 16,") && tells("\"x\": 1") &&
		tells("\"records\": 1, \"tokens\": 2, \"bytes\": 8}"),
	    "is gone from the sums");
	ok(takes() && is_file("train-00000.jsonl", "{\"n\":1}\n{\"n\":3}\n"),
	    "once, whenever the list is given again");
	write_file("list", STR(PLACE "1\n"));
	ok(takes() && is_file("train-00000.jsonl", "{\"n\":3}\n") &&
		tells("\"tokens\": 2, \"bytes\": 8},\n"),
	    "another list, beside what is told of the first");
	ok(leaves("out/" PLACE "2\tbecause:1", "{\"n\":1}\n{\"n\":3}\n"),
	    "a folder, a reason, no line end");
	ok(leaves("# why\n\n " PLACE "3 \r\n" PLACE "1\n" PLACE "3\n",
	       "{\"n\":2}\n"),
	    "in any order, twice");
	ok(leaves(PLACE "1\n" PLACE "2\n" PLACE "3\n", NULL) &&
		tells("\"shards\": [\n  ]"),
	    "all of them");
	ok(leaves("# none\n", "{\"n\":1}\n{\"n\":2}\n{\"n\":3}\n"),
	    "none of them");
}

static void
test_lists(void)
{
	static const char *const wrong[] = {"train-00000.jsonl", PLACE,
	    PLACE "x", PLACE "0", PLACE "2x", PLACE "2.0", PLACE "4",
	    PLACE "99999999999999999999", "val-00000.jsonl:1",
	    "train-00001.jsonl:1", "train-00000.json:1", "#manifest 00"};
	bool good = true, this;
	size_t i;

	for (i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		begin(MANIFEST, wrong[i]);
		this = tap_status(take) == CLI_FATAL &&
		       is_file("train-00000.jsonl",
			   "{\"n\":1}\n{\"n\":2}\n{\"n\":3}\n");
		if (!this)
			printf("# %s\n", wrong[i]);
		good &= this;
	}
	ok(good, "lists of other shards, and no lists");
	begin(MANIFEST, "");
	write_file("list", STR(PLACE "1\ntrain-00000.jsonl\0x:1\n"));
	ok(tap_status(take) == CLI_FATAL &&
		is_file(
		    "train-00000.jsonl", "{\"n\":1}\n{\"n\":2}\n{\"n\":3}\n"),
	    "a NUL is part of a name");
	begin(MANIFEST, "");
	unlink(path_of("list"));
	ok(tap_status(take) == CLI_NOINPUT, "no list");
}

/* The status of a good list where a text of the manifest is another one. */
static int
spoilt(const char *manifest, const char *from, const char *to)
{
	const char *at = strstr(manifest, from);
	struct buf b = {0};
	int status;

	if (at == NULL)
		abort();
	buf_put(&b, manifest, (size_t)(at - manifest));
	buf_puts(&b, str_of(to));
	buf_puts(&b, str_of(at + strlen(from)));
	buf_putc(&b, '\0');
	begin(b.p, PLACE "1\n");
	status = tap_status(take);
	buf_release(&b);
	return status;
}

static void
test_manifests(void)
{
	static const char *const wrong[][2] = {
	    {"{\"records\"", "[\"records\""},
	    {"\"shards\"", "\"shard\""},
	    {"\"shards\":[", "\"shards\":5,\"y\":["},
	    {"[{\"file\"", "[5,{\"file\""},
	    {"\"split\":\"train\"", "\"split\":5"},
	    {"\"split\":\"train\"", "\"split\":\"val\""},
	    {"\"train\",\"records\"", "\"train\",\"r\""},
	    {"3,\"tokens\":6,\"bytes\":24,\"packed\"",
		"3,\"t\":6,\"bytes\":24,\"packed\""},
	    {"\"bytes\":24,\"packed\"", "\"b\":24,\"packed\""},
	    {"\"packed\"", "\"p\""},
	    {"\"file\"", "\"f\""},
	    {"\"train-00000.jsonl\"", "\"../train-00000.jsonl\""},
	    {"\"packed\":24", "\"packed\":24,\"map\":5"},
	    {"\"packed\":24", "\"packed\":24,\"map\":{\"file\":5}"},
	    {"\"options\"", "\"o\""},
	    {"\"options\":{\"format\":\"jsonl\"}", "\"options\":5"},
	    {"\"jsonl\"", "5"},
	    {"\"jsonl\"", "\"xml\""},
	    {"\"token_count\"", "\"t\""},
	    {"\"jsonl\"}", "\"jsonl\",\"pack\":true}"},
	    {"\"jsonl\"}", "\"mds\",\"pack\":true}"},
	    {"\"x\":1", "\"without\":5"},
	    /* sums, and counts of a shard, of less than there is */
	    {"\"tokens\":6,\"bytes\":24,\"token_count\"",
		"\"tokens\":1,\"bytes\":24,\"token_count\""},
	    {"\"tokens\":6,\"bytes\":24,\"packed\"",
		"\"tokens\":1,\"bytes\":24,\"packed\""},
	    {"\"bytes\":24,\"packed\"", "\"bytes\":1,\"packed\""},
	    {"\"train\",\"records\":3", "\"train\",\"records\":4"},
	};
	bool good = true, this;
	size_t i;

	for (i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		this = spoilt(MANIFEST, wrong[i][0], wrong[i][1]) == CLI_FATAL;
		if (!this)
			printf("# %s\n", wrong[i][1]);
		good &= this;
	}
	ok(good, "manifests that are not whole");
	ok(spoilt(MANIFEST, "\"x\":1",
	       "\"without\":[5,{\"list\":5},{\"list\":\"0\"}]") == CLI_OK &&
		is_file("train-00000.jsonl", "{\"n\":2}\n{\"n\":3}\n") &&
		tells("{\"list\":\"0\"},\n"),
	    "other lists were applied, which is told after the shards");
	ok(spoilt(MANIFEST, "\"jsonl\"}", "\"jsonl\",\"members\":[]}") ==
		    CLI_OK &&
		tells("  \"bytes\": 24,"),
	    "lines of other members than the sources': their bytes stay");
	begin(MANIFEST, PLACE "1\n");
	unlink(path_of("manifest.json"));
	ok(tap_status(take) == CLI_FATAL, "no manifest");
}

static void
test_pieces(void)
{
	begin(PACKED, PLACE "1.0\n");
	ok(takes() &&
		is_file("train-00000.jsonl",
		    "{\"input_ids\":[2,3],\"seq_lengths\":[2]}\n"
		    "{\"input_ids\":[4,5],\"seq_lengths\":[2]}\n") &&
		tells("  \"records\": 2,") && tells("  \"tokens\": 4,"),
	    "a piece of a sequence");
	begin(PACKED, PLACE "1.1\n" PLACE "1\n" PLACE "1.0\n");
	ok(takes() && is_file("train-00000.jsonl",
			  "{\"input_ids\":[4,5],\"seq_lengths\":[2]}\n"),
	    "a sequence, and pieces of it");
	begin(PACKED, PLACE "1.0\n" PLACE "1.1\n" PLACE "2.0\n");
	ok(takes() && is_file("train-00000.jsonl", NULL) &&
		is_file("train-00000.map.gz", NULL),
	    "all pieces of all of them");
	begin(PACKED, PLACE "1.2\n");
	ok(tap_status(take) == CLI_FATAL, "no such piece");
	begin(PACKED, PLACE "1.\n");
	ok(tap_status(take) == CLI_FATAL, "no number of a piece");
	begin(PACKED, PLACE "1.0.0\n");
	ok(tap_status(take) == CLI_FATAL, "a piece of a piece");
	begin(PACKED, PLACE "1.99999999999999999999\n");
	ok(tap_status(take) == CLI_FATAL, "a piece beyond all numbers");
	ok(spoilt(PACKED, "\"tokens\":5,\"bytes\":99,\"packed\"",
	       "\"tokens\":1,\"bytes\":99,\"packed\"") == CLI_FATAL,
	    "more tokens than the manifest has");
}

/* What a run left that was killed, before its manifest or after it. */
static void
test_killed(void)
{
	begin(MANIFEST, "# none\n");
	write_file("train-00000.jsonl.next", STR("{\"n\":3}\n"));
	write_file("train-00000.jsonl.1f.tmp", STR("{"));
	ok(takes() &&
		is_file(
		    "train-00000.jsonl", "{\"n\":1}\n{\"n\":2}\n{\"n\":3}\n") &&
		is_file("train-00000.jsonl.next", NULL) &&
		is_file("train-00000.jsonl.1f.tmp", NULL),
	    "before its manifest: nothing has changed");
	begin(MANIFEST, "# none\n");
	write_file("train-00000.jsonl.next", STR("{\"n\":3}\n"));
	write_file("manifest.json.next", STR(MANIFEST));
	ok(takes() && is_file("train-00000.jsonl", "{\"n\":3}\n") &&
		is_file("train-00000.jsonl.next", NULL) &&
		is_file("manifest.json.next", NULL),
	    "after it: the rest is done");
	begin(MANIFEST, "# none\n");
	write_file("manifest.json.next",
	    STR("{\"token_count\":\"words\",\"options\":{\"format\":\"jsonl\"},"
		"\"shards\":[]}"));
	ok(takes() && is_file("train-00000.jsonl", NULL),
	    "a shard of which nothing is left");
}

int
main(void)
{
	char command[64];

	if (mkdtemp(folder) == NULL)
		abort();
	snprintf(list_path, sizeof(list_path), "%s/list", folder);
	test_lines();
	test_lists();
	test_manifests();
	test_pieces();
	test_killed();
	snprintf(command, sizeof(command), "rm -r %s", folder);
	if (system(command) != 0)
		abort();
	return tap_done();
}
