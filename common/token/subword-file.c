/* subword-file - reading a tokenizer.json; what can't be run is refused by name */

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "record/json.h"
#include "token/modelfile.h"
#include "token/subword-inside.h"

enum { MAX_ID = INT32_MAX - 1 };

#define BLANK "\xe2\x96\x81" /* U+2581 */

struct reader {
	struct arena mem;
	struct subword *s;
	bool bytes; /* a step writes bytes in GPT-2's letters */
	uint32_t nvocab;
	char *why; /* (SUBWORD_WHY) */
};

static bool __attribute__((format(printf, 2, 3)))
refuse(struct reader *r, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(r->why, SUBWORD_WHY, fmt, ap);
	va_end(ap);
	return false;
}

/* As refuse(), with a name that the file gives: "can't run the WHAT NAME". */
static bool
refuse_name(struct reader *r, const char *what, struct str name)
{
	return refuse(r, "can't run the %s %.*s", what,
	    (int)(name.len < 99 ? name.len : 99), name.p);
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
is_text(struct reader *r, struct str object, const char *name, const char *text)
{
	return str_eq(text_of(r, object, name), str_of(text));
}

static bool
is_true(struct reader *r, struct str object, const char *name, bool otherwise)
{
	if (object.p[0] == '{')
		modelfile_bool(object, &r->mem, name, &otherwise);
	return otherwise;
}

/* A pattern's "Regex" or "String"; "" if it isn't that kind. */
static struct str
pattern_of(struct reader *r, struct str object, const char *kind)
{
	struct str pattern;

	return member(r, object, "pattern", &pattern)
		   ? text_of(r, pattern, kind)
		   : STR("");
}

/* The expressions that split.h has, by their text. */
static bool
known_regex(struct str pattern, enum split_kind *kind)
{
#define LLAMA(digits)                                                          \
	"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|" digits   \
	"| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+"
#define O200K(short, digits)                                                   \
	"[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]*"          \
	"[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]+" short "|[^\\r\\n\\p{L}\\p{N}]?[\\p{"  \
					       "Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{"  \
					       "M}]+"                          \
					       "[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]" \
					       "*" short "|" digits "| "       \
							 "?[^\\s\\p{L}\\p{N}]" \
							 "+[\\r\\n/"           \
							 "]*|\\s*[\\r\\n]+|"   \
							 "\\s+(?!\\S)|\\s+"
	static const struct {
		const char *pattern;
		enum split_kind kind;
	} known[] = {{"'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| "
		      "?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+",
			 SPLIT_GPT2},
	    {LLAMA("\\p{N}{1,3}"), SPLIT_LLAMA3},
	    {LLAMA("\\p{N}"), SPLIT_QWEN2},
	    {O200K("(?i:'s|'t|'re|'ve|'m|'ll|'d)?", "\\p{N}{1,3}"),
		SPLIT_O200K},
	    {O200K("", "\\p{N}"), SPLIT_TEKKEN},
	    {"[!\"#$%&'()*+,\\-./:;<=>?@\\[\\\\\\]^_`{|}~][A-Za-z]+|"
	     "[^\r\n\\p{L}\\p{P}\\p{S}]?[\\p{L}\\p{M}]+| ?[\\p{P}\\p{S}]+"
	     "[\r\n]*|\\s*[\r\n]+|\\s+(?!\\S)|\\s+",
		SPLIT_DEEPSEEK},
	    {"\\p{N}{1,3}", SPLIT_NUMBER3}, {"\\p{N}", SPLIT_NUMBER},
	    {"[0-9][0-9][0-9]", SPLIT_DIGIT3},
	    {"[\u4e00-\u9fa5\u3040-\u309f\u30a0-\u30ff]+", SPLIT_IDEOGRAPHS}};
#undef LLAMA
#undef O200K
	size_t i;

	for (i = 0; i < sizeof(known) / sizeof(*known); i++)
		if (str_eq(pattern, str_of(known[i].pattern))) {
			*kind = known[i].kind;
			return true;
		}
	return false;
}

static bool
add_step(struct reader *r, struct split_step step)
{
	struct split *s = &r->s->split;

	if (s->nstep == SPLIT_NSTEP)
		return refuse(r, "more than %d steps in \"pre_tokenizer\"",
		    (int)SPLIT_NSTEP);
	if (r->bytes && step.kind != SPLIT_NUMBERS && step.kind != SPLIT_DIGIT3)
		return refuse(r, "can't run such a step of "
				 "\"pre_tokenizer\" after ByteLevel");
	step.bytes = r->bytes;
	s->step[s->nstep++] = step;
	return true;
}

/*
 * An expression whose matches become separate pieces.  If its matches leave no
 * character outside, it may as well remove what is between them ("invert").
 * Gemma's " " finds nothing, since its normalizer leaves no blank.
 */
static bool
read_split(struct reader *r, struct str part)
{
	struct split_step step = {.kind = SPLIT_NONE};
	struct str regex = pattern_of(r, part, "Regex");
	const struct normal *n = &r->s->normal;
	bool whole;

	if (str_eq(pattern_of(r, part, "String"), STR(" ")) && n->nstep > 0 &&
	    n->step[n->nstep - 1].kind == NORMAL_REPLACE &&
	    str_eq(n->step[n->nstep - 1].from, STR(" ")))
		return true;
	if (!known_regex(regex, &step.kind))
		return refuse(r,
		    "can't run a \"Split\" by other patterns than those of "
		    "GPT-2, Llama 3, Qwen 2, o200k, Tekken and DeepSeek");
	whole = step.kind <= SPLIT_TEKKEN;
	if (whole && is_true(r, part, "invert", false)
		? !is_text(r, part, "behavior", "Removed")
		: !is_text(r, part, "behavior", "Isolated") ||
		      is_true(r, part, "invert", false))
		return refuse(r, "can't run a \"Split\" in \"pre_tokenizer\" "
				 "that is not isolated");
	return add_step(r, step);
}

static bool
read_byte_level(struct reader *r, struct str part)
{
	struct split_step step = {.kind = is_true(r, part, "use_regex", true)
					      ? SPLIT_GPT2
					      : SPLIT_NONE,
	    .prefix = is_true(r, part, "add_prefix_space", true)
			  ? SPLIT_ALWAYS
			  : SPLIT_NO_PREFIX};

	if (r->bytes)
		return refuse(r, "ByteLevel comes twice in \"pre_tokenizer\"");
	if ((step.kind != SPLIT_NONE || step.prefix != SPLIT_NO_PREFIX) &&
	    !add_step(r, step))
		return false;
	r->bytes = true;
	return true;
}

/*
 * In files from before "prepend_scheme", "add_prefix_space" has the same
 * meaning.
 */
static bool
read_metaspace(struct reader *r, struct str part)
{
	struct split_step step = {.blanks = true,
	    .kind =
		is_true(r, part, "split", true) ? SPLIT_BLANKS : SPLIT_NONE};
	struct str scheme = text_of(r, part, "prepend_scheme");
	bool add = is_true(r, part, "add_prefix_space", true);

	if (scheme.len == 0)
		scheme = add ? STR("always") : STR("never");
	if (str_eq(scheme, STR("always")))
		step.prefix = SPLIT_ALWAYS;
	else if (str_eq(scheme, STR("first")))
		step.prefix = SPLIT_FIRST;
	else if (!str_eq(scheme, STR("never")))
		return refuse_name(r, "\"prepend_scheme\"", scheme);
	if (!is_text(r, part, "replacement", BLANK))
		return refuse_name(
		    r, "\"replacement\"", text_of(r, part, "replacement"));
	return add_step(r, step);
}

static bool
read_pre_tokenizer(struct reader *r, struct str part)
{
	struct str type = text_of(r, part, "type"), list, key, item;
	struct json_walk w;

	if (str_eq(type, STR("Sequence"))) {
		if (!member(r, part, "pretokenizers", &list) ||
		    !json_open(&w, list, '['))
			return refuse(r, "no \"pretokenizers\"");
		while (json_next(&w, &r->mem, &key, &item))
			if (is_text(r, item, "type", "Sequence") ||
			    !read_pre_tokenizer(r, item))
				return r->why[0] != '\0'
					   ? false
					   : refuse_name(
						 r, "pre_tokenizer", type);
		return true;
	}
	if (str_eq(type, STR("Split")))
		return read_split(r, part);
	if (str_eq(type, STR("ByteLevel")))
		return read_byte_level(r, part);
	if (str_eq(type, STR("Metaspace")))
		return read_metaspace(r, part);
	if (str_eq(type, STR("WhitespaceSplit")))
		return add_step(r, (struct split_step){.kind = SPLIT_WORDS});
	if (str_eq(type, STR("Digits")))
		return add_step(
		    r, (struct split_step){
			   .kind = is_true(r, part, "individual_digits", false)
				       ? SPLIT_NUMBER
				       : SPLIT_NUMBERS});
	if (str_eq(type, STR("Punctuation")) &&
	    is_text(r, part, "behavior", "Contiguous"))
		return add_step(
		    r, (struct split_step){.kind = SPLIT_PUNCTUATION});
	return refuse_name(r, "pre_tokenizer", type);
}

static bool
add_normal(struct reader *r, struct normal_step step)
{
	struct normal *n = &r->s->normal;

	step.from = arena_copy(&r->s->mem, step.from);
	step.to = arena_copy(&r->s->mem, step.to);
	if (n->nstep == NORMAL_NSTEP) {
		charsmap_free(step.charsmap);
		return refuse(r, "more than %d steps in \"normalizer\"",
		    (int)NORMAL_NSTEP);
	}
	n->step[n->nstep++] = step;
	return true;
}

static bool
read_replace(struct reader *r, struct str part)
{
	struct normal_step step = {.kind = NORMAL_REPLACE,
	    .from = pattern_of(r, part, "String"),
	    .to = text_of(r, part, "content")};

	if (step.from.len == 0) {
		if (!str_eq(pattern_of(r, part, "Regex"), STR(" {2,}")))
			return refuse(r, "can't run a normalizer Replace of a "
					 "pattern other than \" {2,}\"");
		step.kind = NORMAL_BLANKS;
	}
	return add_normal(r, step);
}

static bool
read_normalizer(struct reader *r, struct str part)
{
	struct str type = text_of(r, part, "type"), list, key, item;
	struct normal_step step = {.from = STR("")};
	struct json_walk w;

	if (str_eq(type, STR("Sequence"))) {
		if (!member(r, part, "normalizers", &list) ||
		    !json_open(&w, list, '['))
			return refuse(r, "no \"normalizers\"");
		while (json_next(&w, &r->mem, &key, &item))
			if (is_text(r, item, "type", "Sequence"))
				return refuse_name(r, "normalizer", type);
			else if (!read_normalizer(r, item))
				return false;
		return true;
	}
	if (str_eq(type, STR("Replace")))
		return read_replace(r, part);
	if (str_eq(type, STR("Strip")))
		return (!is_true(r, part, "strip_left", true) ||
			   add_normal(
			       r, (struct normal_step){.kind = NORMAL_LEFT,
				      .from = STR("")})) &&
		       (!is_true(r, part, "strip_right", true) ||
			   add_normal(
			       r, (struct normal_step){
				      .kind = NORMAL_RIGHT, .from = STR("")}));
	if (str_eq(type, STR("Prepend"))) {
		step.kind = NORMAL_PREPEND;
		step.to = text_of(r, part, "prepend");
		return add_normal(r, step);
	}
	if (str_eq(type, STR("Precompiled"))) {
		step.kind = NORMAL_CHARSMAP;
		step.charsmap =
		    charsmap_new(text_of(r, part, "precompiled_charsmap"));
		return step.charsmap != NULL
			   ? add_normal(r, step)
			   : refuse(r, "no \"precompiled_charsmap\"");
	}
	step.kind = str_eq(type, STR("NFC")) ? NORMAL_NFC : NORMAL_NFKC;
	return str_eq(type, STR("NFC")) || str_eq(type, STR("NFKC"))
		   ? add_normal(r, step)
		   : refuse_name(r, "normalizer", type);
}

static bool
read_id(struct reader *r, struct str raw, uint32_t *id)
{
	size_t n;

	if (!json_get_size(raw, &n) || n > MAX_ID)
		return refuse(r, "a token has no id");
	*id = (uint32_t)n;
	if (n >= r->nvocab)
		r->nvocab = *id + 1;
	return true;
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
		if (i != 2 || !bpe_merge(r->s->bpe, part[0], part[1]))
			return refuse(r,
			    "merge %zu is no pair of tokens that is a token",
			    n);
	}
	return true;
}

