#include "token/tokenizer.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/cli.h"
#include "base/hash.h"
#include "base/mapfile.h"
#include "base/mem.h"
#include "record/json.h"
#include "token/modelfile.h"
#include "token/subword.h"
#include "token/wordpiece-file.h"
#include "token/wordpiece.h"

enum { MAX_PIECES = 1 << 24 };

struct tokenizer {
	struct subword *subword; /* or NULL, and then */
	struct wordpiece *wordpiece;
	uint32_t nvocab;
	uint64_t identity;
	uint32_t *id; /* (cap), of a WordPiece */
	size_t cap;
};

/* Whether a member is an object of this type. */
static bool
has_type(
    struct arena *mem, struct str object, const char *name, const char *type)
{
	struct str part, text;

	return object.p[0] == '{' &&
	       json_member(object, mem, str_of(name), &part) &&
	       part.p[0] == '{' && modelfile_str(part, mem, "type", &text) &&
	       str_eq(text, str_of(type));
}

static bool
is_wordpiece(struct str object)
{
	struct arena mem = {0};
	bool is = has_type(&mem, object, "model", "WordPiece") &&
		  has_type(&mem, object, "normalizer", "BertNormalizer") &&
		  has_type(&mem, object, "pre_tokenizer", "BertPreTokenizer");

	arena_release(&mem);
	return is;
}

static void
open_wordpiece(struct tokenizer *t, const char *folder, bool plain)
{
	struct wordpiece_file v;

	wordpiece_file_read(&v, folder, MAX_PIECES, SIZE_MAX);
	if (plain)
		wordpiece_file_plain(&v);
	t->wordpiece = wordpiece_file_wordpiece(&v);
	t->nvocab = (uint32_t)v.n;
	wordpiece_file_release(&v);
	if (t->wordpiece == NULL)
		cli_errx(CLI_FATAL, "%s: no unknown token in the vocabulary",
		    folder);
}

/* Of the files that it may be made of. */
static uint64_t
hash_files(const char *folder)
{
	static const char *const name[] = {
	    "tokenizer.json", "vocab.txt", "tokenizer_config.json"};
	struct hash_stream *hash = hash_start();
	struct str bytes;
	char path[4096];
	size_t i;

	for (i = 0; i < sizeof(name) / sizeof(*name); i++) {
		modelfile_path(path, folder, name[i]);
		if (!mapfile_open(&bytes, path)) {
			if (errno != ENOENT && errno != ENOTDIR)
				cli_err(CLI_FATAL, "%s", path);
			continue;
		}
		hash_add(hash, name[i], strlen(name[i]) + 1);
		hash_add(hash, bytes.p, bytes.len);
		mapfile_close(&bytes);
	}
	return hash_end(hash);
}

struct tokenizer *
tokenizer_open(const char *folder, bool plain)
{
	struct tokenizer *t = mem_zeroed(1, sizeof(*t));
	struct str bytes, object;
	char why[SUBWORD_WHY];
	struct stat st;

	if (stat(folder, &st) == 0 && !S_ISDIR(st.st_mode))
		cli_errx(CLI_FATAL,
		    "%s is a file; give the folder that holds it", folder);
	if (!modelfile_object(folder, "tokenizer.json", &bytes, &object)) {
		open_wordpiece(t, folder, plain);
	} else {
		if (is_wordpiece(object))
			open_wordpiece(t, folder, plain);
		else if ((t->subword = subword_new(object, &t->nvocab, why)) ==
			 NULL)
			cli_errx(
			    CLI_FATAL, "%s/tokenizer.json: %s", folder, why);
		mapfile_close(&bytes);
	}
	if (t->subword != NULL)
		subword_plain(t->subword, plain);
	t->identity = hash_files(folder);
	return t;
}

void
tokenizer_close(struct tokenizer *t)
{
	if (t == NULL)
		return;
	subword_free(t->subword);
	wordpiece_free(t->wordpiece);
	free(t->id);
	free(t);
}

const char *
tokenizer_kind(const struct tokenizer *t)
{
	return t->subword != NULL ? subword_kind(t->subword) : "WordPiece";
}

uint32_t
tokenizer_nvocab(const struct tokenizer *t)
{
	return t->nvocab;
}

uint64_t
tokenizer_identity(const struct tokenizer *t)
{
	return t->identity;
}

bool
tokenizer_id(const struct tokenizer *t, struct str token, uint32_t *id)
{
	return t->subword != NULL ? subword_id(t->subword, token, id)
				  : wordpiece_id(t->wordpiece, token, id);
}

const uint32_t *
tokenizer_encode(struct tokenizer *t, struct str text, size_t *n)
{
	if (t->subword != NULL)
		return subword_encode(t->subword, text, n);
	if (text.len > t->cap) { /* no byte gives more than one */
		t->cap = 2 * text.len;
		free(t->id);
		t->id = mem_grow(NULL, t->cap, sizeof(*t->id));
	}
	*n = wordpiece_encode(t->wordpiece, text, t->id, text.len);
	return t->id;
}
