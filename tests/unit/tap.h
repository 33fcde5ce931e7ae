/* tap - unit tests told as TAP */

#ifndef TAP_H
#define TAP_H

#include <stdbool.h>
#include <stdio.h>

static int tap_count, tap_failed;

static inline void
tap_report(bool good, const char *what, const char *file, int line)
{
	tap_count++;
	if (!good)
		tap_failed++;
	printf("%sok %d - %s", good ? "" : "not ", tap_count, what);
	if (!good)
		printf(" (%s:%d)", file, line);
	putchar('\n');
}

/* One assertion, named. */
#define ok(condition, what) tap_report(condition, what, __FILE__, __LINE__)

static inline int
tap_done(void)
{
	printf("1..%d\n", tap_count);
	return tap_failed > 0;
}

#endif
