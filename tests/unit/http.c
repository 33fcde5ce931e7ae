/*
 * http: chunked coding is compared with the coder, cut at every place; codings
 * with their libraries; and parts of a message that archives get wrong
 */

#include "web/http.h"

#include <stdlib.h>
#include <zlib.h>

#include "base/rng.h"
#include "tap.h"

static struct arena mem;

static struct http_message
parse(const char *text)
{
	struct http_message m;

	if (!http_parse(&m, str_of(text), &mem))
		m.status = -1;
	return m;
}

static bool
is(struct str s, const char *text)
{
	return str_eq(s, str_of(text));
}

/*
 * In a header longer than HTTP_HEADER_MAX, only the fields in its first bytes
 * count.
 */
static void
test_long_header(void)
{
	struct buf b = {0};
	struct http_message m;
	size_t i;

	buf_puts(&b, STR("HTTP/1.1 200 OK\r\nA: 1\r\nFolded: x\r\n"));
	for (i = 0; i < 1300000; i++)
		buf_puts(&b, STR(" folded\r\n"));
	buf_puts(&b, STR("Late: 1\r\n\r\nbody"));
	ok(http_parse(&m, buf_str(&b), &mem) && m.fields.n == 2 &&
		is(http_get(&m.fields, "folded"), "x") && is(m.body, "body"),
	    "a header of 12 MB, folded");
	http_keep(&m.fields, &mem);
	buf_release(&b);
	ok(is(http_get(&m.fields, "a"), "1"), "fields outlive their bytes");
}

static void
test_heads(void)
{
	struct http_message m;

	ok(parse("HTTP/1.1 200 OK\r\n\r\n").status == 200, "a status");
	ok(parse("HTTP/1.0 404").status == 404, "no reason, no end");
	ok(parse("HTTP/1.1  301\tMoved\n\n").status == 301, "odd blanks");
	ok(parse("HTTP/2 200\r\n\r\n").status == 200, "another version");
	ok(parse("HTTP/1.1\r\n\r\n").status == 0, "no status");
	ok(parse("HTTP/1.1 99999\r\n\r\n").status == 0, "a status too long");
	ok(parse("<html>").status == -1, "no message");
	ok(parse("").status == -1, "nothing");
	ok(parse("\r\n\nHTTP/1.1 200 OK\r\n\r\n").status == 200,
	    "blank lines before it");
	ok(parse("\r\n\n").status == -1, "blank lines alone");
	m = parse("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Hints\r\nA: 1\r\n"
		  "\r\nHTTP/1.1 404 No\r\nB: 2\r\n\r\nbody");
	ok(m.status == 404 && m.fields.n == 1 && is(m.body, "body"),
	    "after interim responses");
	m = parse("HTTP/1.1 200 Connected\r\nProxy-Agent: a\r\n\r\n"
		  "HTTP/1.1 302 Found\r\n\r\nbody");
	ok(m.status == 302 && is(m.body, "body"), "after a proxy's");
	ok(parse("HTTP/1.1 200 OK\r\nContent-Type: message/http\r\n\r\n"
		 "HTTP/1.1 302 Found\r\n\r\n")
			.status == 200 &&
		parse("HTTP/1.1 404 No\r\n\r\nHTTP/1.1 302 Found\r\n\r\n")
			.status == 404 &&
		parse("HTTP/1.1 100 Continue\r\n\r\nbody").status == 100,
	    "what is content, and what is all there is");
	m = parse("GET / HTTP/1.1\r\nHost: a\r\n\r\nbody");
	ok(m.request && m.status == 0 && is(m.body, "body"), "a request");

	m = parse("HTTP/1.1 200 OK\nA: 1\n b\r\n\tc\nno field\na:2\nEmpty:\n"
		  ": nameless\n \n\nbody\n");
	ok(is(http_get(&m.fields, "a"), "1 b c"), "folds; the first counts");
	ok(is(http_get(&m.fields, "empty"), ""), "an empty value");
	ok(m.fields.n == 4, "lines without a colon are no fields");
	ok(is(m.body, "body\n"), "the body after bare line feeds");
}

/* body in chunks of random sizes, with extensions and a trailer. */
static void
chunk(struct rng *rng, struct str body, struct buf *out)
{
	size_t n;

	while (body.len > 0) {
		n = (size_t)rng_below(rng, 40) + 1;
		n = n < body.len ? n : body.len;
		buf_printf(out, rng_below(rng, 2) ? "%zx" : "00%zX", n);
		if (rng_below(rng, 4) == 0)
			buf_printf(out, " ; name=\"value\"");
		buf_printf(out, "\r\n");
		buf_put(out, body.p, n);
		buf_printf(out, "\r\n");
		body.p += n;
		body.len -= n;
	}
	buf_printf(out, "0\r\nTrailer: x\r\n\r\n");
}

