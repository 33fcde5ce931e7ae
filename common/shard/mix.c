#include "shard/mix.h"

#include <stdlib.h>

#include "base/mem.h"

void
mix_init(struct mix *m, const double *weight, size_t nsource)
{
	double sum = 0;
	size_t i;

	*m = (struct mix){.nsource = nsource};
	m->weight = mem_zeroed(nsource, sizeof(*m->weight));
	m->taken = mem_zeroed(nsource, sizeof(*m->taken));
	m->closed = mem_zeroed(nsource, sizeof(*m->closed));
	for (i = 0; i < nsource; i++)
		sum += weight[i];
	for (i = 0; i < nsource; i++) {
		m->weight[i] = weight[i] / sum;
		m->closed[i] = weight[i] <= 0;
	}
}

void
mix_release(struct mix *m)
{
	free(m->weight);
	free(m->taken);
	free(m->closed);
	*m = (struct mix){0};
}

size_t
mix_next(const struct mix *m)
{
	double total = m->total > 0 ? (double)m->total : 1, most = 0, error;
	size_t i, best = m->nsource;

	for (i = 0; i < m->nsource; i++) {
		if (m->closed[i])
			continue;
		error = m->weight[i] * total - (double)m->taken[i];
		if (best == m->nsource || error > most) {
			best = i;
			most = error;
		}
	}
	return best;
}

void
mix_take(struct mix *m, size_t source, uint64_t units)
{
	m->taken[source] += units;
	m->total += units;
}

void
mix_close(struct mix *m, size_t source)
{
	m->closed[source] = 1;
}
