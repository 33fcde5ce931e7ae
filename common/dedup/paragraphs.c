#include "dedup/paragraphs.h"

#include <string.h>

#include "base/hash.h"
#include "base/utf8.h"
#include "text/line.h"
#include "text/word.h"

void
paragraphs_init(struct paragraphs *p, const struct paragraphs_opts *opts,
    struct hashset *seen)
{
	*p = (struct paragraphs){.opts = *opts, .seen = seen};
}

void
paragraphs_release(struct paragraphs *p)
{
	buf_release(&p->fresh);
	buf_release(&p->plain);
	buf_release(&p->rest);
	*p = (struct paragraphs){0};
}

/* Whether a mark of punctuation belongs to a number: 1,5 and .5 and -2. */
static bool
is_of_number(uint32_t before, uint32_t mark, struct str rest)
{
	if (rest.len == 0 || !utf8_is_digit(utf8_take(&rest)))
		return false;
	return utf8_is_digit(before) ||
	       ((mark == '-' || mark == '.') && !utf8_is_alpha(before));
}

/* The line as it is compared; borrowed until the next call. */
static struct str
make_plain(struct paragraphs *p, struct str line)
{
	const bool zero = p->opts.zero_digits;
	uint32_t cp, before = ' ';

	p->plain.len = 0;
	for (; line.len > 0; before = cp) {
		cp = utf8_take(&line);
		if (cp < 0x80 ? cp < 0x20 || cp == 0x7f : cp < 0xa0)
			continue; /* a control */
		if (cp >= 0x80 && utf8_is_format(cp))
			continue;
		if (cp >= 0x80 && utf8_is_space(cp))
			cp = ' ';
		if (utf8_is_punct(cp) &&
		    (zero || !is_of_number(before, cp, line)))
			continue;
		utf8_put(&p->plain,
		    zero && utf8_is_digit(cp) ? '0' : utf8_lower(cp));
	}
	return line_strip(buf_str(&p->plain));
}

/* Enter the new lines of the text at hand. */
static bool
enter(struct paragraphs *p)
{
	const struct hash128 *fresh = (const void *)p->fresh.p;
	size_t i, n = p->fresh.len / sizeof(*fresh);
	uint32_t none;

	p->fresh.len = 0;
	for (i = 0; i < n; i++)
		if (!hashset_find(p->seen, fresh[i], &none) &&
		    !hashset_add(p->seen, fresh[i], 0))
			return false;
	return true;
}

/* Whether a line that is compared as plain stood before; else note it. */
static bool
stood_before(struct paragraphs *p, struct str plain)
{
	struct hash128 h = {hash_64(plain.p, plain.len, 0), 0};
	uint32_t none;

	if (hashset_find(p->seen, h, &none))
		return true;
	buf_put(&p->fresh, &h, sizeof(h));
	return false;
}

/* Words that have a letter or a digit; "|" is none. */
static size_t
count_words(struct str plain)
{
	struct str word;
	size_t n = 0;
	uint32_t cp;

	while (word_next(&plain, &word))
		while (word.len > 0) {
			cp = utf8_take(&word);
			if (utf8_is_alpha(cp) || utf8_is_digit(cp)) {
				n++;
				break;
			}
		}
	return n;
}

bool
paragraphs_cut(
    struct paragraphs *p, struct str text, struct paragraphs_cut *cut)
{
	struct str rest = text, line, plain, whole; /* whole: with its end */
	bool after_cut = false; /* the paragraph before this line was cut */
	bool before;

	*cut = (struct paragraphs_cut){.rest = text};
	p->rest.len = 0;
	while (line_next(&rest, &line)) {
		whole = (struct str){line.p, (size_t)(rest.p - line.p)};
		if (after_cut && line_strip(line).len == 0)
			continue;
		after_cut = false;
		plain = make_plain(p, line);
		if (plain.len > 0) {
			before = stood_before(p, plain);
			cut->ncompared++;
			cut->nnew += !before;
			after_cut =
			    before && count_words(plain) >= p->opts.least;
			if (p->opts.within && !enter(p))
				return false;
		}
		if (after_cut) {
			cut->ncut++;
			cut->len_cut += whole.len;
		} else
			buf_puts(&p->rest, whole);
	}
	if (cut->ncut > 0)
		cut->rest = line_strip(buf_str(&p->rest));
	return enter(p);
}
