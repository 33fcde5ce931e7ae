/* retry: any value gives a wait of at least 0, or none */

#include <assert.h>
#include <stdint.h>

#include "llm/retry.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct str value = {(const char *)data, len};
	double s = retry_after(value, 784111777);

	assert(s == -1 || s >= 0);
	s = retry_reset(value, 784111777);
	assert(s == -1 || s >= 0);
	return 0;
}
