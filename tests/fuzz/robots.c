/*
 * robots: any bytes as a robots.txt and as a list of hosts; both say the same
 * of a URL each time
 */

#include <assert.h>
#include <stdint.h>
#include <stdlib.h>

#include "optout/hosts.h"
#include "optout/robots.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

/* The first line is a URL, the rest a file. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct str all = {(const char *)data, len}, url = all, text;
	struct robots *r = robots_new("CCBot,GPTBot");
	struct hosts h = {.n = 0};
	const char *feed = len > 0 ? memchr(all.p, '\n', len) : NULL;
	bool allow;

	if (feed != NULL)
		url.len = (size_t)(feed - all.p);
	text = (struct str){all.p + url.len, all.len - url.len};
	robots_add(r, url, 200, text);
	allow = robots_allow(r, url);
	assert(robots_allow(r, url) == allow);
	robots_add(r, STR("http://a.example/"), 200, text);
	robots_allow(r, STR("http://a.example/a/b?c=%41#d"));
	hosts_add(&h, url);
	hosts_has(&h, url);
	hosts_has(&h, STR("http://a.example/a/b?c=d"));
	hosts_release(&h);
	robots_free(r);
	return 0;
}
