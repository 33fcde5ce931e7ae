/*
 * charset: any bytes, in every charset and with a guessed one, become valid
 * UTF-8
 */

#include <assert.h>
#include <stdint.h>

#include "base/utf8.h"
#include "web/charset-decode.h"
#include "web/charset.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static const char *const labels[] = {"", "gbk", "big5", "shift_jis",
	    "euc-jp", "euc-kr", "iso-2022-jp", "utf-16le", "utf-16be",
	    "windows-1255", "x-user-defined", "utf-32le", "johab", "euc-tw",
	    "iso-2022-kr", "utf-8", "replacement"};
	enum { NLABEL = sizeof(labels) / sizeof(labels[0]), MAX = 1 << 20 };
	static struct buf out;
	struct str bytes, text;
	const struct charset *cs;
	size_t nreplaced;

	if (len == 0)
		return 0;
	bytes = (struct str){(const char *)data + 1, len - 1};
	cs = charset_choose(
	    &bytes, str_of(labels[data[0] % NLABEL]), data[0] < 128);
	assert(cs != NULL && charset_name(cs) != NULL);
	if (charset_decode(cs, bytes, MAX, &out, &text, &nreplaced))
		assert(text.len == 0 || utf8_valid(text) == text.len);
	assert(nreplaced <= len);
	return 0;
}
