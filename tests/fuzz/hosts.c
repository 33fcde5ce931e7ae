/* hosts: any lines as hosts and beginnings of URLs; each entry finds itself */

#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "optout/hosts.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct hosts h = {.n = 0};
	struct str rest = {(const char *)data, len}, line;
	const char *feed;
	size_t n;

	while (rest.len > 0) {
		feed = memchr(rest.p, '\n', rest.len);
		line = (struct str){
		    rest.p, feed != NULL ? (size_t)(feed - rest.p) : rest.len};
		n = h.n;
		hosts_add(&h, line);
		assert(h.n == n || hosts_has(&h, line));
		hosts_has(&h, rest);
		rest.p += line.len + (feed != NULL);
		rest.len -= line.len + (feed != NULL);
	}
	assert(hosts_has(&h, STR("")) == false);
	hosts_release(&h);
	return 0;
}
