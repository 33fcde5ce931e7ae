#include "encode/modules.h"

#include <stdio.h>
#include <string.h>

#include "base/cli.h"
#include "base/mapfile.h"
#include "record/json.h"
#include "token/modelfile.h"

/* What is read of the folder, besides what the caller gets. */
struct reading {
	struct modules *m;
	const char *folder;
	const char *pooling; /* the folder of the Pooling, or NULL */
};

/* A member's text that has no NUL, as a path or name must not. */
static bool
member(struct reading *r, struct str object, const char *name, struct str *s)
{
	return modelfile_str(object, &r->m->mem, name, s) &&
	       memchr(s->p, '\0', s->len) == NULL;
}

/* A path in the folder; a path that leads out of it is refused. */
static const char *
part_path(struct reading *r, struct str path)
{
	char *copy = arena_alloc(&r->m->mem, path.len + 2);

	if (str_starts(path, STR("/")) || memmem(path.p, path.len, "..", 2))
		cli_errx(CLI_FATAL, "%s/modules.json: a path outside of it",
		    r->folder);
	memcpy(copy, path.p, path.len);
	strcpy(copy + path.len, path.len > 0 ? "/" : "");
	return copy;
}

/* The last name of "sentence_transformers.models.Pooling". */
static struct str
last_name(struct str type)
{
	const char *dot = memrchr(type.p, '.', type.len);

	if (dot == NULL)
		return type;
	return (struct str){dot + 1, (size_t)(type.p + type.len - dot - 1)};
}

/* One part; which must come when it makes sense. */
static void
take_part(struct reading *r, struct str part, size_t i)
{
	struct str type = STR("of no type"), path = STR(""), name;
	bool first;

	member(r, part, "type", &type);
	member(r, part, "path", &path);
	name = last_name(type);
	first = str_eq(name, STR("Transformer")) ||
		str_eq(name, STR("StaticEmbedding"));
	if (first && i == 0) {
		r->m->sub = part_path(r, path);
		r->m->is_static = !str_eq(name, STR("Transformer"));
	} else if (!first && i > 0 && str_eq(name, STR("Pooling")) &&
		   r->pooling == NULL && !r->m->is_static) {
		r->pooling = part_path(r, path);
	} else if (first || i == 0 ||
		   (!str_eq(name, STR("Normalize")) &&
		       !str_eq(name, STR("Dropout")))) {
		cli_errx(CLI_FATAL,
		    "%s/modules.json: can't run %.*s as part "
		    "%zu",
		    r->folder, (int)type.len, type.p, i + 1);
	}
}

static bool
exists(const char *folder, const char *name)
{
	char path[4096];

	modelfile_path(path, folder, name);
	return mapfile_exists(path);
}

/* The parts of a folder that doesn't list them. */
static void
guess_parts(struct reading *r)
{
	if (exists(r->folder, "1_Pooling/config.json"))
		r->pooling = "1_Pooling/";
	if (exists(r->folder, "config.json"))
		return;
	if (exists(r->folder, "0_Transformer/config.json")) {
		r->m->sub = "0_Transformer/";
	} else if (exists(r->folder, "0_StaticEmbedding/model.safetensors")) {
		r->m->sub = "0_StaticEmbedding/";
		r->m->is_static = true;
	}
}

static void
read_parts(struct reading *r)
{
	struct str bytes, list, key, part;
	struct json_walk w;
	size_t n = 0;

	if (!modelfile_object(r->folder, "modules.json", &bytes, &list)) {
		guess_parts(r);
		return;
	}
	if (!json_open(&w, list, '['))
		cli_errx(CLI_FATAL, "%s/modules.json: no array", r->folder);
	while (json_next(&w, &r->m->mem, &key, &part))
		take_part(r, part, n++);
	if (n == 0 || (!r->m->is_static && r->pooling == NULL))
		cli_errx(CLI_FATAL, "%s/modules.json: no Pooling", r->folder);
	mapfile_close(&bytes);
}

/* A mode of pooling, once: another one besides it is refused. */
static void
take_mode(struct reading *r, struct str mode, size_t *nmode)
{
	bool cls = str_eq(mode, STR("cls"));

	if (!cls && !str_eq(mode, STR("mean")))
		cli_errx(CLI_FATAL,
		    "%s/%sconfig.json: can't run pooling by %.*s", r->folder,
		    r->pooling, (int)mode.len, mode.p);
	if (++*nmode > 1)
		cli_errx(CLI_FATAL,
		    "%s/%sconfig.json: can't run more than one way of pooling",
		    r->folder, r->pooling);
	r->m->cls = cls;
}