static void
test_chunks(void)
{
	static char text[1000];
	struct http_message m = parse(
	    "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, Chunked\r\n\r\n");
	struct http_message plain = parse("HTTP/1.1 200 OK\r\n\r\n");
	struct str body = {text, sizeof(text)}, entity;
	struct buf coded = {0}, out = {0};
	bool good = true, prefix = true, as_is = true;
	struct rng rng;
	size_t i, round;

	rng_init(&rng, 1);
	for (i = 0; i < sizeof(text); i++)
		text[i] = (char)rng_below(&rng, 256);
	for (round = 0; round < 50; round++) {
		coded.len = 0;
		chunk(&rng, body, &coded);
		m.body = buf_str(&coded);
		good = good && http_dechunk(&m, 1000, &out, &entity) &&
		       str_eq(entity, body);
	}
	ok(good, "what was chunked is itself again");
	for (i = 10; i < coded.len; i++) {
		m.body.len = i;
		prefix = prefix && http_dechunk(&m, 1000, &out, &entity) &&
			 entity.len <= body.len &&
			 memcmp(entity.p, body.p, entity.len) == 0;
	}
	ok(prefix, "cut anywhere, it gives what came before");
	m.body = buf_str(&coded);
	ok(!http_dechunk(&m, 999, &out, &entity), "more than max");
	m.body = body;
	as_is = http_dechunk(&m, 1000, &out, &entity) && entity.p == text;
	ok(as_is, "declared, and not so: as it is");
	plain.body = STR("5\r\nhello\r\n0\r\n\r\n");
	ok(http_dechunk(&plain, 1000, &out, &entity) && is(entity, "hello"),
	    "not declared, and so");
	plain.body = STR("5\r\nhello\r\n0\r\n\r\nmore");
	ok(http_dechunk(&plain, 1000, &out, &entity) &&
		entity.p == plain.body.p,
	    "not declared, and not to the end: as it is");
	coded.len = 0;
	chunk(&rng, STR("3\r\nabc\r\n0\r\n\r\n"), &coded);
	m.body = buf_str(&coded);
	ok(http_dechunk(&m, 1000, &out, &entity) && is(entity, "abc"),
	    "chunks in chunks");
	coded.len = 0;
	chunk(&rng, STR("3\r\nabc\r\n"), &coded);
	m.body = buf_str(&coded);
	ok(http_dechunk(&m, 1000, &out, &entity) && is(entity, "3\r\nabc\r\n"),
	    "what only looks like chunks within them stays");
	buf_release(&coded);
	buf_release(&out);
}

static size_t
deflate_as(int bits, struct str s, char *out, size_t room)
{
	z_stream z = {0};

	deflateInit2(&z, 9, Z_DEFLATED, bits, 8, Z_DEFAULT_STRATEGY);
	z.next_in = (unsigned char *)(uintptr_t)s.p;
	z.avail_in = (unsigned)s.len;
	z.next_out = (unsigned char *)out;
	z.avail_out = (unsigned)room;
	deflate(&z, Z_FINISH);
	room = z.total_out;
	deflateEnd(&z);
	return room;
}

static void
test_codings(void)
{
	static const int bits[] = {15 + 16, 15, -15};
	static const char *const says[] = {
	    "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n",
	    "HTTP/1.1 200 OK\r\nContent-Encoding: deflate\r\n\r\n",
	    "HTTP/1.1 200 OK\r\nContent-Encoding: x-gzip, identity\r\n\r\n",
	    "HTTP/1.1 200 OK\r\nContent-Encoding: X-Deflate\r\n\r\n"};
	static char coded[4096], twice[4096], zeros[100000];
	struct buf out[3] = {{0}};
	struct http_message m;
	struct str page = STR("<p>the page, the page, the page</p>");
	struct str entity, payload;
	bool good = true;
	size_t i, j;

	for (i = 0; i < 3; i++)
		for (j = 0; j < 4; j++) {
			m = parse(says[j]);
			entity = (struct str){
			    coded, deflate_as(bits[i], page, coded, 4096)};
			good = good &&
			       http_decode(&m, entity, 4096, out, &payload) ==
				   HTTP_DECODED &&
			       str_eq(payload, page);
		}
	ok(good, "gzip, zlib, raw deflate, each under the others' names");
	m = parse(says[0]);
	ok(http_decode(&m, page, 4096, out, &payload) == HTTP_DECODED &&
		payload.p == page.p,
	    "declared, and not so: as it is");
	entity.len = deflate_as(
	    31, (struct str){zeros, sizeof(zeros)}, coded, sizeof(coded));
	ok(http_decode(&m, entity, 4096, out, &payload) == HTTP_LONG &&
		payload.len == 0,
	    "more than max");
	entity.len -= 20;
	ok(http_decode(&m, entity, sizeof(zeros), out, &payload) == HTTP_CUT,
	    "cut short");
	m = parse("HTTP/1.1 200 OK\r\nContent-Encoding: gzip, deflate, gzip"
		  "\r\n\r\n");
	out[0].len = deflate_as(31, page, coded, sizeof(coded));
	entity.len = deflate_as(
	    15, (struct str){coded, out[0].len}, twice, sizeof(twice));
	out[0].len = 0;
	buf_reserve(&out[0], sizeof(coded));
	out[0].len = deflate_as(
	    31, (struct str){twice, entity.len}, out[0].p, sizeof(coded));
	ok(http_decode(&m, buf_str(&out[0]), 4096, out, &payload) ==
		    HTTP_DECODED &&
		str_eq(payload, page),
	    "three codings, the entity in a buffer");
	m = parse("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n"
		  "content-encoding: deflate\r\n\r\n");
	entity.p = twice;
	ok(http_decode(&m, entity, 4096, out, &payload) == HTTP_DECODED &&
		str_eq(payload, page),
	    "two codings in two headers");
	m = parse("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n"
		  "Content-Encoding: gzip\r\n\r\n");
	entity =
	    (struct str){coded, deflate_as(31, page, coded, sizeof(coded))};
	ok(http_decode(&m, entity, 4096, out, &payload) == HTTP_DECODED &&
		str_eq(payload, page),
	    "one coding that two headers declare");
	ok(http_decode(&m, STR("\1\2\3\4"), 4096, out, &payload) == HTTP_AS_IS,
	    "what doesn't decode is told");
	buf_release(&out[0]);
	buf_release(&out[1]);
	buf_release(&out[2]);
}

