/* judging: any answer gives as many votes as there are domains */

#include <assert.h>
#include <stdint.h>

#include "llm/judging.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static const struct str domain[] = {
	    {"Law", 3}, {"", 0}, {"Law & Order", 11}};
	enum judging_vote vote[3];
	size_t i, n = 0, nvote;

	nvote = judging_parse(
	    (struct str){(const char *)data, len}, domain, 3, vote);
	for (i = 0; i < 3; i++)
		n += vote[i] != JUDGING_NONE;
	assert(n == nvote);
	return 0;
}
