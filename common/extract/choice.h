/*
 * choice - rules over the blocks of a page that have been judged
 *
 * The trees judge blocks one by one.  What is known of several at once stands
 * here: code between kept paragraphs stays, rows of data stay whole; menus,
 * boxes that interrupt an article and repeated runs of blocks go.  keep is
 * (nblock), and is changed in place.  Time is linear in the page.
 */

#ifndef CHOICE_H
#define CHOICE_H

#include <stdbool.h>
#include <stddef.h>

#include "extract/features.h"
#include "extract/table.h"
#include "web/html.h"

/* Code between two kept blocks that are no code. */
void choice_code(const struct html *h, const struct features *f, bool *keep);

/* All of a table of data of which half of the words or more are kept. */
void choice_tables(const struct html *h, const struct features *f,
    const struct tables *t, bool *keep);

/*
 * Answers that only a click shows, with their questions: headings, buttons and
 * terms that end in a question mark, or short blocks, links among them, in
 * whose box the hidden answer comes next.  score is (nblock), cut its
 * threshold.
 */
void choice_answers(
    const struct html *h, const float *score, float cut, bool *keep);

/* Runs of short links in what is named as a menu. */
void choice_menus(const struct html *h, const struct features *f, bool *keep);

/*
 * Small boxes whose names say that they are no part of an article: newsletter,
 * consent, advertisement, about the author, pictures in a row, notices to
 * browsers.
 */
void choice_boxes(const struct html *h, const struct features *f, bool *keep);

/*
 * Runs of blocks, three paragraphs or more, that were kept before, as on pages
 * that hold their text twice.  A single paragraph may be a refrain and stays.
 * Returns how many blocks were dropped.
 */
size_t choice_again(const struct html *h, const struct features *f, bool *keep);

#endif
