#include "text/date.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

enum { LONGEST = 39 }; /* bytes that are looked at; a whole date has 35 */

bool
date_parse(struct str s, int64_t *seconds)
{
	struct tm tm = {.tm_mday = 1};
	int year, month = 1, hour, minute;
	char text[LONGEST + 1], *zone;

	snprintf(text, sizeof(text), "%.*s",
	    (int)(s.len < LONGEST ? s.len : LONGEST), s.p);
	if (sscanf(text, "%4d-%2d-%2d%*1[T ]%2d:%2d:%2d", &year, &month,
		&tm.tm_mday, &tm.tm_hour, &tm.tm_min, &tm.tm_sec) < 1)
		return false;
	tm.tm_year = year - 1900;
	tm.tm_mon = month - 1;
	zone = strlen(text) > 10 ? strpbrk(text + 10, "+-") : NULL;
	if (zone != NULL && sscanf(zone + 1, "%2d:%2d", &hour, &minute) == 2) {
		/* Local time less the zone's offset is UTC. */
		hour = *zone == '-' ? -hour : hour;
		minute = *zone == '-' ? -minute : minute;
		tm.tm_hour -= hour;
		tm.tm_min -= minute;
	}
	*seconds = timegm(&tm);
	return true;
}
