/* classifier: any bytes as a model file, and a text scored by what opens */

#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "classify/classifier.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct classifier_work work;
	struct classifier c;
	const char *why;
	uint64_t hash[128];
	size_t i;
	float *p, *vec;

	/* aligned to 8 as a mapping is, and of exactly its length */
	char *bytes = malloc(len > 0 ? len : 1);

	assert(bytes != NULL);
	memcpy(bytes, data, len);
	if (classifier_open(&c, (struct str){bytes, len}, &why)) {
		for (i = 0; i < 128; i++)
			hash[i] = i * 0x0204081020408102;
		p = mem_zeroed(c.nlabel, sizeof(*p));
		vec = mem_zeroed(c.ndim + 1, sizeof(*vec));
		for (i = 0; i < c.ndim; i++)
			vec[i] = (float)i;
		classifier_work_init(&work, &c);
		classifier_score(&c, &work, hash, 128, vec, p);
		for (i = 0; i < c.nlabel; i++)
			assert(p[i] >= 0 && p[i] <= 1);
		if (c.order == 0) {
			float *x = mem_zeroed(c.nrow, sizeof(*x));

			for (i = 0; i < c.nrow; i++)
				x[i] = (float)i;
			classifier_score_vector(&c, &work, x, p);
			for (i = 0; i < c.nlabel; i++)
				assert(p[i] >= 0 && p[i] <= 1);
			free(x);
		}
		classifier_work_release(&work);
		classifier_close(&c);
		free(p);
		free(vec);
	} else {
		assert(why != NULL);
	}
	free(bytes);
	return 0;
}
