#include "token/wordpiece-file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cli.h"
#include "base/mapfile.h"
#include "base/utf8.h"
#include "record/json.h"
#include "token/modelfile.h"

static void
set_token(struct wordpiece_file *v, struct str token, size_t id)
{
	size_t cap;

	if (id >= v->nvocab)
		cli_errx(CLI_FATAL, "%s: a token is beyond \"vocab_size\"",
		    v->folder);
	if (id >= v->cap) {
		cap = id < 1024		   ? 1024
		      : 2 * id < v->nvocab ? 2 * id
					   : v->nvocab;
		v->token = mem_grow(v->token, cap, sizeof(*v->token));
		memset(
		    v->token + v->cap, 0, (cap - v->cap) * sizeof(*v->token));
		v->cap = cap;
	}
	v->token[id] = arena_copy(&v->mem, token);
	if (id >= v->n)
		v->n = id + 1;
}

static void
add_special(struct wordpiece_file *v, size_t id, bool control)
{
	if (v->nspecial == WORDPIECE_FILE_NSPECIAL)
		cli_errx(CLI_FATAL, "%s: more than %d added tokens", v->folder,
		    WORDPIECE_FILE_NSPECIAL);
	v->control[v->nspecial] = control;
	v->special[v->nspecial++] = (uint32_t)id;
}

static void
read_vocab_txt(struct wordpiece_file *v)
{
	static const char *const special[] = {
	    "[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"};
	struct str bytes, line;
	char path[4096];
	const char *p, *end, *feed, *cause;
	size_t id = 0, i;

	modelfile_path(path, v->folder, "vocab.txt");
	if (!mapfile_open(&bytes, path)) {
		if (errno == ENOENT)
			cli_errx(CLI_FATAL,
			    "%s: neither tokenizer.json nor vocab.txt",
			    v->folder);
		cli_err(CLI_FATAL, "%s", path);
	}
	if ((cause = modelfile_cause(bytes)) != NULL)
		cli_errx(CLI_FATAL, "%s: %s", path, cause);
	for (p = bytes.p, end = p + bytes.len; p < end; p = feed + 1, id++) {
		feed = memchr(p, '\n', (size_t)(end - p));
		if (feed == NULL)
			feed = end;
		line = str_trim((struct str){p, (size_t)(feed - p)});
		set_token(v, line, id);
		for (i = 0; i < 5; i++)
			if (str_eq(line, str_of(special[i])))
				add_special(v, id, true);
	}
	mapfile_close(&bytes);
}

/* A part of tokenizer.json, which must be of the one type that is run. */
static struct str
need_part(struct wordpiece_file *v, struct str object, const char *name,
    const char *type)
{
	struct str part, kind = STR("null");

	if (!json_member(object, &v->mem, str_of(name), &part))
		part = STR("null");
	modelfile_str(part, &v->mem, "type", &kind);
	if (!str_eq(kind, str_of(type)))
		cli_errx(CLI_FATAL,
		    "%s/tokenizer.json: can't run the %s %.*s; of WordPiece it "
		    "must be %s",
		    v->folder, name, (int)kind.len, kind.p, type);
	return part;
}

/* The tokens that a text may hold literally. */
static void
read_added(struct wordpiece_file *v, struct str object)
{
	struct str key, raw, part, text;
	struct arena *mem = &v->mem;
	struct json_walk w;
	bool single = false, control;
	size_t id;

	if (!json_member(object, mem, STR("added_tokens"), &raw) ||
	    !json_open(&w, raw, '['))
		return;
	while (json_next(&w, mem, &key, &part)) {
		control = false;
		if (!modelfile_str(part, mem, "content", &text) ||
		    !json_member(part, mem, STR("id"), &raw) ||
		    !json_get_size(raw, &id))
			continue;
		modelfile_bool(part, mem, "single_word", &single);
		if (single)
			cli_errx(CLI_FATAL,
			    "%s/tokenizer.json: can't run \"single_word\" of "
			    "the token %.*s",
			    v->folder, (int)text.len, text.p);
		set_token(v, text, id);
		modelfile_bool(part, mem, "special", &control);
		add_special(v, id, control);
	}
}

/* What is run of tokenizer.json; other parts than BERT has are refused. */
static void
read_tokenizer_json(struct wordpiece_file *v, struct str object)
{
	struct str part, key, raw, text;
	struct arena *mem = &v->mem;
	struct json_walk w;
	size_t id;

	if (!json_member(object, mem, STR("model"), &part) ||
	    !json_member(part, mem, STR("vocab"), &raw) ||
	    !json_open(&w, raw, '{'))
		cli_errx(CLI_FATAL, "%s/tokenizer.json: no WordPiece \"vocab\"",
		    v->folder);
	if (json_member(part, mem, STR("type"), &raw) &&
	    json_get_str(raw, mem, &text) && !str_eq(text, STR("WordPiece")))
		cli_errx(CLI_FATAL,
		    "%s/tokenizer.json: can't run a tokenizer of type %.*s",
		    v->folder, (int)text.len, text.p);
	while (json_next(&w, mem, &key, &raw))
		if (json_get_size(raw, &id))
			set_token(v, key, id);
	if (json_member(part, mem, STR("max_input_chars_per_word"), &raw))
		json_get_size(raw, &v->options.max_word);
	if (json_member(part, mem, STR("continuing_subword_prefix"), &raw) &&
	    json_get_str(raw, mem, &text))
		v->options.prefix = arena_copy(mem, text);
	if (json_member(part, mem, STR("unk_token"), &raw) &&
	    json_get_str(raw, mem, &text))
		v->options.unk = arena_copy(mem, text);
	read_added(v, object);
	need_part(v, object, "pre_tokenizer", "BertPreTokenizer");
	part = need_part(v, object, "normalizer", "BertNormalizer");
	modelfile_bool(part, mem, "clean_text", &v->options.clean);
	modelfile_bool(part, mem, "handle_chinese_chars", &v->options.cjk);
	modelfile_bool(part, mem, "lowercase", &v->options.lowercase);
	v->options.strip_accents = v->options.lowercase;
	modelfile_bool(part, mem, "strip_accents", &v->options.strip_accents);
}

