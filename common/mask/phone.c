#include "mask/phone.h"

#include "base/ascii.h"
#include "mask/clue.h"

enum {
	MAX_DIGITS = 15,  /* of E.164 */
	MAX_DIALLED = 16, /* with a prefix before */
	NEAR = 8	  /* bytes between two numbers */
};

/*
 * Country codes and how many digits a number has after them, from and to; plans
 * change, so that ranges are wide where they are not sure.
 */
static const struct {
	unsigned short from, to;
	unsigned char least, most;
} plan[] = {
    {1, 1, 10, 10},
    {7, 7, 10, 10},
    {20, 20, 8, 10},
    {27, 27, 9, 9},
    {30, 30, 10, 10},
    {31, 31, 9, 9},
    {32, 32, 8, 9},
    {33, 34, 9, 9},
    {36, 36, 8, 9},
    {39, 39, 6, 11},
    {40, 41, 9, 9},
    {43, 43, 6, 13},
    {44, 44, 9, 10},
    {45, 45, 8, 8},
    {46, 46, 7, 10},
    {47, 47, 8, 8},
    {48, 48, 9, 9},
    {49, 49, 6, 12},
    {51, 51, 8, 9},
    {52, 52, 10, 11},
    {53, 53, 8, 8},
    {54, 55, 10, 11},
    {56, 56, 9, 9},
    {57, 57, 8, 10},
    {58, 58, 10, 10},
    {60, 60, 8, 10},
    {61, 61, 9, 9},
    {62, 62, 8, 12},
    {63, 64, 8, 10},
    {65, 65, 8, 8},
    {66, 66, 8, 9},
    {81, 81, 9, 10},
    {82, 82, 8, 10},
    {84, 84, 9, 10},
    {86, 86, 9, 11},
    {90, 91, 10, 10},
    {92, 92, 9, 10},
    {93, 94, 9, 9},
    {95, 95, 7, 10},
    {98, 98, 10, 10},
    {211, 213, 8, 9},
    {216, 216, 8, 8},
    {218, 218, 8, 9},
    {220, 224, 7, 9},
    {225, 225, 8, 10},
    {226, 233, 7, 9},
    {234, 234, 7, 10},
    {235, 269, 7, 9},
    {290, 291, 4, 8},
    {297, 299, 6, 7},
    {350, 350, 8, 8},
    {351, 351, 9, 9},
    {352, 352, 6, 11},
    {353, 353, 7, 9},
    {354, 354, 7, 9},
    {355, 356, 8, 9},
    {357, 357, 8, 8},
    {358, 358, 6, 11},
    {359, 359, 8, 9},
    {370, 374, 7, 9},
    {375, 375, 9, 9},
    {376, 379, 6, 9},
    {380, 380, 9, 9},
    {381, 383, 8, 9},
    {385, 387, 8, 9},
    {389, 389, 8, 8},
    {420, 421, 9, 9},
    {423, 423, 7, 9},
    {500, 509, 5, 8},
    {590, 590, 9, 9},
    {591, 592, 7, 8},
    {593, 594, 8, 9},
    {595, 599, 7, 9},
    {670, 670, 7, 8},
    {672, 692, 5, 8},
    {800, 800, 8, 8},
    {808, 808, 8, 8},
    {850, 850, 8, 10},
    {852, 853, 8, 8},
    {855, 856, 8, 10},
    {870, 870, 9, 9},
    {880, 880, 8, 10},
    {881, 883, 8, 12},
    {886, 886, 8, 9},
    {960, 960, 7, 7},
    {961, 961, 7, 8},
    {962, 963, 8, 9},
    {964, 964, 8, 10},
    {965, 965, 7, 8},
    {966, 968, 8, 9},
    {970, 972, 8, 9},
    {973, 976, 7, 8},
    {977, 977, 8, 10},
    {992, 998, 8, 9},
};