/* What is done again and again is done only so often. */
static void
test_bounds(void)
{
	struct buf b = {0}, level[10] = {{0}}, out[3] = {{0}}, whole = {0};
	struct http_message m;
	struct str entity, payload;
	size_t i;

	for (i = 0; i < 150; i++) {
		buf_puts(&b, STR("HTTP/1.1 100 Continue\r\n\r\n"));
		if (i == 99) {
			buf_puts(&whole, buf_str(&b));
			buf_puts(&whole, STR("HTTP/1.1 404 No\r\n\r\n"));
			buf_putc(&whole, '\0');
		}
	}
	buf_puts(&b, STR("HTTP/1.1 404 No\r\n\r\n"));
	buf_putc(&b, '\0');
	ok(parse(whole.p).status == 404 && parse(b.p).status == 100,
	    "a hundred interim responses, and more");
	ok(parse("HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n"
		 "HTTP/1.1 302 Found\r\n\r\n")
		    .status == 200,
	    "a response whose body is one is no proxy's");
	m = parse("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
	buf_puts(&level[0], STR("abc"));
	for (i = 1; i < 6; i++)
		buf_printf(&level[i], "%zx\r\n%.*s\r\n0\r\n\r\n",
		    level[i - 1].len, (int)level[i - 1].len, level[i - 1].p);
	m.body = buf_str(&level[5]);
	ok(http_dechunk(&m, 100000, &out[0], &entity) &&
		str_eq(entity, buf_str(&level[1])),
	    "chunks within chunks, five times");
	m.body = STR("5\t \r\nhello\r\n0\r\n\r\n");
	ok(http_dechunk(&m, 100, &out[0], &entity) && is(entity, "hello"),
	    "blanks after the length of a chunk");
	m = parse("HTTP/1.1 200 OK\r\nContent-Encoding: gzip, gzip, gzip, gzip,"
		  " gzip, gzip, gzip, gzip, gzip\r\n\r\n");
	for (i = 0; i < 10; i++)
		level[i].len = 0;
	buf_puts(&level[0], STR("<p>a page"));
	for (i = 1; i < 10; i++) {
		buf_reserve(&level[i], 1000);
		level[i].len =
		    deflate_as(31, buf_str(&level[i - 1]), level[i].p, 1000);
	}
	ok(http_decode(&m, buf_str(&level[8]), 4096, out, &payload) ==
		    HTTP_DECODED &&
		is(payload, "<p>a page"),
	    "eight codings");
	http_decode(&m, buf_str(&level[9]), 4096, out, &payload);
	ok(str_eq(payload, buf_str(&level[1])), "of nine one stays");
	buf_release(&b);
	buf_release(&whole);
	for (i = 0; i < 10; i++)
		buf_release(&level[i]);
	for (i = 0; i < 3; i++)
		buf_release(&out[i]);
}

static void
test_coded(void)
{
	static const struct str bytes = STR("\x1f\x8b\x08\0\0\0\0\1\2\3");
	struct http_message page =
	    parse("HTTP/1.1 200 OK\r\nContent-Type: 'text/html'\r\n\r\n");
	struct http_message image =
	    parse("HTTP/1.1 200 OK\r\nContent-Type: image/png\r\n\r\n");
	struct http_message said = parse("HTTP/1.1 200 OK\r\nContent-Type: "
					 "image/png\r\nContent-Encoding: br\r\n"
					 "\r\n");

	ok(http_is_coded(&said, STR("a")) && http_is_coded(&page, bytes) &&
		!http_is_coded(&page, STR("<p>a")) &&
		!http_is_coded(&image, bytes),
	    "a body is coded if that is declared, or text looks so");
}

int
main(void)
{
	test_heads();
	test_long_header();
	test_chunks();
	test_codings();
	test_bounds();
	test_coded();
	arena_release(&mem);
	return tap_done();
}
