#include "math/eigen.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "math/cpu.h"

enum { SWEEPS = 60 };

/* Rows x and y become c x - s y and s x + c y. */
CPU_CLONES static void
rotate_rows(
    double *restrict x, double *restrict y, size_t n, double c, double s)
{
	double t;
	size_t i;

	for (i = 0; i < n; i++) {
		t = x[i];
		x[i] = c * t - s * y[i];
		y[i] = s * t + c * y[i];
	}
}

/* Make a[p][q] zero by a rotation, which vector's rows p and q follow. */
static void
rotate(double *a, size_t n, double *vector, size_t p, size_t q)
{
	double apq = a[p * n + q], app = a[p * n + p], aqq = a[q * n + q];
	double theta, t, c, s;
	size_t i;

	theta = (aqq - app) / (2 * apq);
	t = 1 / (fabs(theta) + sqrt(theta * theta + 1));
	if (theta < 0)
		t = -t;
	c = 1 / sqrt(t * t + 1);
	s = t * c;
	rotate_rows(a + p * n, a + q * n, n, c, s);
	/* the matrix stays symmetric, so its columns are its rows */
	for (i = 0; i < n; i++) {
		a[i * n + p] = a[p * n + i];
		a[i * n + q] = a[q * n + i];
	}
	a[p * n + p] = app - t * apq;
	a[q * n + q] = aqq + t * apq;
	a[p * n + q] = a[q * n + p] = 0;
	rotate_rows(vector + p * n, vector + q * n, n, c, s);
}

/* Largest first; the order of equal values is that of the rows. */
static void
sort_rows(double *a, size_t n, double *value, double *vector)
{
	double t, *row = mem_alloc(n * sizeof(*row) + 1);
	size_t i, j, best;

	for (i = 0; i < n; i++)
		value[i] = a[i * n + i];
	for (i = 0; i < n; i++) {
		for (best = i, j = i + 1; j < n; j++)
			if (value[j] > value[best])
				best = j;
		if (best == i)
			continue;
		t = value[i];
		value[i] = value[best];
		value[best] = t;
		memcpy(row, vector + i * n, n * sizeof(*row));
		memcpy(vector + i * n, vector + best * n, n * sizeof(*row));
		memcpy(vector + best * n, row, n * sizeof(*row));
	}
	free(row);
}

void
eigen_symmetric(double *a, size_t n, double *value, double *vector)
{
	double off, all;
	size_t p, q;
	int sweep;

	memset(vector, 0, n * n * sizeof(*vector));
	for (p = 0; p < n; p++)
		vector[p * n + p] = 1;
	for (sweep = 0; sweep < SWEEPS; sweep++) {
		off = all = 0;
		for (p = 0; p < n; p++)
			for (q = 0; q < n; q++) {
				all += a[p * n + q] * a[p * n + q];
				if (p != q)
					off += a[p * n + q] * a[p * n + q];
			}
		if (!(off > 1e-26 * all))
			break;
		for (p = 0; p < n; p++)
			for (q = p + 1; q < n; q++)
				if (a[p * n + q] * a[p * n + q] > 1e-34 * all)
					rotate(a, n, vector, p, q);
	}
	sort_rows(a, n, value, vector);
}
