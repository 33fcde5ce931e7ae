/*
 * megatron - the index of a file of token ids, as Megatron-LM reads it
 *
 * NAME.bin holds the ids of document after document; NAME.idx says where they
 * are: "MMIDIDX\0\0", version 1 (64 bits), the type of an id (8 bits: 8 for
 * uint16, 4 for int32), the number of sequences and of document bounds (64
 * bits each), then of each sequence its length (int32, ids), of each its
 * place (int64, bytes), and the document bounds (int64, sequences, the first
 * one 0).  All little-endian.  A document is a sequence, or none if it is
 * empty.
 * NVIDIA, Megatron-LM, megatron/core/datasets/indexed_dataset.py.
 */

#ifndef MEGATRON_H
#define MEGATRON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/str.h"

/* Bytes of an id of a vocabulary: 2, or 4 from 65,500 tokens on. */
size_t megatron_width(uint32_t nvocab);

/* Append ids in their bytes. */
void megatron_put(struct buf *out, const uint32_t *id, size_t n, size_t width);

/* The id whose bytes are at p. */
uint32_t megatron_get(const char *p, size_t width);

/* Append the index of documents of len[0..n) ids, each below 2^31. */
void megatron_index(
    struct buf *out, const uint32_t *len, size_t n, size_t width);

/*
 * Where documents lie: at gets their bounds, uint64_t, in bytes, one more than
 * there are documents.  False if it is no index.
 */
bool megatron_bounds(struct str index, struct buf *at, size_t *width);

/* What an index says: documents, and bytes of ids.  False if it is none. */
bool megatron_read(struct str index, uint64_t *ndocument, uint64_t *nbyte);

#endif
