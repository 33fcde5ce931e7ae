#include "extract/metadata.h"

#include <string.h>

#include "base/utf8.h"

enum {
	ROOM = 65536,	  /* bytes: html.h keeps at most 4096 of a member */
	LONG_TITLE = 512, /* bytes: a text that is longer is not looked at */
	NHEADING = 8	  /* <h1> that are looked at */
};

struct str
metadata_squeeze(struct buf *out, struct str s)
{
	size_t at = out->len;
	bool blank = false;
	uint32_t cp;

	while (s.len > 0) {
		cp = utf8_take(&s);
		if (utf8_is_space(cp)) {
			blank = true;
			continue;
		}
		if (cp < ' ' || (cp >= 0x7f && cp < 0xa0) || cp == 0xad ||
		    cp == 0x200b || cp == 0xfeff)
			continue;
		if (blank && out->len > at)
			buf_putc(out, ' ');
		blank = false;
		utf8_put(out, cp);
	}
	return (struct str){out->p + at, out->len - at};
}

static struct str
part(struct str s, size_t at, size_t len)
{
	return (struct str){s.p + at, len};
}

/* Titles.  Between the name of the site and the rest stands a bar. */

/* The length of a bar at the start of s, blanks around it; 0: there is none. */
static size_t
bar(struct str s)
{
	static const char *const bars[] = {" | ", " - ", " \342\200\223 ",
	    " \342\200\224 ", " :: ", " \302\253 ", " \302\273 ", " \302\267 ",
	    " \342\200\242 ", " \342\200\271 ", " \342\200\272 "};
	size_t i;

	if (s.len == 0 || s.p[0] != ' ')
		return 0;
	for (i = 0; i < sizeof(bars) / sizeof(bars[0]); i++)
		if (str_starts(s, str_of(bars[i])))
			return strlen(bars[i]);
	return 0;
}

/* Split s at its first or last bar; returns whether it has one. */
static bool
split(struct str s, bool last, struct str *head, struct str *tail)
{
	bool found = false;
	size_t i, n;

	for (i = 0; i < s.len && (last || !found); i++) {
		n = bar(part(s, i, s.len - i));
		if (n == 0)
			continue;
		found = true;
		*head = part(s, 0, i);
		*tail = part(s, i + n, s.len - i - n);
	}
	return found;
}

/* "The Daily" is the site of that name, and of "Daily". */
static bool
is_site(struct str s, struct str site)
{
	if (s.len > 4 && str_ieq(part(s, 0, 4), STR("the ")))
		s = part(s, 4, s.len - 4);
	if (site.len > 4 && str_ieq(part(site, 0, 4), STR("the ")))
		site = part(site, 4, site.len - 4);
	return site.len > 0 && str_ieq(s, site);
}

/* A name like "example.org". */
static bool
is_host(struct str s)
{
	size_t i, dot = 0;

	for (i = 0; i < s.len; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if (c == '.')
			dot = i;
		else if (c == ' ' || c >= 0x80)
			return false;
	}
	return dot > 0 && s.len - dot >= 3 && s.len - dot <= 5;
}

/* The part of the title, between bars, that is also an <h1> of the page. */
static struct str
headed(struct metadata *a, const struct html *h, struct str title)
{
	size_t i, k, n = 0, len;
	struct str head;

	for (i = 0; i < h->nblock && n < NHEADING; i++) {
		const struct html_block *b = &h->block[i];

		if (h->elem[b->elem].tag != HTML_H1 || b->len > LONG_TITLE)
			continue;
		n++;
		head = metadata_squeeze(
		    &a->text, part(buf_str(&h->text), b->text, b->len));
		for (k = 0; k + head.len <= title.len; k += len ? len : 1) {
			struct str rest = part(title, k, title.len - k);

			len = bar(rest);
			if (k > 0 && len == 0)
				continue;
			rest = part(rest, len, rest.len - len);
			if (rest.len >= head.len &&
			    str_ieq(part(rest, 0, head.len), head) &&
			    (rest.len == head.len ||
				bar(part(rest, head.len, rest.len - head.len)) >
				    0))
				return part(rest, 0, head.len);
		}
	}
	return (struct str){title.p, 0};
}

