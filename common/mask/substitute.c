#include "mask/substitute.h"

#include "base/ascii.h"
#include "base/rng.h"
#include "base/utf8.h"
#include "mask/account.h"
#include "mask/phone.h"

enum { MAX_VALUE = 96 }; /* bytes of any value but an address of mail */

static char
draw(struct rng *r, char from, unsigned n)
{
	return (char)(from + (char)rng_below(r, n));
}

/* A character of the same class. */
static char
alike(struct rng *r, uint32_t c)
{
	if (ascii_is_digit(c))
		return draw(r, '0', 10);
	if (ascii_is_upper(c))
		return draw(r, 'A', 26);
	if (ascii_is_lower(c) || c >= 0x80)
		return draw(r, 'a', 26);
	return (char)c;
}

static void
email(struct buf *out, struct str value, struct rng *r)
{
	static const char *const domain[] = {
	    "@example.com", "@example.net", "@example.org"};
	uint32_t c;

	while (value.len > 0 && (c = utf8_take(&value)) != '@')
		buf_putc(out, alike(r, c));
	buf_puts(out, str_of(domain[rng_below(r, 3)]));
}

static void
ip(struct buf *out, struct str value, struct rng *r)
{
	static const char *const net[] = {"192.0.2", "198.51.100", "203.0.113"};
	size_t i;

	if (memchr(value.p, ':', value.len) == NULL) {
		buf_printf(out, "%s.%u", net[rng_below(r, 3)],
		    (unsigned)rng_below(r, 254) + 1);
		return;
	}
	buf_puts(out, STR("2001:db8"));
	for (i = 0; i < 6; i++)
		buf_printf(out, ":%x", (unsigned)rng_below(r, 0x10000));
}

/* The places of the digits and capitals of s, at most max; how many. */
static size_t
places(const char *s, size_t len, unsigned char *place, size_t max)
{
	size_t i, n = 0;

	for (i = 0; i < len && n < max; i++)
		if (ascii_is_digit((uint32_t)s[i]) ||
		    ascii_is_upper((uint32_t)s[i]))
			place[n++] = (unsigned char)i;
	return n;
}

static void
card(char *s, const unsigned char *place, size_t n, struct rng *r)
{
	char digit[MAX_VALUE];
	size_t i;

	for (i = 0; i < n; i++)
		digit[i] = i < 4 ? s[place[i]] : draw(r, '0', 10);
	for (digit[n - 1] = '0'; !account_luhn(digit, n); digit[n - 1]++)
		;
	for (i = 0; i < n; i++)
		s[place[i]] = digit[i];
}

static void
iban(char *s, const unsigned char *place, size_t n, struct rng *r)
{
	char all[MAX_VALUE];
	unsigned check;
	size_t i;

	for (i = 0; i < n; i++)
		all[i] = i < 2	 ? s[place[i]]
			 : i < 4 ? '0'
				 : alike(r, (uint32_t)s[place[i]]);
	check = 98 - account_mod97(all, n);
	all[2] = (char)('0' + check / 10);
	all[3] = (char)('0' + check % 10);
	for (i = 0; i < n; i++)
		s[place[i]] = all[i];
}

static void
ssn(char *s, const unsigned char *place, struct rng *r)
{
	size_t i;

	for (i = 0; i < 9; i++)
		s[place[i]] = i < 3    ? '6'
			      : i == 4 ? draw(r, '1', 9)
			      : i == 8 ? draw(r, '1', 9)
				       : draw(r, '0', 10);
}

/*
 * Whether the last ten digits of n are a number of North America, by where they
 * are separated.
 */
static bool
is_american(const char *s, const unsigned char *place, size_t n)
{
	const unsigned char *p = place + n - 10;

	if (n == 11 && s[place[0]] == '1' && place[0] == 1 && s[0] == '+')
		return true;
	return (n == 10 || (n == 11 && s[place[0]] == '1')) &&
	       p[3] > p[2] + 1 && p[6] > p[5] + 1 && p[9] == p[6] + 3;
}

/*
 * Keep zeros at the beginning, the code of the country and the first digit
 * after it; no separate group begins with 0 or 1.
 */
static void
phone(char *s, const unsigned char *place, size_t n, struct rng *r)
{
	size_t i, keep = 0;
	char all[MAX_VALUE];

	for (i = 0; i < n; i++)
		all[i] = s[place[i]];
	while (keep < n && all[keep] == '0')
		keep++;
	if (place[0] > 0 && s[place[0] - 1] == '+')
		keep = phone_country(all, n);
	else if (keep == 2)
		keep += phone_country(all + 2, n - 2);
	for (i = keep + 1; i < n; i++)
		s[place[i]] = place[i] > place[i - 1] + 1 ? draw(r, '2', 8)
							  : draw(r, '0', 10);
	if (is_american(s, place, n))
		for (i = 0; i < 5; i++)
			s[place[n - 7 + i]] = "55501"[i];
}

/*
 * The digits of a telephone number without its extension, which is drawn, and
 * the zero of "(0)", which stays.
 */
static size_t
phone_places(char *s, size_t len, unsigned char *place, struct rng *r)
{
	size_t i, n = 0;

	for (i = 0; i < len && !ascii_is_alpha((uint32_t)s[i]); i++)
		if (ascii_is_digit((uint32_t)s[i]) && n < MAX_VALUE &&
		    (n == 0 || strncmp(s + i - 1, "(0)", 3) != 0))
			place[n++] = (unsigned char)i;
	for (; i < len; i++)
		if (ascii_is_digit((uint32_t)s[i]))
			s[i] = draw(r, '0', 10);
	return n;
}

void
substitute_value(struct buf *out, const struct mask_span *span, uint64_t seed)
{
	unsigned char place[MAX_VALUE];
	struct rng r;
	size_t n;
	char *s;

	rng_init_id(&r, seed, span->value);
	if (span->kind == MASK_EMAIL) {
		email(out, span->value, &r);
		return;
	}
	if (span->kind == MASK_IP) {
		ip(out, span->value, &r);
		return;
	}
	buf_puts(out, span->value);
	s = out->p + out->len - span->value.len;
	n = span->kind == MASK_PHONE
		? phone_places(s, span->value.len, place, &r)
		: places(s, span->value.len, place, MAX_VALUE);
	if (span->kind == MASK_CARD)
		card(s, place, n, &r);
	else if (span->kind == MASK_IBAN)
		iban(s, place, n, &r);
	else if (span->kind == MASK_SSN)
		ssn(s, place, &r);
	else
		phone(s, place, n, &r);
}
