/* line: which characters end a line, and which are stripped from its ends */

#include "text/line.h"

#include "base/buf.h"
#include "tap.h"

/* Lines of a text, each in brackets, stripped or not. */
static bool
are(const char *text, bool strip, const char *lines)
{
	struct str rest = str_of(text), line;
	struct buf b = {0};
	bool same;

	while (line_next(&rest, &line)) {
		buf_putc(&b, '[');
		buf_puts(&b, strip ? line_strip(line) : line);
		buf_putc(&b, ']');
	}
	same = str_eq(buf_str(&b), str_of(lines));
	if (!same)
		printf("# %.*s\n", (int)b.len, b.p);
	buf_release(&b);
	return same;
}

int
main(void)
{
	ok(are("a\nb\r\nc\rd\ve\ff\x1cg\x1dh\x1ei", false,
	       "[a][b][c][d][e][f][g][h][i]"),
	    "ends of a byte, and CRLF");
	ok(are("a\xc2\x85"
	       "b\xe2\x80\xa8"
	       "c\xe2\x80\xa9",
	       false, "[a][b][c]"),
	    "NEL, and the separators of lines and paragraphs");
	ok(are("\n\n\r\r\n a", false, "[][][][][ a]"), "empty lines");
	ok(are("", false, "") && are("\x1f\xc2\xa0\xe2\x80\x93", false,
				     "[\x1f\xc2\xa0\xe2\x80\x93]"),
	    "none, and no end");
	ok(are(" \xc2\xa0\xe3\x80\x80 \xe2\x80\x83"
	       "a b\xc2\xa0\x1f\t",
	       true, "[a b]"),
	    "blanks of all kinds are stripped");
	ok(are("\xc3\xa9 \xe2\x80\x93\xe2\x80\xaf\n \xe3\x80\x80\n\xc2\xa0",
	       true, "[\xc3\xa9 \xe2\x80\x93][][]"),
	    "and nothing else");
	return tap_done();
}