static struct str
first_heading(struct metadata *a, const struct html *h)
{
	size_t i;

	for (i = 0; i < h->nblock; i++)
		if (h->elem[h->block[i].elem].tag == HTML_H1 &&
		    h->block[i].len <= LONG_TITLE)
			return metadata_squeeze(
			    &a->text, part(buf_str(&h->text), h->block[i].text,
					  h->block[i].len));
	return (struct str){0};
}

/*
 * The title of a page: the part that a heading repeats, else the title without
 * the name of its site.  That name is known by og:site_name, by how it looks,
 * by what og:title leaves out, or, for an end that is shorter than the rest,
 * by its place alone.
 */
static struct str
title_of(struct metadata *a, const struct html *h)
{
	struct str site = metadata_squeeze(&a->text, h->meta[META_SITE]);
	struct str own = metadata_squeeze(&a->text, h->meta[META_TITLE]);
	struct str og = metadata_squeeze(&a->text, h->meta[META_OG_TITLE]);
	struct str title = og.len ? og : own, head, tail, found;
	bool known = false;

	if (title.len == 0)
		title = metadata_squeeze(&a->text, h->meta[META_HEADLINE]);
	if (title.len == 0)
		return first_heading(a, h);
	if (title.len > LONG_TITLE)
		return title;
	while (split(title, true, &head, &tail)) {
		if (is_site(tail, site) || is_host(tail))
			title = head;
		else if (split(title, false, &head, &tail) &&
			 is_site(head, site))
			title = tail;
		else
			break;
		known = true;
	}
	found = headed(a, h, title);
	if (found.len > 0)
		return found;
	if (!known && (og.len == 0 || str_ieq(og, own)) &&
	    split(title, true, &head, &tail) &&
	    (tail.len < head.len || is_host(head)))
		return is_host(head) ? tail : head;
	return title;
}

/* Authors. */

/* Placeholders that programs write if nobody entered a name. */
static bool
is_placeholder(struct str s)
{
	static const char *const words[] = {"admin", "administrator", "author",
	    "editor", "user", "username", "webmaster", "root", "guest",
	    "unknown", "anonymous", "none", "null", "undefined", "nobody",
	    "n/a", "na", "-", "test", "default", "author name", "your name",
	    "site admin", "super user", "superuser"};
	size_t i;

	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (str_ieq(s, str_of(words[i])))
			return true;
	for (i = 0; i + 1 < s.len; i++)
		if ((s.p[i] == '{' || s.p[i] == '$' || s.p[i] == '<') &&
		    (s.p[i + 1] == '{' || s.p[i + 1] == '%'))
			return true;
	return s.len > 2 && s.p[0] == '%' && s.p[s.len - 1] == '%';
}

/* The names of a line, without what comes after a bar or a date. */
static struct str
line_of_names(struct str s)
{
	static const char *const stops[] = {" | ", " \302\267 ",
	    " \342\200\242 ", " - ", " \342\200\223 ", "Published", "Updated",
	    "Posted"};
	const char *p;
	size_t i;

	for (i = 0; i < sizeof(stops) / sizeof(stops[0]); i++) {
		p = memmem(s.p, s.len, stops[i], strlen(stops[i]));
		if (p != NULL && p > s.p)
			s.len = (size_t)(p - s.p);
	}
	for (i = 0; i < s.len; i++) /* a date */
		if ((unsigned)(s.p[i] - '0') < 10)
			s.len = 0;
	return str_trim(s);
}

/* Clean a name: without "By"; empty if it is an address or no name. */
static struct str
name_of(struct metadata *a, struct str s)
{
	s = metadata_squeeze(&a->text, s);
	if (s.len > 3 && str_ieq(part(s, 0, 3), STR("by ")))
		s = part(s, 3, s.len - 3);
	if (s.len > 200 || memmem(s.p, s.len, "://", 3) != NULL ||
	    is_placeholder(s))
		s.len = 0;
	return s;
}