static bool
read_bpe(struct reader *r, struct str model)
{
	static const char *const affix[] = {
	    "continuing_subword_prefix", "end_of_word_suffix"};
	struct bpe_options o = {.bytes = r->bytes,
	    .ignore_merges = is_true(r, model, "ignore_merges", false),
	    .byte_fallback = is_true(r, model, "byte_fallback", false),
	    .fuse_unk = is_true(r, model, "fuse_unk", false)};
	struct str raw, key;
	struct json_walk w;
	double dropout = 0;
	uint32_t id = 0;
	size_t i;

	for (i = 0; i < sizeof(affix) / sizeof(*affix); i++)
		if (text_of(r, model, affix[i]).len > 0)
			return refuse(r, "can't run \"%s\"", affix[i]);
	if (member(r, model, "dropout", &raw) &&
	    !(json_get_num(raw, &dropout) && dropout == 0))
		return refuse(r, "can't run \"dropout\"");
	if (!member(r, model, "vocab", &raw) || !json_open(&w, raw, '{'))
		return refuse(r, "no \"vocab\"");
	r->s->bpe = bpe_new(&o);
	while (json_next(&w, &r->mem, &key, &raw)) {
		if (!read_id(r, raw, &id))
			return false;
		bpe_token(r->s->bpe, key, id);
	}
	if (!bpe_ready(
		r->s->bpe, o.bytes ? STR("") : text_of(r, model, "unk_token")))
		return refuse(
		    r, o.bytes ? "a byte without a token: text would be lost"
			       : "no unknown token: text would be lost");
	return read_merges(r, model);
}

