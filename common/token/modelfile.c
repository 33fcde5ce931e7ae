#include "token/modelfile.h"

#include <errno.h>
#include <stdio.h>

#include "base/cli.h"
#include "base/mapfile.h"
#include "record/json.h"

void
modelfile_path(char path[4096], const char *folder, const char *name)
{
	if (snprintf(path, 4096, "%s/%s", folder, name) >= 4096)
		cli_errx(CLI_FATAL, "%s: the path is too long", folder);
}

/* Whether bytes begin with that, whatever the case of ASCII letters. */
static bool
istarts(struct str bytes, struct str prefix)
{
	return bytes.len >= prefix.len &&
	       str_ieq((struct str){bytes.p, prefix.len}, prefix);
}

const char *
modelfile_cause(struct str bytes)
{
	struct str inside = str_trim(
	    (struct str){bytes.p, bytes.len < 1024 ? bytes.len : 1024});

	if (bytes.len == 0)
		return "the file is empty";
	if (str_starts(bytes, STR("version https://git-lfs")))
		return "a pointer of Git LFS, not the file (git lfs pull "
		       "fetches it)";
	if (str_starts(bytes, STR("\xef\xbb\xbf")))
		return "begins with a byte order mark, which JSON must not";
	if (istarts(inside, STR("<!doctype")) || istarts(inside, STR("<html")))
		return "an HTML page, not the file";
	if (str_starts(bytes, STR("PK\3\4")) ||
	    str_starts(bytes, STR("\x80\2")))
		return "a checkpoint of PyTorch; weights must be in the "
		       "safetensors format";
	return NULL;
}

bool
modelfile_object(
    const char *folder, const char *name, struct str *bytes, struct str *raw)
{
	char path[4096];
	const char *why = "no object", *cause;

	modelfile_path(path, folder, name);
	if (!mapfile_open(bytes, path)) {
		if (errno == ENOENT || errno == ENOTDIR)
			return false;
		cli_err(CLI_FATAL, "%s", path);
	}
	cause = modelfile_cause(*bytes);
	if (cause != NULL || !json_valid(*bytes, raw, &why))
		cli_errx(
		    CLI_FATAL, "%s: %s", path, cause != NULL ? cause : why);
	return true;
}

bool
modelfile_str(
    struct str object, struct arena *mem, const char *name, struct str *value)
{
	struct str raw;

	return object.p[0] == '{' &&
	       json_member(object, mem, str_of(name), &raw) &&
	       json_get_str(raw, mem, value);
}

bool
modelfile_bool(
    struct str object, struct arena *mem, const char *name, bool *value)
{
	struct str raw;

	return json_member(object, mem, str_of(name), &raw) &&
	       json_get_bool(raw, value);
}
