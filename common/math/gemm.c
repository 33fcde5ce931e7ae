#include "math/gemm.h"

#include <blis.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#ifdef __x86_64__
#include <xmmintrin.h>
#endif

#include "base/cli.h"

/*
 * BLIS 0.9 counts the FMA units of a processor by its name, and takes its AVX2
 * kernels where the name is masked.  0 is the AVX-512 ("skx") family.
 */
static void
choose_kernel(void)
{
#ifdef __x86_64__
	if (__builtin_cpu_supports("avx512f") &&
	    __builtin_cpu_supports("avx512dq") &&
	    __builtin_cpu_supports("avx512bw") &&
	    __builtin_cpu_supports("avx512vl"))
		setenv("BLIS_ARCH_TYPE", "0", 0);
#endif
}

/*
 * BLIS calls abort(3) when it gets no memory.  The handler ends the tool as any
 * other allocation that fails does, so that its temporary files go too.  It is
 * reached from BLIS itself, not from the middle of a function of the library,
 * and an abort(3) of anything else goes on as it would.
 */
static volatile sig_atomic_t inside_blis;

static void multiply(size_t m, size_t n, size_t k, const float *a, size_t a_row,
    size_t a_col, const float *b, size_t b_row, size_t b_col, float beta,
    float *c, size_t c_stride);

static void
out_of_memory(int signal_number)
{
	(void)signal_number;
	if (inside_blis)
		cli_errx(CLI_FATAL, "out of memory for a product of matrices");
}

/* Bytes of the blocks that BLIS packs matrices into, and some more. */
static size_t
pool_size(void)
{
	static const struct {
		num_t type;
		size_t size;
	} of[] = {{BLIS_FLOAT, 4}, {BLIS_DOUBLE, 8}, {BLIS_SCOMPLEX, 8},
	    {BLIS_DCOMPLEX, 16}};
	/* const in some versions of BLIS */
	cntx_t *cntx = (cntx_t *)bli_gks_query_cntx();
	size_t i, m, n, k, size, most = 0;

	for (i = 0; i < sizeof(of) / sizeof(*of); i++) {
		m = (size_t)bli_cntx_get_blksz_max_dt(
		    of[i].type, BLIS_MC, cntx);
		n = (size_t)bli_cntx_get_blksz_max_dt(
		    of[i].type, BLIS_NC, cntx);
		k = (size_t)bli_cntx_get_blksz_max_dt(
		    of[i].type, BLIS_KC, cntx);
		size = (m + n) * k * of[i].size;
		most = size > most ? size : most;
	}
	return most + most / 4;
}

/*
 * BLIS tells of a failed allocation in its own words before it calls abort(3).
 * So that it comes to none: whether its blocks can be had is tried first, and
 * it takes them in a first product, to keep them.
 */
static void
take_pool(void)
{
	float one = 1, sum;
	size_t len;
	void *p;

	inside_blis = true;
	len = pool_size();
	inside_blis = false;
	p = mmap(NULL, len, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
	    -1, 0);
	if (p == MAP_FAILED)
		cli_errx(CLI_FATAL, "out of memory for a product of matrices");
	munmap(p, len);
	multiply(1, 1, 1, &one, 1, 1, &one, 1, 1, 0, &sum, 1);
}

static void
set_up(void)
{
	static bool ready;

	if (ready)
		return;
	ready = true;
	choose_kernel();
	sigaction(
	    SIGABRT, &(struct sigaction){.sa_handler = out_of_memory}, NULL);
	take_pool();
}

/* c = a b + beta c, of any strides (row, column). */
static void
multiply(size_t m, size_t n, size_t k, const float *a, size_t a_row,
    size_t a_col, const float *b, size_t b_row, size_t b_col, float beta,
    float *c, size_t c_stride)
{
	rntm_t rntm = BLIS_RNTM_INITIALIZER;
	float one = 1;

	if (m == 0 || n == 0)
		return;
	set_up();
	inside_blis = true;
	/* its kernels for small matrices add up in another order */
	bli_rntm_disable_l3_sup(&rntm);
	bli_rntm_set_num_threads(1, &rntm);
	bli_sgemm_ex(BLIS_NO_TRANSPOSE, BLIS_NO_TRANSPOSE, (dim_t)m, (dim_t)n,
	    (dim_t)k, &one, (float *)(uintptr_t)a, (inc_t)a_row, (inc_t)a_col,
	    (float *)(uintptr_t)b, (inc_t)b_row, (inc_t)b_col, &beta, c,
	    (inc_t)c_stride, 1, NULL, &rntm);
	inside_blis = false;
}

