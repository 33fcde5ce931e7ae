#include "token/tokenizer.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/cli.h"
#include "base/hash.h"
#include "base/mapfile.h"
#include "base/mem.h"
#include "record/json.h"
#include "token/modelfile.h"
#include "token/wordpiece-file.h"
#include "token/wordpiece.h"

enum { MAX_ID = INT32_MAX - 1, MAX_PIECES = 1 << 24 };

struct tokenizer {
	struct bpe *bpe; /* or NULL, and then */
	struct wordpiece *wordpiece;
	uint32_t nvocab;
	uint64_t identity;
	uint32_t *id; /* (cap), of a WordPiece */
	size_t cap;
};

/* A tokenizer.json that is being read. */
struct reader {
	struct arena mem;
	struct bpe *bpe;
	uint32_t nvocab;
	char *why; /* (TOKENIZER_WHY) */
};

static bool __attribute__((format(printf, 2, 3)))
refuse(struct reader *r, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(r->why, TOKENIZER_WHY, fmt, ap);
	va_end(ap);
	return false;
}

/* A member that is there and isn't null. */
static bool
member(struct reader *r, struct str object, const char *name, struct str *raw)
{
	return object.p[0] == '{' &&
	       json_member(object, &r->mem, str_of(name), raw) &&
	       raw->p[0] != 'n';
}

/* A member that is a string; "" if it isn't. */
static struct str
text_of(struct reader *r, struct str object, const char *name)
{
	struct str raw, text;

	return member(r, object, name, &raw) &&
		       json_get_str(raw, &r->mem, &text)
		   ? text
		   : STR("");
}

static bool
is_true(struct reader *r, struct str object, const char *name, bool otherwise)
{
	if (object.p[0] == '{')
		modelfile_bool(object, &r->mem, name, &otherwise);
	return otherwise;
}

/* The expressions that bpe.h has, by their text. */
static bool
known_split(struct str pattern, enum bpe_split *split)
{
#define LLAMA(digits)                                                          \
	"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|" digits   \
	"| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+"
	static const char *const known[] = {
	    "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| "
	    "?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+",
	    LLAMA("\\p{N}{1,3}"), LLAMA("\\p{N}")}; /* as enum bpe_split */
#undef LLAMA
	size_t i;

	for (i = 0; i < sizeof(known) / sizeof(*known); i++)
		if (str_eq(pattern, str_of(known[i]))) {
			*split = (enum bpe_split)i;
			return true;
		}
	return false;
}

/*
 * ByteLevel with its own expression, or Split and ByteLevel without one.  Every
 * character is in a match of each expression, so that it is the same to set the
 * matches apart and, "invert", to remove what lies between them.
 */
static bool
read_split(struct reader *r, struct str object, struct bpe_options *o)
{
	struct str part, list, key, item[2] = {{0}}, pattern;
	struct json_walk w;
	size_t n = 0;

	if (!member(r, object, "pre_tokenizer", &part))
		return refuse(r, "no \"pre_tokenizer\"");
	o->split = BPE_GPT2;
	o->prefix_space = is_true(r, part, "add_prefix_space", false);
	if (str_eq(text_of(r, part, "type"), STR("ByteLevel")) &&
	    is_true(r, part, "use_regex", true))
		return true;
	if (str_eq(text_of(r, part, "type"), STR("Sequence")) &&
	    member(r, part, "pretokenizers", &list) && json_open(&w, list, '['))
		while (n < 2 && json_next(&w, &r->mem, &key, &item[n]))
			n++;
	if (n < 2 || json_next(&w, &r->mem, &key, &part) ||
	    !str_eq(text_of(r, item[0], "type"), STR("Split")) ||
	    !str_eq(text_of(r, item[1], "type"), STR("ByteLevel")) ||
	    is_true(r, item[1], "use_regex", true) ||
	    is_true(r, item[1], "add_prefix_space", true) ||
	    !str_eq(text_of(r, item[0], "behavior"),
		is_true(r, item[0], "invert", false) ? STR("Removed")
						     : STR("Isolated")))
		return refuse(r,
		    "can't run this \"pre_tokenizer\"; it must be ByteLevel, "
		    "or Split, isolated, and ByteLevel without more");
	if (!member(r, item[0], "pattern", &pattern) ||
	    !known_split(text_of(r, pattern, "Regex"), &o->split))
		return refuse(r,
		    "can't run a \"Split\" but by the pattern of GPT-2, "
		    "Llama 3 or Qwen 2");
	o->prefix_space = false;
	return true;
}

