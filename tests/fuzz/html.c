/* html: any bytes as a page; blocks lie in the text, and the text is clean */

#include <stdint.h>
#include <stdlib.h>

#include "base/utf8.h"
#include "extract/extract.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void
check_blocks(const struct html *h)
{
	size_t i, end = 0;

	for (i = 0; i < h->nblock; i++) {
		const struct html_block *b = &h->block[i];

		if (b->len == 0 || b->text < end || b->link > b->len ||
		    b->elem >= h->nelem || b->inner >= h->nelem)
			abort();
		end = b->text + b->len;
	}
	if (end > h->text.len)
		abort();
	for (i = 0; i < h->nelem; i++)
		if (h->elem[i].parent > i || h->elem[i].end > h->nelem ||
		    h->elem[i].end <= i || h->elem[i].block_end > h->nblock)
			abort();
}

static void
check_text(struct str s)
{
	uint32_t cp;

	if (s.len > 0 && utf8_valid(s) != s.len)
		abort();
	while (s.len > 0) {
		cp = utf8_take(&s);
		if ((cp < ' ' && cp != '\n' && cp != '\t') || cp == 0x7f ||
		    cp == 0xad)
			abort();
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static const struct extract_opts all = {.all = true}, main_text;
	static struct html h; /* kept from page to page, as in the tool */
	static struct extract x;
	struct buf text = {0};
	struct page page;

	if (h.parse == NULL) {
		html_init(&h);
		extract_init(&x);
	}
	buf_reserve(
	    &text, 1); /* an address that is not NULL, also for an empty page */
	utf8_repair(&text, (struct str){(const char *)data, len});
	html_parse(&h, buf_str(&text), 1 << 20);
	check_blocks(&h);
	extract_page(&x, &h, &all, &page);
	check_text(page.text);
	extract_page(&x, &h, &main_text, &page);
	check_text(page.text);
	check_text(page.title);
	check_text(page.byline);
	check_text(page.published);
	buf_release(&text);
	return 0;
}
