/*
 * bert: each vector loop is compared with libm in double, and a whole small
 * model with a forward pass that was written from the paper, one number at a
 * time
 */

#include "encode/bert.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/rng.h"
#include "tap.h"

enum {
	NLAYER = 2,
	DIM = 24,
	NHEAD = 3,
	NFFN = 40,
	NVOCAB = 50,
	NPOSITION = 20,
	WIDTH = DIM / NHEAD
};

static void
gelu(void)
{
	float x[6001], zero[6001] = {0};
	double z, worst = 0, worst_tanh = 0, want;
	size_t i;

	for (i = 0; i < 6001; i++)
		x[i] = (float)i * .004f - 12;
	bert_gelu(x, 1, 6001, zero, false);
	for (i = 0; i < 6001; i++) {
		z = (float)i * .004f - 12;
		want = z / 2 * (1 + erf(z / sqrt(2)));
		worst = fmax(worst, fabs(x[i] - want));
	}
	for (i = 0; i < 6001; i++)
		x[i] = (float)i * .004f - 12;
	bert_gelu(x, 1, 6001, zero, true);
	for (i = 0; i < 6001; i++) {
		z = (float)i * .004f - 12;
		want = z / 2 *
		       (1 + tanh(sqrt(2 / M_PI) * (z + .044715 * z * z * z)));
		worst_tanh = fmax(worst_tanh, fabs(x[i] - want));
	}
	printf("# erf %.1e, tanh %.1e\n", worst, worst_tanh);
	/* 1.5e-7 by A&S 7.1.26, times z/2, and float32's own rounding */
	ok(worst < 2e-6, "GELU by erf");
	ok(worst_tanh < 2e-6, "GELU by tanh");
}

static void
softmax(void)
{
	float x[700];
	double want[700], sum, worst = 0, max;
	size_t i, n;
	struct rng r;

	rng_init(&r, 1);
	for (n = 1; n < 700; n += 37) {
		sum = max = 0;
		for (i = 0; i < n; i++) {
			x[i] = (float)(rng_normal(&r) * 30);
			max = fmax(max, x[i]);
		}
		for (i = 0; i < n; i++)
			sum += want[i] = exp((x[i] - max) * .125);
		bert_softmax(x, 1, n, .125f);
		for (i = 0; i < n; i++)
			worst = fmax(worst,
			    fabs(x[i] - want[i] / sum) / (want[i] / sum));
	}
	printf("# relative %.1e\n", worst);
	ok(worst < 2e-6, "softmax");
}

static void
norm(void)
{
	float x[3 * 200], scale[200], shift[200];
	double want[3 * 200], mean, var, worst = 0;
	size_t i, r, dim;
	struct rng rng;

	rng_init(&rng, 2);
	for (dim = 1; dim <= 200; dim += 13) {
		for (i = 0; i < dim; i++) {
			scale[i] = (float)rng_normal(&rng);
			shift[i] = (float)rng_normal(&rng);
		}
		for (i = 0; i < 3 * dim; i++)
			x[i] = (float)(rng_normal(&rng) * 5 + 3);
		for (r = 0; r < 3; r++) {
			for (mean = var = 0, i = 0; i < dim; i++)
				mean += (double)x[r * dim + i] / (double)dim;
			for (i = 0; i < dim; i++)
				var +=
				    pow(x[r * dim + i] - mean, 2) / (double)dim;
			for (i = 0; i < dim; i++)
				want[r * dim + i] = (x[r * dim + i] - mean) /
							sqrt(var + 1e-5) *
							scale[i] +
						    shift[i];
		}
		bert_norm(x, 3, dim, scale, shift, 1e-5f);
		for (i = 0; i < 3 * dim; i++)
			worst = fmax(worst, fabs(x[i] - want[i]));
	}
	printf("# %.1e\n", worst);
	ok(worst < 1e-5, "normalised rows");
}

static struct arena mem; /* of the models */

static float *
random_matrix(struct rng *r, size_t n, float size)
{
	float *p = arena_alloc(&mem, n * sizeof(*p));
	size_t i;

	for (i = 0; i < n; i++)
		p[i] = (float)rng_normal(r) * size;
	return p;
}

static void
twin_norm(double *x, const float *scale, const float *shift)
{
	double mean = 0, var = 0;
	size_t i;

	for (i = 0; i < DIM; i++)
		mean += x[i] / DIM;
	for (i = 0; i < DIM; i++)
		var += (x[i] - mean) * (x[i] - mean) / DIM;
	for (i = 0; i < DIM; i++)
		x[i] = (x[i] - mean) / sqrt(var + 1e-12) * scale[i] + shift[i];
}

/* out[0..nout) = w (nout, nin) x + bias */
static void
twin_dense(double *out, const double *x, size_t nout, size_t nin,
    const float *w, const float *bias)
{
	size_t i, j;

	for (i = 0; i < nout; i++) {
		out[i] = bias[i];
		for (j = 0; j < nin; j++)
			out[i] += (double)w[i * nin + j] * x[j];
	}
}

static void
twin_attend(double qkv[][3 * DIM], double ctx[][DIM], size_t n)
{
	double p[NPOSITION], sum;
	size_t h, i, j, k;

	for (h = 0; h < NHEAD; h++)
		for (i = 0; i < n; i++) {
			sum = 0;
			for (j = 0; j < n; j++) {
				p[j] = 0;
				for (k = h * WIDTH; k < (h + 1) * WIDTH; k++)
					p[j] += qkv[i][k] * qkv[j][DIM + k];
				sum += p[j] = exp(p[j] / sqrt(WIDTH));
			}
			for (k = h * WIDTH; k < (h + 1) * WIDTH; k++) {
				ctx[i][k] = 0;
				for (j = 0; j < n; j++)
					ctx[i][k] +=
					    p[j] / sum * qkv[j][2 * DIM + k];
			}
		}
}

