#include "int8.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#ifdef __x86_64__
#include <immintrin.h>
#endif

#include "mem.h"
#include "vector.h"

enum { PANEL = 16, GROUP = 4 }; /* outputs, inputs that lie together */
/* What rows are divided by; one of zeros, or nearly, is all zeros. */
static const float least = 1e-30f;

enum { MAX_ROW = 12, MAX_COL = 32, MBLOCK = 96 };

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

VECTOR_CLONES static float
largest(const float *x, size_t n)
{
	float top[PANEL] = {0}, a;
	size_t i, j, whole = n - n % PANEL;

	for (i = 0; i < whole; i += PANEL)
		for (j = 0; j < PANEL; j++) {
			a = fabsf(x[i + j]);
			top[j] = a > top[j] ? a : top[j];
		}
	for (i = whole; i < n; i++)
		top[0] = fabsf(x[i]) > top[0] ? fabsf(x[i]) : top[0];
	for (j = 1; j < PANEL; j++)
		top[0] = top[j] > top[0] ? top[j] : top[0];
	return top[0];
}

VECTOR_CLONES static void
to_bytes(const float *x, size_t n, float inverse, uint8_t *out)
{
	size_t i;

	for (i = 0; i < n; i++)
		out[i] = (uint8_t)(nearest(x[i] * inverse) + 128);
}

VECTOR_CLONES static void
to_words(const float *x, size_t n, float inverse, int16_t *out)
{
	size_t i;

	for (i = 0; i < n; i++)
		out[i] = (int16_t)(nearest(x[i] * inverse) + 128);
}

void
int8_init(struct int8_matrix *a, const float *weight, size_t nout, size_t nin)
{
	size_t wide = round_up(nin, GROUP), o, i;
	const float *row;
	float max, inverse;
	int32_t q;

	a->nout = nout;
	a->nin = nin;
	a->weight = mem_aligned(round_up(nout, MAX_COL) * wide);
	a->scale = mem_zeroed(nout, sizeof(*a->scale));
	a->sum = mem_zeroed(nout, sizeof(*a->sum));
	memset(a->weight, 0, round_up(nout, MAX_COL) * wide);
	for (o = 0; o < nout; o++) {
		row = weight + o * nin;
		max = largest(row, nin);
		inverse = max > least ? 127 / max : 0;
		a->scale[o] = max / 127;
		for (i = 0; i < nin; i++) {
			q = nearest(row[i] * inverse);
			a->sum[o] += q;
			a->weight[o / PANEL * PANEL * wide +
				  i / GROUP * PANEL * GROUP +
				  o % PANEL * GROUP + i % GROUP] = (int8_t)q;
		}
	}
}

/*
 * A tile: out (nrow, ncol), rows row[0..nrow) of n groups of inputs times
 * ncol / 16 panels of weights, panel_size apart.
 */
struct kernel {
	size_t nrow, ncol;
	bool bytes; /* inputs are uint8_t, else int16_t */
	void (*tile)(size_t n, const void *const *row, const int8_t *w,
	    size_t panel_size, int32_t *out);
};

static void
tile_plain(size_t n, const void *const *row, const int8_t *w, size_t panel_size,
    int32_t *out)
{
	const int16_t *x = row[0];
	size_t i, j;

	(void)panel_size;
	memset(out, 0, PANEL * sizeof(*out));
	for (i = 0; i < n; i++, x += GROUP, w += PANEL * GROUP)
		for (j = 0; j < PANEL; j++)
			out[j] += x[0] * w[j * 4] + x[1] * w[j * 4 + 1] +
				  x[2] * w[j * 4 + 2] + x[3] * w[j * 4 + 3];
}

#ifdef __x86_64__
/* Half a panel at a time: 6 rows, 8 outputs, two partial sums of each. */
__attribute__((target("avx2"))) static void
tile_avx2(size_t n, const void *const *row, const int8_t *w, size_t panel_size,
    int32_t *out)
{
	__m256i s[6][2], left, right, x;
	const int8_t *p;
	size_t i, r, half;

	(void)panel_size;
	for (half = 0; half < 2; half++) {
		p = w + half * PANEL * GROUP / 2;
#pragma GCC unroll 6
		for (r = 0; r < 6; r++)
			s[r][0] = s[r][1] = _mm256_setzero_si256();
		for (i = 0; i < n; i++, p += PANEL * GROUP) {
			left = _mm256_cvtepi8_epi16(
			    _mm_loadu_si128((const __m128i *)p));
			right = _mm256_cvtepi8_epi16(
			    _mm_loadu_si128((const __m128i *)(p + 16)));
#pragma GCC unroll 6
			for (r = 0; r < 6; r++) {
				x = _mm256_broadcastq_epi64(_mm_loadl_epi64(
				    (const __m128i *)((const int16_t *)row[r] +
						      i * GROUP)));
				s[r][0] = _mm256_add_epi32(
				    s[r][0], _mm256_madd_epi16(x, left));
				s[r][1] = _mm256_add_epi32(
				    s[r][1], _mm256_madd_epi16(x, right));
			}
		}
#pragma GCC unroll 6
		for (r = 0; r < 6; r++)
			_mm256_storeu_si256(
			    (__m256i *)(out + r * PANEL + half * 8),
			    _mm256_permute4x64_epi64(
				_mm256_hadd_epi32(s[r][0], s[r][1]), 0xd8));
	}
}

