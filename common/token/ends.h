/* ends - the tokens that a tokenizer.json puts before a text and after it */

#ifndef ENDS_H
#define ENDS_H

#include <stdbool.h>

#include "base/mem.h"
#include "base/str.h"

/*
 * What its "post_processor" makes of a text: *first, the text, *last, as BERT
 * and RoBERTa have it.  False if it is of another kind, or not there.
 */
bool ends_read(struct str tokenizer, struct arena *mem, struct str *first,
    struct str *last);

#endif
