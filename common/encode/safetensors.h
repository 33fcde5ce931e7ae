/*
 * safetensors - named arrays in one file, to be mapped
 *
 * The format of https://github.com/huggingface/safetensors: the length of a
 * header (8 bytes, little-endian), the header, a JSON object of name to dtype,
 * shape and byte range, and the bytes.  As the reference does, a file with
 * holes, overlaps, a name twice or bytes left over is refused.
 */

#ifndef SAFETENSORS_H
#define SAFETENSORS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/mem.h"
#include "base/str.h"

enum { SAFETENSORS_NDIM = 8 };

struct tensor {
	struct str name;
	struct str dtype; /* "F32", "F16", "BF16", ... */
	size_t shape[SAFETENSORS_NDIM];
	size_t ndim, nitem;
	struct str data; /* little-endian, row-major, not aligned */
	bool used;	 /* for the caller, to see what it left over */
};

struct safetensors {
	struct tensor *tensor; /* (ntensor), as they lie in the file */
	size_t ntensor;
	struct arena mem;
};

/*
 * Read the header of a file's bytes, which must live on.  False, and *why says
 * what is wrong with it.  Release st in either case.
 */
bool safetensors_open(
    struct safetensors *st, struct str bytes, const char **why);

/* The tensor of that name, or NULL. */
struct tensor *safetensors_find(const struct safetensors *st, const char *name);

/*
 * The entries of an F32, F16, BF16, F64 or I8 tensor as float: a pointer into
 * the file where they can be used as they lie, else a copy, also put into *copy
 * for the caller to free.  NULL for other types.
 */
const float *safetensors_floats(const struct tensor *t, float **copy);

/*
 * The entries of an I32, U32, I64 or U64 tensor, each below limit, in an array
 * that the caller frees.  NULL for other types, and if one is not below limit.
 */
uint32_t *safetensors_numbers(const struct tensor *t, uint32_t limit);

/* Free the list of tensors; the bytes are the caller's. */
void safetensors_release(struct safetensors *st);

/* A matrix to write; ndim 1 or 2. */
struct tensor_out {
	const char *name;
	const float *data;
	size_t ndim, shape[2];
};

/* Write a whole file of F32 tensors; errors are left to ferror(out). */
void safetensors_write(FILE *out, const struct tensor_out *t, size_t n);

#endif
