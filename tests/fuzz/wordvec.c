/* wordvec: any bytes as vectors of words */

#include <assert.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "classify/wordvec.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	/* no longer than it is, so that a sanitizer sees an over-read */
	char *bytes = malloc(len > 0 ? len : 1);
	struct wordvec w;
	struct str word;
	float *value;
	size_t i;

	assert(bytes != NULL);
	memcpy(bytes, data, len);
	if (wordvec_open(&w, (struct str){bytes, len})) {
		assert(w.dim > 0 && w.nword <= len);
		value = malloc(w.dim * sizeof(*value));
		while (value != NULL && wordvec_next(&w, &word, value))
			for (i = 0; i < w.dim; i++)
				assert(isfinite(value[i]) && word.len > 0);
		free(value);
	}
	free(bytes);
	return 0;
}