static struct str
byline_of(struct metadata *a, const struct html *h)
{
	struct str s = name_of(a, h->meta[META_AUTHOR]);

	if (s.len == 0)
		s = name_of(a, h->meta[META_BYLINE]);
	if (s.len == 0)
		s = name_of(a, line_of_names(h->meta[META_NAMES]));
	return s;
}

/* Languages. */

/*
 * The first subtag of a list of tags, "en-US,de": "en"; unless the text says
 * otherwise.
 */
static struct str
lang_of(struct metadata *a, const struct html *h, const struct lang *l,
    struct str text)
{
	struct str s = h->meta[META_LANG];
	size_t n = 0, at = a->text.len;

	while (n < s.len && (unsigned)((s.p[n] | 0x20) - 'a') < 26)
		n++;
	if (n < 2 || n > 3 || (n < s.len && !strchr("-_,; ", s.p[n])) ||
	    str_ieq(part(s, 0, n), STR("und")))
		return lang_guess(l, text);
	buf_put(&a->text, s.p, n);
	s = part(buf_str(&a->text), at, n);
	for (; at < a->text.len; at++)
		a->text.p[at] |= 0x20;
	return lang_decide(l, text, lang_two(s));
}

/* Dates. */

/* Take exactly n digits off s; their value, or -1. */
static int
take_digits(struct str *s, size_t n)
{
	int value = 0;
	size_t i;

	if (s->len < n)
		return -1;
	for (i = 0; i < n; i++) {
		if ((unsigned)(s->p[i] - '0') >= 10)
			return -1;
		value = value * 10 + (s->p[i] - '0');
	}
	*s = part(*s, n, s->len - n);
	return value;
}

static bool
take_char(struct str *s, const char *any)
{
	if (s->len == 0 || s->p[0] == '\0' || !strchr(any, s->p[0]))
		return false;
	*s = part(*s, 1, s->len - 1);
	return true;
}

/* One or two digits. */
static int
take_number(struct str *s)
{
	int tens = take_digits(s, 1), ones = take_digits(s, 1);

	return ones < 0 ? tens : tens * 10 + ones;
}

