#include "encode/safetensors.h"

#include <inttypes.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/number.h"
#include "math/float16.h"
#include "record/json-writer.h"
#include "record/json.h"

enum { HEADER_MAX = 100 << 20 }; /* bytes, as the reference has it */

static size_t
item_bits(struct str dtype)
{
	static const struct {
		const char *name;
		size_t bits;
	} type[] = {{"F32", 32}, {"F16", 16}, {"BF16", 16}, {"F64", 64},
	    {"I64", 64}, {"I32", 32}, {"I16", 16}, {"I8", 8}, {"U64", 64},
	    {"U32", 32}, {"U16", 16}, {"U8", 8}, {"BOOL", 8}, {"F8_E4M3", 8},
	    {"F8_E5M2", 8}};
	size_t i;

	for (i = 0; i < sizeof(type) / sizeof(*type); i++)
		if (str_eq(dtype, str_of(type[i].name)))
			return type[i].bits;
	return 0;
}

/* The shape, and the product of it in t->nitem. */
static bool
read_shape(struct tensor *t, struct str raw, const char **why)
{
	struct json_walk w;
	struct str key, item;

	t->nitem = 1;
	if (!json_open(&w, raw, '[')) {
		*why = "a shape that is no array";
		return false;
	}
	while (json_next(&w, NULL, &key, &item)) {
		if (t->ndim == SAFETENSORS_NDIM) {
			*why = "a shape has more than 8 dimensions";
			return false;
		}
		if (!json_get_size(item, &t->shape[t->ndim]) ||
		    __builtin_mul_overflow(
			t->nitem, t->shape[t->ndim], &t->nitem)) {
			*why = "a shape that is no array of sizes";
			return false;
		}
		t->ndim++;
	}
	return true;
}

static bool
read_range(struct tensor *t, struct str raw, struct str data, const char **why)
{
	size_t bits = item_bits(t->dtype), range[2], n = 0, len;
	struct json_walk w;
	struct str key, item;

	if (bits == 0) {
		*why = "an unknown dtype";
		return false;
	}
	*why = "data_offsets that are no range of the file";
	if (!json_open(&w, raw, '['))
		return false;
	while (json_next(&w, NULL, &key, &item))
		if (n == 2 || !json_get_size(item, &range[n++]))
			return false;
	if (n != 2 || range[0] > range[1])
		return false;
	if (range[1] > data.len) {
		*why = "cut short: it ends before its tensors do";
		return false;
	}
	if (__builtin_mul_overflow(t->nitem, bits / 8, &len) ||
	    len != range[1] - range[0]) {
		*why = "a shape that does not fit its data_offsets";
		return false;
	}
	t->data = (struct str){data.p + range[0], len};
	return true;
}

static bool
read_tensor(struct safetensors *st, struct tensor *t, struct str raw,
    struct str data, const char **why)
{
	struct str part;

	*why = "a tensor lacks dtype, shape or data_offsets";
	if (!json_member(raw, &st->mem, STR("dtype"), &part) ||
	    !json_get_str(part, &st->mem, &t->dtype))
		return false;
	if (!json_member(raw, &st->mem, STR("shape"), &part) ||
	    !read_shape(t, part, why))
		return false;
	if (!json_member(raw, &st->mem, STR("data_offsets"), &part))
		return false;
	return read_range(t, part, data, why);
}

static int
by_place(const void *pa, const void *pb)
{
	const struct tensor *a = pa, *b = pb;

	if (a->data.p != b->data.p)
		return (uintptr_t)a->data.p < (uintptr_t)b->data.p ? -1 : 1;
	return (a->data.len > b->data.len) - (a->data.len < b->data.len);
}

static int
by_name(const void *pa, const void *pb)
{
	const struct tensor *const *a = pa, *const *b = pb;

	return str_cmp((*a)->name, (*b)->name);
}

/*
 * Check that no name comes twice and that the ranges, in order, cover the data.
 */
static bool
check(struct safetensors *st, struct str data, const char **why)
{
	const struct tensor **name =
	    mem_alloc((st->ntensor + 1) * sizeof(*name));
	const char *p = data.p;
	bool twice = false;
	size_t i;

	if (st->ntensor > 0)
		qsort(st->tensor, st->ntensor, sizeof(*st->tensor), by_place);
	for (i = 0; i < st->ntensor; i++)
		name[i] = &st->tensor[i];
	qsort(name, st->ntensor, sizeof(*name), by_name);
	for (i = 1; i < st->ntensor; i++)
		twice |= str_eq(name[i - 1]->name, name[i]->name);
	free(name);
	if (twice) {
		*why = "a name is given twice";
		return false;
	}
	for (i = 0; i < st->ntensor; i++) {
		if (st->tensor[i].data.p != p) {
			*why = "holes or overlaps in the data";
			return false;
		}
		p += st->tensor[i].data.len;
	}
	if (p != data.p + data.len) {
		*why = "bytes after the last tensor, or missing ones";
		return false;
	}
	return true;
}