/*
 * A score as Hugging Face's library reads it.  Its reader of JSON rounds twice,
 * the digits and then their quotient by a power of ten, so that it may be off
 * by one unit in the last place: sums of scores that are all but equal are in
 * the same order only if ours are off, too.
 */
static bool
read_score(struct str raw, double *score)
{
	static const double ten[] = {1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7,
	    1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18,
	    1e19, 1e20, 1e21, 1e22};
	const size_t most = sizeof(ten) / sizeof(*ten) - 1;
	uint64_t digits = 0;
	size_t i, after = 0; /* digits after the point */
	bool minus = raw.len > 0 && raw.p[0] == '-', point = false;

	for (i = minus; i < raw.len; i++)
		if (raw.p[i] == '.') {
			point = true;
		} else if (raw.p[i] >= '0' && raw.p[i] <= '9' &&
			   digits < UINT64_MAX / 10 - 1) {
			digits = 10 * digits + (uint64_t)(raw.p[i] - '0');
			after += point;
		} else {
			break;
		}
	if (i < raw.len || i == minus || after > most)
		return json_get_num(raw, score);
	*score = (double)digits / ten[after];
	if (minus)
		*score = -*score;
	return true;
}

/* [["token", score], ...] */
static bool
read_unigram(struct reader *r, struct str model)
{
	struct str raw, key, item, token;
	struct json_walk w, pair;
	double score;
	size_t unk = SIZE_MAX;

	if (r->bytes)
		return refuse(r, "can't run a Unigram after ByteLevel");
	if (!member(r, model, "vocab", &raw) || !json_open(&w, raw, '['))
		return refuse(r, "no \"vocab\"");
	r->s->unigram = unigram_new();
	while (json_next(&w, &r->mem, &key, &raw)) {
		if (!json_open(&pair, raw, '[') ||
		    !json_next(&pair, &r->mem, &key, &item) ||
		    !json_get_str(item, &r->mem, &token) ||
		    !json_next(&pair, &r->mem, &key, &item) ||
		    !read_score(item, &score))
			return refuse(r, "a token has no score");
		unigram_token(r->s->unigram, token, score);
		r->nvocab++;
	}
	if (!member(r, model, "unk_id", &raw) || !json_get_size(raw, &unk) ||
	    !unigram_ready(
		r->s->unigram, unk, is_true(r, model, "byte_fallback", false)))
		return refuse(r, "no unknown token: text would be lost");
	return true;
}