static bool
is_date(int year, int month, int day)
{
	static const int days[] = {
	    31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

	if (year < 1800 || month < 1 || month > 12 || day < 1 ||
	    (year == 1970 && month == 1 && day == 1)) /* an unset clock */
		return false;
	if (month == 2 && year % 4 == 0 && (year % 100 != 0 || year % 400 == 0))
		return day <= 29;
	return day <= days[month - 1];
}

/* The time at s, "T10:22[:33[.5]][zone]", appended as ISO 8601, if it's one. */
static void
put_time(struct buf *b, struct str s)
{
	int hour, minute, second = -1, zone;
	struct str rest;
	bool minus;

	if (!take_char(&s, "Tt ") || (hour = take_digits(&s, 2)) < 0 ||
	    hour > 23 || !take_char(&s, ":") ||
	    (minute = take_digits(&s, 2)) < 0 || minute > 59)
		return;
	rest = s;
	if (take_char(&rest, ":") && (second = take_digits(&rest, 2)) >= 0 &&
	    second <= 60)
		s = rest;
	buf_printf(b, "T%02d:%02d", hour, minute);
	if (second >= 0 && second <= 60)
		buf_printf(b, ":%02d", second);
	if (s.len > 1 && (s.p[0] == '.' || s.p[0] == ',')) {
		rest = part(s, 1, s.len - 1);
		while (take_digits(&rest, 1) >= 0)
			;
		if (rest.p - s.p > 1 && rest.p - s.p <= 10)
			buf_put(b, s.p, (size_t)(rest.p - s.p));
		s = rest;
	}
	s = str_trim(s);
	if (str_ieq(s, STR("z")) || str_ieq(s, STR("utc")) ||
	    str_ieq(s, STR("gmt"))) {
		buf_putc(b, 'Z');
		return;
	}
	minus = s.len > 0 && s.p[0] == '-';
	if (!take_char(&s, "+-") || (zone = take_digits(&s, 2)) < 0 ||
	    zone > 14)
		return;
	take_char(&s, ":");
	minute = take_digits(&s, 2);
	buf_printf(b, "%c%02d:%02d", minus ? '-' : '+', zone,
	    minute >= 0 && minute < 60 ? minute : 0);
}

/* "2021-03-12", "2021/3/12", "20210312", "12.03.2021", with a time after it or not. */
static bool
put_numbers(struct buf *b, struct str s)
{
	struct str rest = s;
	int year = take_digits(&s, 4), month, day;
	bool apart;

	if (year >= 0) {
		apart = take_char(&s, "-/.");
		month = apart ? take_number(&s) : take_digits(&s, 2);
		if (apart && !take_char(&s, "-/."))
			return false;
		day = apart ? take_number(&s) : take_digits(&s, 2);
	} else {
		s = rest;
		day = take_number(&s);
		if (!take_char(&s, "."))
			return false;
		month = take_number(&s);
		if (!take_char(&s, "."))
			return false;
		year = take_digits(&s, 4);
	}
	if (!is_date(year, month, day) ||
	    (s.len > 0 && (unsigned)(s.p[0] - '0') < 10))
		return false;
	buf_printf(b, "%04d-%02d-%02d", year, month, day);
	put_time(b, s);
	return true;
}

/* "12 March 2021", "March 12, 2021", "Fri, 12 Mar 2021 ...": its date. */
static bool
put_words(struct buf *b, struct str s)
{
	static const char months[] = "janfebmaraprmayjunjulaugsepoctnovdec";
	int year = 0, month = 0, day = 0, value;
	size_t n;

	while (s.len > 0) {
		for (n = 0; n < s.len && (unsigned)(s.p[n] - '0') < 10; n++)
			;
		if (n == 4 && year == 0)
			year = take_digits(&s, 4);
		else if ((n == 1 || n == 2) && day == 0)
			day = take_digits(&s, n);
		else
			s = part(s, n, s.len - n);
		for (n = 0; n < s.len && (unsigned)((s.p[n] | 0x20) - 'a') < 26;
		     n++)
			;
		for (value = 0; n >= 3 && month == 0 && value < 12; value++)
			if (str_ieq(part(s, 0, 3),
				(struct str){months + 3 * value, 3}))
				month = value + 1;
		n += n == 0 && s.len > 0 && (unsigned)(s.p[0] - '0') >= 10;
		s = part(s, n, s.len - n);
	}
	if (!is_date(year, month, day))
		return false;
	buf_printf(b, "%04d-%02d-%02d", year, month, day);
	return true;
}

/* A month by its name in some languages, or 0. */
static int
month_of(struct str word)
{
	static const char names[] =
	    "jan 1 feb 2 mar 3 apr 4 may 5 jun 6 jul 7 aug 8 sep 9 oct 10 "
	    "nov 11 dec 12 mai 5 okt 10 dez 12 ene 1 abr 4 ago 8 dic 12 gen 1 "
	    "mag 5 giu 6 lug 7 set 9 ott 10 fev 2 out 10 maa 3 mei 5 avr 4 "
	    "juin 6 juil 7 ";
	const char *p, *q;
	int month;

	for (p = names; word.len >= 3 && *p != '\0'; p = strchr(q, ' ') + 1) {
		q = strchr(p, ' ') + 1;
		month = *q - '0';
		if (q[1] != ' ')
			month = 10 * month + (q[1] - '0');
		if (word.len >= (size_t)(q - 1 - p) &&
		    str_ieq(part(word, 0, (size_t)(q - 1 - p)),
			(struct str){p, (size_t)(q - 1 - p)}))
			return month;
	}
	return 0;
}

/* A date within a line: "3 March 2021", "March 3, 2021" or by numbers. */
static bool
find_date(struct buf *b, struct str s)
{
	int last = 0, month = 0, day = 0, n;
	struct str rest;
	size_t len;
	bool digit, fresh = true;

	while (s.len > 0) {
		digit = (unsigned)(s.p[0] - '0') < 10;
		if (digit && fresh && put_numbers(b, s))
			return true;
		fresh = false;
		for (len = 0;
		     len < s.len &&
		     (digit ? (unsigned)(s.p[len] - '0') < 10
			    : (unsigned)((s.p[len] | 0x20) - 'a') < 26);
		     len++)
			;
		rest = part(s, 0, len);
		if (len == 0) {
			fresh = true;
			s = part(s, 1, s.len - 1);
			continue;
		}
		if (digit && len <= 4) {
			n = take_digits(&rest, len);
			if (len == 4 && month > 0 && is_date(n, month, day)) {
				buf_printf(b, "%04d-%02d-%02d", n, month, day);
				return true;
			}
			if (len <= 2 && month > 0)
				day = n;
			last = len <= 2 ? n : 0;
		} else if (!digit && (n = month_of(rest)) > 0) {
			month = n;
			day = last;
		}
		s = part(s, len, s.len - len);
	}
	return false;
}

/* A date in the path of an address: /2021/03/12/, /2021-03-12-x, /20210312. */
static bool
url_date(struct buf *b, struct str url)
{
	size_t i;

	for (i = 0; i + 9 <= url.len; i++)
		if (url.p[i] == '/' &&
		    (url.p[i + 1] == '1' || url.p[i + 1] == '2')) {
			struct str s = part(url, i + 1, url.len - i - 1);

			if (s.len > 10)
				s.len = 10;
			if (put_numbers(b, s))
				return true;
		}
	return false;
}

/* A date in one of the short blocks beside the first heading. */
static bool
title_date(struct buf *b, const struct html *h)
{
	enum { BEFORE = 2, AFTER = 6, SHORT = 100 };
	size_t i, k;

	for (i = 0; i < h->nblock; i++)
		if (h->elem[h->block[i].elem].tag == HTML_H1)
			break;
	if (i == h->nblock)
		return false;
	for (k = i + 1; k < h->nblock && k <= i + AFTER; k++)
		if (h->block[k].len <= SHORT &&
		    find_date(b, part(buf_str(&h->text), h->block[k].text,
				     h->block[k].len)))
			return true;
	for (k = i; k-- > 0 && k + BEFORE >= i;)
		if (h->block[k].len <= SHORT &&
		    find_date(b, part(buf_str(&h->text), h->block[k].text,
				     h->block[k].len)))
			return true;
	return false;
}

static struct str
published_of(struct metadata *a, const struct html *h, struct str url)
{
	static const enum html_meta_id from[] = {META_PUBLISHED, META_TIME};
	struct buf *b = &a->text;
	struct str s;
	size_t i, at;

	for (i = 0; i < 2; i++) {
		s = metadata_squeeze(b, h->meta[from[i]]);
		if (s.len > 64)
			continue;
		at = b->len;
		if (put_numbers(b, s) || put_words(b, s))
			return part(buf_str(b), at, b->len - at);
	}
	at = b->len;
	if (url_date(b, url) || title_date(b, h))
		return part(buf_str(b), at, b->len - at);
	return (struct str){0};
}

void
metadata_read(struct metadata *a, const struct html *h, const struct lang *l,
    struct str text, struct str url)
{
	a->text.len = 0;
	buf_reserve(&a->text, ROOM); /* so that slices of it hold */
	a->title = title_of(a, h);
	a->lang = lang_of(a, h, l, text);
	a->byline = byline_of(a, h);
	a->published = published_of(a, h, url);
}

void
metadata_release(struct metadata *a)
{
	buf_release(&a->text);
}
