#include "shard/sources.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cli.h"
#include "base/mem.h"
#include "record/json.h"
#include "record/tool.h"

void
sources_add(struct sources *s, char *arg)
{
	char *equal = strchr(arg, '='), *at = strrchr(arg, '@'), *colon;
	struct plan_source *new;
	size_t i, before = s->files.n;

	if (equal == NULL || equal == arg || at == NULL || at <= equal + 1)
		cli_errx(CLI_FATAL,
		    "--source: '%s' is not NAME=FILE[,FILE...]@WEIGHT", arg);
	s->source = mem_grow(s->source, s->n + 1, sizeof(*s->source));
	new = &s->source[s->n];
	*new = (struct plan_source){0};
	new->name = mem_string((struct str){arg, (size_t)(equal - arg)});
	if ((colon = strchr(at, ':')) != NULL) {
		*colon = '\0';
		new->score = colon + 1;
	}
	new->weight = cli_real("--source weight", at + 1, 0, 1e300);
	filelist_add(&s->files, "--source",
	    (struct str){equal + 1, (size_t)(at - equal - 1)});
	s->of_file = mem_grow(s->of_file, s->files.n, sizeof(*s->of_file));
	for (i = before; i < s->files.n; i++)
		s->of_file[i] = s->n;
	s->n++;
	for (i = 0; i + 1 < s->n; i++)
		if (strcmp(s->source[i].name, new->name) == 0)
			cli_errx(CLI_FATAL, "--source: '%s' is given twice",
			    new->name);
}

void
sources_add_epochs(struct sources *s, const char *arg)
{
	const char *equal = strrchr(arg, '=');
	size_t n = cli_size(
	    "--epochs", equal != NULL ? equal + 1 : arg, 1, UINT32_MAX);

	if (equal == NULL) {
		s->epochs = n;
		return;
	}
	s->epochs_of =
	    mem_grow(s->epochs_of, s->nepochs + 1, sizeof(*s->epochs_of));
	s->epochs_of[s->nepochs++] = (struct sources_epochs){arg, equal, n};
}

size_t
sources_find(const struct sources *s, const char *name, const char *end)
{
	size_t k = 0;

	while (k < s->n &&
	       (end == NULL || !str_eq(str_of(s->source[k].name),
				   (struct str){name, (size_t)(end - name)})))
		k++;
	return k;
}

void
sources_ready(struct sources *s)
{
	size_t i, k;

	for (i = 0; i < s->nepochs; i++) {
		k = sources_find(s, s->epochs_of[i].name, s->epochs_of[i].end);
		if (k == s->n)
			cli_errx(CLI_FATAL, "--epochs: '%s' is of no source",
			    s->epochs_of[i].name);
		s->source[k].epochs = s->epochs_of[i].n;
	}
}

size_t
sources_first(const struct sources *s, size_t source)
{
	size_t i = 0;

	while (s->of_file[i] != source)
		i++;
	return i;
}

bool
sources_can_read(const struct sources *s)
{
	bool all = true;
	size_t i;

	for (i = 0; i < s->files.n; i++)
		if (strcmp(s->files.item[i], "-") != 0 &&
		    access(s->files.item[i], R_OK) != 0) {
			tool_no_input(s->files.item[i]);
			all = false;
		}
	return all;
}

uint32_t
sources_turns(const struct sources *s, size_t source, const struct rec *rec)
{
	const char *path = s->source[source].score, *dot;
	struct str raw, key;
	char *name;
	double x;
	bool there;

	if (path == NULL)
		return 1;
	dot = path + strcspn(path, ".");
	name = mem_string((struct str){path, (size_t)(dot - path)});
	there = rec_get(rec, name, &raw);
	free(name);
	if (there && *dot == '.') {
		key = str_of(dot + 1);
		there =
		    raw.p[0] == '{' && json_member(raw, rec->mem, key, &raw);
	}
	if (!there || !json_get_num(raw, &x) || x < 0.25)
		return 1;
	return x < 0.5 ? 2 : x < 0.75 ? 3 : 4;
}

void
sources_release(struct sources *s)
{
	size_t i;

	for (i = 0; i < s->n; i++)
		free(s->source[i].name);
	free(s->source);
	filelist_release(&s->files);
	free(s->of_file);
	free(s->epochs_of);
	*s = (struct sources){0};
}