/* "pooling_mode": a name, or an array of names. */
static void
take_modes(struct reading *r, struct str raw, size_t *nmode)
{
	struct str mode, key, item;
	struct json_walk w;

	if (json_get_str(raw, &r->m->mem, &mode)) {
		take_mode(r, mode, nmode);
		return;
	}
	if (!json_open(&w, raw, '['))
		take_mode(r, raw, nmode);
	else
		while (json_next(&w, &r->m->mem, &key, &item))
			take_mode(r,
			    json_get_str(item, &r->m->mem, &mode) ? mode : item,
			    nmode);
}

/* "pooling_mode_cls_token" and the like, until version 5.3. */
static bool
take_switch(struct reading *r, struct str key, struct str raw, size_t *nmode)
{
	static const struct str prefix = STR("pooling_mode_");
	static const struct str suffix[] = {
	    STR("_tokens"), STR("_token"), STR("")};
	struct str mode;
	bool on;
	size_t i;

	if (!str_starts(key, prefix) || !json_get_bool(raw, &on))
		return false;
	if (!on)
		return true;
	mode = (struct str){key.p + prefix.len, key.len - prefix.len};
	for (i = 0; mode.len < suffix[i].len ||
		    memcmp(mode.p + mode.len - suffix[i].len, suffix[i].p,
			suffix[i].len) != 0;
	     i++)
		;
	mode.len -= suffix[i].len;
	take_mode(r, mode, nmode);
	return true;
}

static void
read_pooling(struct reading *r)
{
	struct str bytes, object, key, raw;
	struct json_walk w;
	char path[4096];
	size_t nmode = 0;
	bool prompt = true, known, modern;

	if (r->pooling == NULL)
		return;
	if (snprintf(path, sizeof(path), "%sconfig.json", r->pooling) >=
		(int)sizeof(path) ||
	    !modelfile_object(r->folder, path, &bytes, &object))
		cli_errx(CLI_FATAL, "%s/%s: no such file", r->folder, path);
	if (!json_open(&w, object, '{'))
		cli_errx(CLI_FATAL, "%s/%s: no object", r->folder, path);
	modern = json_member(object, &r->m->mem, STR("pooling_mode"), &raw);
	while (json_next(&w, &r->m->mem, &key, &raw)) {
		known = true;
		if (str_eq(key, STR("pooling_mode")))
			take_modes(r, raw, &nmode);
		else if (str_eq(key, STR("include_prompt")))
			known = json_get_bool(raw, &prompt);
		else if (!str_eq(key, STR("word_embedding_dimension")) &&
			 !str_eq(key, STR("embedding_dimension")))
			known = modern ? str_starts(key, STR("pooling_mode_"))
				       : take_switch(r, key, raw, &nmode);
		if (!known)
			cli_errx(CLI_FATAL, "%s/%s: can't run \"%.*s\"",
			    r->folder, path, (int)key.len, key.p);
	}
	r->m->no_prompt = !prompt && !r->m->cls;
	mapfile_close(&bytes);
}

/* The prompt of "default_prompt_name", which every text gets. */
static void
read_prompt(struct reading *r)
{
	struct arena *mem = &r->m->mem;
	struct str bytes, object, name, prompts, raw, key, text;

	if (!modelfile_object(r->folder, "config_sentence_transformers.json",
		&bytes, &object))
		return;
	if (modelfile_str(object, mem, "default_prompt_name", &name)) {
		key = arena_copy(mem, name);
		if (!json_member(object, mem, STR("prompts"), &prompts) ||
		    prompts.p[0] != '{' ||
		    !json_member(prompts, mem, key, &raw) ||
		    !json_get_str(raw, mem, &text))
			cli_errx(CLI_FATAL,
			    "%s/config_sentence_transformers.json: no prompt "
			    "\"%.*s\", which is the default",
			    r->folder, (int)key.len, key.p);
		r->m->prompt = arena_copy(mem, text);
	}
	if (r->m->prompt.len > 0 && r->m->no_prompt)
		cli_errx(CLI_FATAL,
		    "%s/%sconfig.json: can't run \"include_prompt\": false",
		    r->folder, r->pooling);
	mapfile_close(&bytes);
}

void
modules_read(struct modules *m, const char *folder)
{
	struct reading r = {.m = m, .folder = folder};

	*m = (struct modules){.sub = ""};
	read_parts(&r);
	read_pooling(&r);
	read_prompt(&r);
	if (snprintf(m->folder, sizeof(m->folder), "%s%s%s", folder,
		*m->sub != '\0' ? "/" : "", m->sub) >= (int)sizeof(m->folder))
		cli_errx(CLI_FATAL, "%s: the path is too long", folder);
	if (*m->sub != '\0')
		m->folder[strlen(m->folder) - 1] = '\0';
}

void
modules_release(struct modules *m)
{
	arena_release(&m->mem);
	*m = (struct modules){0};
}