/* A sequence of no normalizers. */
static bool
is_empty(struct reader *r, struct str object)
{
	struct str list, key, item;
	struct json_walk w;

	return str_eq(text_of(r, object, "type"), STR("Sequence")) &&
	       member(r, object, "normalizers", &list) &&
	       json_open(&w, list, '[') && !json_next(&w, &r->mem, &key, &item);
}

static bool
read_options(struct reader *r, struct str object, struct str model,
    struct bpe_options *o)
{
	static const char *const affix[] = {
	    "continuing_subword_prefix", "end_of_word_suffix"};
	struct str raw, type;
	double dropout = 0;
	size_t i;

	if (member(r, object, "normalizer", &raw)) {
		type = text_of(r, raw, "type");
		if (!str_eq(type, STR("NFC")) && !is_empty(r, raw))
			return refuse(r, "can't run the normalizer %.*s",
			    (int)(type.len < 99 ? type.len : 99), type.p);
		o->nfc = str_eq(type, STR("NFC"));
	}
	for (i = 0; i < sizeof(affix) / sizeof(*affix); i++)
		if (text_of(r, model, affix[i]).len > 0)
			return refuse(r, "can't run \"%s\"", affix[i]);
	if (member(r, model, "dropout", &raw) &&
	    !(json_get_num(raw, &dropout) && dropout == 0))
		return refuse(r, "can't run \"dropout\"");
	o->ignore_merges = is_true(r, model, "ignore_merges", false);
	return read_split(r, object, o);
}

static bool
read_id(struct reader *r, struct str raw, uint32_t *id)
{
	size_t n;

	if (!json_get_size(raw, &n) || n > MAX_ID)
		return refuse(r, "a token without an id");
	*id = (uint32_t)n;
	if (n >= r->nvocab)
		r->nvocab = *id + 1;
	return true;
}

static bool
read_vocab(struct reader *r, struct str model)
{
	struct str raw, key;
	struct json_walk w;
	uint32_t id = 0;

	if (!member(r, model, "vocab", &raw) || !json_open(&w, raw, '{'))
		return refuse(r, "no \"vocab\"");
	while (json_next(&w, &r->mem, &key, &raw)) {
		if (!read_id(r, raw, &id))
			return false;
		bpe_token(r->bpe, key, id);
	}
	return bpe_whole(r->bpe) ||
	       refuse(r, "a byte without a token: text would be lost");
}

/* "a b", or, since tokenizers 0.20, ["a", "b"]. */
static bool
read_merges(struct reader *r, struct str model)
{
	struct str raw, key, part[2], item;
	struct json_walk w, pair;
	const char *blank;
	size_t n = 0, i;

	if (!member(r, model, "merges", &raw) || !json_open(&w, raw, '['))
		return refuse(r, "no \"merges\"");
	for (; json_next(&w, &r->mem, &key, &raw); n++) {
		i = 0;
		if (json_get_str(raw, &r->mem, &item)) {
			if (str_starts(item, STR("#version")))
				continue;
			blank = memchr(item.p, ' ', item.len);
			if (blank != NULL) {
				part[0] = (struct str){
				    item.p, (size_t)(blank - item.p)};
				part[1] = (struct str){
				    blank + 1, item.len - part[0].len - 1};
				i = 2;
			}
		} else if (json_open(&pair, raw, '[')) {
			while (i < 2 &&
			       json_next(&pair, &r->mem, &key, &item) &&
			       json_get_str(item, &r->mem, &part[i]))
				i++;
			i += json_next(&pair, &r->mem, &key, &item);
		}
		if (i != 2 || !bpe_merge(r->bpe, part[0], part[1]))
			return refuse(r,
			    "merge %zu is no pair of tokens that is a token",
			    n);
	}
	return true;
}