size_t
phone_country(const char *digit, size_t n)
{
	unsigned code = 0;
	size_t i, len;

	for (len = 1; len <= 3 && len < n; len++) {
		code = code * 10 + (unsigned)(digit[len - 1] - '0');
		for (i = 0; i < sizeof(plan) / sizeof(plan[0]); i++)
			if (code >= plan[i].from && code <= plan[i].to)
				break;
		if (i == sizeof(plan) / sizeof(plan[0]))
			continue;
		if (n - len < plan[i].least || n - len > plan[i].most)
			return 0;
		if (code == 1 && (digit[1] < '2' || digit[4] < '2'))
			return 0; /* no area and no exchange begins so */
		return len;
	}
	return 0;
}

/* The digits of form[i..end), at most max; how many there are. */
static size_t
digits(const struct number *n, size_t i, size_t end, char *digit, size_t max)
{
	size_t len = 0;

	for (; i < end && len < max; i++) {
		if (!ascii_is_digit((uint32_t)n->form[i]))
			continue;
		/* the zero of "(0)" is dialled inside the country alone */
		if (n->form[i] == '0' && i > 0 && n->form[i - 1] == '(' &&
		    n->form[i + 1] == ')')
			continue;
		digit[len++] = n->form[i];
	}
	return len;
}

/*
 * Whether a number may end at i: before a blank, a slash, a bracket, the end.
 */
static bool
may_end(const struct number *n, size_t i)
{
	if (i == n->len)
		return !n->cut;
	return ascii_is_digit((uint32_t)n->form[i - 1]) &&
	       (n->form[i] == ' ' || n->form[i] == '/' || n->form[i] == '(' ||
		   n->form[i] == ')');
}

/* A number with its country code, from the digit at first on: the longest. */
static size_t
international(const struct number *n, size_t first)
{
	char digit[MAX_DIGITS + 1];
	size_t end, best = 0, len;

	for (end = first + 1; end <= n->len; end++) {
		if (!may_end(n, end))
			continue;
		len = digits(n, first, end, digit, sizeof(digit));
		if (len > MAX_DIGITS)
			break;
		if (phone_country(digit, len) > 0)
			best = end;
	}
	return best;
}

/* "+49 30 ...", "(+49) 30 ...", "0049 30 ...", "011 49 30 ..." */
static size_t
abroad(const struct number *n, struct str text, size_t i)
{
	const char *f = n->form + i, *p = n->at[i];
	size_t end;

	if (f[0] == '(' && f[1] == '+')
		f++, i++;
	if (f[0] == '+')
		return p > text.p && (ascii_is_alnum((uint32_t)p[-1]) ||
					 p[-1] == '+' || p[-1] == '_')
			   ? 0
			   : international(n, i + 1);
	if (i > 0 && n->form[i - 1] == ' ')
		return 0; /* groups of a longer number begin so, too */
	if (f[0] == '0' && f[1] == '0' && f[2] >= '1') {
		end = international(n, i + 2);
		return end > 0 && memchr(f, ' ', end - i) != NULL ? end : 0;
	}
	if (strncmp(f, "011 ", 4) == 0)
		return international(n, i + 4);
	return 0;
}

enum { ALONE = 1, WORD = 2 };

/* Characters of the shortest pattern below; most numbers are shorter. */
enum { NATIONAL_LEAST = 11 };