static void
twin_embed(const struct bert *b, const uint32_t *id, size_t n, double *out)
{
	static double x[NPOSITION][DIM], qkv[NPOSITION][3 * DIM],
	    ctx[NPOSITION][DIM];
	double y[DIM], f[NFFN];
	const struct bert_layer *l;
	size_t i, j, k;

	for (i = 0; i < n; i++) {
		for (j = 0; j < DIM; j++)
			x[i][j] = (double)b->word[id[i] * DIM + j] +
				  b->position[i * DIM + j] + b->type[j];
		twin_norm(x[i], b->norm_scale, b->norm_shift);
	}
	for (k = 0; k < NLAYER; k++) {
		l = &b->layer[k];
		for (i = 0; i < n; i++)
			twin_dense(qkv[i], x[i], 3 * DIM, DIM, l->qkv_weight,
			    l->qkv_bias);
		twin_attend(qkv, ctx, n);
		for (i = 0; i < n; i++) {
			twin_dense(
			    y, ctx[i], DIM, DIM, l->out_weight, l->out_bias);
			for (j = 0; j < DIM; j++)
				x[i][j] += y[j];
			twin_norm(x[i], l->norm1_scale, l->norm1_shift);
			twin_dense(
			    f, x[i], NFFN, DIM, l->up_weight, l->up_bias);
			for (j = 0; j < NFFN; j++)
				f[j] = f[j] / 2 * (1 + erf(f[j] / sqrt(2)));
			twin_dense(
			    y, f, DIM, NFFN, l->down_weight, l->down_bias);
			for (j = 0; j < DIM; j++)
				x[i][j] += y[j];
			twin_norm(x[i], l->norm2_scale, l->norm2_shift);
		}
	}
	for (j = 0; j < DIM; j++) {
		out[j] = 0;
		for (i = 0; i < (b->cls ? 1 : n); i++)
			out[j] += x[i][j] / (double)(b->cls ? 1 : n);
	}
}

static struct bert *
random_model(struct rng *r)
{
	struct bert *b = arena_alloc(&mem, sizeof(*b));
	struct bert_layer *l = arena_alloc(&mem, NLAYER * sizeof(*l));
	size_t i;

	*b = (struct bert){.nlayer = NLAYER,
	    .dim = DIM,
	    .nhead = NHEAD,
	    .nffn = NFFN,
	    .nvocab = NVOCAB,
	    .nposition = NPOSITION,
	    .epsilon = 1e-12f,
	    .word = random_matrix(r, NVOCAB * DIM, 1),
	    .position = random_matrix(r, NPOSITION * DIM, .5f),
	    .type = random_matrix(r, DIM, .5f),
	    .norm_scale = random_matrix(r, DIM, 1),
	    .norm_shift = random_matrix(r, DIM, 1),
	    .layer = l};
	for (i = 0; i < NLAYER; i++, l++)
		*l = (struct bert_layer){random_matrix(r, 3 * DIM * DIM, .3f),
		    random_matrix(r, 3 * DIM, .3f),
		    random_matrix(r, DIM * DIM, .3f),
		    random_matrix(r, DIM, .3f), random_matrix(r, DIM, 1),
		    random_matrix(r, DIM, 1), random_matrix(r, NFFN * DIM, .3f),
		    random_matrix(r, NFFN, .3f),
		    random_matrix(r, DIM * NFFN, .3f),
		    random_matrix(r, DIM, .3f), random_matrix(r, DIM, 1),
		    random_matrix(r, DIM, 1), NULL, NULL, 0, NULL, NULL};
	return b;
}

static void
whole(bool cls)
{
	enum { NSEQ = 6 };
	size_t start[NSEQ + 1] = {0, 1, 8, 28, 31, 44, 61}, i, j;
	uint32_t id[61];
	float out[NSEQ * DIM], alone[DIM];
	double want[DIM], off, worst = 0;
	struct bert_work work = {0}, work_alone = {0};
	struct bert *b;
	struct rng r;
	bool same = true;

	rng_init(&r, 7);
	b = random_model(&r);
	b->cls = cls;
	for (i = 0; i < 61; i++)
		id[i] = (uint32_t)rng_below(&r, NVOCAB);
	bert_embed(b, &work, id, start, NSEQ, out);
	for (i = 0; i < NSEQ; i++) {
		twin_embed(b, id + start[i], start[i + 1] - start[i], want);
		/*
		 * The branches avoid fmax(), on which gcc 12 for arm64 stops
		 * with an internal error.
		 */
		for (j = 0; j < DIM; j++) {
			off = fabs(out[i * DIM + j] - want[j]);
			if (off > worst)
				worst = off;
		}
		bert_embed(b, &work_alone, id, start + i, 1, alone);
		same = same && memcmp(alone, out + i * DIM, sizeof(alone)) == 0;
	}
	printf("# largest difference %.1e\n", worst);
	ok(worst < 1e-4,
	    cls ? "a model with CLS pooling" : "a model with mean pooling");
	ok(same, "a text alone gives the bits that it gives in a batch");
	bert_work_release(&work);
	bert_work_release(&work_alone);
}

int
main(void)
{
	gelu();
	softmax();
	norm();
	whole(false);
	whole(true);
	arena_release(&mem);
	return tap_done();
}
