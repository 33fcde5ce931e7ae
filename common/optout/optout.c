#include "optout/optout.h"

#include <errno.h>
#include <stdlib.h>

#include "base/cli.h"

static void
load_robots(struct optout *o)
{
	const char *file;
	size_t i, line;

	o->robots = robots_new(o->agents != NULL ? o->agents : OPTOUT_AGENTS);
	if (o->robots == NULL)
		cli_errx(CLI_FATAL, "--agent: no list of 1 to %d names",
		    ROBOTS_AGENTS);
	for (i = 0; i < o->robots_files.n; i++) {
		file = o->robots_files.item[i];
		if (robots_load(o->robots, file, &line))
			continue;
		if (errno == 0)
			cli_errx(CLI_FATAL, "%s:%zu: no record with a \"url\"",
			    file, line);
		cli_err(CLI_FATAL, "%s", file);
	}
}

void
optout_load(struct optout *o)
{
	size_t i;

	for (i = 0; i < o->host_files.n; i++)
		if (!hosts_load(&o->hosts, o->host_files.item[i]))
			cli_err(CLI_FATAL, "%s", o->host_files.item[i]);
	if (o->robots_files.n > 0)
		load_robots(o);
	else if (o->agents != NULL)
		cli_errx(CLI_FATAL, "--agent needs --robots");
	free(o->host_files.item);
	free(o->robots_files.item);
	o->host_files = o->robots_files = (struct option_list){.n = 0};
}

const char *
optout_why(const struct optout *o, struct str url)
{
	if (hosts_has(&o->hosts, url))
		return "host";
	if (o->robots != NULL && !robots_allow(o->robots, url))
		return "robots";
	return NULL;
}

void
optout_release(struct optout *o)
{
	hosts_release(&o->hosts);
	robots_free(o->robots);
}