#ifdef __x86_64__
/*
 * Our own kernel, for processors with AVX-512 or with AVX2 and FMA.  b is
 * packed, KBLOCK deep and NBLOCK wide, into panels as wide as a tile; a tile
 * of c stays in registers while a panel passes.  a is not packed, since the
 * level 2 cache is fast enough for it.  If a tile has more rows or columns
 * than c, these are computed and thrown away, so that each entry is the same
 * sum wherever it is.
 */
enum { KBLOCK = 384, NBLOCK = 1024, MBLOCK = 96 };

/*
 * Up to this n or k, as attention has them, our kernel is faster than BLIS
 * (measured by tests/bench/gemm.c); beyond it BLIS is.
 */
enum { NARROW = 64 };

enum { MAX_ROW = 12, MAX_COL = 32 }; /* of a tile */

struct kernel {
	size_t nrow, ncol; /* of a tile */
	/* c (nrow, ncol) = or += rows a[0..nrow)[k] times panel (k, ncol) */
	void (*tile)(size_t k, const float *const *a, const float *panel,
	    float *c, size_t c_stride, bool add);
};

#define TILE(name, isa, nrow, lanes)                                           \
	__attribute__((target(isa))) static void name(size_t k,                \
	    const float *const *a, const float *panel, float *c,               \
	    size_t c_stride, bool add)                                         \
	{                                                                      \
		typedef float vec __attribute__((                              \
		    vector_size(4 * (lanes)), aligned(4), may_alias));         \
		vec s[nrow][2], left, right;                                   \
		const float *row[nrow];                                        \
		size_t i, l;                                                   \
                                                                               \
		_Pragma("GCC unroll 12") for (i = 0; i < nrow; i++)            \
		{                                                              \
			row[i] = a[i];                                         \
			s[i][0] = s[i][1] = (vec){0};                          \
		}                                                              \
		for (l = 0; l < k; l++, panel += 2 * (lanes)) {                \
			left = *(const vec *)panel;                            \
			right = *(const vec *)(panel + (lanes));               \
			_Pragma("GCC unroll 12") for (i = 0; i < nrow; i++)    \
			{                                                      \
				s[i][0] += row[i][l] * left;                   \
				s[i][1] += row[i][l] * right;                  \
			}                                                      \
		}                                                              \
		_Pragma("GCC unroll 12") for (i = 0; i < nrow; i++)            \
		{                                                              \
			vec *to = (vec *)(c + i * c_stride);                   \
                                                                               \
			if (add) {                                             \
				s[i][0] += to[0];                              \
				s[i][1] += to[1];                              \
			}                                                      \
			to[0] = s[i][0];                                       \
			to[1] = s[i][1];                                       \
		}                                                              \
	}

TILE(tile_avx512, "avx512f", 12, 16)
TILE(tile_avx2, "avx2,fma", 6, 8)

static const struct kernel *
own_kernel(void)
{
	static const struct kernel avx512 = {12, 32, tile_avx512};
	static const struct kernel avx2 = {6, 16, tile_avx2};

	if (__builtin_cpu_supports("avx512f"))
		return &avx512;
	if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
		return &avx2;
	return NULL;
}

/* panel (k, width) = the transpose of b[0..n)[0..k), zeros beyond n */
static void
pack_rows(size_t n, size_t k, const float *b, size_t b_stride, float *panel,
    size_t width)
{
	const float *from;
	__m128 r[4];
	size_t i, j, l;

	for (j = 0; j + 4 <= n; j += 4) {
		for (l = 0; l + 4 <= k; l += 4) {
			from = b + j * b_stride + l;
			for (i = 0; i < 4; i++)
				r[i] = _mm_loadu_ps(from + i * b_stride);
			_MM_TRANSPOSE4_PS(r[0], r[1], r[2], r[3]);
			for (i = 0; i < 4; i++)
				_mm_storeu_ps(
				    panel + (l + i) * width + j, r[i]);
		}
		for (; l < k; l++)
			for (i = j; i < j + 4; i++)
				panel[l * width + i] = b[i * b_stride + l];
	}
	for (; j < width; j++)
		for (l = 0; l < k; l++)
			panel[l * width + j] = j < n ? b[j * b_stride + l] : 0;
}

/* panel (k, width) = b[0..k)[0..n), zeros beyond n */
static void
pack_columns(size_t n, size_t k, const float *b, size_t b_stride, float *panel,
    size_t width)
{
	size_t l;

	for (l = 0; l < k; l++, b += b_stride, panel += width) {
		memcpy(panel, b, n * sizeof(*panel));
		memset(panel + n, 0, (width - n) * sizeof(*panel));
	}
}

