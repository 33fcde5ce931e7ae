#include "int8.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#ifdef __x86_64__
#include <immintrin.h>
#endif

#include "mem.h"
#include "vector.h"

enum {
	PANEL = 16,
	GROUP = 4,   /* outputs, inputs that lie together */
	STEPS = 254, /* of a row's range: its ends may round apart, by one */
	MAX_ROW = 12,
	MAX_COL = 32,
	MBLOCK = 96
};

/* What rows are divided by; one of zeros, or nearly, is all zeros. */
static const float least = 1e-30f;

static size_t
round_up(size_t n, size_t unit)
{
	return (n + unit - 1) / unit * unit;
}

/* x to the nearest whole number, for |x| below 2^22 */
static inline int32_t
nearest(float x)
{
	const float magic = 12582912; /* 1.5 * 2^23 */
	int32_t bits;

	x += magic;
	memcpy(&bits, &x, sizeof(bits));
	return (int32_t)((uint32_t)bits - 0x4b400000);
}

/* The least and the largest of 0 and x[0..n). */
VECTOR_CLONES static void
range_of(const float *x, size_t n, float *low, float *high)
{
	float min[PANEL] = {0}, max[PANEL] = {0};
	size_t i, j, whole = n - n % PANEL;

	for (i = 0; i < whole; i += PANEL)
		for (j = 0; j < PANEL; j++) {
			min[j] = x[i + j] < min[j] ? x[i + j] : min[j];
			max[j] = x[i + j] > max[j] ? x[i + j] : max[j];
		}
	for (j = 1; j < PANEL; j++) {
		min[0] = min[j] < min[0] ? min[j] : min[0];
		max[0] = max[j] > max[0] ? max[j] : max[0];
	}
	for (i = whole; i < n; i++) {
		min[0] = x[i] < min[0] ? x[i] : min[0];
		max[0] = x[i] > max[0] ? x[i] : max[0];
	}
	*low = min[0];
	*high = max[0];
}

VECTOR_CLONES static void
to_bytes(const float *x, size_t n, float inverse, int32_t zero, uint8_t *out)
{
	size_t i;

	for (i = 0; i < n; i++)
		out[i] = (uint8_t)(nearest(x[i] * inverse) + zero);
}

/* Two neighbours as whole numbers; few have a sum that must be cut. */
static inline void
to_pair(float x, float y, int32_t *a, int32_t *b)
{
	int32_t p = nearest(x), q = nearest(y), over;

	p = p > 127 ? 127 : p < -127 ? -127 : p;
	q = q > 127 ? 127 : q < -127 ? -127 : q;
	over = p + q > 128 ? p + q - 128 : p + q < -128 ? p + q + 128 : 0;
	*a = p - over / 2;
	*b = q - (over - over / 2);
}

static inline float
pair_error(float x, float y)
{
	int32_t a, b;

	to_pair(x, y, &a, &b);
	x -= (float)a;
	y -= (float)b;
	return x * x + y * y;
}

/* The sum of a row's squared errors, in steps. */
VECTOR_CLONES static float
row_error(const float *row, size_t n, float inverse)
{
	size_t i, j, whole = n - n % (2 * PANEL);
	float sum[PANEL] = {0};

	for (i = 0; i < whole; i += 2 * PANEL)
		for (j = 0; j < PANEL; j++)
			sum[j] += pair_error(row[i + 2 * j] * inverse,
			    row[i + 2 * j + 1] * inverse);
	for (; i < n; i += 2)
		sum[0] += pair_error(
		    row[i] * inverse, i + 1 < n ? row[i + 1] * inverse : 0);
	for (j = 1; j < PANEL; j++)
		sum[0] += sum[j];
	return sum[0];
}

/*
 * The scale of a row that errs least: of those that cut off its largest weight,
 * up to one where no pair's sum can be too large.
 */
static float
choose_scale(const float *row, size_t n)
{
	float min, max, scale, best, error, least_error = INFINITY;
	int i;

	range_of(row, n, &min, &max);
	best = max = (max > -min ? max : -min) / 127;
	for (i = 6; max * 127 > least && i <= 16; i++) {
		scale = max * (float)i / 8;
		error = row_error(row, n, 1 / scale) * scale * scale;
		if (error < least_error) {
			least_error = error;
			best = scale;
		}
	}
	return best;
}

