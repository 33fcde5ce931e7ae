#include "llm/retry.h"

#include <stdio.h>
#include <stdlib.h>

enum { VALUE_MAX = 64 }; /* bytes of a header's value that is read */

/* A copy with a NUL, as the C library wants it; false if it is too long. */
static bool
copy(char text[VALUE_MAX], struct str value)
{
	value = str_trim(value);
	if (value.len == 0 || value.len >= VALUE_MAX)
		return false;
	memcpy(text, value.p, value.len);
	text[value.len] = '\0';
	return true;
}

/* Digits, and perhaps a fraction; no sign, exponent, hexadecimal or NaN. */
static const char *
take_number(const char *p, double *number)
{
	const char *start = p;
	size_t ndigit;

	ndigit = strspn(p, "0123456789");
	p += ndigit;
	if (*p == '.') {
		p++;
		ndigit += strspn(p, "0123456789");
		p += strspn(p, "0123456789");
	}
	if (ndigit == 0)
		return NULL;
	*number = strtod(start, NULL);
	return p;
}

static double
seconds_until(struct tm *tm, time_t now)
{
	double s = difftime(timegm(tm), now);

	return s > 0 ? s : 0;
}

double
retry_after(struct str value, time_t now)
{
	static const char *const format[] = {"%a, %d %b %Y %H:%M:%S GMT",
	    "%A, %d-%b-%y %H:%M:%S GMT", "%a %b %d %H:%M:%S %Y"};
	char text[VALUE_MAX];
	const char *end;
	double s;
	size_t i;

	if (!copy(text, value))
		return -1;
	end = take_number(text, &s);
	if (end != NULL)
		return *end == '\0' ? s : -1;
	for (i = 0; i < sizeof(format) / sizeof(*format); i++) {
		struct tm tm = {0};

		end = strptime(text, format[i], &tm);
		if (end != NULL && *end == '\0')
			return seconds_until(&tm, now);
	}
	return -1;
}

/* 2026-11-22T18:50:00Z, perhaps with a fraction, or an offset for the Z */
static double
until_rfc3339(const char *text, time_t now)
{
	struct tm tm = {0};
	int hour, minute;
	char sign;
	const char *p = strptime(text, "%Y-%m-%dT%H:%M:%S", &tm);

	if (p == NULL)
		return -1;
	if (*p == '.')
		p += 1 + strspn(p + 1, "0123456789");
	if (strcmp(p, "Z") != 0) {
		if (sscanf(p, "%c%2d:%2d", &sign, &hour, &minute) != 3 ||
		    (sign != '+' && sign != '-'))
			return -1;
		tm.tm_hour -= sign == '+' ? hour : -hour;
		tm.tm_min -= sign == '+' ? minute : -minute;
	}
	return seconds_until(&tm, now);
}

double
retry_reset(struct str value, time_t now)
{
	static const struct {
		const char *name;
		double s;
	} unit[] = {{"ms", 1e-3}, {"us", 1e-6}, {"h", 3600}, {"m", 60},
	    {"s", 1}, {"d", 86400}};
	char text[VALUE_MAX];
	const char *p;
	double sum = 0, n;
	size_t i;

	if (!copy(text, value))
		return -1;
	if (strchr(text, 'T') != NULL)
		return until_rfc3339(text, now);
	for (p = text; *p != '\0'; p += strlen(unit[i].name)) {
		p = take_number(p, &n);
		if (p == NULL)
			return -1;
		if (*p == '\0' && sum == 0)
			return n;
		for (i = 0; i < sizeof(unit) / sizeof(*unit); i++)
			if (strncmp(p, unit[i].name, strlen(unit[i].name)) == 0)
				break;
		if (i == sizeof(unit) / sizeof(*unit))
			return -1;
		sum += n * unit[i].s;
	}
	return sum;
}

double
retry_backoff(unsigned n, double jitter)
{
	double s = 0.5;

	while (n > 1 && s < 8) {
		s *= 2;
		n--;
	}
	return s * (1 - 0.25 * jitter);
}