/* Rows [0, m) of a block of c, n columns wide, out of its packed b. */
static void
multiply_block(const struct kernel *kernel, size_t m, size_t n, size_t k,
    const float *a, size_t a_stride, const float *packed, float *c,
    size_t c_stride, bool add)
{
	float edge[MAX_ROW * MAX_COL] = {0};
	const float *row[MAX_ROW], *panel;
	size_t i, j, r, nrow, ncol;

	for (j = 0; j < n; j += kernel->ncol) {
		panel = packed + j * k;
		ncol = n - j < kernel->ncol ? n - j : kernel->ncol;
		for (i = 0; i < m; i += kernel->nrow) {
			nrow = m - i < kernel->nrow ? m - i : kernel->nrow;
			for (r = 0; r < kernel->nrow; r++)
				row[r] =
				    a + (i + (r < nrow ? r : 0)) * a_stride;
			if (nrow == kernel->nrow && ncol == kernel->ncol) {
				kernel->tile(k, row, panel,
				    c + i * c_stride + j, c_stride, add);
				continue;
			}
			for (r = 0; add && r < nrow; r++)
				memcpy(edge + r * kernel->ncol,
				    c + (i + r) * c_stride + j,
				    ncol * sizeof(*c));
			kernel->tile(k, row, panel, edge, kernel->ncol, add);
			for (r = 0; r < nrow; r++)
				memcpy(c + (i + r) * c_stride + j,
				    edge + r * kernel->ncol, ncol * sizeof(*c));
		}
	}
}

/* c = a b + beta c, beta 0 or 1, b of strides (row, column), one of them 1 */
static bool
multiply_own(size_t m, size_t n, size_t k, const float *a, size_t a_stride,
    const float *b, size_t b_row, size_t b_col, float beta, float *c,
    size_t c_stride)
{
	static _Alignas(64) float packed[KBLOCK * NBLOCK];
	const struct kernel *kernel = own_kernel();
	size_t i, j, p, l, width, deep, high, left;
	const float *from;

	if (kernel == NULL || (beta != 0 && beta != 1) || k == 0 ||
	    (n > NARROW && k > NARROW))
		return false;
	for (j = 0; j < n; j += NBLOCK)
		for (l = 0; l < k; l += deep) {
			width = n - j < NBLOCK ? n - j : NBLOCK;
			deep = k - l < KBLOCK ? k - l : KBLOCK;
			for (p = 0; p < width; p += kernel->ncol) {
				left = width - p < kernel->ncol ? width - p
								: kernel->ncol;
				from = b + l * b_row + (j + p) * b_col;
				if (b_row == 1)
					pack_rows(left, deep, from, b_col,
					    packed + p * deep, kernel->ncol);
				else
					pack_columns(left, deep, from, b_row,
					    packed + p * deep, kernel->ncol);
			}
			for (i = 0; i < m; i += high) {
				high = m - i < MBLOCK ? m - i : MBLOCK;
				multiply_block(kernel, high, width, deep,
				    a + i * a_stride + l, a_stride, packed,
				    c + i * c_stride + j, c_stride,
				    l > 0 || beta == 1);
			}
		}
	return true;
}
#else
static bool
multiply_own(size_t m, size_t n, size_t k, const float *a, size_t a_stride,
    const float *b, size_t b_row, size_t b_col, float beta, float *c,
    size_t c_stride)
{
	(void)m, (void)n, (void)k, (void)a, (void)a_stride, (void)b;
	(void)b_row, (void)b_col, (void)beta, (void)c, (void)c_stride;
	return false;
}
#endif

void
gemm_nt(size_t m, size_t n, size_t k, const float *a, size_t a_stride,
    const float *b, size_t b_stride, float beta, float *c, size_t c_stride)
{
	if (!multiply_own(
		m, n, k, a, a_stride, b, 1, b_stride, beta, c, c_stride))
		multiply(
		    m, n, k, a, a_stride, 1, b, 1, b_stride, beta, c, c_stride);
}

void
gemm_nn(size_t m, size_t n, size_t k, const float *a, size_t a_stride,
    const float *b, size_t b_stride, float beta, float *c, size_t c_stride)
{
	if (!multiply_own(
		m, n, k, a, a_stride, b, b_stride, 1, beta, c, c_stride))
		multiply(
		    m, n, k, a, a_stride, 1, b, b_stride, 1, beta, c, c_stride);
}

void
gemm_tn(size_t m, size_t n, size_t k, const float *a, size_t a_stride,
    const float *b, size_t b_stride, float beta, float *c, size_t c_stride)
{
	multiply(m, n, k, a, 1, a_stride, b, b_stride, 1, beta, c, c_stride);
}
