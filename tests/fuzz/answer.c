/* answer: parts are slices of the text, trimmed, and as many as is said */

#include <assert.h>
#include <stdint.h>

#include "llm/answer.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	const char *p = (const char *)data;
	struct str part[ANSWER_NPART];
	size_t i, ngood, n = 0;

	if (len == 0)
		return 0;
	ngood = answer_parse((struct str){p, len}, part);
	for (i = 0; i < ANSWER_NPART; i++) {
		n += part[i].len > 0;
		if (part[i].p == NULL)
			continue;
		assert(part[i].p >= p && part[i].p + part[i].len <= p + len);
		assert(str_eq(part[i], str_trim(part[i])));
	}
	assert(n == ngood);
	return 0;
}
