#include "llm/pace.h"

#include <math.h>
#include <time.h>

#include "base/str.h"
#include "llm/retry.h"

void
pace_init(struct pace *p, size_t rpm, size_t nretry, uint64_t seed)
{
	*p = (struct pace){.rpm = rpm, .nretry = nretry};
	rng_init(&p->rng, seed);
}

double
pace_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

double
pace_due(const struct pace *p, double due)
{
	return fmax(due, fmax(p->hold, p->slot));
}

void
pace_sent(struct pace *p, double now)
{
	if (p->rpm > 0)
		p->slot = now + 60.0 / (double)p->rpm;
}

void
pace_hold(struct pace *p, double wait_s)
{
	if (wait_s > 0)
		p->hold =
		    fmax(p->hold, pace_now() + fmin(wait_s, PACE_PATIENCE));
}

double
pace_asked(struct http_client *client)
{
	struct str value;
	double s = -1;

	if (http_client_header(client, "retry-after-ms", &value)) {
		s = retry_after(value, time(NULL));
		s = s > 0 ? s / 1000 : s;
	}
	if (s < 0 && http_client_header(client, "retry-after", &value))
		s = retry_after(value, time(NULL));
	return s;
}

void
pace_obey(struct pace *p, struct http_client *client)
{
	static const char *const list[][2] = {
	    {"x-ratelimit-remaining-requests", "x-ratelimit-reset-requests"},
	    {"x-ratelimit-remaining-tokens", "x-ratelimit-reset-tokens"},
	    {"anthropic-ratelimit-requests-remaining",
		"anthropic-ratelimit-requests-reset"},
	    {"anthropic-ratelimit-tokens-remaining",
		"anthropic-ratelimit-tokens-reset"}};
	struct str left, reset;
	size_t i;

	for (i = 0; i < sizeof(list) / sizeof(*list); i++)
		if (http_client_header(client, list[i][0], &left) &&
		    str_eq(str_trim(left), STR("0")) &&
		    http_client_header(client, list[i][1], &reset))
			pace_hold(p, retry_reset(reset, time(NULL)));
}

bool
pace_again(struct pace *p, unsigned ntry, double wait_s, double *due)
{
	if (ntry >= p->nretry || wait_s > PACE_PATIENCE)
		return false;
	if (wait_s < 0)
		wait_s = retry_backoff(ntry + 1, rng_real(&p->rng));
	*due = pace_now() + wait_s;
	return true;
}