size_t
wordpiece_file_length(const char *folder, size_t nposition)
{
	/* named after what they were first written for */
	static const char *const name[] = {"sentence_bert_config.json",
	    "sentence_roberta_config.json", "sentence_distilbert_config.json"};
	struct str bytes, object, raw;
	struct arena mem = {0};
	size_t len, max = nposition, i;

	if (modelfile_object(
		folder, "tokenizer_config.json", &bytes, &object)) {
		if (json_member(object, &mem, STR("model_max_length"), &raw) &&
		    json_get_size(raw, &len) && len < max)
			max = len;
		mapfile_close(&bytes);
	}
	for (i = 0; i < sizeof(name) / sizeof(*name); i++)
		if (modelfile_object(folder, name[i], &bytes, &object)) {
			if (json_member(
				object, &mem, STR("max_seq_length"), &raw) &&
			    json_get_size(raw, &len))
				max = len < nposition ? len : nposition;
			mapfile_close(&bytes);
		}
	arena_release(&mem);
	if (max < 3)
		cli_errx(CLI_FATAL,
		    "%s: a model that reads only %zu tokens of a text", folder,
		    max);
	return max;
}

/* The settings that Hugging Face puts above those of tokenizer.json. */
static void
read_settings(struct wordpiece_file *v)
{
	struct wordpiece_options *o = &v->options;
	struct str bytes, object, kind;
	bool lower;

	v->max_len = wordpiece_file_length(v->folder, v->nposition);
	if (modelfile_object(
		v->folder, "tokenizer_config.json", &bytes, &object)) {
		if (modelfile_str(object, &v->mem, "tokenizer_class", &kind) &&
		    str_eq(kind, STR("BertJapaneseTokenizer")))
			cli_errx(CLI_FATAL,
			    "%s/tokenizer_config.json: can't run %.*s",
			    v->folder, (int)kind.len, kind.p);
		if (modelfile_bool(object, &v->mem, "do_lower_case", &lower)) {
			o->strip_accents = lower;
			o->lowercase = lower;
		}
		modelfile_bool(
		    object, &v->mem, "strip_accents", &o->strip_accents);
		modelfile_bool(
		    object, &v->mem, "tokenize_chinese_chars", &o->cjk);
		mapfile_close(&bytes);
	}
	if (modelfile_object(
		v->folder, "sentence_bert_config.json", &bytes, &object)) {
		if (modelfile_bool(object, &v->mem, "do_lower_case", &lower) &&
		    lower)
			o->lowercase = true;
		mapfile_close(&bytes);
	}
}

void
wordpiece_file_read(struct wordpiece_file *v, const char *folder, size_t nvocab,
    size_t nposition)
{
	struct str bytes, object;

	*v = (struct wordpiece_file){.folder = folder,
	    .nvocab = nvocab,
	    .nposition = nposition,
	    .options = {.clean = true,
		.cjk = true,
		.strip_accents = true,
		.lowercase = true}};
	if (modelfile_object(folder, "tokenizer.json", &bytes, &object)) {
		read_tokenizer_json(v, object);
		mapfile_close(&bytes);
	} else {
		read_vocab_txt(v);
	}
	read_settings(v);
}

void
wordpiece_file_plain(struct wordpiece_file *v)
{
	size_t i, n = 0;

	for (i = 0; i < v->nspecial; i++)
		if (!v->control[i])
			v->special[n++] = v->special[i];
	memset(v->control, 0, sizeof(v->control));
	v->nspecial = n;
}

struct wordpiece *
wordpiece_file_wordpiece(const struct wordpiece_file *v)
{
	return wordpiece_new(
	    v->token, v->n, v->special, v->nspecial, &v->options);
}

static int
ascending(const void *pa, const void *pb)
{
	const size_t *a = pa, *b = pb;

	return (*a > *b) - (*a < *b);
}

size_t
wordpiece_file_median(const struct wordpiece_file *v)
{
	size_t *len = mem_alloc((v->n + 1) * sizeof(*len)), n = 0, i, median;
	struct str rest;

	for (i = 0; i < v->n; i++) {
		rest = v->token[i];
		if (rest.len == 0)
			continue;
		for (len[n] = 0; rest.len > 0; len[n]++)
			utf8_take(&rest);
		n++;
	}
	qsort(len, n, sizeof(*len), ascending);
	median = n > 0 ? (len[(n - 1) / 2] + len[n / 2]) / 2 : 0;
	free(len);
	return median > 0 ? median : 1;
}

void
wordpiece_file_release(struct wordpiece_file *v)
{
	arena_release(&v->mem);
	free(v->token);
	*v = (struct wordpiece_file){0};
}
