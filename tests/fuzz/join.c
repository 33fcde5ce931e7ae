/*
 * join: any bytes as records whose chunks are joined again, by the functions
 * of text-chunk
 */

int text_chunk_main(int argc, char *argv[]);

#define main text_chunk_main
#include "../../tools/text-chunk.c"
#undef main

#include <stdint.h>
#include <stdio.h>

#include "fatal.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void
join_all(void *context)
{
	const struct str *bytes = context;
	char *const file[] = {
	    (char *)(uintptr_t)fatal_file(bytes->p, bytes->len), NULL};
	struct rec_reader in;
	struct join j = {0};
	struct rec rec;

	rec_open(&in, file);
	while (rec_read(&in, &rec))
		join(&in, &rec, &j);
	join_write(&j);
	join_release(&j);
	rec_close(&in);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct str bytes = {(const char *)data, len};
	FILE *own = stdout;

	stdout = fopen("/dev/null", "w");
	fatal_run(join_all, &bytes);
	fclose(stdout);
	stdout = own;
	return 0;
}
