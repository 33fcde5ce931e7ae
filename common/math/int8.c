#include "math/int8.h"

#include <float.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#ifdef __x86_64__
#include <cpuid.h>
#include <immintrin.h>
#include <sys/syscall.h>
#include <unistd.h>
#endif

#include "base/mem.h"
#include "math/cpu.h"

/*
 * Weights lie in panels: of PANEL outputs, GROUP inputs each, then the next
 * GROUP inputs.  GROUP inputs are what vpdpbusd and AMX's tdpbusd multiply and
 * add up into one sum of 32 bits; PANEL sums fill a register of AVX-512, two of
 * AVX2 or a row of an AMX tile.
 */
enum {
	PANEL = 16,
	GROUP = 4,
	DEEP = PANEL * GROUP, /* bytes of a tile's row: inputs are padded with
				 zeros to a multiple of it */
	/*
	 * steps of a row's range; not 255, since its two ends may round apart
	 * by one
	 */
	STEPS = 254,
	MAX_ROW = 2 * PANEL, /* the largest tile is that of AMX: two by two */
	MAX_COL = 2 * PANEL,
	MBLOCK = 96 /* rows that stay in the cache for all panels; a multiple
		       of the rows of the VNNI and AMX tiles */
};

/*
 * Rows of a tile, as many as the registers hold: of AVX2's 16, ten are sums,
 * two weights, and the rest an input, its products and ones; of AVX-512's 32,
 * 24 are sums, two weights.
 */
enum { AVX2_ROWS = 5, VNNI_ROWS = 12 };

/*
 * The number that rows are divided by.  A row of zeros, or of nearly zeros,
 * becomes all zeros.
 */
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
CPU_CLONES static void
range_of(const float *x, size_t n, float *low, float *high)
{
	float min = 0, max = 0;
	size_t i;

	for (i = 0; i < n; i++) {
		min = x[i] < min ? x[i] : min;
		max = x[i] > max ? x[i] : max;
	}
	*low = min;
	*high = max;
}

CPU_CLONES static void
to_bytes(const float *x, size_t n, float inverse, int32_t zero, uint8_t *out)
{
	size_t i;

	for (i = 0; i < n; i++)
		out[i] = (uint8_t)(nearest(x[i] * inverse) + zero);
}

/*
 * Round two neighbouring weights to whole numbers.  Only few pairs have a sum
 * that must be cut.
 */
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
CPU_CLONES static float
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
 * The scale of a row with the least error.  Candidates are scales that cut off
 * the row's largest weight, up to the first at which no pair's sum can be too
 * large.
 */
