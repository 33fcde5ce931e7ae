/* robots: groups, the longest rule, wildcards, statuses (RFC 9309, 2.2) */

#include "optout/robots.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <zlib.h>

#include "base/buf.h"
#include "tap.h"

/* Whether a path may be fetched by agents under one robots.txt. */
static bool
may(const char *agents, const char *text, const char *path)
{
	struct robots *r = robots_new(agents);
	char url[500];
	bool good;

	robots_add(r, STR("https://a.example/robots.txt"), 200, str_of(text));
	snprintf(url, sizeof(url), "https://a.example%s", path);
	good = robots_allow(r, str_of(url));
	robots_free(r);
	return good;
}

static void
groups(void)
{
	static const char text[] =
	    "\xef\xbb\xbf# all\nUser-agent: *\nDisallow: /x\n\n"
	    "user-AGENT : GPTBot # its\r\nUser-agent: CCBot/2.0\r\n"
	    "Crawl-delay: 5\r\nDisallow: /y\rAllow: /y/z\r"
	    "User-agent: other\nDisallow: /\nUser-agent: gptbot\nDisallow: /w";

	ok(!may("Bot", text, "/x") && may("Bot", text, "/y"),
	    "an agent without a group keeps to that of *");
	ok(may("GPTBot", text, "/x") && !may("gptbot", text, "/y1"),
	    "one with a group to that alone, of any case");
	ok(!may("CCBot", text, "/y") && may("CCBot", text, "/y/z/1"),
	    "two agents of one group; a version is no part of a name");
	ok(!may("GPTBot", text, "/w") && may("CCBot", text, "/w"),
	    "groups of one agent are one");
	ok(!may("CCBot, GPTBot", text, "/w") && !may("CCBot,Bot", text, "/x") &&
		may("CCBot,Bot", text, "/z"),
	    "of several agents all must be allowed");
	ok(may("CCBot", "Disallow: /\n", "/x"), "a rule without a group");
	ok(may("Bot", "User-agent: *\nDisallow:\n", "/x"), "an empty rule");
	ok(may("Bot", "User-agent: botany\nDisallow: /\n", "/"),
	    "a name that begins with the agent's");
}

/* Whether a rule alone forbids a path. */
static bool
hits(const char *rule, const char *path)
{
	char text[300];

	snprintf(text, sizeof(text), "User-agent: *\nDisallow: %s\n", rule);
	return !may("Bot", text, path);
}

static void
rules(void)
{
	ok(hits("/", "/") && hits("/", "") && hits("/fish", "/fish.html") &&
		!hits("/fish", "/Fish") && !hits("/fish/", "/fish"),
	    "the beginning of a path");
	ok(hits("/*.php", "/a/b.php?c") && !hits("/*.php", "/a.PHP") &&
		hits("/a*b*c", "/axxbxbxc") && !hits("/a*b*c", "/acb"),
	    "* is any characters");
	ok(hits("/*.php$", "/a.php") && !hits("/*.php$", "/a.php?b") &&
		hits("/*b$", "/bab") && hits("*", "/") && hits("/*", "/x"),
	    "$ at the end is the end");
	ok(hits("/a%3cd", "/a%3Cd") && hits("/%e2%82%ac", "/\xe2\x82\xac") &&
		hits("/\xe2\x82\xac", "/%E2%82%AC") &&
		hits("/%7euser", "/~user") && !hits("/a%2Fb", "/a/b"),
	    "escapes in one spelling");
	ok(hits("/?q=", "/?q=1") && hits("/x", "/x#y") && !hits("/y", "/x#/y"),
	    "queries count, fragments do not");
	ok(may("Bot", "User-agent:*\nDisallow:/a\nAllow:/a/b\n", "/a/b") &&
		may("Bot", "User-agent:*\nAllow:/a/b\nDisallow:/a\n", "/a/b") &&
		may("Bot", "User-agent:*\nDisallow:/a\nAllow:/a\n", "/a") &&
		!may("Bot", "User-agent:*\nAllow:/\nDisallow:/a\n", "/a"),
	    "the longest rule counts, and allow where two are");
	ok(may("Bot", "User-agent: *\nDisallow: /\n", "/robots.txt"),
	    "robots.txt is for all");
	ok(!hits("/aaaaaaaaaaaaaaaaaaaaaaa*b", "/aaaaaaaaaaaaaaaaaaaaaaaaa"),
	    "a pattern that all but matches");
}

/* Lines, and escapes, that are nearly right. */
static void
oddities(void)
{
	struct buf b = {0};

	ok(hits("/a%zz", "/a%zz") && hits("/a%3g", "/a%3g") &&
		hits("/a%/1", "/a%/1") && hits("/a%4", "/a%4") &&
		hits("/a%", "/a%") && !hits("/a%zz", "/azz"),
	    "what is no escape stays as it is");
	ok(hits("/a%00b", "/a%00b") && !hits("/a%00b", "/ab"),
	    "a byte that no path has");
	ok(hits("/?x=", "?x=1") && !hits("/?x=", "#?x=1"),
	    "a query without a path");
	ok(may("Bot", "User-agent:\nDisallow: /\n", "/x") &&
		may("Bot", "User-agent: *bot\nDisallow: /\n", "/x") &&
		!may("Bot", "User-agent: * # all\nDisallow: /\n", "/x") &&
		!may("Bot", "User-agent: *\tall\nDisallow: /\n", "/x"),
	    "an agent must be named, or all");
	ok(!may("my-bot_x", "User-agent: My-Bot_x/1\nDisallow: /\n", "/x") &&
		may("my", "User-agent: my-bot\nDisallow: /\n", "/x"),
	    "dashes are parts of names");
	ok(may("Bot", "User-agent: *\nDisallow /x\nNoindex: /x\n:\n", "/x"),
	    "lines that are no rules");
	buf_puts(&b, STR("User-agent: *\nDisallow: /x\n#"));
	while (b.len < ROBOTS_SIZE)
		buf_putc(&b, 'x');
	buf_puts(&b, STR("\nDisallow: /y\n"));
	buf_putc(&b, '\0');
	ok(!may("Bot", b.p, "/x") && may("Bot", b.p, "/y"),
	    "a file of any length is read so far");
	buf_release(&b);
}

