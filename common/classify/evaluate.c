#include "classify/evaluate.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "classify/labels.h"
#include "classify/metrics.h"
#include "record/json-writer.h"
#include "record/spool.h"
#include "record/tool.h"

void
evaluate_init(struct evaluate *t, const struct str *label, size_t nlabel)
{
	size_t i;

	*t = (struct evaluate){.nlabel = nlabel, .label = label};
	for (i = 0; i < nlabel; i++)
		vocab_add(&t->number, label[i]);
	spool_open(&t->spool);
}

size_t
evaluate_add(struct evaluate *t, const struct corpus_record *r)
{
	static const char padding[sizeof(float)];
	size_t i, nunknown = 0, bytes = r->dim * sizeof(*r->vec);
	size_t pad = -r->text.len % sizeof(float);
	uint32_t at;
	uint8_t *truth;

	if (t->nrecord == t->cap) {
		t->cap = 2 * t->cap + 1024;
		t->truth = mem_grow(t->truth, t->cap, t->nlabel);
		t->none = mem_grow(t->none, t->cap, sizeof(*t->none));
		t->start = mem_grow(t->start, t->cap, sizeof(*t->start));
		t->text_len =
		    mem_grow(t->text_len, t->cap, sizeof(*t->text_len));
	}
	truth = t->truth + t->nrecord * t->nlabel;
	memset(truth, LABELS_NEGATIVE, t->nlabel);
	for (i = 0; i < r->nmaybe; i++) {
		at = vocab_find(&t->number, r->maybe[i]);
		if (str_eq(r->maybe[i], STR("*")))
			memset(truth, LABELS_MASKED, t->nlabel);
		else if (at != VOCAB_NONE)
			truth[at] = LABELS_MASKED;
	}
	for (i = 0; i < r->ngiven; i++)
		if ((at = vocab_find(&t->number, r->given[i])) != VOCAB_NONE)
			truth[at] = LABELS_POSITIVE;
		else
			nunknown++;
	t->start[t->nrecord] = t->size;
	t->text_len[t->nrecord] = r->text.len;
	t->none[t->nrecord++] = r->ngiven == 0;
	if (bytes > 0)
		spool_write(&t->spool, r->vec, bytes);
	spool_write(&t->spool, r->text.p, r->text.len);
	spool_write(&t->spool, padding, pad);
	t->size += bytes + r->text.len + pad;
	return nunknown;
}

void
evaluate_run(struct evaluate *t, struct predictor *model)
{
	const float *x;
	size_t i, n;
	float *p;

	if (t->score == NULL) {
		t->score =
		    mem_zeroed(t->nrecord * t->nlabel + 1, sizeof(*t->score));
		t->input = spool_map(&t->spool);
	}
	for (i = 0; i < t->nrecord; i++) {
		p = t->score + i * t->nlabel;
		x = (const void *)(t->input + t->start[i]);
		if (!model->texts) {
			predict_score_vector(model, x, p);
			continue;
		}
		n = predict_cut(
		    model, (struct str){
			       (const char *)(x + model->dim), t->text_len[i]});
		predict_score(model, 0, n, x, p);
	}
}

/* The judged pairs of a label, sorted. */
static size_t
judged(const struct evaluate *t, size_t label, struct metrics_pair *pair)
{
	size_t i, at, n = 0;

	for (i = 0; i < t->nrecord; i++) {
		at = i * t->nlabel + label;
		if (t->truth[at] == LABELS_MASKED)
			continue;
		pair[n].score = t->score[at];
		pair[n++].gold = t->truth[at] == LABELS_POSITIVE;
	}
	metrics_sort(pair, n);
	return n;
}

double
evaluate_ap(const struct evaluate *t)
{
	struct metrics_pair *pair = mem_zeroed(t->nrecord + 1, sizeof(*pair));
	size_t i, j, n, nseen = 0;
	double sum = 0;

	for (j = 0; j < t->nlabel; j++) {
		n = judged(t, j, pair);
		sum += metrics_ap(pair, n);
		for (i = 0; i < n && !pair[i].gold; i++)
			;
		nseen += i < n;
	}
	free(pair);
	return nseen > 0 ? sum / (double)nseen : 0;
}

void
evaluate_thresholds(const struct evaluate *t, float *threshold)
{
	struct metrics_pair *pair = mem_zeroed(t->nrecord + 1, sizeof(*pair));
	size_t j, n;

	for (j = 0; j < t->nlabel; j++) {
		n = judged(t, j, pair);
		threshold[j] = metrics_threshold(pair, n, threshold[j]);
	}
	free(pair);
}

static void
put_count(struct json_writer *w, struct metrics_count c)
{
	jw_real(w, "precision", (float)metrics_precision(c));
	jw_real(w, "recall", (float)metrics_recall(c));
	jw_real(w, "f1", (float)metrics_f1(c));
}

