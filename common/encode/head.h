/*
 * head - a classifier as transformers has it: a BERT with a head
 *
 * A folder whose config.json says BertForSequenceClassification, or the same of
 * RoBERTa, XLM-R, MPNet, DistilBERT, DeBERTa (2 and 3), gte-v1.5 or ModernBERT.
 * The first token's last hidden state goes through a dense layer, tanh
 * (DistilBERT: relu) and the classifier's; what comes out is a number a label,
 * made a probability as "problem_type" says.  DeBERTa has GELU in the place of
 * tanh, ModernBERT GELU and a normalisation, and it may take the mean of all
 * tokens.  The classifiers that NVIDIA published for NeMo Curator have a
 * DeBERTa as "model." and the classifier's layer alone, "fc.".
 *
 * What is asked for and can't be run ends the tool with CLI_FATAL and a message
 * that names it.
 */

#ifndef HEAD_H
#define HEAD_H

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"

struct head;

/* Open the classifier of a folder, to be closed by head_close(). */
struct head *head_open(const char *folder);
void head_close(struct head *h);

/* The number of labels, and their names (nlabel), borrowed from h. */
size_t head_nlabel(const struct head *h);
const struct str *head_label(const struct head *h); /* (nlabel) */

/* The scores are numbers of any size, not probabilities. */
bool head_is_regression(const struct head *h);

/*
 * The scores of text[0..n) as the rows of p (n, nlabel), and known[i]: whether
 * a token of text i is known; if not, its row is zeros.  A text longer than the
 * model reads is cut.  Scores that overflow are CLI_FATAL.
 */
void head_score(
    struct head *h, const struct str *text, size_t n, float *p, bool *known);

#endif
