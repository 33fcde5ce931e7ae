#include "mask/account.h"

#include "base/ascii.h"
#include "mask/clue.h"

bool
account_luhn(const char *digit, size_t n)
{
	unsigned sum = 0, d;
	size_t i;

	for (i = 0; i < n; i++) {
		d = (unsigned)(digit[n - 1 - i] - '0') << (i & 1);
		sum += d > 9 ? d - 9 : d;
	}
	return sum % 10 == 0;
}

unsigned
account_mod97(const char *iban, size_t n)
{
	unsigned r = 0, c;
	size_t i;

	for (i = 0; i < n; i++) { /* the first four come last */
		c = (unsigned char)iban[(i + 4) % n];
		if (ascii_is_digit(c))
			r = (r * 10 + c - '0') % 97;
		else
			r = (r * 100 + c - 'A' + 10) % 97;
	}
	return r;
}

/*
 * The networks: the range of their first digits, and how many digits numbers
 * have. Numbers of 13 digits are no longer issued, and would match numbers of
 * goods.
 */
static const struct {
	unsigned from, to; /* of the first four digits */
	unsigned char least, most;
} network[] = {
    {4000, 4999, 16, 16}, /* Visa */
    {5100, 5599, 16, 16}, /* Mastercard */
    {2221, 2720, 16, 16},
    {3400, 3499, 15, 15}, /* American Express */
    {3700, 3799, 15, 15},
    {6011, 6011, 16, 19}, /* Discover */
    {6440, 6599, 16, 19},
    {3000, 3059, 14, 14}, /* Diners */
    {3600, 3699, 14, 14},
    {3800, 3999, 14, 14},
    {3528, 3589, 16, 19}, /* JCB */
    {6200, 6299, 16, 19}, /* UnionPay */
    {5018, 5018, 16, 19}, /* Maestro */
    {5020, 5020, 16, 19},
    {5038, 5038, 16, 19},
    {5893, 5893, 16, 19},
    {6304, 6304, 16, 19},
    {6759, 6763, 16, 19},
    {2200, 2204, 16, 16}, /* Mir */
    {5080, 5089, 16, 16}, /* RuPay */
    {6060, 6069, 16, 16},
};

static bool
is_card(const char *digit, size_t n)
{
	unsigned head = 0;
	size_t i;

	for (i = 0; i < 4; i++)
		head = head * 10 + (unsigned)(digit[i] - '0');
	for (i = 0; i < sizeof(network) / sizeof(network[0]); i++)
		if (head >= network[i].from && head <= network[i].to &&
		    n >= network[i].least && n <= network[i].most)
			return account_luhn(digit, n);
	return false;
}

/* Whether a run of n digits begins at i, with no other digit around it. */
static bool
is_group(const struct number *n, size_t i, size_t len)
{
	size_t k;

	for (k = 0; k < len; k++)
		if (!ascii_is_digit((uint32_t)n->form[i + k]))
			return false;
	return !ascii_is_digit((uint32_t)n->form[i + len]) &&
	       (i == 0 || !ascii_is_digit((uint32_t)n->form[i - 1]));
}

/* Whether a table of numbers goes on at the end of what looked like a card. */
static bool
is_row(const struct number *n, size_t begin, size_t end)
{
	return (n->form[end] == ' ' && is_group(n, end + 1, 4)) ||
	       (begin >= 5 && n->form[begin - 1] == ' ' &&
		   is_group(n, begin - 5, 4));
}

/* Characters of the shortest patterns below; most numbers are shorter. */
enum { CARD_LEAST = 14, SSN_LEAST = 9 };

size_t
account_card(const struct number *n, struct str text, size_t i)
{
	static const char *const pattern[] = {"DDDDDDDDDDDDDD",
	    "DDDDDDDDDDDDDDD", "DDDDDDDDDDDDDDDD", "DDDDDDDDDDDDDDDDDD",
	    "DDDDDDDDDDDDDDDDDDD", "DDDD DDDD DDDD DDDD", "DDDD-DDDD-DDDD-DDDD",
	    "DDDD.DDDD.DDDD.DDDD", "DDDD DDDD DDDD DDDD DDD",
	    "DDDD DDDDDD DDDDD", "DDDD-DDDDDD-DDDDD", "DDDD DDDDDD DDDD",
	    "DDDD-DDDDDD-DDDD"};
	char digit[NUMBER_MAX];
	size_t end, k, d, len;
	enum clue clue;

	if (n->len - i < CARD_LEAST)
		return 0;
	for (k = 0; k < sizeof(pattern) / sizeof(pattern[0]); k++) {
		end = number_match(n, i, pattern[k]);
		if (end == 0)
			continue;
		for (d = i, len = 0; d < end; d++)
			if (ascii_is_digit((uint32_t)n->form[d]))
				digit[len++] = n->form[d];
		if (!is_card(digit, len) || is_row(n, i, end) ||
		    !number_is_free(text, n->at[i], n->at[end]))
			continue;
		clue = clue_before(text.p, n->at[i]);
		if (clue != CLUE_OTHER && clue != CLUE_PHONE)
			return end;
	}
	return 0;
}

