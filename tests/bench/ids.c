/*
 * ids - the ids of texts, a line each, by the tokenizer of a folder
 *
 * usage: ids DIR [plain] <texts	(each ended by a NUL byte)
 *
 * plain: control tokens in a text are text.
 */

#include <stdio.h>
#include <stdlib.h>

#include "base/cli.h"
#include "token/tokenizer.h"

int
main(int argc, char *argv[])
{
	struct tokenizer *t;
	const uint32_t *id;
	char *text = NULL;
	size_t cap = 0, n, i;
	ssize_t len;

	if (argc != 2 && argc != 3)
		cli_errx(CLI_FATAL, "usage: ids DIR [plain]");
	t = tokenizer_open(argv[1], argc == 3);
	while ((len = getdelim(&text, &cap, '\0', stdin)) > 0) {
		len -= text[len - 1] == '\0';
		id = tokenizer_encode(t, (struct str){text, (size_t)len}, &n);
		for (i = 0; i < n; i++)
			printf("%s%u", i > 0 ? " " : "", id[i]);
		putchar('\n');
	}
	tokenizer_close(t);
	free(text);
	return fflush(stdout) != 0;
}
