/*
 * safetensors: any bytes as a file; the tensors of a file that is accepted lie
 * in it, one after the other, with the lengths that it gives
 */

#include <assert.h>
#include <stdint.h>
#include <stdlib.h>

#include "encode/safetensors.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct str bytes = {(const char *)data, len};
	const char *why = NULL, *end;
	struct safetensors st;
	const float *x;
	float *copy, sum = 0;
	size_t i, j;

	if (safetensors_open(&st, bytes, &why)) {
		end = bytes.p + len;
		for (i = st.ntensor; i-- > 0;) {
			assert(
			    st.tensor[i].data.p + st.tensor[i].data.len == end);
			end = st.tensor[i].data.p;
			assert(end > bytes.p + 8);
			x = safetensors_floats(&st.tensor[i], &copy);
			for (j = 0; x != NULL && j < st.tensor[i].nitem; j++)
				sum += x[j];
			free(copy);
			free(safetensors_numbers(&st.tensor[i], 1000));
		}
	} else {
		assert(why != NULL);
	}
	safetensors_release(&st);
	(void)sum;
	return 0;
}