/*
 * How many records of each domain (row; the last: of none) were decided to be
 * of each (column; the last: of none), where that is judged.
 */
static void
put_confusion(
    struct json_writer *w, const struct evaluate *t, const float *threshold)
{
	size_t n = t->nlabel, i, r, c, ndecided;
	size_t *count = mem_zeroed((n + 1) * (n + 1), sizeof(*count));
	const uint8_t *truth;
	const float *score;

	for (i = 0; i < t->nrecord; i++) {
		truth = t->truth + i * n;
		score = t->score + i * n;
		for (r = 0; r <= n; r++) {
			if (r < n ? truth[r] != LABELS_POSITIVE : !t->none[i])
				continue;
			for (ndecided = c = 0; c < n; c++)
				if (score[c] >= threshold[c]) {
					ndecided++;
					count[r * (n + 1) + c] +=
					    truth[c] != LABELS_MASKED;
				}
			count[r * (n + 1) + n] += ndecided == 0;
		}
	}
	jw_begin_array(w, "confusion");
	for (r = 0; r <= n; r++) {
		jw_begin_array(w, NULL);
		for (c = 0; c <= n; c++)
			jw_u64(w, NULL, count[r * (n + 1) + c]);
		jw_end_array(w);
	}
	jw_end_array(w);
	free(count);
}

/* Judged pairs by tenths of probability: how many, and how many are true. */
static void
put_calibration(struct json_writer *w, const struct evaluate *t)
{
	enum { NBIN = 10 };
	size_t n[NBIN] = {0}, ngold[NBIN] = {0}, i, bin;
	double sum[NBIN] = {0}, all;

	for (i = 0; i < t->nrecord * t->nlabel; i++) {
		if (t->truth[i] == LABELS_MASKED)
			continue;
		bin = (size_t)(t->score[i] * NBIN);
		if (bin >= NBIN)
			bin = NBIN - 1;
		n[bin]++;
		ngold[bin] += t->truth[i] == LABELS_POSITIVE;
		sum[bin] += (double)t->score[i];
	}
	jw_begin_array(w, "calibration");
	for (i = 0; i < NBIN; i++) {
		all = n[i] > 0 ? (double)n[i] : 1;
		jw_begin_object(w, NULL);
		jw_u64(w, "pairs", n[i]);
		jw_real(w, "mean", (float)(sum[i] / all));
		jw_real(w, "true", (float)((double)ngold[i] / all));
		jw_end_object(w);
	}
	jw_end_array(w);
}

void
evaluate_report(
    const struct evaluate *t, const float *threshold, struct buf *json)
{
	struct metrics_pair *pair = mem_zeroed(t->nrecord + 1, sizeof(*pair));
	struct json_writer w = {.out = json};
	struct metrics_count c, all = {0};
	double sum[3] = {0};
	size_t j, n, nseen = 0;

	jw_begin_object(&w, NULL);
	jw_u64(&w, "records", t->nrecord);
	jw_begin_object(&w, "domains");
	for (j = 0; j < t->nlabel; j++) {
		n = judged(t, j, pair);
		c = metrics_decide(pair, n, threshold[j]);
		jw_key(&w, t->label[j]);
		jw_begin_object(&w, NULL);
		jw_u64(&w, "records", c.hit + c.missed);
		jw_u64(&w, "judged", n);
		jw_real(&w, "threshold", threshold[j]);
		put_count(&w, c);
		jw_real(&w, "ap", (float)metrics_ap(pair, n));
		jw_end_object(&w);
		all.hit += c.hit;
		all.wrong += c.wrong;
		all.missed += c.missed;
		if (c.hit + c.missed == 0)
			continue;
		sum[0] += metrics_precision(c);
		sum[1] += metrics_recall(c);
		sum[2] += metrics_f1(c);
		nseen++;
	}
	jw_end_object(&w);
	nseen += nseen == 0;
	jw_begin_object(&w, "macro");
	jw_real(&w, "precision", (float)(sum[0] / (double)nseen));
	jw_real(&w, "recall", (float)(sum[1] / (double)nseen));
	jw_real(&w, "f1", (float)(sum[2] / (double)nseen));
	jw_real(&w, "ap", (float)evaluate_ap(t));
	jw_end_object(&w);
	jw_begin_object(&w, "micro");
	put_count(&w, all);
	jw_end_object(&w);
	put_confusion(&w, t, threshold);
	put_calibration(&w, t);
	jw_end_object(&w);
	buf_putc(json, '\n');
	free(pair);
}

void
evaluate_release(struct evaluate *t)
{
	spool_close(&t->spool);
	vocab_release(&t->number);
	free(t->truth);
	free(t->score);
	free(t->none);
	free(t->start);
	free(t->text_len);
	*t = (struct evaluate){0};
}