/* Tokens of the model have their ids there. */
static bool
read_added(struct reader *r, struct str object)
{
	struct subword *s = r->s;
	struct added_token a;
	struct str raw, key, item;
	struct json_walk w;

	if (!member(r, object, "added_tokens", &raw) ||
	    !json_open(&w, raw, '['))
		return true;
	while (json_next(&w, &r->mem, &key, &item)) {
		a = (struct added_token){.text = text_of(r, item, "content"),
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
		if (s->bpe != NULL)
			bpe_id(s->bpe, a.text, &a.id);
		else
			unigram_id(s->unigram, a.text, &a.id);
		if (a.normalised)
			a.text = normal_text(&s->normal, a.text);
		if (a.text.len > 0)
			added_put(&s->added, &a);
	}
	added_ready(&s->added);
	return true;
}

static bool
read_all(struct reader *r, struct str object)
{
	struct split *split = &r->s->split;
	struct str model, type, raw;
	bool good;

	if (!member(r, object, "model", &model))
		return refuse(r, "no \"model\"");
	if (member(r, object, "normalizer", &raw) && !read_normalizer(r, raw))
		return false;
	if (member(r, object, "pre_tokenizer", &raw) &&
	    !read_pre_tokenizer(r, raw))
		return false;
	if (split->nstep == 0)
		split->step[split->nstep++].kind = SPLIT_NONE;
	type = text_of(r, model, "type"); /* GPT-2's file has none */
	if (type.len == 0 || str_eq(type, STR("BPE")))
		good = read_bpe(r, model);
	else if (str_eq(type, STR("Unigram")))
		good = read_unigram(r, model);
	else
		return refuse_name(r, "tokenizer of type", type);
	return good && read_added(r, object);
}

struct subword *
subword_new(struct str object, uint32_t *nvocab, char why[SUBWORD_WHY])
{
	struct reader r = {.why = why};
	bool good;

	why[0] = '\0';
	r.s = subword_empty();
	good = read_all(&r, object);
	arena_release(&r.mem);
	*nvocab = r.nvocab;
	if (good)
		return r.s;
	subword_free(r.s);
	return NULL;
}
