/* hosts: domains and prefixes, and URLs that only look like them */

#include "optout/hosts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tap.h"

static struct hosts list;

static bool
has(const char *url)
{
	return hosts_has(&list, str_of(url));
}

/* Whether a file of that text can be loaded. */
static bool
loads(const char *text)
{
	char path[] = "/tmp/hosts-XXXXXX";
	int fd = mkstemp(path);
	bool good =
	    fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text);

	if (fd >= 0)
		close(fd);
	good = good && hosts_load(&list, path);
	unlink(path);
	return good;
}

int
main(void)
{
	char text[64];
	bool all = true;
	size_t i;

	ok(!has("http://b.example/"), "an empty list");
	hosts_add(&list, STR("b.example"));
	hosts_add(&list, STR("https://www.C.example/dir/"));
	hosts_add(&list, STR("d.example/page"));
	hosts_add(&list, STR("e.example/"));
	ok(has("http://b.example/") && has("https://x.y.B.example:81/z?q") &&
		has("b.example") && has("//b.example.") == false &&
		has("http://user@b.example./"),
	    "a domain and what is below it");
	ok(!has("http://ab.example/") && !has("http://b.example.org/") &&
		!has("http://x.example/b.example") &&
		!has("http://x.example/?u=http://b.example/"),
	    "no other");
	ok(has("http://c.example/dir/") && has("http://www.c.example/dir/x") &&
		!has("http://c.example/dir") && !has("http://c.example/DIR/") &&
		!has("http://x.c.example/dir/"),
	    "a folder");
	ok(has("http://d.example/page") && has("http://d.example/page?q=1") &&
		has("http://d.example/page/2") && has("d.example/page#top") &&
		!has("http://d.example/page2"),
	    "a prefix ends where a part of the URL does");
	ok(has("http://e.example/x"), "a host with its slash is the host");
	hosts_add(&list, STR("http://[2001:DB8::1]:8080/"));
	ok(has("https://[2001:db8::1]/x") && !has("http://[2001:db8::2]/") &&
		!has("http://[::1]:80/"),
	    "an address with colons");
	hosts_add(&list, STR("  F.example:80\r"));
	hosts_add(&list, STR("g.example/a/?q=1"));
	hosts_add(&list, STR("xn--bcher-kva.example"));
	ok(has("HTTP://WWW.F.EXAMPLE:443") && has("f.example?x") &&
		has("ftp://g.example/a/?q=1") &&
		has("http://g.example/a/?q=1&r=2") &&
		!has("http://g.example/a/?q=12") &&
		!has("http://g.example/a/") &&
		has("http://XN--BCHER-KVA.example/") &&
		!has("http://b\xc3\xbc"
		     "cher.example/"),
	    "ports, case, queries; an international name as it stands");
	ok(loads("# h.example\n\nh.example\ni.example") &&
		has("http://h.example/") && has("http://i.example/"),
	    "a file, whose last line has no end");
	ok(loads("j.example\n#k.example") && has("http://j.example/") &&
		!has("http://k.example/") && loads(""),
	    "or is a remark; an empty one");
	ok(!hosts_load(&list, "/nowhere/hosts"), "no file");
	ok(has("b.example/http://z.example/") &&
		!has("z.example/http://b.example/"),
	    "a URL in the path of one without a scheme");
	for (i = 0; i < 100000; i++) {
		snprintf(text, sizeof(text),
		    i % 3 == 2 ? "http://www.host%zu.example/dir/"
			       : "host%zu.example",
		    i);
		hosts_add(&list, str_of(text));
	}
	for (i = 0; i < 200000; i++) {
		snprintf(
		    text, sizeof(text), "http://www.host%zu.example/dir/x", i);
		all = all && has(text) == (i < 100000);
		snprintf(text, sizeof(text), "http://host%zu.example/di", i);
		all = all && has(text) == (i < 100000 && i % 3 != 2);
	}
	ok(all, "a hundred thousand more");
	hosts_release(&list);
	return tap_done();
}