/* What robots_load() says of a file of these bytes. */
static bool
loads(struct robots *r, const void *bytes, size_t len, size_t *line)
{
	char path[] = "/tmp/robots-XXXXXX";
	int fd = mkstemp(path);
	bool good;

	good = fd >= 0 && write(fd, bytes, len) == (ssize_t)len;
	if (fd >= 0)
		close(fd);
	good = good && robots_load(r, path, line);
	unlink(path);
	return good;
}

static void
files(void)
{
	struct robots *r = robots_new("Bot");
	struct str text =
	    STR("{\"url\":\"http://a.example/robots.txt\",\"text\":"
		"\"User-agent: *\\nDisallow: /a\"}\n\n"
		"{\"url\":\"http://b.example/robots.txt\",\"html\":"
		"\"User-agent: *\\nDisallow: /b\"}\n"
		"{\"url\":\"http://c.example/robots.txt\",\"status\":500}\n"
		"{\"url\":\"http://d.example/robots.txt\",\"status\":199,"
		"\"text\":\"User-agent: *\\nDisallow: /d\"}\n"
		"{\"url\":\"http://e.example/robots.txt\"}\n"
		"{\"url\":\"http://f.example/robots.txt\",\"text\":"
		"\"User-agent: *\\nDisallow: /f\"}");
	static const char *const none[] = {"{\"url\":1}", "{\"text\":\"x\"}",
	    "[]", "{\"url\":\"http://a.example/\""};
	unsigned char zipped[2000];
	struct buf b = {0};
	z_stream z = {0};
	size_t i, line;
	bool good = true;

	ok(loads(r, text.p, text.len, &line) && line == 7,
	    "records of a file, of which the last has no line end");
	ok(!robots_allow(r, STR("http://a.example/a")) &&
		!robots_allow(r, STR("http://b.example/b")) &&
		!robots_allow(r, STR("http://c.example/c")) &&
		robots_allow(r, STR("http://d.example/d")) &&
		robots_allow(r, STR("http://e.example/e")) &&
		!robots_allow(r, STR("http://f.example/f")),
	    "text, html, and a status alone");
	for (i = 0; i < sizeof(none) / sizeof(none[0]); i++) {
		b.len = 0;
		buf_puts(&b, STR("\n"));
		buf_puts(&b, str_of(none[i]));
		buf_puts(&b, STR("\n{}\n"));
		good &= !loads(r, b.p, b.len, &line) && line == 2 && errno == 0;
	}
	ok(good, "a line that is no record is told");
	deflateInit2(&z, 9, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
	z.next_in = (unsigned char *)(uintptr_t)text.p;
	z.avail_in = (unsigned)text.len;
	z.next_out = zipped;
	z.avail_out = sizeof(zipped);
	ok(deflate(&z, Z_FINISH) == Z_STREAM_END &&
		loads(r, zipped, z.total_out, &line) && line == 7,
	    "a compressed file");
	ok(!loads(r, zipped, z.total_out / 2, &line) && errno != 0,
	    "one that is cut off");
	deflateEnd(&z);
	ok(!robots_load(r, "/nowhere/robots", &line) && errno == ENOENT,
	    "no file");
	buf_release(&b);
	robots_free(r);
}

int
main(void)
{
	struct robots *r = robots_new("Bot");
	char url[100];
	size_t i, n = 0;

	groups();
	rules();
	oddities();
	files();
	ok(robots_new("1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,"
		      "22,23,24,25,26,27,28,29,30,31,32") == NULL,
	    "too many agents");
	ok(robots_new("") == NULL && robots_new("a,,b") == NULL, "no agents");
	ok(robots_allow(r, STR("http://a.example/")), "no host is known");
	robots_add(r, STR("http://A.example:80/robots.txt"), 404,
	    STR("User-agent: *\nDisallow: /\n"));
	robots_add(r, STR("https://b.example/robots.txt"), 503, STR(""));
	robots_add(r, STR("https://c.example:8080/robots.txt"), 200,
	    STR("User-agent: *\nDisallow: /\n"));
	ok(robots_allow(r, STR("http://a.example/x")), "a missing file");
	ok(!robots_allow(r, STR("https://b.example/x")), "a server's error");
	ok(robots_allow(r, STR("https://c.example/x")) &&
		!robots_allow(r, STR("http://C.example:8080/x")) &&
		robots_allow(r, STR("http://www.c.example:8080/x")),
	    "a host and its port");
	robots_add(r, STR("http://a.example/robots.txt"), 200,
	    STR("User-agent: *\nDisallow: /\n"));
	ok(robots_allow(r, STR("http://a.example/x")), "the first one stays");
	for (i = 0; i < 5000; i++) {
		snprintf(url, sizeof(url), "http://h%zu.example/", i);
		robots_add(r, str_of(url), 200,
		    i % 2 ? STR("User-agent: *\nDisallow: /") : STR(""));
	}
	for (i = 0; i < 5000; i++) {
		snprintf(url, sizeof(url), "http://h%zu.example/", i);
		n += robots_allow(r, str_of(url)) == (i % 2 == 0);
	}
	ok(n == 5000, "many hosts");
	robots_free(r);
	return tap_done();
}
