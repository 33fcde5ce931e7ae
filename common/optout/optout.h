/* optout - which URLs their owners, or lists, keep out of a corpus */

#ifndef OPTOUT_H
#define OPTOUT_H

#include "base/option.h"
#include "base/str.h"
#include "optout/hosts.h"
#include "optout/robots.h"

/* The agents whose robots.txt rules count if none are named. */
#define OPTOUT_AGENTS                                                          \
	"CCBot,GPTBot,Google-Extended,ClaudeBot,Applebot-Extended,"            \
	"meta-externalagent,Bytespider,Amazonbot"

struct optout {
	/* As the options of a tool fill them in. */
	struct option_list host_files; /* --skip-hosts */
	struct option_list robots_files;
	const char *agents; /* NULL: OPTOUT_AGENTS */
	/* Inside. */
	struct hosts hosts;
	struct robots *robots;
};

/*
 * Read the files that the options name, whose lists are freed.  One that can't
 * be read, and a line that is no record of a robots.txt, end the tool.
 */
void optout_load(struct optout *o);

/* Why a URL is to be left out: "host", "robots", or NULL. */
const char *optout_why(const struct optout *o, struct str url);

/* Free the lists. */
void optout_release(struct optout *o);

#endif
