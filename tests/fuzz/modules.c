/*
 * modules: any bytes as one of the small files of a model's folder, whose
 * number is the first byte; the other files are correct
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "encode/modules.h"
#include "fatal.h"
#include "token/wordpiece-file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static const struct {
	const char *name, *right;
} file[] = {
    {"modules.json", "[{\"type\":\"sentence_transformers.models.Transformer\","
		     "\"path\":\"\"},"
		     "{\"type\":\"sentence_transformers.models.Pooling\","
		     "\"path\":\"1_Pooling\"}]"},
    {"1_Pooling/config.json", "{\"pooling_mode_cls_token\":true}"},
    {"config_sentence_transformers.json",
	"{\"prompts\":{\"q\":\"of: \"},\"default_prompt_name\":\"q\"}"},
    {"vocab.txt", "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\na\n##b\n"},
    {"tokenizer_config.json", "{\"do_lower_case\":true}"},
    {"sentence_bert_config.json", "{\"max_seq_length\":9}"},
    {"config.json", "{\"model_type\":\"bert\"}"}};

enum { NFILE = sizeof(file) / sizeof(*file) };

static void
read_modules(void *unused)
{
	struct modules m;

	(void)unused;
	modules_read(&m, fatal_folder());
	modules_release(&m);
}

static void
read_vocabulary(void *unused)
{
	struct wordpiece_file v = {0};

	(void)unused;
	wordpiece_file_read(&v, fatal_folder(), 100, 12);
	wordpiece_file_release(&v);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static bool made;
	char path[256];
	size_t i;

	if (!made) {
		snprintf(path, sizeof(path), "%s/1_Pooling", fatal_folder());
		mkdir(path, 0777);
		for (i = 0; i < NFILE; i++)
			fatal_write(
			    file[i].name, file[i].right, strlen(file[i].right));
		made = true;
	}
	if (len == 0)
		return 0;
	i = data[0] % NFILE;
	fatal_write(file[i].name, data + 1, len - 1);
	fatal_run(read_modules, NULL);
	fatal_run(read_vocabulary, NULL);
	fatal_write(file[i].name, file[i].right, strlen(file[i].right));
	return 0;
}