/* National numbers that are known by how they look, or with a word before. */
static const struct {
	const char *pattern;
	unsigned flags; /* ALONE: no other digits around it */
} national[] = {
    /* North America */
    {"NDD-NDD-DDDD", 0},
    {"NDD.NDD.DDDD", 0},
    {"NDD NDD-DDDD", 0},
    {"NDD/NDD-DDDD", 0},
    {"NDD NDD DDDD", ALONE},
    {"(NDD)~NDD_DDDD", 0},
    {"1_NDD_NDD_DDDD", 0},
    {"1~(NDD)~NDD_DDDD", 0},
    /* France, Belgium; pairs */
    {"0Z DD DD DD DD", ALONE},
    {"0Z.DD.DD.DD.DD", 0},
    {"0Z-DD-DD-DD-DD", 0},
    {"0ZDD DD DD DD", ALONE},
    /* Spain, Poland, the Czech lands */
    {"PDD DD DD DD", ALONE},
    {"ZD DDD DD DD", ALONE},
    {"(DD)~DDD_DD_DD", 0},
    {"MDD-DDD-DDD", ALONE},
    {"PDD DDD DDD", WORD},
    /* Brazil */
    {"(DD)~DDDD-DDDD", 0},
    {"(DD)~9DDDD_DDDD", 0},
    {"(DD)~9 DDDD-DDDD", 0},
    {"DD 9DDDD-DDDD", 0},
    {"DD DDDD-DDDD", ALONE},
    /* China */
    {"1MD_DDDD_DDDD", ALONE},
    /* Russia and its neighbours */
    {"8~(DDD)~DDD_DD_DD", 0},
    {"8_DDD_DDD_DD_DD", 0},
    {"(DDD)~DDD_DD_DD", 0},
    {"DDD-DDD-DD-DD", 0},
    /* Italy */
    {"3DD DDDDDDD", ALONE},
    {"3DD DDD DDDD", ALONE},
    {"3DD DDD DD DD", ALONE},
    {"3DD DD DD DDD", ALONE},
    {"3DD/DDDDDDD", 0},
    /* Mexico, India */
    {"(DD)~DDDD DDDD", 0},
    {"DD-DDDD-DDDD", ALONE},
    {"PDDDD PDDDD", WORD},
};

/* Whether two groups of four digits are years, or the pages of an article. */
static bool
is_range(const char *form, size_t len)
{
	const char *f = form + len - 9;
	unsigned a = 0, b = 0;
	size_t i;

	if (len < 9 || (f[4] != '-' && f[4] != ' ') ||
	    (len > 9 && ascii_is_digit((uint32_t)f[-1])))
		return false;
	for (i = 0; i < 4; i++) {
		if (!ascii_is_digit((uint32_t)f[i]) ||
		    !ascii_is_digit((uint32_t)f[5 + i]))
			return false;
		a = a * 10 + (unsigned)(f[i] - '0');
		b = b * 10 + (unsigned)(f[5 + i] - '0');
	}
	return (a >= 1800 && a < 2100 && b >= 1800 && b < 2100) ||
	       (f[4] == '-' && b > a && b - a < 300);
}

/*
 * Whether form[0..len) is day, month and year, in an order, with more after it
 * or not: two small numbers and one of four digits, or the other way round; or
 * has days as "02.03. - 05.04.23".
 */
static bool
is_date(const char *form, size_t len)
{
	unsigned value[3], n = 0;
	size_t i = 0, k, width[3];

	for (k = 0; k + 1 < len; k++)
		if (form[k] == '.' && !ascii_is_digit((uint32_t)form[k + 1]))
			return true;
	while (n < 3 && i < len) {
		value[n] = 0;
		for (k = i;
		     i < len && ascii_is_digit((uint32_t)form[i]) && i - k < 5;
		     i++)
			value[n] = value[n] * 10 + (unsigned)(form[i] - '0');
		width[n++] = i - k;
		if (i == k || (i < len && ascii_is_digit((uint32_t)form[i])))
			return false;
		i++;
	}
	if (n < 3)
		return false;
	if (width[0] <= 2 && width[1] <= 2 && width[2] == 4)
		return value[0] <= 31 && value[1] <= 31 && value[2] >= 1000 &&
		       value[2] < 2100 && form[width[0]] != ' ';
	return width[0] == 4 && width[1] <= 2 && width[2] <= 2 &&
	       value[0] >= 1000 && value[0] < 2100 && value[1] <= 12 &&
	       value[2] <= 31;
}

/* Whether groups of three digits alone stand between blanks, four or more. */
static bool
is_list(const char *form, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++)
		if (i % 4 == 3 ? form[i] != ' '
			       : !ascii_is_digit((uint32_t)form[i]))
			return false;
	return len >= 15;
}

/*
 * Whether pairs rise from the first to the last, as the numbers of a lottery.
 */
