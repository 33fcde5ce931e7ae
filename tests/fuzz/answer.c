/* answer: parts are trimmed, and their number is the one returned */

#include <assert.h>
#include <stdint.h>

#include "llm/answer.h"
#include "llm/mend.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	const char *p = (const char *)data;
	struct str part[ANSWER_NPART];
	struct arena mem = {0};
	unsigned mended;
	size_t i, ngood, n = 0;

	if (len == 0)
		return 0;
	ngood = answer_parse((struct str){p, len}, part, &mem, &mended);
	for (i = 0; i < ANSWER_NPART; i++) {
		n += part[i].len > 0;
		if (part[i].p == NULL)
			continue;
		assert(str_eq(part[i], str_trim(part[i])));
	}
	assert(n == ngood);
	assert(mended < 1u << MEND_NKIND);
	arena_release(&mem);
	return 0;
}
