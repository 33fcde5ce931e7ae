/*
 * fault - what a server's error means: for one prompt or for all, and whether
 * to ask again
 *
 * An error of the account or of what every request has alike (key, quota,
 * model, parameter) ends a run, since the next prompt would meet it too and may
 * be paid for.  One of the prompt (too long, against the rules) is that
 * record's. All else is asked again where the status says that it may help.
 */

#ifndef FAULT_H
#define FAULT_H

#include "base/mem.h"
#include "base/str.h"
#include "llm/chat.h"

/*
 * Judge an error by its HTTP status and its body: raw JSON where json, else
 * text.  Never CHAT_ANSWERED.  *text is what the server says, borrowed from
 * body or mem.  A status of 200 is replaced by that which the body names in
 * "code", as gateways send it.
 */
enum chat_verdict fault_judge(int status, struct str body, bool json,
    struct arena *mem, struct str *text);

#endif
