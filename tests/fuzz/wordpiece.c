/* wordpiece: any bytes as text; ids are in range, and a cut is a prefix */

#include "token/wordpiece.h"

#include <assert.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static const struct str vocab[] = {{"[UNK]", 5}, {"[SEP]", 5}, {"a", 1},
	    {"##a", 3}, {"##b", 3}, {"\xc3\xa9", 2}, {",", 1}};
	static const uint32_t special[] = {0, 1};
	static struct wordpiece *wp;
	static uint32_t all[1 << 16];
	uint32_t cut[5];
	struct wordpiece_options o = {true, true, true, true, 0, {0}, {0}};
	struct str text = {(const char *)data, len};
	size_t i, n;

	if (wp == NULL)
		wp = wordpiece_new(vocab, 7, special, 2, &o);
	n = wordpiece_encode(wp, text, all, 1 << 16);
	for (i = 0; i < n; i++)
		assert(all[i] < 7);
	i = wordpiece_encode(wp, text, cut, 5);
	assert(i == (n < 5 ? n : 5) && memcmp(all, cut, i * sizeof(*cut)) == 0);
	return 0;
}
