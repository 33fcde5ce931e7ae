/*
 * mask: any bytes as a text; spans come in order, none is empty, and a drawn
 * value is of the same kind of characters
 */

#include <assert.h>
#include <stdint.h>
#include <stdlib.h>

#include "mask/mask.h"
#include "mask/substitute.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct str text = {(const char *)data, len};
	const char *done = text.p;
	struct mask_span span;
	struct buf a = {0}, b = {0};
	struct mask m;

	mask_begin(&m, text);
	while (mask_next(&m, &span)) {
		assert(span.kind < MASK_NKIND && span.value.len > 0);
		assert(span.value.p >= done &&
		       span.value.p + span.value.len <= text.p + text.len);
		done = span.value.p + span.value.len;
		a.len = b.len = 0;
		substitute_value(&a, &span, 7);
		substitute_value(&b, &span, 7);
		assert(str_eq(buf_str(&a), buf_str(&b)) && a.len > 0);
		if (span.kind != MASK_EMAIL && span.kind != MASK_IP)
			assert(a.len == span.value.len);
	}
	buf_release(&a);
	buf_release(&b);
	return 0;
}
