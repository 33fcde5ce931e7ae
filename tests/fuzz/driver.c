/* driver - replay files through a fuzz target, without a fuzzer */

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

int
main(int argc, char *argv[])
{
	FILE *fp;
	uint8_t *data;
	long len;
	int i;

	for (i = 1; i < argc; i++) {
		fp = fopen(argv[i], "rb");
		if (fp == NULL || fseek(fp, 0, SEEK_END) != 0 ||
		    (len = ftell(fp)) < 0) {
			perror(argv[i]);
			return 1;
		}
		rewind(fp);
		/* of exactly its size, so that a sanitizer sees an over-read */
		data = malloc(len > 0 ? (size_t)len : 1);
		if (data == NULL ||
		    fread(data, 1, (size_t)len, fp) != (size_t)len) {
			perror(argv[i]);
			return 1;
		}
		fclose(fp);
		LLVMFuzzerTestOneInput(data, (size_t)len);
		free(data);
	}
	printf("%d inputs replayed\n", argc - 1);
	return 0;
}