static float
choose_scale(const float *row, size_t n)
{
	/* In eighths of the scale by which the largest weight is 127. */
	enum { EIGHTH = 8, LOWEST = 6, HIGHEST = 16 };
	float min, max, scale, best, error, least_error = FLT_MAX;
	int i;

	range_of(row, n, &min, &max);
	best = max = (max > -min ? max : -min) / 127;
	for (i = LOWEST; max * 127 > least && i <= HIGHEST; i++) {
		scale = max * (float)i / EIGHTH;
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
	size_t wide = round_up(nin, DEEP), o, i;
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
 * A tile: out (nrow, ncol), rows of x, stride apart, n groups of inputs each,
 * times ncol / 16 panels of weights, panel_size apart.
 */
struct kernel {
	size_t nrow, ncol;
	void (*tile)(size_t n, const uint8_t *x, size_t stride, const int8_t *w,
	    size_t panel_size, int32_t *out);
};

static void
tile_plain(size_t n, const uint8_t *x, size_t stride, const int8_t *w,
    size_t panel_size, int32_t *out)
{
	size_t i, j;

	(void)stride;
	(void)panel_size;
	memset(out, 0, PANEL * sizeof(*out));
	for (i = 0; i < n; i++, x += GROUP, w += PANEL * GROUP)
		for (j = 0; j < PANEL; j++)
			out[j] += x[0] * w[j * 4] + x[1] * w[j * 4 + 1] +
				  x[2] * w[j * 4 + 2] + x[3] * w[j * 4 + 3];
}

#ifdef __x86_64__
/*
 * Written in assembler, since gcc 12 makes copies and spills registers of the
 * same intrinsics.
 */
#define DOT_PAIRS(s, x, w, t, one)                                             \
	__asm__("vpmaddubsw %3, %2, %1\n\t"                                    \
		"vpmaddwd %4, %1, %1\n\tvpaddd %1, %0, %0"                     \
		: "+x"(s), "=&x"(t)                                            \
		: "x"(x), "x"(w), "x"(one))
#define DOT_BYTES(s, x, w)                                                     \
	__asm__("vpdpbusd %2, %1, %0" : "+v"(s) : "v"(x), "v"(w))

__attribute__((target("avx2"))) static void
tile_avx2(size_t n, const uint8_t *x, size_t stride, const int8_t *w,
    size_t panel_size, int32_t *out)
{
	__m256i s[AVX2_ROWS][2], left, right, in, t;
	const __m256i one = _mm256_set1_epi16(1);
	int32_t four;
	size_t i, r;

	(void)panel_size;
#pragma GCC unroll AVX2_ROWS
	for (r = 0; r < AVX2_ROWS; r++)
		s[r][0] = s[r][1] = _mm256_setzero_si256();
	for (i = 0; i < n; i++, w += PANEL * GROUP) {
		left = _mm256_load_si256((const __m256i *)w);
		right = _mm256_load_si256((const __m256i *)(w + 32));
#pragma GCC unroll AVX2_ROWS
		for (r = 0; r < AVX2_ROWS; r++) {
			memcpy(&four, x + r * stride + i * GROUP, sizeof(four));
			in = _mm256_set1_epi32(four);
			DOT_PAIRS(s[r][0], in, left, t, one);
			DOT_PAIRS(s[r][1], in, right, t, one);
		}
	}
#pragma GCC unroll AVX2_ROWS
	for (r = 0; r < AVX2_ROWS; r++) {
		_mm256_storeu_si256((__m256i *)(out + r * PANEL), s[r][0]);
		_mm256_storeu_si256((__m256i *)(out + r * PANEL + 8), s[r][1]);
	}
}

__attribute__((target("avx512f,avx512bw,avx512vnni"))) static void
tile_vnni(size_t n, const uint8_t *x, size_t stride, const int8_t *w,
    size_t panel_size, int32_t *out)
{
	__m512i s[VNNI_ROWS][2], left, right, in;
	int32_t four;
	size_t i, r;

#pragma GCC unroll VNNI_ROWS
	for (r = 0; r < VNNI_ROWS; r++)
		s[r][0] = s[r][1] = _mm512_setzero_si512();
	for (i = 0; i < n; i++, w += PANEL * GROUP) {
		left = _mm512_loadu_si512(w);
		right = _mm512_loadu_si512(w + panel_size);
#pragma GCC unroll VNNI_ROWS
		for (r = 0; r < VNNI_ROWS; r++) {
			memcpy(&four, x + r * stride + i * GROUP, sizeof(four));
			in = _mm512_set1_epi32(four);
			DOT_BYTES(s[r][0], in, left);
			DOT_BYTES(s[r][1], in, right);
		}
	}
#pragma GCC unroll VNNI_ROWS
	for (r = 0; r < VNNI_ROWS; r++) {
		_mm512_storeu_si512(out + r * 2 * PANEL, s[r][0]);
		_mm512_storeu_si512(out + r * 2 * PANEL + PANEL, s[r][1]);
	}
}

/* Two by two tiles of 16 by 16, whose rows are 64 bytes: (rows of x, 64 inputs)
 * times (16 groups, 16 outputs of 4). */
__attribute__((target("amx-tile,amx-int8"))) static void
tile_amx(size_t n, const uint8_t *x, size_t stride, const int8_t *w,
    size_t panel_size, int32_t *out)
{
	const size_t row_size = MAX_COL * sizeof(*out);
	size_t i;

	_tile_zero(0);
	_tile_zero(1);
	_tile_zero(2);
	_tile_zero(3);
	for (i = 0; i < n * GROUP; i += DEEP, w += PANEL * DEEP) {
		_tile_loadd(4, x + i, stride);
		_tile_loadd(5, x + i + PANEL * stride, stride);
		_tile_loadd(6, w, DEEP);
		_tile_loadd(7, w + panel_size, DEEP);
		_tile_dpbusd(0, 4, 6);
		_tile_dpbusd(1, 4, 7);
		_tile_dpbusd(2, 5, 6);
		_tile_dpbusd(3, 5, 7);
	}
	_tile_stored(0, out, row_size);
	_tile_stored(1, out + PANEL, row_size);
	_tile_stored(2, out + PANEL * MAX_COL, row_size);
	_tile_stored(3, out + PANEL * MAX_COL + PANEL, row_size);
}

/*
 * All eight tiles get their largest size, and keep it until the process ends.
 */
__attribute__((target("amx-tile"))) static void
configure_tiles(void)
{
	static const struct {
		uint8_t palette, start, reserved[14];
		uint16_t nbyte[16];
		uint8_t nrow[16];
	} config = {1, 0, {0}, {64, 64, 64, 64, 64, 64, 64, 64},
	    {16, 16, 16, 16, 16, 16, 16, 16}};

	_tile_loadconfig(&config);
}

/*
 * Whether there are tiles and the kernel, which must be asked, lets us have
 * them.  Compilers know AMX by name later than its instructions.
 */
static bool
may_have_tiles(void)
{
	enum { REQUEST = 0x1023, TILE_DATA = 18 }; /* of Linux' arch_prctl */
	enum { AMX_TILE = 1 << 24, AMX_INT8 = 1 << 25 }; /* of leaf 7's edx */
	unsigned a, b, c, d;

#ifdef SYS_arch_prctl
	if (__builtin_cpu_supports("avx512vnni") &&
	    __get_cpuid_count(7, 0, &a, &b, &c, &d) && (d & AMX_TILE) != 0 &&
	    (d & AMX_INT8) != 0 &&
	    syscall(SYS_arch_prctl, REQUEST, TILE_DATA) == 0) {
		configure_tiles();
		return true;
	}
#endif
	return false;
}

static enum int8_path
find_best(void)
{
	if (may_have_tiles())
		return INT8_AMX;
	if (__builtin_cpu_supports("avx512f") &&
	    __builtin_cpu_supports("avx512bw") &&
	    __builtin_cpu_supports("avx512vnni"))
		return INT8_VNNI;
	return __builtin_cpu_supports("avx2") ? INT8_AVX2 : INT8_PLAIN;
}
#else
static enum int8_path
find_best(void)
{
	return INT8_PLAIN;
}
#endif

enum int8_path
int8_best(void)
{
	static bool known;
	static enum int8_path best;

	if (!known)
		best = find_best();
	known = true;
	return best;
}

static const struct kernel *
choose_kernel(enum int8_path path)
{
	static const struct kernel plain = {1, PANEL, tile_plain};
#ifdef __x86_64__
	static const struct kernel avx2 = {AVX2_ROWS, PANEL, tile_avx2};
	static const struct kernel vnni = {VNNI_ROWS, 2 * PANEL, tile_vnni};
	static const struct kernel amx = {MAX_ROW, MAX_COL, tile_amx};

	if (path == INT8_AMX)
		return &amx;
	if (path == INT8_VNNI)
		return &vnni;
	if (path == INT8_AVX2)
		return &avx2;
#endif
	(void)path;
	return &plain;
}

/*
 * The rows of x as whole numbers; what is beyond nin meets weights of 0, and of
 * the rows after the last one, which a tile may read, nothing is kept.
 */
static void
quantise(struct int8_work *work, size_t m, size_t nin, const float *x)
{
	size_t wide = round_up(nin, DEEP), i;
	float min, max, inverse;
	int32_t zero;

	if ((m + MAX_ROW) * wide > work->size) {
		free(work->row);
		work->size = (m + MAX_ROW) * wide;
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

/* Rows [from, to) of the product; what stands for 0 is taken off the sums. */
CPU_CLONES static void
multiply_block(const struct int8_matrix *a, const struct kernel *kernel,
    const struct int8_work *work, size_t from, size_t to, float *y)
{
	size_t wide = round_up(a->nin, DEEP), o, i, r, j, nrow, ncol;
	_Alignas(64) int32_t out[MAX_ROW * MAX_COL];
	const int32_t *sum;
	float *to_row;

	for (o = 0; o < a->nout; o += kernel->ncol) {
		ncol = a->nout - o < kernel->ncol ? a->nout - o : kernel->ncol;
		for (i = from; i < to; i += kernel->nrow) {
			nrow = to - i < kernel->nrow ? to - i : kernel->nrow;
			kernel->tile(wide / GROUP, work->row + i * wide, wide,
			    a->weight + o * wide, PANEL * wide, out);
			for (r = 0; r < nrow; r++) {
				sum = out + r * kernel->ncol;
				to_row = y + (i + r) * a->nout + o;
				for (j = 0; j < ncol; j++)
					to_row[j] = (float)(sum[j] -
							    work->zero[i + r] *
								a->sum[o + j]) *
						    a->scale[o + j] *
						    work->scale[i + r];
			}
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
