/*
 * encoder: any bytes as the config.json or the tokenizer.json (the first byte
 * says which) of a static model of four terms and two dimensions, with mean and
 * covariance; what opens gives vectors of unit length, or zeros
 */

#include "encode/encoder.h"

#include <assert.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fatal.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

enum { DIM = 2, NTERM = 4 };

static const char *const name[] = {"config.json", "tokenizer.json"};
static const char *const right[] = {
    "{\"model_type\":\"model2vec\",\"tf\":\"log\",\"mean\":[0.5,0.25],"
    "\"covariance\":\"ADwAAAA8\",\"t_sim\":0.5}",
    "{\"normalizer\":{\"type\":\"Lowercase\"},\"pre_tokenizer\":{\"type\":"
    "\"Split\",\"pattern\":{\"Regex\":\"[\\\\p{L}\\\\p{M}\\\\p{N}]+\"},"
    "\"behavior\":\"Removed\",\"invert\":true},\"model\":{\"type\":"
    "\"WordLevel\",\"vocab\":{\"a\":0,\"b\":1,\"c\":2,\"[UNK]\":3},"
    "\"unk_token\":\"[UNK]\"}}"};

/* Four rows of two numbers, as safetensors has them. */
static void
write_weights(void)
{
	static const float row[NTERM * DIM] = {1, 0, 0, 1, 1, 1, 0, 0};
	char bytes[256] = {0};
	uint64_t head;

	head = (uint64_t)snprintf(bytes + sizeof(head),
	    sizeof(bytes) - sizeof(head) - sizeof(row),
	    "{\"embeddings\":{\"dtype\":\"F32\",\"shape\":[%d,%d],"
	    "\"data_offsets\":[0,%zu]}}",
	    NTERM, DIM, sizeof(row));
	head = (head + 7) / 8 * 8;
	memset(bytes + sizeof(head) + strlen(bytes + sizeof(head)), ' ',
	    head - strlen(bytes + sizeof(head)));
	memcpy(bytes, &head, sizeof(head));
	memcpy(bytes + sizeof(head) + head, row, sizeof(row));
	fatal_write(
	    "model.safetensors", bytes, sizeof(head) + head + sizeof(row));
}

/* Whether the folder is a model. */
static void
open_model(void *context)
{
	static const struct str text[] = {
	    {"a b", 3}, {"", 0}, {"c c A \xff", 7}, {"nothing", 7}};
	enum { NTEXT = sizeof(text) / sizeof(*text) };
	struct encoder *e = encoder_open(fatal_folder());
	size_t dim = encoder_dim(e), i, d;
	const float *mean = encoder_mean(e);
	const float *covariance = encoder_covariance(e);
	float out[NTEXT * DIM], t_sim, sum = 0;

	assert(dim > 0 && dim <= DIM);
	encoder_embed(e, text, NTEXT, out);
	for (i = 0; i < NTEXT; i++) {
		double square = 0;

		for (d = 0; d < dim; d++)
			square += (double)out[i * dim + d] * out[i * dim + d];
		assert(square == 0 || fabs(square - 1) < 0.01);
	}
	for (d = 0; mean != NULL && d < dim; d++)
		sum += mean[d];
	for (d = 0; covariance != NULL && d < dim * (dim + 1) / 2; d++)
		sum += covariance[d];
	assert(isfinite(sum));
	if (encoder_t_sim(e, &t_sim))
		assert(t_sim >= -1 && t_sim <= 1);
	encoder_close(e);
	(void)context;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static bool made;
	size_t i;

	if (!made) {
		write_weights();
		for (i = 0; i < 2; i++)
			fatal_write(name[i], right[i], strlen(right[i]));
		made = true;
		if (!fatal_run(open_model, NULL))
			abort(); /* it would show nothing */
	}
	if (len == 0)
		return 0;
	i = data[0] % 2;
	fatal_write(name[i], data + 1, len - 1);
	fatal_run(open_model, NULL);
	fatal_write(name[i], right[i], strlen(right[i]));
	return 0;
}
