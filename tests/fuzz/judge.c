/* judge: any answer gives as many votes as is said */

#include <assert.h>
#include <stdint.h>

#include "llm/judge.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static const struct str domain[] = {
	    {"Law", 3}, {"", 0}, {"Law & Order", 11}};
	enum judge_vote vote[3];
	size_t i, n = 0, nvote;

	nvote =
	    judge_parse((struct str){(const char *)data, len}, domain, 3, vote);
	for (i = 0; i < 3; i++)
		n += vote[i] != JUDGE_NONE;
	assert(n == nvote);
	return 0;
}
