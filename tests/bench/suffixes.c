/* suffixes - how fast libdivsufsort alone sorts those of a file, on one core */

#include <divsufsort.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/cli.h"
#include "base/mapfile.h"
#include "base/mem.h"

int
main(int argc, char *argv[])
{
	struct str text;
	int32_t *suffix;
	clock_t start;
	double seconds;

	if (argc < 2)
		return 0;
	if (!mapfile_open(&text, argv[1]))
		cli_err(CLI_FATAL, "%s", argv[1]);
	suffix = mem_grow(NULL, text.len, sizeof(*suffix));
	start = clock();
	if (divsufsort(
		(const unsigned char *)text.p, suffix, (int32_t)text.len) != 0)
		return 1;
	seconds = (double)(clock() - start) / CLOCKS_PER_SEC;
	printf("libdivsufsort alone  %.1f MB, %.2f MB/s\n",
	    (double)text.len / 1e6, (double)text.len / 1e6 / seconds);
	free(suffix);
	mapfile_close(&text);
	return 0;
}
