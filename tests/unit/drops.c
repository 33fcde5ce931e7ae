/* drops: records of the operands are found in the list, and each is met once */

#include "dedup/drops.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "tap.h"

static const char small[] = "#records 3 0123456789abcdef\n"
			    "#part 1 one\n"
			    "#part 2 two\n"
			    "#part 3 three\n"
			    "1\t0\t2\t7\t1\n"
			    "1\t70\t2\t7\t0.9\n"
			    "1\t70\t2\t0\t0.8\n"
			    "2\t9\t1\t0\t1\n"
			    "2\t18446744073709551615\t1\t0\t1\n"
			    "3\t4\t2\t7\t1\n";

static void
places(const char *list)
{
	static char one[] = "one", two[] = "two";
	char *const operand[] = {two, one, NULL}, *const last[] = {one, NULL};
	struct budget tight = {.max = 1};
	struct drops d;

	ok(drops_read(&d, list, operand, NULL) && d.left == 4,
	    "a place that is listed twice is one, other files' are none");
	ok(drops_take(&d, 1, 0) && drops_take(&d, 1, 70), "of the list");
	ok(!drops_take(&d, 1, 7) && !drops_take(&d, 0, 0) &&
		!drops_take(&d, 0, 4),
	    "and others");
	ok(drops_take(&d, 0, UINT64_MAX) && d.left == 1,
	    "what was not met is counted");
	drops_release(&d);
	ok(drops_read(&d, list, last, NULL) && d.left == 2 &&
		drops_take(&d, 0, 70),
	    "one file alone");
	drops_release(&d);
	ok(!drops_read(&d, list, operand, &tight), "memory that won't do");
	drops_release(&d);
}

/* Each part of a long list is found, also those without records. */
static void
bisection(const char *list)
{
	enum { NPART = 200 };
	char name[16], *const operand[] = {name, NULL};
	FILE *fp = fopen(list, "w");
	size_t i, j, n;
	struct drops d;
	bool same = true;

	if (fp == NULL)
		exit(1);
	fprintf(fp, "#records %d 0123456789abcdef\n", NPART);
	for (i = 0; i < NPART; i++)
		fprintf(fp, "#part %zu part%zu\n", i + 1, i);
	for (i = 0; i < NPART; i++)
		for (j = 0; j < i * 7 % 5; j++)
			fprintf(fp, "%zu\t%zu\t1\t0\t1\n", i + 1, j * 10 + i);
	fclose(fp);
	for (i = 0; i < NPART; i++) {
		snprintf(name, sizeof(name), "part%zu", i);
		n = i * 7 % 5;
		same =
		    same && drops_read(&d, list, operand, NULL) && d.left == n;
		for (j = 0; j < n; j++)
			same = same && drops_take(&d, 0, j * 10 + i);
		drops_release(&d);
	}
	ok(same, "each part of many is found");
}

int
main(void)
{
	char list[] = "/tmp/drops.XXXXXX";
	int fd = mkstemp(list);
	FILE *fp = fd < 0 ? NULL : fdopen(fd, "w");

	if (fp == NULL)
		return 1;
	fputs(small, fp);
	fclose(fp);
	places(list);
	bisection(list);
	unlink(list);
	return tap_done();
}