static bool
read_added(struct reader *r, struct str object)
{
	struct bpe_added a;
	struct str raw, key, item;
	struct json_walk w;

	if (!member(r, object, "added_tokens", &raw) ||
	    !json_open(&w, raw, '['))
		return true;
	while (json_next(&w, &r->mem, &key, &item)) {
		a = (struct bpe_added){.text = text_of(r, item, "content"),
		    .lstrip = is_true(r, item, "lstrip", false),
		    .rstrip = is_true(r, item, "rstrip", false),
		    .special = is_true(r, item, "special", false),
		    .normalised = is_true(r, item, "normalized", false)};
		if (a.text.len == 0)
			continue;
		if (is_true(r, item, "single_word", false))
			return refuse(r, "can't run \"single_word\"");
		if (!member(r, item, "id", &raw))
			raw = STR("");
		if (!read_id(r, raw, &a.id))
			return false;
		bpe_add(r->bpe, &a);
	}
	return true;
}

struct bpe *
tokenizer_bpe(struct str object, uint32_t *nvocab, char why[TOKENIZER_WHY])
{
	struct reader r = {.why = why};
	struct bpe_options o = {0};
	struct str model, type;
	bool good = false;

	if (!member(&r, object, "model", &model)) {
		refuse(&r, "no \"model\"");
	} else {
		type = text_of(&r, model, "type"); /* GPT-2's file has none */
		if (type.len > 0 && !str_eq(type, STR("BPE")))
			refuse(&r, "can't run a tokenizer of type %.*s",
			    (int)(type.len < 99 ? type.len : 99), type.p);
		else if (read_options(&r, object, model, &o)) {
			r.bpe = bpe_new(&o);
			good = read_vocab(&r, model) &&
			       read_merges(&r, model) && read_added(&r, object);
		}
	}
	arena_release(&r.mem);
	*nvocab = r.nvocab;
	if (good)
		return r.bpe;
	bpe_free(r.bpe);
	return NULL;
}

static bool
is_wordpiece(struct str object)
{
	struct reader r = {0};
	struct str model, part;
	bool is = member(&r, object, "model", &model) &&
		  str_eq(text_of(&r, model, "type"), STR("WordPiece")) &&
		  member(&r, object, "normalizer", &part) &&
		  str_eq(text_of(&r, part, "type"), STR("BertNormalizer")) &&
		  member(&r, object, "pre_tokenizer", &part) &&
		  str_eq(text_of(&r, part, "type"), STR("BertPreTokenizer"));

	arena_release(&r.mem);
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
	char why[TOKENIZER_WHY];
	struct stat st;

	if (stat(folder, &st) == 0 && !S_ISDIR(st.st_mode))
		cli_errx(CLI_FATAL,
		    "%s: a file; give the folder that it lies in", folder);
	if (!modelfile_object(folder, "tokenizer.json", &bytes, &object)) {
		open_wordpiece(t, folder, plain);
	} else {
		if (is_wordpiece(object))
			open_wordpiece(t, folder, plain);
		else if ((t->bpe = tokenizer_bpe(object, &t->nvocab, why)) ==
			 NULL)
			cli_errx(
			    CLI_FATAL, "%s/tokenizer.json: %s", folder, why);
		mapfile_close(&bytes);
	}
	if (t->bpe != NULL)
		bpe_plain(t->bpe, plain);
	t->identity = hash_files(folder);
	return t;
}

void
tokenizer_close(struct tokenizer *t)
{
	if (t == NULL)
		return;
	bpe_free(t->bpe);
	wordpiece_free(t->wordpiece);
	free(t->id);
	free(t);
}

const char *
tokenizer_kind(const struct tokenizer *t)
{
	return t->bpe != NULL ? "BPE" : "WordPiece";
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
	return t->bpe != NULL ? bpe_id(t->bpe, token, id)
			      : wordpiece_id(t->wordpiece, token, id);
}

const uint32_t *
tokenizer_encode(struct tokenizer *t, struct str text, size_t *n)
{
	if (t->bpe != NULL)
		return bpe_encode(t->bpe, text, n);
	if (text.len > t->cap) { /* no byte gives more than one */
		t->cap = 2 * text.len;
		free(t->id);
		t->id = mem_grow(NULL, t->cap, sizeof(*t->id));
	}
	*n = wordpiece_encode(t->wordpiece, text, t->id, text.len);
	return t->id;
}
