/*
 * ids - the ids of texts, a line each
 *
 * usage: ids VOCAB.TXT [cased] <texts	(each ended by a NUL byte)
 */

#include <stdio.h>
#include <stdlib.h>

#include "buf.h"
#include "cli.h"
#include "map.h"
#include "mem.h"
#include "wordpiece.h"

enum { MAX = 1 << 20 };

static const char *const special_names[] = {
    "[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"};

static struct wordpiece *
open_vocab(const char *path, bool uncased)
{
	struct wordpiece_options o = {.clean = true,
	    .cjk = true,
	    .strip_accents = uncased,
	    .lowercase = uncased};
	struct wordpiece *wp;
	struct str bytes, *vocab = NULL;
	uint32_t special[5];
	size_t n = 0, nspecial = 0, i;
	const char *p, *end, *feed;

	if (!map_open(&bytes, path))
		cli_err(CLI_FATAL, "%s", path);
	for (p = bytes.p, end = p + bytes.len; p < end; p = feed + 1) {
		feed = memchr(p, '\n', (size_t)(end - p));
		if (feed == NULL)
			feed = end;
		vocab = mem_grow(vocab, n + 1, sizeof(*vocab));
		vocab[n] = (struct str){p, (size_t)(feed - p)};
		for (i = 0; i < 5; i++)
			if (nspecial < 5 &&
			    str_eq(vocab[n], str_of(special_names[i])))
				special[nspecial++] = (uint32_t)n;
		n++;
	}
	wp = wordpiece_new(vocab, n, special, nspecial, &o);
	free(vocab);
	map_close(&bytes);
	if (wp == NULL)
		cli_errx(CLI_FATAL, "%s: no [UNK]", path);
	return wp;
}

int
main(int argc, char *argv[])
{
	struct wordpiece *wp;
	uint32_t *id = mem_alloc(MAX * sizeof(*id));
	char *text = NULL;
	size_t cap = 0, n, i;
	ssize_t len;

	if (argc < 2)
		cli_errx(CLI_FATAL, "usage: ids VOCAB.TXT [cased]");
	wp = open_vocab(argv[1], argc == 2);
	while ((len = getdelim(&text, &cap, '\0', stdin)) > 0) {
		len -= text[len - 1] == '\0';
		n = wordpiece_encode(
		    wp, (struct str){text, (size_t)len}, id, MAX);
		for (i = 0; i < n; i++)
			printf("%s%u", i > 0 ? " " : "", id[i]);
		putchar('\n');
	}
	wordpiece_free(wp);
	free(text);
	free(id);
	return fflush(stdout) != 0;
}
