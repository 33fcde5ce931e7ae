/* fasttext: any bytes as a model file, and a text scored by what opens */

#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "classify/fasttext-file.h"
#include "classify/fasttext.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static const char text[] =
	    "the tug and\tthe quay __label__x </s> \xc3\xa9";
	struct fasttext_work work;
	struct fasttext ft;
	const char *why = NULL;
	size_t i;
	float *p;

	/* of exactly its length, so that a sanitizer sees an over-read */
	char *bytes = malloc(len > 0 ? len : 1);

	assert(bytes != NULL);
	memcpy(bytes, data, len);
	if (fasttext_file_open(&ft, (struct str){bytes, len}, &why)) {
		p = mem_zeroed(ft.nlabel, sizeof(*p));
		fasttext_work_init(&work, &ft);
		fasttext_cut(&ft, &work, STR(text));
		fasttext_score(&ft, &work, 0, work.ntoken, p);
		for (i = 0; i < ft.nlabel; i++)
			assert(p[i] >= 0 && p[i] <= 1);
		fasttext_work_release(&work);
		fasttext_file_close(&ft);
		free(p);
	} else {
		assert(why != NULL);
	}
	free(bytes);
	return 0;
}