void
int8_init(struct int8_matrix *a, const float *weight, size_t nout, size_t nin)
{
	size_t wide = round_up(nin, GROUP), o, i;
	const float *row;
	int32_t pair[2];
	float inverse;
	int8_t *out;

	a->nout = nout;
	a->nin = nin;
	a->weight = mem_aligned(round_up(nout, MAX_COL) * wide);
	a->scale = mem_zeroed(nout, sizeof(*a->scale));
	a->sum = mem_zeroed(nout, sizeof(*a->sum));
	memset(a->weight, 0, round_up(nout, MAX_COL) * wide);
	for (o = 0; o < nout; o++) {
		row = weight + o * nin;
		a->scale[o] = choose_scale(row, nin);
		inverse = a->scale[o] * 127 > least ? 1 / a->scale[o] : 0;
		out = a->weight + o / PANEL * PANEL * wide + o % PANEL * GROUP;
		for (i = 0; i < nin; i += 2) {
			to_pair(row[i] * inverse,
			    i + 1 < nin ? row[i + 1] * inverse : 0, &pair[0],
			    &pair[1]);
			a->sum[o] += pair[0] + pair[1];
			out[i / GROUP * PANEL * GROUP + i % GROUP] =
			    (int8_t)pair[0];
			out[i / GROUP * PANEL * GROUP + i % GROUP + 1] =
			    (int8_t)pair[1];
		}
	}
}

/*
 * A tile: out (nrow, ncol), rows row[0..nrow) of n groups of inputs times
 * ncol / 16 panels of weights, panel_size apart.
 */
struct kernel {
	size_t nrow, ncol;
	void (*tile)(size_t n, const uint8_t *const *row, const int8_t *w,
	    size_t panel_size, int32_t *out);
};

static void
tile_plain(size_t n, const uint8_t *const *row, const int8_t *w,
    size_t panel_size, int32_t *out)
{
	const uint8_t *x = row[0];
	size_t i, j;

	(void)panel_size;
	memset(out, 0, PANEL * sizeof(*out));
	for (i = 0; i < n; i++, x += GROUP, w += PANEL * GROUP)
		for (j = 0; j < PANEL; j++)
			out[j] += x[0] * w[j * 4] + x[1] * w[j * 4 + 1] +
				  x[2] * w[j * 4 + 2] + x[3] * w[j * 4 + 3];
}

#ifdef __x86_64__
/* By asm: of the intrinsics gcc 12 makes copies and spills. */
#define DOT_PAIRS(s, x, w, t, one)                                             \
	__asm__("vpmaddubsw %3, %2, %1\n\t"                                    \
		"vpmaddwd %4, %1, %1\n\tvpaddd %1, %0, %0"                     \
		: "+x"(s), "=&x"(t)                                            \
		: "x"(x), "x"(w), "x"(one))
#define DOT_BYTES(s, x, w)                                                     \
	__asm__("vpdpbusd %2, %1, %0" : "+v"(s) : "v"(x), "v"(w))

__attribute__((target("avx2"))) static void
tile_avx2(size_t n, const uint8_t *const *row, const int8_t *w,
    size_t panel_size, int32_t *out)
{
	__m256i s[5][2], left, right, x, t;
	const __m256i one = _mm256_set1_epi16(1);
	int32_t four;
	size_t i, r;

	(void)panel_size;
#pragma GCC unroll 5
	for (r = 0; r < 5; r++)
		s[r][0] = s[r][1] = _mm256_setzero_si256();
	for (i = 0; i < n; i++, w += PANEL * GROUP) {
		left = _mm256_load_si256((const __m256i *)w);
		right = _mm256_load_si256((const __m256i *)(w + 32));
#pragma GCC unroll 5
		for (r = 0; r < 5; r++) {
			memcpy(&four, row[r] + i * GROUP, sizeof(four));
			x = _mm256_set1_epi32(four);
			DOT_PAIRS(s[r][0], x, left, t, one);
			DOT_PAIRS(s[r][1], x, right, t, one);
		}
	}
#pragma GCC unroll 5
	for (r = 0; r < 5; r++) {
		_mm256_storeu_si256((__m256i *)(out + r * PANEL), s[r][0]);
		_mm256_storeu_si256((__m256i *)(out + r * PANEL + 8), s[r][1]);
	}
}

__attribute__((target("avx512f,avx512bw,avx512vnni"))) static void
tile_vnni(size_t n, const uint8_t *const *row, const int8_t *w,
    size_t panel_size, int32_t *out)
{
	__m512i s[12][2], left, right, x;
	int32_t four;
	size_t i, r;

#pragma GCC unroll 12
	for (r = 0; r < 12; r++)
		s[r][0] = s[r][1] = _mm512_setzero_si512();
	for (i = 0; i < n; i++, w += PANEL * GROUP) {
		left = _mm512_loadu_si512(w);
		right = _mm512_loadu_si512(w + panel_size);
#pragma GCC unroll 12
		for (r = 0; r < 12; r++) {
			memcpy(&four, row[r] + i * GROUP, sizeof(four));
			x = _mm512_set1_epi32(four);
			DOT_BYTES(s[r][0], x, left);
			DOT_BYTES(s[r][1], x, right);
		}
	}
#pragma GCC unroll 12
	for (r = 0; r < 12; r++) {
		_mm512_storeu_si512(out + r * 2 * PANEL, s[r][0]);
		_mm512_storeu_si512(out + r * 2 * PANEL + PANEL, s[r][1]);
	}
}
#endif

