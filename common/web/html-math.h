/*
 * html-math - formulas of a page as TeX
 *
 * A formula stands in a page as MathML, with its TeX beside it or not, and
 * often drawn as well.  Here it becomes text: its TeX where the page has it,
 * else a readable line ("(a+b)/c", "x^2", "sqrt(2)").  Bytes in and out are the
 * page's, references and all.  Time and memory are linear in the bytes.
 */

#ifndef HTML_MATH_H
#define HTML_MATH_H

#include "base/buf.h"
#include "base/str.h"

/*
 * Append the formula of a <math> element to out: content is what lies between
 * its tags, alttext the attribute of that name or empty.
 */
void html_math(struct buf *out, struct str content, struct str alttext);

/* Append TeX without the wrappers in which pages keep it ("{\displaystyle x}"). */
void html_math_tex(struct buf *out, struct str tex);

#endif
