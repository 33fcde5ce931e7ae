/*
 * pace - how fast a server is asked
 *
 * No request leaves before the moment that it is due itself, nor before what
 * the server asked for: a limit that is used up (x-ratelimit-...), or a 429
 * with Retry-After, holds all of them back.  With rpm, they leave that far
 * apart. Moments are seconds of the monotonic clock.
 */

#ifndef PACE_H
#define PACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/rng.h"
#include "llm/http-client.h"

enum { PACE_PATIENCE = 120 }; /* seconds a server may ask us to wait */

struct pace {
	size_t rpm;	/* requests a minute; 0: as they come */
	size_t nretry;	/* times that a request is repeated */
	double hold;	/* no request is sent before */
	double slot;	/* nor before the next of rpm */
	struct rng rng; /* jitter; no result depends on it */
};

/*
 * rpm: requests a minute at most, 0 for any number; nretry: how often a request
 * may be repeated; seed: of the random part of waits.
 */
void pace_init(struct pace *p, size_t rpm, size_t nretry, uint64_t seed);

/* This moment, in seconds of the monotonic clock. */
double pace_now(void);

/* When a request may leave that is due at this moment itself. */
double pace_due(const struct pace *p, double due);

/* A request left now. */
void pace_sent(struct pace *p, double now);

/* Nothing leaves for wait_s seconds, or for as long as our patience lasts. */
void pace_hold(struct pace *p, double wait_s);

/* Hold back what the headers of the reply given last say is used up. */
void pace_obey(struct pace *p, struct http_client *client);

/* Seconds to wait that the headers of the reply given last ask for, or -1. */
double pace_asked(struct http_client *client);

/*
 * When to repeat a request that was repeated ntry times already, and whether
 * to: false if that was often enough, or if wait_s, what the server asks for,
 * is beyond our patience.  wait_s < 0: the server didn't say.
 */
bool pace_again(struct pace *p, unsigned ntry, double wait_s, double *due);

#endif
