/*
 * tokenizer: any bytes as a tokenizer.json; one that is accepted encodes any
 * text, in ids below the size of its vocabulary, and gives the same ids again
 * from its cache
 */

#include "token/subword.h"

#include <assert.h>
#include <stdlib.h>

#include "base/mem.h"
#include "record/json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct str bytes = {(const char *)data, len}, object;
	char why[SUBWORD_WHY] = "";
	const char *no;
	uint32_t nvocab = 0, *copy;
	const uint32_t *id;
	struct subword *b;
	size_t n, again, i;

	if (!json_valid(bytes, &object, &no))
		return 0;
	b = subword_new(object, &nvocab, why);
	if (b == NULL) {
		assert(why[0] != '\0');
		return 0;
	}
	id = subword_encode(b, bytes, &n);
	copy = mem_alloc(n * sizeof(*copy) + 1);
	for (i = 0; i < n; i++) {
		assert(id[i] < nvocab);
		copy[i] = id[i];
	}
	id = subword_encode(b, bytes, &again);
	assert(again == n);
	for (i = 0; i < n; i++)
		assert(id[i] == copy[i]);
	free(copy);
	subword_free(b);
	return 0;
}
