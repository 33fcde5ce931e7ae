/*
 * charsmap: the texts that Hugging Face's tokenizers 0.23.3 made of the same
 * entries (Precompiled), their double arrays filled up to 1024 units, since
 * that library ends at a byte that leads out of one; and arrays that are broken
 */

#include "token/charsmap.h"

#include <stdint.h>

#include "tap.h"

struct golden {
	const char *text, *replaced;
};

static const struct golden controls[] = {{"", ""}, {"a\tb", "a b"},
    {"\001\002\013", "4?4?o?\n~a~a~"}, {"\r\n\r", "\n\r"},
    {"a\rb\r\n", "a\rb\n"}, {"\t\u00e9\t", " \u00e9 "},
    {"\003\004", "\003\004"}, {"\013\u0301", "\n~a~a~\u0301"}, {NULL, NULL}};

static const struct golden breaks[] = {
    {"a\r\nb", "aCRb"}, {"\n\r", "LFCR"}, {"\r", "CR"}, {NULL, NULL}};

static const struct golden marks[] = {{"\u00e9", "e"},
    {"\u00ffa\u00e8b", "\u0178yab"}, {"e\u0301", "e'"}, {"\u00e9\u0301x", "ex"},
    {"\u00e9\u0301\u0301x", "e''x"}, {"\u0301", "'"},
    {"\u00ea\u00e9", "\u00eae"}, {"\u4e2d\u0301", "\u4e2d'"}, {NULL, NULL}};

static const struct map {
	const char *name, *base64;
	const struct golden *golden;
} maps[] = {
    {"control characters",
	"MAAAAAAgAAAJDQAAAAAAgAsdAAACAACADSAAAAkAAIAKPQAACgAAgAEJAAACMQAADAAAgC"
	"AACn5hfmF+AAAKADQ/ND9vPwA=",
	controls},
    {"line ends", "FAAAAAAkAAAAAACAAwAAgAoFAAANFQAAQ1IATEYA", breaks},
    {"letters and accents",
	"SAAAAAAQAwAAAACAAgAAgAgAAICBBQAABgAAgL8RAADD+"
	"AIAzDQCAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAACpRQAAqEkAAGUAxbh5ACcAAA="
	"=",
	marks},
};

static bool
same(struct charsmap *c, const char *text, const char *want)
{
	struct buf out = {0};
	bool good;

	charsmap_put(c, &out, str_of(text));
	good = str_eq(buf_str(&out), str_of(want));
	if (!good)
		printf("# wanted %s, got %.*s\n", want, (int)out.len,
		    out.len > 0 ? out.p : "");
	buf_release(&out);
	return good;
}

static void
recorded(const struct map *m)
{
	struct charsmap *c = charsmap_new(str_of(m->base64));
	const struct golden *g;
	bool good = c != NULL;

	for (g = m->golden; good && g->text != NULL; g++)
		good = same(c, g->text, g->replaced);
	ok(good, m->name);
	charsmap_free(c);
}

static bool
refused(const char *base64)
{
	struct charsmap *c = charsmap_new(str_of(base64));

	charsmap_free(c);
	return c == NULL;
}

/* The base64 of 32-bit numbers, little-endian, without padding. */
static void
put_units(struct buf *out, const uint32_t *unit, size_t n)
{
	static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklm"
				      "nopqrstuvwxyz0123456789+/";
	uint32_t bits = 0;
	size_t i, nbit = 0;

	for (i = 0; i < 4 * n; i++) {
		bits = bits << 8 | (unit[i / 4] >> i % 4 * 8 & 0xff);
		for (nbit += 8; nbit >= 6; nbit -= 6)
			buf_putc(out, letters[bits >> (nbit - 6) & 63]);
	}
	if (nbit > 0)
		buf_putc(out, letters[bits << (6 - nbit) & 63]);
}

/*
 * An array in which tab leads to unit 9, with that unit and the one after it,
 * which is where an offset of 3 leads: 9 xor 3 is 10.  Its only text is "AB".
 */
static bool
tab_is(uint32_t nine, uint32_t ten, const char *want)
{
	uint32_t unit[] = {44, 0, 0, 0, 0, 0, 0, 0, 0, 0, nine, ten, 0x4241};
	struct buf base64 = {0};
	struct charsmap *c;
	bool good;

	put_units(&base64, unit, sizeof(unit) / sizeof(*unit));
	c = charsmap_new(buf_str(&base64));
	good = c != NULL && same(c, "x\ty", want);
	charsmap_free(c);
	buf_release(&base64);
	return good;
}

static void
broken(void)
{
	const uint32_t leaf = 1u << 8 | 9;

	ok(tab_is(3 << 10 | leaf, 1u << 31, "xABy"), "an entry");
	ok(tab_is(3 << 10 | leaf, 1u << 31 | 1, "xBy"), "with a later text");
	ok(tab_is(3 << 10 | leaf, 1u << 31 | 99, "x\ty"),
	    "a text beyond the end is none");
	ok(tab_is(1000 << 10 | leaf, 1u << 31, "x\ty"),
	    "a unit beyond the end is no entry");
	ok(tab_is(3 << 10 | 9, 1u << 31, "x\ty"), "one that has no leaf");
	ok(tab_is(3 << 10 | 1u << 8 | 8, 1u << 31, "x\ty"),
	    "one of another byte");
	ok(tab_is(3 << 10 | 1u << 31 | leaf, 1u << 31, "x\ty"),
	    "a leaf where a byte should be");
	ok(refused("") && refused("AAA") && refused("=") && refused("@"),
	    "too short");
	ok(refused("AgAAAAAAAAA"), "less than a unit");
	ok(refused("BgAAAAAAAAAAAAAA"), "no whole number of units");
	ok(refused("DAAAAAAAAAAAAAAA"), "fewer units than it says");
	charsmap_free(NULL);
}

int
main(void)
{
	size_t i;

	for (i = 0; i < sizeof(maps) / sizeof(*maps); i++)
		recorded(&maps[i]);
	broken();
	return tap_done();
}
