#include "mine/panel.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/cli.h"
#include "base/mem.h"

/* No encoder is taken to be surer than this. */
static const double LEAST = 1e-6;

static double
log_odds(float p)
{
	double x = (double)p;

	x = x < LEAST ? LEAST : x > 1 - LEAST ? 1 - LEAST : x;
	return log(x / (1 - x));
}

/* Scores of two encoders are added up by the number of the domain. */
static void
check_domains(
    const struct seeds *s, const struct seeds *first, const char *folder)
{
	size_t d;

	for (d = 0; d < s->ndomain && d < first->ndomain; d++)
		if (!str_eq(s->domain[d], first->domain[d]))
			break;
	if (d < s->ndomain || d < first->ndomain)
		cli_errx(CLI_FATAL,
		    "%s: its seeds have %zu domains, those of the first model "
		    "%zu",
		    folder, s->ndomain, first->ndomain);
}

void
panel_add(struct panel *p, struct encoder *encoder, char *const *path,
    size_t npath, const struct seeds *first)
{
	struct panel_judge *judge;
	struct seeds *s;

	p->judge = mem_grow(p->judge, p->n + 1, sizeof(*p->judge));
	judge = &p->judge[p->n++];
	*judge = (struct panel_judge){.encoder = encoder};
	s = &judge->seeds;
	seeds_read(s, path, npath, encoder, false);
	check_domains(s, first, encoder_folder(encoder));
	contrast_init(&judge->contrast, s->vec, s->nseed, s->dim, s->label,
	    s->ndomain, encoder_mean(encoder), encoder_covariance(encoder));
}

/* Make room for n texts. */
static void
make_room(struct panel *p, size_t n)
{
	size_t i, dim = 0, ndomain = p->judge[0].seeds.ndomain;

	if (n <= p->cap)
		return;
	p->cap = n;
	for (i = 0; i < p->n; i++)
		if (p->judge[i].seeds.dim > dim)
			dim = p->judge[i].seeds.dim;
	p->x = mem_grow(p->x, n * dim, sizeof(*p->x));
	p->work = mem_grow(p->work, n * dim, sizeof(*p->work));
	p->score = mem_grow(p->score, n * ndomain, sizeof(*p->score));
	p->sum = mem_grow(p->sum, n * ndomain, sizeof(*p->sum));
	p->said = mem_grow(p->said, n, sizeof(*p->said));
}

/* Add the log-odds of one encoder, of those texts that it knows. */
static void
add_up(struct panel *p, const float *score, size_t n, size_t ndomain)
{
	size_t r, d;
	bool known;

	for (r = 0; r < n; r++, score += ndomain) {
		for (known = false, d = 0; d < ndomain; d++)
			known |= score[d] > 0;
		if (!known)
			continue;
		for (d = 0; d < ndomain; d++)
			p->sum[r * ndomain + d] += log_odds(score[d]);
		p->said[r]++;
	}
}

void
panel_score(struct panel *p, const struct str *text, size_t n, float *score)
{
	size_t ndomain, i, r, d;
	struct panel_judge *judge;
	double mean;

	if (p->n == 0 || n == 0)
		return;
	make_room(p, n);
	ndomain = p->judge[0].seeds.ndomain;
	memset(p->sum, 0, n * ndomain * sizeof(*p->sum));
	memset(p->said, 0, n * sizeof(*p->said));
	add_up(p, score, n, ndomain);
	for (i = 0; i < p->n; i++) {
		judge = &p->judge[i];
		encoder_embed(judge->encoder, text, n, p->x);
		contrast_score(&judge->contrast, p->x, n, p->work, p->score);
		add_up(p, p->score, n, ndomain);
	}
	for (r = 0; r < n; r++)
		for (d = 0; p->said[r] > 0 && d < ndomain; d++) {
			mean = p->sum[r * ndomain + d] / p->said[r];
			score[r * ndomain + d] = (float)(1 / (1 + exp(-mean)));
		}
}

void
panel_release(struct panel *p)
{
	size_t i;

	for (i = 0; i < p->n; i++) {
		encoder_close(p->judge[i].encoder);
		seeds_release(&p->judge[i].seeds);
		contrast_release(&p->judge[i].contrast);
	}
	free(p->judge);
	free(p->x);
	free(p->work);
	free(p->score);
	free(p->sum);
	free(p->said);
	*p = (struct panel){0};
}
