/*
 * fasttext-file - the files of fastText's supervised models
 *
 * Reads .bin files of version 11 and 12 and the quantised .ftz, and writes
 * .bin of version 12; the layout is that of the program.
 *
 * What fastText's file has no place for, the labels' own names (white space in
 * a label is written as '_') and thresholds, follows its last matrix, where
 * fastText doesn't look:
 *
 *	char magic[8]		"domains" and a NUL
 *	u32 nlabel, nname	nname: bytes of the names
 *	f32 threshold[nlabel]
 *	char name[nname]	of each label, with a NUL after it
 */

#ifndef FASTTEXT_FILE_H
#define FASTTEXT_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/str.h"
#include "classify/fasttext.h"

/* Whether bytes begin as such a file does. */
bool fasttext_file_is(struct str bytes);

/*
 * Make sense of a file's bytes, which must outlive ft.  Everything that a
 * later call relies on is checked; false, and *why, if it doesn't hold or the
 * model is not a supervised one.
 */
bool fasttext_file_open(
    struct fasttext *ft, struct str bytes, const char **why);
void fasttext_file_close(struct fasttext *ft);

/*
 * Append all of a file before its matrices: args, and words and labels with
 * their counts, each by falling count.  label are names of our own.
 */
void fasttext_file_head(struct buf *out, const struct fasttext_args *args,
    const struct str *word, const int64_t *word_count, size_t nword,
    const struct str *label, const int64_t *label_count, size_t nlabel,
    int64_t ntoken);

/* Append a label as fastText writes it: its fasttext_prefix, and no white space. */
void fasttext_file_label(struct buf *out, struct str name);

/* Append the trailer of thresholds and names. */
void fasttext_file_tail(struct buf *out, const struct str *label,
    const float *threshold, size_t nlabel);

#endif
