/* drops: what is of the operands is read, and met once each */

#include "dedup/drops.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "tap.h"

int
main(void)
{
	static char one[] = "one", other[] = "./one", two[] = "two";
	char *const operand[] = {one, two, NULL}, *const respelt[] = {
						      other, NULL};
	char list[] = "/tmp/drops.XXXXXX";
	struct budget tight = {.max = 1};
	struct drops d = {0};
	int fd = mkstemp(list);
	FILE *fp = fd < 0 ? NULL : fdopen(fd, "w");

	if (fp == NULL)
		return 1;
	fputs("one\t0\ttwo\t7\t1\none\t70\ttwo\t7\t0.9\ntwo\t9\tone\t0\t1\n"
	      "three\t4\ttwo\t7\t1\none\t70\ttwo\t0\t0."
	      "8\ntwo\t18446744073709551615",
	    fp);
	fclose(fp);
	ok(drops_read(&d, list, operand, NULL) && d.left == 4,
	    "a place that is listed twice is one, other files' are none");
	ok(drops_take(&d, "one", 0) && drops_take(&d, "one", 70),
	    "places of the list");
	ok(!drops_take(&d, "one", 7) && !drops_take(&d, "two", 0) &&
		!drops_take(&d, "three", 4),
	    "and others");
	ok(drops_take(&d, "two", UINT64_MAX) && d.left == 1,
	    "the last line may lack its end; what was not met is counted");
	drops_release(&d);
	ok(drops_read(&d, list, respelt, NULL) && d.left == 0,
	    "a path spelt otherwise is another part");
	drops_release(&d);
	ok(!drops_read(&d, list, operand, &tight), "memory that won't do");
	drops_release(&d);
	unlink(list);
	return tap_done();
}
