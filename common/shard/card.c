#include "shard/card.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "record/json.h"
#include "record/outfile.h"

/* Of members that a record of this project has, if all are null. */
static const char *
usual_type(const char *name)
{
	static const char *const numbers[] = {
	    "chunk", "start", "end", "offset", "within", "size"};
	size_t i;

	for (i = 0; i < sizeof(numbers) / sizeof(*numbers); i++)
		if (strcmp(name, numbers[i]) == 0)
			return "dtype: int64";
	return strcmp(name, "domains") == 0 ? "sequence: string"
					    : "dtype: string";
}

static enum card_type
type_of(struct str raw)
{
	size_t i;

	switch (raw.p[0]) {
	case 'n':
		return CARD_NULL;
	case 't':
	case 'f':
		return CARD_BOOL;
	case '"':
		return CARD_STRING;
	case '[':
		for (i = 1; i < raw.len && str_blank(raw.p[i]); i++)
			;
		return i < raw.len && (raw.p[i] == '"' || raw.p[i] == ']')
			   ? CARD_STRINGS
			   : CARD_OTHER;
	case '{':
		return CARD_OTHER;
	default:
		for (i = 0; i < raw.len; i++)
			if (strchr(".eE", raw.p[i]) != NULL)
				return CARD_REAL;
		return CARD_INT;
	}
}

enum card_type
card_type(enum card_type before, struct str raw)
{
	enum card_type now = type_of(raw);

	if (now == CARD_NULL || now == before)
		return before;
	if (before == CARD_NULL)
		return now;
	if ((before == CARD_INT && now == CARD_REAL) ||
	    (before == CARD_REAL && now == CARD_INT))
		return CARD_REAL;
	return CARD_OTHER;
}

void
card_write(
    const char *folder, char *const *name, const enum card_type *type, size_t n)
{
	static const char *const words[] = {[CARD_BOOL] = "dtype: bool",
	    [CARD_INT] = "dtype: int64",
	    [CARD_REAL] = "dtype: float64",
	    [CARD_STRING] = "dtype: string",
	    [CARD_STRINGS] = "sequence: string"};
	struct outfile file;
	struct buf text = {0};
	char *path;
	size_t i;

	buf_printf(&text, "---\ndataset_info:\n  features:\n");
	for (i = 0; i < n && type[i] != CARD_OTHER; i++) {
		buf_printf(&text, "  - name: ");
		json_put_str(&text, str_of(name[i]));
		buf_printf(&text, "\n    %s\n",
		    type[i] != CARD_NULL ? words[type[i]]
					 : usual_type(name[i]));
	}
	buf_printf(&text, "---\n");
	if (i == n) {
		path = mem_alloc(strlen(folder) + sizeof("/README.md"));
		memcpy(path, folder, strlen(folder));
		memcpy(
		    path + strlen(folder), "/README.md", sizeof("/README.md"));
		outfile_open(&file, path);
		fwrite(text.p, 1, text.len, file.fp);
		outfile_commit(&file);
		free(path);
	}
	buf_release(&text);
}