bool
safetensors_open(struct safetensors *st, struct str bytes, const char **why)
{
	struct str header, data, key, raw;
	struct json_walk w;
	struct tensor t;
	size_t cap = 0;
	uint64_t len = 0;
	int i;

	*st = (struct safetensors){0};
	*why = "no safetensors file";
	if (bytes.len < 8)
		return false;
	for (i = 7; i >= 0; i--)
		len = len << 8 | (unsigned char)bytes.p[i];
	if (len > HEADER_MAX || len < 2 || bytes.len < 9 || bytes.p[8] != '{')
		return false;
	if (len > bytes.len - 8) {
		*why = "cut short: it ends before its header does";
		return false;
	}
	header = (struct str){bytes.p + 8, (size_t)len};
	data = (struct str){header.p + len, bytes.len - 8 - (size_t)len};
	if (!json_valid(header, &header, why) || !json_open(&w, header, '{'))
		return false;
	while (json_next(&w, &st->mem, &key, &raw)) {
		if (str_eq(key, STR("__metadata__")))
			continue;
		t = (struct tensor){.name = key};
		if (!read_tensor(st, &t, raw, data, why))
			return false;
		if (st->ntensor == cap) {
			cap = 2 * cap + 16;
			st->tensor =
			    mem_grow(st->tensor, cap, sizeof(*st->tensor));
		}
		st->tensor[st->ntensor++] = t;
	}
	return check(st, data, why);
}

struct tensor *
safetensors_find(const struct safetensors *st, const char *name)
{
	size_t i;

	for (i = 0; i < st->ntensor; i++)
		if (str_eq(st->tensor[i].name, str_of(name)))
			return &st->tensor[i];
	return NULL;
}

static float
float_of_f32(const char *p)
{
	uint32_t bits = (uint32_t)number_little(p, 4);
	float x;

	memcpy(&x, &bits, sizeof(x));
	return x;
}

static float
float_of_f64(const char *p)
{
	uint64_t bits = number_little(p, 8);
	double x;

	memcpy(&x, &bits, sizeof(x));
	return (float)x;
}

static float
float_of_f16(const char *p)
{
	return float16_float((uint16_t)number_little(p, 2));
}

static float
float_of_bf16(const char *p)
{
	return float16_bfloat((uint16_t)number_little(p, 2));
}

static float
float_of_i8(const char *p)
{
	return *(const signed char *)p;
}

const float *
safetensors_floats(const struct tensor *t, float **copy)
{
	static const struct {
		const char *name;
		size_t len; /* bytes of an entry */
		float (*read)(const char *p);
	} type[] = {{"F32", 4, float_of_f32}, {"F16", 2, float_of_f16},
	    {"BF16", 2, float_of_bf16}, {"F64", 8, float_of_f64},
	    {"I8", 1, float_of_i8}};
	enum { NTYPE = sizeof(type) / sizeof(*type) };
	size_t i, k;

	*copy = NULL;
	for (k = 0; k < NTYPE && !str_eq(t->dtype, str_of(type[k].name)); k++)
		;
	if (k == NTYPE)
		return NULL;
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
	if (k == 0 && (uintptr_t)t->data.p % _Alignof(float) == 0)
		return (const float *)(const void *)t->data.p;
#endif
	*copy = mem_alloc(t->nitem * sizeof(**copy) + 1);
	for (i = 0; i < t->nitem; i++)
		(*copy)[i] = type[k].read(t->data.p + type[k].len * i);
	return *copy;
}

uint32_t *
safetensors_numbers(const struct tensor *t, uint32_t limit)
{
	size_t len = item_bits(t->dtype) / 8, i;
	char kind = t->dtype.len > 0 ? t->dtype.p[0] : '\0';
	uint32_t *number;
	uint64_t x;

	if (len < 4 || (kind != 'I' && kind != 'U'))
		return NULL;
	number = mem_alloc(t->nitem * sizeof(*number) + 1);
	for (i = 0; i < t->nitem; i++) {
		/* a negative one is far beyond the limit */
		x = number_little(t->data.p + len * i, len);
		if (x >= limit) {
			free(number);
			return NULL;
		}
		number[i] = (uint32_t)x;
	}
	return number;
}

void
safetensors_release(struct safetensors *st)
{
	free(st->tensor);
	arena_release(&st->mem);
	*st = (struct safetensors){0};
}

static void
write_floats(FILE *out, const float *x, size_t n)
{
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
	fwrite(x, sizeof(*x), n, out);
#else
	size_t i;
	uint32_t bits;
	int shift;

	for (i = 0; i < n; i++) {
		memcpy(&bits, x + i, sizeof(bits));
		for (shift = 0; shift < 32; shift += 8)
			putc((int)(bits >> shift & 0xff), out);
	}
#endif
}

void
safetensors_write(FILE *out, const struct tensor_out *t, size_t n)
{
	struct buf header = {0};
	struct json_writer w = {.out = &header};
	size_t i, nitem, end = 0;
	uint64_t len;
	int shift;

	jw_begin_object(&w, NULL);
	for (i = 0; i < n; i++) {
		nitem = t[i].shape[0] * (t[i].ndim > 1 ? t[i].shape[1] : 1);
		jw_key(&w, str_of(t[i].name));
		jw_begin_object(&w, NULL);
		jw_str(&w, "dtype", STR("F32"));
		jw_begin_array(&w, "shape");
		jw_u64(&w, NULL, t[i].shape[0]);
		if (t[i].ndim > 1)
			jw_u64(&w, NULL, t[i].shape[1]);
		jw_end_array(&w);
		jw_begin_array(&w, "data_offsets");
		jw_u64(&w, NULL, end);
		end += 4 * nitem;
		jw_u64(&w, NULL, end);
		jw_end_array(&w);
		jw_end_object(&w);
	}
	jw_end_object(&w);
	while (header.len % 8 != 0)
		buf_putc(&header, ' ');
	len = header.len;
	for (shift = 0; shift < 64; shift += 8)
		putc((int)(len >> shift & 0xff), out);
	fwrite(header.p, 1, header.len, out);
	for (i = 0; i < n; i++)
		write_floats(out, t[i].data,
		    t[i].shape[0] * (t[i].ndim > 1 ? t[i].shape[1] : 1));
	buf_release(&header);
}
