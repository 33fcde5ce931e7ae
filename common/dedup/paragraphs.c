#include "dedup/paragraphs.h"

#include <string.h>

#include "base/hash.h"
#include "base/utf8.h"

void
paragraphs_init(struct paragraphs *p, struct hashset *seen)
{
	*p = (struct paragraphs){.seen = seen};
}

void
paragraphs_release(struct paragraphs *p)
{
	buf_release(&p->plain);
	buf_release(&p->rest);
	*p = (struct paragraphs){0};
}

/* The line as it is compared; borrowed until the next call. */
static struct str
make_plain(struct paragraphs *p, struct str line)
{
	uint32_t cp;

	p->plain.len = 0;
	while (line.len > 0) {
		cp = utf8_take(&line);
		if (cp < 0x80 ? cp < 0x20 || cp == 0x7f : cp < 0xa0)
			continue; /* a control */
		if (utf8_is_punct(cp))
			continue;
		utf8_put(&p->plain, utf8_is_digit(cp) ? '0' : utf8_lower(cp));
	}
	return str_trim(buf_str(&p->plain));
}

/* Take a line, with its line feed, from the front of rest. */
static struct str
take_line(struct str *rest)
{
	const char *end = memchr(rest->p, '\n', rest->len);
	struct str line = {
	    rest->p, end != NULL ? (size_t)(end + 1 - rest->p) : rest->len};

	rest->p += line.len;
	rest->len -= line.len;
	return line;
}

bool
paragraphs_cut(
    struct paragraphs *p, struct str text, struct paragraphs_cut *cut)
{
	struct str rest = text, line, plain;
	struct hash128 h;
	bool after_cut = false; /* the paragraph before this line was cut */
	uint32_t none;

	*cut = (struct paragraphs_cut){.rest = text};
	p->rest.len = 0;
	while (rest.len > 0) {
		line = take_line(&rest);
		if (after_cut && str_trim(line).len == 0)
			continue;
		plain = make_plain(p, line);
		if (plain.len > 0) {
			h = (struct hash128){hash_64(plain.p, plain.len, 0), 0};
			if (hashset_find(p->seen, h, &none)) {
				cut->ncut++;
				cut->len_cut += line.len;
				after_cut = true;
				continue;
			}
			if (!hashset_add(p->seen, h, 0))
				return false;
			cut->nnew++;
		}
		after_cut = false;
		buf_puts(&p->rest, line);
	}
	if (cut->ncut > 0)
		cut->rest = str_trim(buf_str(&p->rest));
	return true;
}
