/* address - e-mail addresses, and public addresses of the Internet */

#ifndef ADDRESS_H
#define ADDRESS_H

#include <stdbool.h>

#include "base/str.h"

/*
 * The e-mail address around the "@" at p, in *found; what lies before from is
 * not its.  Letters of other alphabets may be in it.  No address are the part
 * of a URL that names its user, a name of a file (logo@2x.png), a place on
 * another machine (git@host:path) and a name of the Fediverse (@user@host).
 */
bool address_email(
    struct str text, const char *from, const char *p, struct str *found);

/*
 * The address of version 4 or 6 whose first digit is at p, if it is one that
 * can be routed to a single machine: not a private, local or documentation one,
 * no mask and no network.  Version 4: what stands in a list of sections or
 * after the name of a program is a version.
 */
bool address_ip(struct str text, const char *p, struct str *found);

#endif
