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
		cli_errx(CLI_FATAL, "%s: path too long", folder);
}

bool
modelfile_object(
    const char *folder, const char *name, struct str *bytes, struct str *raw)
{
	char path[4096];
	const char *why = "no object";

	modelfile_path(path, folder, name);
	if (!mapfile_open(bytes, path)) {
		if (errno == ENOENT || errno == ENOTDIR)
			return false;
		cli_err(CLI_FATAL, "%s", path);
	}
	if (!json_valid(*bytes, raw, &why))
		cli_errx(CLI_FATAL, "%s: %s", path, why);
	return true;
}

bool
modelfile_bool(
    struct str object, struct arena *mem, const char *name, bool *value)
{
	struct str raw;

	return json_member(object, mem, str_of(name), &raw) &&
	       json_get_bool(raw, value);
}