/* By asm: of the intrinsic gcc 12 makes copies and spills. */
#define DOT(s, x, w) __asm__("vpdpbusd %2, %1, %0" : "+v"(s) : "v"(x), "v"(w))

__attribute__((target("avx512f,avx512bw,avx512vnni"))) static void
tile_vnni(size_t n, const void *const *row, const int8_t *w, size_t panel_size,
    int32_t *out)
{
	__m512i s[12][2], left, right, x;
	const int8_t *in[12];
	int32_t four;
	size_t i, r;

#pragma GCC unroll 12
	for (r = 0; r < 12; r++) {
		in[r] = row[r];
		s[r][0] = s[r][1] = _mm512_setzero_si512();
	}
	for (i = 0; i < n; i++, w += PANEL * GROUP) {
		left = _mm512_loadu_si512(w);
		right = _mm512_loadu_si512(w + panel_size);
#pragma GCC unroll 12
		for (r = 0; r < 12; r++) {
			memcpy(&four, in[r] + i * GROUP, sizeof(four));
			x = _mm512_set1_epi32(four);
			DOT(s[r][0], x, left);
			DOT(s[r][1], x, right);
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
	static const struct kernel plain = {1, PANEL, false, tile_plain};
#ifdef __x86_64__
	static const struct kernel avx2 = {6, PANEL, false, tile_avx2};
	static const struct kernel vnni = {12, 2 * PANEL, true, tile_vnni};

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
quantise(const struct kernel *kernel, struct int8_work *work, size_t m,
    size_t nin, const float *x)
{
	size_t wide = round_up(nin, GROUP), i;
	size_t size = m * wide * (kernel->bytes ? 1 : sizeof(int16_t));
	float max, inverse;

	if (size > work->size) {
		free(work->row);
		work->row = mem_zeroed(size, 1);
		work->size = size;
	}
	if (m > work->nrow) {
		free(work->scale);
		work->scale = mem_zeroed(m, sizeof(*work->scale));
		work->nrow = m;
	}
	for (i = 0; i < m; i++, x += nin) {
		max = largest(x, nin);
		inverse = max > least ? 127 / max : 0;
		work->scale[i] = max / 127;
		if (kernel->bytes)
			to_bytes(
			    x, nin, inverse, (uint8_t *)work->row + i * wide);
		else
			to_words(
			    x, nin, inverse, (int16_t *)work->row + i * wide);
	}
}

/* y[0..n) = the sums as real numbers; the inputs' 128 is taken off. */
VECTOR_CLONES static void
to_real(const int32_t *out, size_t n, const int32_t *sum, const float *scale,
    float row_scale, float *y)
{
	size_t i;

	for (i = 0; i < n; i++)
		y[i] = (float)(out[i] - 128 * sum[i]) * scale[i] * row_scale;
}

/* Rows [from, to) of the product. */
static void
multiply_block(const struct int8_matrix *a, const struct kernel *kernel,
    const struct int8_work *work, size_t from, size_t to, float *y)
{
	int32_t out[MAX_ROW * MAX_COL];
	const void *row[MAX_ROW];
	size_t wide = round_up(a->nin, GROUP), o, i, r, nrow, ncol;
	size_t size = wide * (kernel->bytes ? 1 : sizeof(int16_t));

	for (o = 0; o < a->nout; o += kernel->ncol) {
		ncol = a->nout - o < kernel->ncol ? a->nout - o : kernel->ncol;
		for (i = from; i < to; i += kernel->nrow) {
			nrow = to - i < kernel->nrow ? to - i : kernel->nrow;
			for (r = 0; r < kernel->nrow; r++)
				row[r] = (const char *)work->row +
					 (i + (r < nrow ? r : 0)) * size;
			kernel->tile(wide / GROUP, row, a->weight + o * wide,
			    PANEL * wide, out);
			for (r = 0; r < nrow; r++)
				to_real(out + r * kernel->ncol, ncol,
				    a->sum + o, a->scale + o,
				    work->scale[i + r],
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

	quantise(kernel, work, m, a->nin, x);
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
	*work = (struct int8_work){0};
}