static bool
is_rising(const char *form, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++)
		if ((i % 3 == 2) == ascii_is_digit((uint32_t)form[i]))
			return false;
	for (i = 3; i + 1 < len; i += 3)
		if (memcmp(form + i - 3, form + i, 2) >= 0 || form[i] > '6')
			return false;
	return len > 6;
}

/*
 * A national number that begins with a zero: an area of two to six digits with
 * it, in brackets or separated, then the rest; nine to thirteen digits.
 */
static size_t
trunk(const struct number *n, size_t i)
{
	const char *f = n->form;
	size_t first, end, best = 0, ndigit = 0, k, group = 0, ngroup = 0;
	bool open = f[i] == '(';

	first = i + open;
	if (f[first] != '0' || f[first + 1] < '1' || f[first + 1] > '9')
		return 0;
	for (k = first; ascii_is_digit((uint32_t)f[k]); k++)
		;
	if (k - first > 6 || f[k] == 0 || open != (f[k] == ')'))
		return 0;
	for (k = first, end = i; k <= n->len; k++) {
		if (ascii_is_digit((uint32_t)f[k])) {
			ndigit++;
			group++;
			continue;
		}
		if (group == 0)
			continue;
		ngroup++;
		if (group == 1 && ndigit < 9 && ngroup > 1 && f[k] != 0)
			break; /* "05 8 14": a list */
		group = 0;
		if (ndigit > 13 || ngroup > 6)
			break;
		if (ndigit >= 9 && may_end(n, k) && ngroup > 1)
			best = end = k;
	}
	if (best > 0 && (is_date(f + i, end - i) || is_rising(f + i, end - i) ||
			    is_list(f + i, end - i)))
		return 0;
	/* decimals have one stop, and pairs or triples many */
	if (best > 0 && ngroup == 2 && memchr(f + i, '.', best - i) != NULL)
		return 0;
	return best;
}

/* Whether form[0..len) is hours: "08.00 - 12.00". */
static bool
is_hours(const char *form, size_t len)
{
	size_t i, group = 0, dots = 0;

	for (i = 0; i < len; i++) {
		group = ascii_is_digit((uint32_t)form[i]) ? group + 1 : 0;
		dots += form[i] == '.';
		if (group > 2)
			return false;
	}
	return dots == 2 && memchr(form, '-', len) != NULL;
}

/* Whether form has so many digits from i on. */
static bool
has_digits(const struct number *n, size_t i, size_t least)
{
	for (; i < n->len && least > 0; i++)
		least -= ascii_is_digit((uint32_t)n->form[i]);
	return least == 0;
}

enum { DIGITS_LEAST = 6 }; /* of a number that a word before it makes one */

/*
 * The number that a word before it announces: all of a run of six digits or
 * more, or of a long run up to the group of the tenth digit.
 */
static size_t
any(const struct number *n, size_t i)
{
	size_t k, ndigit = 0, best = 0;

	if (n->form[i] == '+')
		return 0;
	for (k = i; k <= n->len; k++) {
		if (ascii_is_digit((uint32_t)n->form[k])) {
			if (++ndigit > MAX_DIALLED)
				break;
		} else if (ndigit >= DIGITS_LEAST && may_end(n, k) &&
			   (best == 0 || ndigit <= 10 || k == n->len)) {
			best = k;
		}
	}
	return best > 0 && !is_date(n->form + i, best - i) &&
		       !is_hours(n->form + i, best - i)
		   ? best
		   : 0;
}

const char *
phone_end(struct str text, const char *p)
{
	static const char *const word[] = {"extension", "ext.", "ext", "x"};
	const char *end = text.p + text.len, *q;
	size_t i, k, len;

	for (i = 0; i < sizeof(word) / sizeof(word[0]); i++) {
		len = strlen(word[i]);
		q = p;
		while (q < end && (*q == ' ' || *q == ',') && q - p < 2)
			q++;
		if ((size_t)(end - q) <= len ||
		    !str_ieq((struct str){q, len}, str_of(word[i])))
			continue;
		q += len;
		if (q < end && *q == ' ')
			q++;
		for (k = 0; q < end && ascii_is_digit((uint32_t)*q) && k < 6;
		     k++)
			q++;
		if (k > 0 && k < 6)
			return q;
	}
	return p;
}

