/*
 * embed - how many texts a second of processor time an encoder takes
 *
 * usage: embed MODEL <texts	(each ended by a NUL byte)
 *
 * Texts are taken 64 at a time; each such window counts with the best of nine
 * turns, since other processes only ever add.  And a checksum of the vectors.
 */

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/buf.h"
#include "base/cli.h"
#include "base/hash.h"
#include "base/mem.h"
#include "encode/encoder.h"

enum { WINDOW = 64, NTURN = 9 };

static double
seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

int
main(int argc, char *argv[])
{
	struct encoder *e;
	struct buf all = {0};
	struct str *text = NULL;
	size_t ntext = 0, i, n, turn, dim;
	uint64_t sum = 0;
	double took, all_best = 0, *best;
	float *x;
	char block[1 << 16];

	if (argc != 2)
		cli_errx(CLI_FATAL, "usage: embed MODEL <texts");
	e = encoder_open(argv[1]);
	dim = encoder_dim(e);
	while ((n = fread(block, 1, sizeof(block), stdin)) > 0)
		buf_puts(&all, (struct str){block, n});
	for (i = 0; i < all.len; i += text[ntext++].len + 1) {
		if (ntext % WINDOW == 0)
			text = mem_grow(text, ntext + WINDOW, sizeof(*text));
		text[ntext] = str_of(all.p + i);
	}
	x = mem_alloc(WINDOW * dim * sizeof(*x));
	best = mem_zeroed(ntext / WINDOW + 1, sizeof(*best));
	for (turn = 0; turn < NTURN; turn++)
		for (i = 0; i < ntext; i += n) {
			n = ntext - i < WINDOW ? ntext - i : WINDOW;
			took = seconds();
			encoder_embed(e, text + i, n, x);
			took = seconds() - took;
			if (turn == 0)
				sum = hash_64(x, n * dim * sizeof(*x), sum);
			if (turn == 0 || took < best[i / WINDOW])
				best[i / WINDOW] = took;
		}
	for (i = 0; i < ntext; i += WINDOW)
		all_best += best[i / WINDOW];
	printf("%.0f %016llx\n", (double)ntext / all_best,
	    (unsigned long long)sum);
	free(best);
	free(x);
	free(text);
	buf_release(&all);
	encoder_close(e);
	return 0;
}