enum int8_path
int8_best(void)
{
#ifdef __x86_64__
	if (__builtin_cpu_supports("avx512f") &&
	    __builtin_cpu_supports("avx512bw") &&
	    __builtin_cpu_supports("avx512vnni"))
		return INT8_VNNI;
	if (__builtin_cpu_supports("avx2"))
		return INT8_AVX2;
#endif
	return INT8_PLAIN;
}

static const struct kernel *
choose_kernel(enum int8_path path)
{
	static const struct kernel plain = {1, PANEL, tile_plain};
#ifdef __x86_64__
	static const struct kernel avx2 = {5, PANEL, tile_avx2};
	static const struct kernel vnni = {12, 2 * PANEL, tile_vnni};

	if (path == INT8_VNNI)
		return &vnni;
	if (path == INT8_AVX2)
		return &avx2;
#endif
	(void)path;
	return &plain;
}

/* The rows of x as whole numbers; what is beyond nin meets weights of 0. */
static void
quantise(struct int8_work *work, size_t m, size_t nin, const float *x)
{
	size_t wide = round_up(nin, GROUP), i;
	float min, max, inverse;
	int32_t zero;

	if (m * wide > work->size) {
		free(work->row);
		work->size = m * wide;
		work->row = mem_zeroed(work->size, 1);
	}
	if (m > work->nrow) {
		free(work->scale);
		free(work->zero);
		work->scale = mem_zeroed(m, sizeof(*work->scale));
		work->zero = mem_zeroed(m, sizeof(*work->zero));
		work->nrow = m;
	}
	for (i = 0; i < m; i++, x += nin) {
		range_of(x, nin, &min, &max);
		inverse = max - min > least ? STEPS / (max - min) : 0;
		zero = -nearest(min * inverse);
		work->scale[i] = (max - min) / STEPS;
		work->zero[i] = zero;
		to_bytes(x, nin, inverse, zero, work->row + i * wide);
	}
}

/* y[0..n) = the sums as real numbers; what stands for 0 is taken off. */
VECTOR_CLONES static void
to_real(const int32_t *out, size_t n, const int32_t *sum, const float *scale,
    float row_scale, int32_t zero, float *y)
{
	size_t i;

	for (i = 0; i < n; i++)
		y[i] = (float)(out[i] - zero * sum[i]) * scale[i] * row_scale;
}

/* Rows [from, to) of the product. */
static void
multiply_block(const struct int8_matrix *a, const struct kernel *kernel,
    const struct int8_work *work, size_t from, size_t to, float *y)
{
	int32_t out[MAX_ROW * MAX_COL];
	const uint8_t *row[MAX_ROW];
	size_t wide = round_up(a->nin, GROUP), o, i, r, nrow, ncol;

	for (o = 0; o < a->nout; o += kernel->ncol) {
		ncol = a->nout - o < kernel->ncol ? a->nout - o : kernel->ncol;
		for (i = from; i < to; i += kernel->nrow) {
			nrow = to - i < kernel->nrow ? to - i : kernel->nrow;
			for (r = 0; r < kernel->nrow; r++)
				row[r] =
				    work->row + (i + (r < nrow ? r : 0)) * wide;
			kernel->tile(wide / GROUP, row, a->weight + o * wide,
			    PANEL * wide, out);
			for (r = 0; r < nrow; r++)
				to_real(out + r * kernel->ncol, ncol,
				    a->sum + o, a->scale + o,
				    work->scale[i + r], work->zero[i + r],
				    y + (i + r) * a->nout + o);
		}
	}
}

void
int8_multiply(const struct int8_matrix *a, enum int8_path path,
    struct int8_work *work, size_t m, const float *x, float *y)
{
	const struct kernel *kernel = choose_kernel(path);
	size_t i;

	quantise(work, m, a->nin, x);
	for (i = 0; i < m; i += MBLOCK)
		multiply_block(
		    a, kernel, work, i, m - i < MBLOCK ? m : i + MBLOCK, y);
}

void
int8_release(struct int8_matrix *a)
{
	free(a->weight);
	free(a->scale);
	free(a->sum);
	*a = (struct int8_matrix){0};
}

void
int8_work_release(struct int8_work *work)
{
	free(work->row);
	free(work->scale);
	free(work->zero);
	*work = (struct int8_work){0};
}
