/*
 * tokenizer: any bytes as a tokenizer.json; what is accepted encodes any text,
 * in ids below the number of its vocabulary, the same ones again from memory
 */

#include "token/tokenizer.h"

#include <assert.h>
#include <stdlib.h>

#include "base/mem.h"
#include "record/json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct str bytes = {(const char *)data, len}, object;
	char why[TOKENIZER_WHY] = "";
	const char *no;
	uint32_t nvocab = 0, *copy;
	const uint32_t *id;
	struct bpe *b;
	size_t n, again, i;

	if (!json_valid(bytes, &object, &no))
		return 0;
	b = tokenizer_bpe(object, &nvocab, why);
	if (b == NULL) {
		assert(why[0] != '\0');
		return 0;
	}
	id = bpe_encode(b, bytes, &n);
	copy = mem_alloc(n * sizeof(*copy) + 1);
	for (i = 0; i < n; i++) {
		assert(id[i] < nvocab);
		copy[i] = id[i];
	}
	id = bpe_encode(b, bytes, &again);
	assert(again == n);
	for (i = 0; i < n; i++)
		assert(id[i] == copy[i]);
	free(copy);
	bpe_free(b);
	return 0;
}