/*
 * Whether only a few characters of one line separate a number from the last
 * one.
 */
static bool
is_next(const char *last, const char *p)
{
	return last != NULL && p - last <= NEAR &&
	       memchr(last, '\n', (size_t)(p - last)) == NULL;
}

/* Whether no other digits of the run stand around form[i..end). */
static bool
is_alone(const struct number *n, size_t i, size_t end)
{
	return (i == 0 || (i == 1 && n->form[0] == '(')) &&
	       memchr(n->form + end, ' ', n->len - end) == NULL && !n->cut;
}

enum { NNATIONAL = sizeof(national) / sizeof(national[0]) };

/* A number of a country, by its looks; what the words before it allow. */
static size_t
at_home(const struct number *n, size_t i, bool word)
{
	const char *f = n->form + i;
	size_t k, end;

	for (k = n->len - i < NATIONAL_LEAST ? NNATIONAL : 0; k < NNATIONAL;
	     k++) {
		end = number_match(n, i, national[k].pattern);
		if (end == 0 || ((national[k].flags & WORD) && !word) ||
		    ((national[k].flags & ALONE) && !is_alone(n, i, end) &&
			!word))
			continue;
		if (!is_range(f, end - i) && !is_date(f, end - i) &&
		    (!is_rising(f, end - i) || word))
			return end;
	}
	end = trunk(n, i);
	for (k = i; k < end; k++) /* blanks alone are those of a table, too */
		if (n->form[k] != ' ' && !ascii_is_digit((uint32_t)n->form[k]))
			return end;
	return end > 0 && (word || is_alone(n, i, end)) ? end : 0;
}

/* "(212) 555-0123" and "1-800-555-0123" are no numbers of orders. */
static bool
is_sure(const char *form, size_t len)
{
	return memchr(form, '(', len) != NULL || strncmp(form, "1-8", 3) == 0;
}

/*
 * The end without a bracket that is still open there, as of "1234567 (2 pages)",
 * if enough digits stand before it.
 */
static size_t
end_before_bracket(const struct number *n, size_t i, size_t end)
{
	const char *open = memrchr(n->form + i, '(', end - i);
	size_t at, k, digits = 0;

	if (open == NULL || memchr(open, ')', (size_t)(n->form + end - open)))
		return end;
	at = (size_t)(open - n->form);
	for (k = i; k < at; k++)
		digits += ascii_is_digit((uint32_t)n->form[k]);
	if (digits < DIGITS_LEAST)
		return end;
	while (at > i && n->form[at - 1] == ' ')
		at--;
	return at;
}

size_t
phone_match(const struct number *n, struct str text, const char *last, size_t i)
{
	const char *from = last != NULL ? last : text.p;
	const char *p = n->at[i];
	size_t end = abroad(n, text, i);
	enum clue clue;
	bool word;

	if (end == 0) {
		if (!has_digits(n, i, DIGITS_LEAST))
			return 0;
		clue = clue_before(from, p);
		word = clue == CLUE_PHONE ||
		       (is_next(last, p) && clue == CLUE_NONE);
		end = at_home(n, i, word);
		if (end == 0 && word)
			end = any(n, i);
		if (end > 0 && !word && clue != CLUE_NONE &&
		    clue != CLUE_ADDRESS &&
		    (clue != CLUE_OTHER || !is_sure(n->form + i, end - i)))
			return 0;
	}
	if (end > 0)
		end = end_before_bracket(n, i, end);
	/* a bracket that closes later is not the number's */
	if (end == 0 ||
	    (n->form[i] == '(' && memchr(n->form + i, ')', end - i) == NULL))
		return 0;
	return number_is_free(text, p, phone_end(text, n->at[end])) ? end : 0;
}
