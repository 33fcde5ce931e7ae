/*
 * sites: the hosts of URLs, the list and its order, and which records may be
 * kept by it
 */

#include "mine/sites.h"

#include "base/mem.h"
#include "tap.h"

static bool
host_is(const char *url, const char *want)
{
	return str_eq(sites_host(str_of(url)), str_of(want));
}

static void
try_hosts(void)
{
	ok(host_is("http://a.example/b", "a.example") &&
		host_is("https://a.example", "a.example") &&
		host_is("https://a.example?q=@b:c", "a.example") &&
		host_is("https://a.example#://b", "a.example"),
	    "the host ends where the path begins");
	ok(host_is("ftp://u:p@a.example:80/", "a.example"),
	    "neither user nor port");
	ok(host_is("http://[::1]:80/", "[::1]") &&
		host_is("http://[::1]/", "[::1]"),
	    "an address in brackets");
	ok(host_is("a.example/b", "") && host_is("", "") &&
		host_is("http:///b", ""),
	    "no host");
}

int
main(void)
{
	static const char want[] =
	    "{\"host\":\"a\",\"domain\":\"L\",\"records\":6,\"kept\":3,"
	    "\"share\":0.5}\n"
	    "{\"host\":\"b\",\"domain\":\"L\",\"records\":1,\"kept\":1,"
	    "\"share\":1}\n";
	struct sites s = {0};
	struct buf list = {0};
	struct arena mem = {0};
	struct str law = STR("L"), line;
	struct rec rec;
	const char *why, *p, *end;
	size_t i, n = 0;

	try_hosts();
	for (i = 0; i < 6; i++)
		sites_add(&s, STR("http://a/x"), &law, i % 2);
	sites_add(&s, STR("http://b/x"), &law, 1);
	sites_add(&s, STR("nowhere"), &law, 1);
	sites_write(&s, &list);
	ok(str_eq(buf_str(&list), str_of(want)), "the list");
	sites_release(&s);

	for (p = list.p; p < list.p + list.len; p = end + 1) {
		end = memchr(p, '\n', list.len);
		line = (struct str){p, (size_t)(end - p)};
		if (rec_parse(&rec, &mem, line, &why) &&
		    sites_read(&s, &rec) == NULL)
			n++;
	}
	ok(n == 2, "is read back");
	rec_init(&rec, &mem);
	ok(sites_read(&s, &rec) != NULL, "what is none of it is refused");
	ok(!sites_take(&s, STR("http://a/y"), law, 0.6) &&
		!sites_take(&s, STR("http://a/y"), STR("M"), 0.1) &&
		!sites_take(&s, STR("http://c/y"), law, 0.1),
	    "a lesser share, another domain, another host");
	ok(!sites_take(&s, STR("http://b/y"), law, 0.5), "too few records");
	for (n = 0; sites_take(&s, STR("http://a/y"), law, 0.5); n++)
		continue;
	ok(n == 3, "as many as there were");
	sites_release(&s);
	buf_release(&list);
	arena_release(&mem);
	return tap_done();
}
