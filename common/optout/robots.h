/*
 * robots - what the robots.txt files of many hosts forbid (RFC 9309)
 *
 * As Google's parser has it: a group is one or more user-agent lines and the
 * rules after them; groups of one agent are one; an agent with no group of its
 * own keeps to that of "*".  Of the rules that match the longest counts, and
 * allow where two are as long.  A "*" in a rule is any characters, a "$" at its
 * end the end of the URL.
 */

#ifndef ROBOTS_H
#define ROBOTS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"

enum { ROBOTS_AGENTS = 31, ROBOTS_SIZE = 500 << 10 /* bytes that are read */ };

struct robots;

/*
 * For agents, product tokens separated by commas ("CCBot,GPTBot"); NULL where
 * there are none, or more than ROBOTS_AGENTS.
 */
struct robots *robots_new(const char *agents);
void robots_free(struct robots *r);

/*
 * Enter the robots.txt of the host (and port) of url.  Of status 200 to 299
 * text counts; a server's error, from 500 on, forbids all; anything else
 * nothing.  Of a host that is entered again the first one stays.
 */
void robots_add(
    struct robots *r, struct str url, size_t status, struct str text);

/*
 * Enter the records of a file, which may be compressed: objects of JSON, one a
 * line, with strings "url" and "text" (or "html") and perhaps a number
 * "status". False, with errno, when it can't be read to its end; or with errno
 * 0 and *line where a line is no such record.
 */
bool robots_load(struct robots *r, const char *path, size_t *line);

/*
 * Whether all agents may fetch url; a host that was not entered allows all, and
 * /robots.txt is for all.
 */
bool robots_allow(struct robots *r, struct str url);

#endif
