/*
 * pace: requests are sent when they may be, and repeated as often as they may
 * be
 */

#include "llm/pace.h"

#include "tap.h"

int
main(void)
{
	struct pace p;
	double now, due = 0;

	pace_init(&p, 0, 2, 1);
	ok(pace_due(&p, 5) == 5, "nothing holds it back");
	pace_sent(&p, 100);
	ok(pace_due(&p, 5) == 5, "without rpm, nor does another");
	now = pace_now();
	pace_hold(&p, -1);
	ok(pace_due(&p, 5) == 5, "a server that asks for nothing");
	pace_hold(&p, 50);
	ok(pace_due(&p, 0) >= now + 50 && pace_due(&p, 0) < now + 80,
	    "one that asks for 50 seconds");
	pace_hold(&p, 10);
	ok(pace_due(&p, 0) >= now + 50, "then for less");
	pace_hold(&p, 1e9);
	ok(pace_due(&p, 0) < now + PACE_PATIENCE + 30, "then for too much");
	ok(pace_due(&p, now + 1e6) == now + 1e6, "one that is due later");

	pace_init(&p, 30, 2, 1);
	pace_sent(&p, 100);
	ok(pace_due(&p, 0) == 102, "30 a minute are two seconds apart");

	now = pace_now();
	ok(pace_again(&p, 0, 7, &due) && due >= now + 7 && due < now + 37,
	    "again, when the server says");
	ok(pace_again(&p, 1, -1, &due) && due > now && due < now + 38,
	    "and when it doesn't");
	ok(!pace_again(&p, 2, 0, &due), "not a third time");
	ok(!pace_again(&p, 0, PACE_PATIENCE + 1, &due), "nor after an hour");
	return tap_done();
}
