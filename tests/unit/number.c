/*
 * number: floats as decimals, against the fewest digits of %g that read back
 *
 *	number [FIRST COUNT]	the floats of these bits, instead of some
 */

#include "base/number.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/ascii.h"
#include "base/rng.h"
#include "tap.h"

static size_t nshorter;

/*
 * The decimal reads back, is what %g makes with as many digits, and what %g
 * makes with one digit less does not read back.
 */
static bool
agrees(uint32_t bits)
{
	char text[400], got[NUMBER_LEN + 1];
	float x;
	int n = 0;
	char *p;

	memcpy(&x, &bits, sizeof(x));
	if (!isfinite(x))
		return true;
	got[number_put(got, x)] = '\0';
	if (x == 0)
		return strcmp(got, "0") == 0;
	for (p = got; *p != '\0' && *p != 'e'; p++)
		n += ascii_is_digit((uint32_t)*p) && (n > 0 || *p != '0');
	if (strtof(got, NULL) == x) {
		snprintf(text, sizeof(text), "%.*g", n - 1, (double)x);
		if (n == 1 || strtof(text, NULL) != x) {
			snprintf(text, sizeof(text), "%.*g", n, (double)x);
			if (strcmp(got, text) == 0)
				return true;
			/*
			 * Below a power of two floats are twice as dense. A
			 * decimal above the power may then read back, while
			 * one of the same length below it, which is nearer,
			 * does not.
			 */
			if ((bits & 0x7fffff) == 0 && strtof(text, NULL) != x) {
				nshorter++;
				return true;
			}
		}
	}
	printf("# %08x: %s, not %s\n", bits, got, text);
	return false;
}

/* Around every power of two, and numbers drawn. */
static void
some(void)
{
	struct rng r;
	uint32_t i;
	int near;
	bool good = true;

	for (i = 0; i < 512; i++)
		for (near = -3; near <= 3; near++)
			good &= agrees((i << 23) + (uint32_t)near);
	ok(good && nshorter == 6, "at the powers of two");
	rng_init(&r, 1);
	for (i = 0, good = true; i < 100000; i++)
		good &= agrees((uint32_t)rng_next(&r));
	ok(good, "at random");
	for (i = 0, good = true; i < 10000; i++)
		good &= agrees(i) && agrees(0x7f7fffff - i);
	ok(good, "the least and the largest");
}

int
main(int argc, char *argv[])
{
	uint64_t first, i, n;
	bool good = true;

	if (argc < 3) {
		some();
		return tap_done();
	}
	first = strtoull(argv[1], NULL, 0);
	n = strtoull(argv[2], NULL, 0);
	for (i = 0; i < n; i++)
		good &= agrees((uint32_t)(first + i));
	ok(good, "all of these bits");
	return tap_done();
}
