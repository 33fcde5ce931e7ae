/*
 * scan - the exact scan alone: the K records nearest to each seed
 *
 * usage: scan SEEDS RECORDS DIM K >hits
 *
 * The operands hold float32 vectors of DIM, one after the other.  Out go, seed
 * by seed, the numbers of its records as int32, the nearest first; to standard
 * error the seconds of processor time.
 */

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/cli.h"
#include "base/mapfile.h"
#include "base/mem.h"
#include "math/gemm.h"
#include "math/knn.h"

enum { WINDOW = 1024 }; /* as embed-score has it */

static int
by_seed(const void *pa, const void *pb)
{
	const struct knn_hit *a = pa, *b = pb;

	if (a->seed != b->seed)
		return a->seed < b->seed ? -1 : 1;
	if (a->sim != b->sim)
		return a->sim > b->sim ? -1 : 1;
	return a->place < b->place ? -1 : a->place > b->place;
}

int
main(int argc, char *argv[])
{
	struct str seeds, records;
	struct knn_hit *hit;
	struct knn knn;
	size_t dim, k, nseed, nrecord, i, r, n;
	const float *seed, *x;
	int32_t place;
	clock_t from;
	float *sim;

	if (argc != 5)
		cli_errx(CLI_FATAL, "usage: scan SEEDS RECORDS DIM K >hits");
	if (!mapfile_open(&seeds, argv[1]) || !mapfile_open(&records, argv[2]))
		cli_err(CLI_FATAL, "%s, %s", argv[1], argv[2]);
	dim = cli_size("DIM", argv[3], 1, 1 << 20);
	k = cli_size("K", argv[4], 1, 1 << 20);
	seed = (const float *)seeds.p;
	x = (const float *)records.p;
	nseed = seeds.len / sizeof(*seed) / dim;
	nrecord = records.len / sizeof(*x) / dim;
	sim = mem_alloc(WINDOW * nseed * sizeof(*sim));

	from = clock();
	knn_init(&knn, nseed, k, -INFINITY);
	for (i = 0; i < nrecord; i += n) {
		n = nrecord - i < WINDOW ? nrecord - i : WINDOW;
		gemm_nt(
		    n, nseed, dim, x + i * dim, dim, seed, dim, 0, sim, nseed);
		for (r = 0; r < n; r++)
			knn_offer_all(&knn, i + r, sim + r * nseed);
	}
	hit = knn_hits(&knn, &n);
	fprintf(stderr, "%.3f\n", (double)(clock() - from) / CLOCKS_PER_SEC);

	qsort(hit, n, sizeof(*hit), by_seed);
	for (i = 0; i < n; i++) {
		place = (int32_t)hit[i].place;
		fwrite(&place, sizeof(place), 1, stdout);
	}
	free(hit);
	free(sim);
	knn_release(&knn);
	mapfile_close(&seeds);
	mapfile_close(&records);
	return fflush(stdout) != 0;
}