size_t
account_ssn(const struct number *n, struct str text, size_t i)
{
	static const char *const pattern[] = {
	    "DDD-DD-DDDD", "DDD DD DDDD", "DDDDDDDDD"};
	const char *f = n->form + i;
	size_t end, k, gap;
	enum clue clue;

	if (n->len - i < SSN_LEAST)
		return 0;
	for (k = 0; k < 3; k++) {
		end = number_match(n, i, pattern[k]);
		if (end == 0)
			continue;
		/* areas, groups and numbers that are never issued */
		gap = k < 2;
		if (memcmp(f, "000", 3) == 0 || memcmp(f, "666", 3) == 0 ||
		    f[0] == '9' || memcmp(f + 3 + gap, "00", 2) == 0 ||
		    memcmp(f + 5 + 2 * gap, "0000", 4) == 0)
			return 0;
		if (!number_is_free(text, n->at[i], n->at[end]))
			return 0;
		clue = clue_before(text.p, n->at[i]);
		if (clue == CLUE_SSN ||
		    (k == 0 && (clue == CLUE_NONE || clue == CLUE_ADDRESS)))
			return end;
	}
	return 0;
}

/* Letters of a country, and how many characters its IBANs have. */
static size_t
iban_length(const char *country)
{
	static const char list[] =
	    "AD24AE23AL28AT20AZ28BA20BE16BG22BH22BI27BR29BY28CH21CR22CY28CZ24"
	    "DE22DJ27DK18DO28EE20EG29ES24FI18FK18FO18FR27GB22GE22GI23GL18GR27"
	    "GT28HN28HR21HU28IE22IL23IQ23IS26IT27JO30KW30KZ20LB28LC32LI21LT20"
	    "LU20LV21LY25MC27MD24ME22MK19MN20MR27MT31MU30NI28NL18NO15OM23PK24"
	    "PL28PS29PT25QA29RO24RS22RU33SA24SC31SD18SE24SI19SK24SM27SO23ST25"
	    "SV28TL23TN24TR26UA29VA22VG24XK20YE30";
	size_t i;

	for (i = 0; i + 4 < sizeof(list); i += 4)
		if (memcmp(list + i, country, 2) == 0)
			return (size_t)(list[i + 2] - '0') * 10 +
			       (size_t)(list[i + 3] - '0');
	return 0;
}

/* Bytes of the blank or dash that may separate groups at p. */
static size_t
gap(const char *p, const char *end)
{
	if (*p == ' ' || *p == '-')
		return 1;
	return end - p >= 2 && memcmp(p, "\xc2\xa0", 2) == 0 ? 2 : 0;
}

bool
account_iban(
    struct str text, const char *from, const char *p, struct str *found)
{
	const char *begin = p - 2, *end = text.p + text.len, *q = begin;
	char iban[40];
	size_t want, n = 0, blank;

	if (p - from < 2 || end - p < 2 || !ascii_is_upper((uint32_t)p[-1]) ||
	    !ascii_is_upper((uint32_t)p[-2]) ||
	    !ascii_is_digit((uint32_t)p[1]) ||
	    (begin > text.p && ascii_is_alnum((uint32_t)begin[-1])))
		return false;
	want = iban_length(begin);
	while (q < end && n < want) {
		if (ascii_is_upper((uint32_t)*q) ||
		    ascii_is_digit((uint32_t)*q)) {
			iban[n++] = *q++;
			continue;
		}
		blank = gap(q, end);
		if (blank == 0 || n < 4 || gap(q - 1, end) > 0)
			break;
		q += blank;
	}
	if (want == 0 || n < want || account_mod97(iban, n) != 1 ||
	    (q < end && (ascii_is_alnum((uint32_t)*q) || *q == '_')))
		return false;
	*found = (struct str){begin, (size_t)(q - begin)};
	return true;
}
