/* robots: groups, the longest rule, wildcards, statuses (RFC 9309, 2.2) */

#include "optout/robots.h"

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

int
main(void)
{
	struct robots *r = robots_new("Bot");
	char url[100];
	size_t i, n = 0;

	groups();
	rules();
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
