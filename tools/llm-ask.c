/* llm-ask - put the prompts of records to a language model */

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/cli.h"
#include "base/hash.h"
#include "base/mem.h"
#include "llm/cache.h"
#include "llm/caches.h"
#include "llm/chat.h"
#include "llm/http-client.h"
#include "llm/pace.h"
#include "llm/queue.h"
#include "llm/server.h"
#include "record/json-writer.h"
#include "record/json.h"
#include "record/outfile.h"
#include "record/reader.h"
#include "record/rec.h"
#include "record/tool.h"

static const struct tool_help help = {
    .usage =
	"usage: llm-ask [-hpV] [--url BASE] [--api "
	"openai|anthropic|embeddings] [-m NAME]\n"
	"           [--cache FILE] [--cache-shared] [--offline] [-j N] "
	"[--retries N]\n"
	"           [--rpm N] [--timeout S] [-s TEXT] [-t T] [-n N] [-o "
	"NAME=JSON]\n"
	"           [--header LINE] [--cacert FILE] [--reasoning]\n"
	"           [--as-completed] [--rejects FILE] [--dry-run]\n"
	"           [--batch-out FILE | --batch-in FILE] [--max-bad N[%]]\n"
	"           [--max-record SIZE] [--stats FILE] [file ...]\n",
    .about = "Send the \"prompt\" (or \"messages\") of each record to a "
	     "model, and add the\n"
	     "\"response\", and \"model\" and \"usage\" if the server tells "
	     "them.\n"
	     "A key is taken from OPENAI_API_KEY or ANTHROPIC_API_KEY, or is a "
	     "--header.\n",
    .example =
	"Example: seeds from a local model, to go on with if it is "
	"interrupted\n"
	"  seed-gen prompt --domain Law --count 40 |\n"
	"      llm-ask --url http://localhost:8080/v1 --cache answers.jsonl |\n"
	"      seed-gen parse >seeds.jsonl\n",
    .members = TOOL_ID | TOOL_TEXT,
    .writes = 1,
    .network = true};

enum {
	WINDOW_MIN = 256, /* records held, to write them in order */
	WINDOW_JOBS = 16  /* ... and at least this many times --jobs */
};

static const double tick_s = 0.1; /* between two looks at the clock */

static const size_t held_max = (size_t)256 << 20; /* bytes, ... */

struct opts {
	struct chat chat;
	const char *model, *system, *base; /* base: of url, as --url has it */
	struct option_list cache;
	const char *batch_in, *batch_out_path, *rejects_path, *cacert;
	struct server server;
	char *url, *shown_url; /* and what messages say of it */
	size_t njob, nretry, rpm;
	double timeout_s;
	bool offline, as_completed, dry_run, cache_shared, reasoning;
	struct buf set;
	struct outfile rejects, batch_out;
};

struct asker {
	struct opts *opts;
	struct rec_reader in;
	struct http_client *client; /* when the first request is sent */
	struct caches caches;
	struct queue queue;
	struct pace pace;
	size_t nanswered, ntoken;
	uint64_t nread, nsettled; /* bytes of records, for --progress */
	bool eof;
	struct buf stop;   /* why no more are sent; empty: they are */
	bool stop_again;   /* whether asking later may help */
	bool fatal, again; /* for the exit status */
	struct arena mem;
};

/* Nothing will be answered any more, so what is queued is not sent. */
static void
stop(struct asker *a, struct str why, bool again)
{
	if (a->stop.len > 0)
		return;
	buf_puts(&a->stop, why);
	a->stop_again = again;
	a->fatal |= !again;
	cli_warnx("no further request is sent: %.*s", (int)why.len, why.p);
}

/* Those that waited for the answer to the same request. */
static void
wake_equals(struct asker *a, const struct queue_item *done)
{
	size_t n = queue_wake(&a->queue, done);

	if (n > 0)
		tool_count("cached", n);
}

/* The request of a record; false, and it is bad, if it asks nothing. */
static bool
make_request(struct asker *a, const struct rec *rec, struct buf *body)
{
	struct str prompt = {0}, messages = {0};
	struct json_walk w;

	if (a->opts->chat.api == CHAT_EMBEDDINGS) {
		if (!rec_need_str(&a->in, rec, tool_text(), &prompt))
			return false;
		if (str_trim(prompt).len == 0) {
			rec_bad(&a->in, "an empty text has no vector");
			return false;
		}
	} else if (!rec_get_str(rec, "prompt", &prompt) &&
		   (!rec_get(rec, "messages", &messages) ||
		       !json_open(&w, messages, '['))) {
		rec_bad(&a->in, "no string \"prompt\" and no \"messages\"");
		return false;
	}
	body->len = 0;
	chat_request(body, &a->opts->chat, prompt, messages);
	return true;
}

static void
put_batch(struct asker *a, const struct queue_item *ask)
{
	struct buf line = {0};
	char hex[33];

	hash_hex(hex, ask->key);
	chat_batch_request(&line, a->opts->chat.api, hex, buf_str(&ask->body));
	buf_putc(&line, '\n');
	if (fwrite(line.p, 1, line.len, a->opts->batch_out.fp) != line.len)
		cli_err(CLI_FATAL, "%s", a->opts->batch_out.path);
	tool_count("batched", 1);
	buf_release(&line);
}

/* Decide what becomes of a record that was just read. */
static void
enqueue(struct asker *a, struct queue_item *ask)
{
	if (caches_find(&a->caches, ask->key, &ask->answer)) {
		tool_count("cached", 1);
		queue_set(&a->queue, ask, QUEUE_ANSWERED);
	} else if (a->opts->batch_out.fp != NULL) {
		if (!cache_mark(&a->caches.last, ask->key))
			put_batch(a, ask);
		queue_set(&a->queue, ask, QUEUE_FREE);
	} else if (a->opts->offline) {
		queue_reject(&a->queue, ask, STR("not in the cache"), true);
	} else if (a->caches.open && queue_has(&a->queue, ask->key)) {
		queue_set(&a->queue, ask, QUEUE_WAITING);
	} else {
		if (a->caches.open && !a->caches.last.writable)
			cli_errx(CLI_FATAL,
			    "%s: can't be written to, and has no answer for "
			    "%s:%" PRIu64,
			    a->caches.last.path, ask->file, ask->lineno);
		queue_set(&a->queue, ask, QUEUE_READY);
	}
}

/* Whether a record can be read without keeping those before it waiting. */
static bool
input_ready(const struct asker *a)
{
	if (rec_ready(&a->in))
		return true;
	if (a->queue.count > 0)
		return false;
	if (fflush(stdout) != 0)
		tool_write_failed("standard output");
	return true;
}

static bool
has_room(const struct asker *a)
{
	return !a->eof && a->queue.count < a->queue.nitem &&
	       a->queue.held < held_max;
}

static void
fill(struct asker *a)
{
	struct queue_item *ask;
	struct rec rec;

	while (has_room(a) && input_ready(a)) {
		ask = queue_at(&a->queue, a->queue.count);
		if (!rec_read(&a->in, &rec)) {
			a->eof = true;
			return;
		}
		if (!make_request(a, &rec, &ask->body))
			continue;
		ask->key = chat_key(&a->opts->chat, buf_str(&ask->body));
		ask->line.len = 0;
		buf_puts(&ask->line, rec.line);
		ask->file = rec_place(&a->in)->file;
		ask->lineno = rec_place(&a->in)->line;
		ask->answer.len = 0;
		ask->ntry = 0;
		ask->due = 0;
		a->nread += ask->line.len + 1;
		enqueue(a, ask);
		queue_push(&a->queue); /* after enqueue(): it is not equal to
					  itself */
	}
}

static void
open_client(struct asker *a)
{
	struct opts *o = a->opts;

	server_complete(&o->server, o->chat.api);
	a->client = http_client_new(o->url, o->server.header,
	    server_certificates(o->cacert), o->njob, o->timeout_s,
	    tool_max_record());
	server_release(&o->server);
}

/*
 * Send what is due.  Returns the seconds until more is, HUGE_VAL if nothing
 * waits for the clock.
 */
static double
start(struct asker *a)
{
	double now = pace_now(), next = HUGE_VAL, due;
	struct queue_item *ask;
	size_t i;

	for (i = 0; i < a->queue.count && a->queue.nready > 0 &&
		    a->queue.nflying < a->opts->njob;
	     i++) {
		ask = queue_at(&a->queue, i);
		if (ask->state != QUEUE_READY)
			continue;
		if (a->stop.len > 0) {
			queue_reject(
			    &a->queue, ask, buf_str(&a->stop), a->stop_again);
			wake_equals(a, ask);
			continue;
		}
		due = pace_due(&a->pace, ask->due);
		if (due > now) {
			next = fmin(next, due - now);
			continue;
		}
		if (a->client == NULL)
			open_client(a);
		pace_sent(&a->pace, now);
		queue_set(&a->queue, ask, QUEUE_FLYING);
		http_client_send(a->client, ask, buf_str(&ask->body));
		tool_count("requests", 1);
	}
	return next;
}

static void
count_tokens(struct asker *a, struct str usage)
{
	static const struct {
		const char *name, *count;
	} list[] = {{"prompt_tokens", "prompt_tokens"},
	    {"input_tokens", "prompt_tokens"},
	    {"completion_tokens", "completion_tokens"},
	    {"output_tokens", "completion_tokens"}};
	struct json_walk w;
	struct str raw;
	size_t i, n;

	if (!json_open(&w, usage, '{'))
		return;
	for (i = 0; i < sizeof(list) / sizeof(*list); i++)
		if (json_member(usage, &a->mem, str_of(list[i].name), &raw) &&
		    json_get_size(raw, &n)) {
			tool_count(list[i].count, n);
			a->ntoken += n;
		}
}

/*
 * Ask again, unless it was asked often enough or the server wants a longer
 * wait than is allowed.  wait_s < 0: the server did not say.
 */
static void
try_again(
    struct asker *a, struct queue_item *ask, struct str why, double wait_s)
{
	if (!pace_again(&a->pace, ask->ntry, wait_s, &ask->due)) {
		queue_reject(&a->queue, ask, why, true);
		wake_equals(a, ask);
		return;
	}
	ask->ntry++;
	queue_set(&a->queue, ask, QUEUE_READY);
	tool_count("retries", 1);
}

static void
take_answer(
    struct asker *a, struct queue_item *ask, const struct chat_answer *answer)
{
	char hex[33];

	hash_hex(hex, ask->key);
	ask->answer.len = 0;
	chat_format(&ask->answer, hex, answer);
	caches_put(&a->caches, buf_str(&ask->answer));
	count_tokens(a, answer->usage);
	a->nanswered++;
	queue_set(&a->queue, ask, QUEUE_ANSWERED);
	wake_equals(a, ask);
}

/* An answer without text was paid for, so its content goes to --rejects. */
static void
keep_rest(
    struct asker *a, struct queue_item *ask, const struct chat_answer *answer)
{
	count_tokens(a, answer->usage);
	ask->answer.len = 0;
	chat_format(&ask->answer, "", answer);
}

/* A request that got no whole answer. */
static void
take_failure(struct asker *a, struct queue_item *ask,
    const struct http_client_reply *reply)
{
	struct buf why = {0};

	buf_printf(&why, "%s%s: %s",
	    a->opts->cache.n > 0 ? "not in the cache, and " : "",
	    a->opts->shown_url, reply->error);
	if (reply->hopeless)
		stop(a, buf_str(&why), false);
	else if (reply->unreachable && a->nanswered == 0 &&
		 ask->ntry >= a->opts->nretry)
		stop(a, buf_str(&why), true);
	if (reply->hopeless) {
		queue_reject(&a->queue, ask, buf_str(&why), false);
		wake_equals(a, ask);
	} else {
		try_again(a, ask, buf_str(&why), -1);
	}
	buf_release(&why);
}

static void
take_reply(struct asker *a, const struct http_client_reply *reply)
{
	struct queue_item *ask = reply->token;
	struct chat_answer answer;
	enum chat_verdict verdict;
	struct str why, should;
	double wait_s;

	if (reply->error != NULL) {
		take_failure(a, ask, reply);
		return;
	}
	pace_obey(&a->pace, a->client);
	verdict = chat_reply(a->opts->chat.api, reply->status, reply->type,
	    reply->body, &a->mem, &answer, &why);
	if (http_client_header(a->client, "x-should-retry", &should)) {
		if (verdict == CHAT_AGAIN && str_ieq(should, STR("false")))
			verdict = CHAT_REFUSED;
		else if (verdict == CHAT_REFUSED &&
			 str_ieq(should, STR("true")))
			verdict = CHAT_AGAIN;
	}
	switch (verdict) {
	case CHAT_ANSWERED:
		take_answer(a, ask, &answer);
		break;
	case CHAT_AGAIN:
		wait_s = pace_asked(a->client);
		if (reply->status == 429 && wait_s <= PACE_PATIENCE)
			pace_hold(&a->pace, wait_s);
		try_again(a, ask, why, wait_s);
		break;
	case CHAT_REFUSED:
		keep_rest(a, ask, &answer);
		queue_reject(&a->queue, ask, why, false);
		wake_equals(a, ask);
		break;
	case CHAT_NEVER:
		stop(a, why, false);
		queue_reject(&a->queue, ask, why, false);
		wake_equals(a, ask);
		break;
	}
}

/* What was said in the place of an answer, as members of the record. */
static void
set_rest(const struct queue_item *ask, struct rec *rec)
{
	static const char *const member[] = {
	    "model", "usage", "finish", "reasoning", "refusal", "tool_calls"};
	struct rec said;
	struct str raw;
	const char *why;
	size_t i;

	if (ask->answer.len == 0 ||
	    !rec_parse(&said, rec->mem, buf_str(&ask->answer), &why))
		return;
	for (i = 0; i < sizeof(member) / sizeof(*member); i++)
		if (rec_get(&said, member[i], &raw))
			rec_set(rec, member[i], raw);
}

static void
write_rejected(struct asker *a, struct queue_item *ask, struct rec *rec)
{
	struct str id = {0}, why = buf_str(&ask->why);
	char where[4200];

	rec_get_str(rec, tool_id(), &id);
	snprintf(where, sizeof(where), "%s:%" PRIu64, ask->file, ask->lineno);
	tool_bad(where, id, "no answer: %.*s", (int)why.len, why.p);
	a->again |= ask->again;
	if (a->opts->rejects.fp == NULL)
		return;
	set_rest(ask, rec);
	rec_set_strs(rec, "reasons", &why, 1);
	rec_write(rec, a->opts->rejects.fp);
}

static void
write_answered(const struct asker *a, struct queue_item *ask, struct rec *rec)
{
	bool vector = a->opts->chat.api == CHAT_EMBEDDINGS;
	struct chat_answer answer;

	if (!chat_parse(buf_str(&ask->answer), rec->mem, &answer))
		cli_errx(CLI_FATAL,
		    "the cache's line for %s:%" PRIu64 " has no \"response\"",
		    ask->file, ask->lineno);
	rec_set(rec, vector ? "vec" : "response", answer.response);
	if (answer.model.len > 0)
		rec_set(rec, "model", answer.model);
	if (answer.usage.len > 0)
		rec_set(rec, "usage", answer.usage);
	if (answer.finish.len > 0)
		rec_set(rec, "finish", answer.finish);
	if (a->opts->reasoning && answer.reasoning.len > 0)
		rec_set(rec, "reasoning", answer.reasoning);
	rec_write(rec, stdout);
}

/* Write what is done: from the head on, or wherever it is. */
static void
emit(struct asker *a)
{
	struct queue_item *ask;
	struct rec rec;
	const char *why;
	size_t i;

	for (i = 0; i < a->queue.count; i++) {
		ask = queue_at(&a->queue, i);
		if (ask->state == QUEUE_ANSWERED ||
		    ask->state == QUEUE_REJECTED) {
			arena_clear(&a->mem);
			rec_parse(&rec, &a->mem, buf_str(&ask->line), &why);
			if (ask->state == QUEUE_ANSWERED)
				write_answered(a, ask, &rec);
			else
				write_rejected(a, ask, &rec);
			queue_set(&a->queue, ask, QUEUE_FREE);
		} else if (ask->state != QUEUE_FREE && !a->opts->as_completed) {
			break;
		}
	}
	a->nsettled += queue_shift(&a->queue);
}

/*
 * What is done is what was answered, not what was read.  The whole of the
 * input, decompressed, is estimated from the part of the files that was read.
 */
static void
show_progress(const struct asker *a)
{
	double share = a->eof ? 1 : rec_share(&a->in);

	if (share > 0)
		tool_progress(
		    a->nsettled, (uint64_t)((double)a->nread / share));
	tool_note("%zu in flight, %zu tokens", a->queue.nflying, a->ntoken);
}

/* Wait for answers, for the clock, or for input where there is room for it. */
static void
await(struct asker *a, double wait_s)
{
	struct http_client_reply reply;

	if (fflush(stdout) != 0)
		tool_write_failed("standard output");
	show_progress(a);
	if (a->client == NULL)
		open_client(a);
	http_client_wait(
	    a->client, fmin(wait_s, tick_s), has_room(a) ? rec_fd(&a->in) : -1);
	while (http_client_next(a->client, &reply)) {
		take_reply(a, &reply);
		arena_clear(&a->mem);
	}
}

static void
ask_all(struct asker *a)
{
	double wait_s;

	/* show_progress() knows better what is done than the reader does */
	rec_hide_progress(&a->in);
	do {
		fill(a);
		wait_s = start(a);
		emit(a);
		if (a->queue.nready + a->queue.nflying > 0)
			await(a, wait_s);
	} while (a->queue.count > 0 || !a->eof);
}

/* Put what a batch service gave back into the cache. */
static void
take_batch(struct asker *a)
{
	char *const operands[] = {(char *)a->opts->batch_in, NULL};
	struct chat_answer answer;
	enum chat_verdict verdict;
	struct str key, why;
	struct rec_reader in;
	struct hash128 hash;
	struct buf line = {0}, old = {0};
	struct rec rec;
	char hex[33];

	rec_open(&in, operands);
	while (rec_read(&in, &rec)) {
		if (!chat_batch_result(a->opts->chat.api, rec.line, rec.mem,
			&key, &verdict, &answer, &why) ||
		    !cache_key(key, &hash)) {
			rec_bad(&in, "no result of a batch");
		} else if (verdict != CHAT_ANSWERED) {
			rec_bad(&in, "no answer: %.*s", (int)why.len, why.p);
		} else if (!caches_find(&a->caches, hash, &old)) {
			hash_hex(hex, hash);
			line.len = 0;
			chat_format(&line, hex, &answer);
			caches_put(&a->caches, buf_str(&line));
			count_tokens(a, answer.usage);
		}
	}
	buf_release(&line);
	buf_release(&old);
	rec_close(&in);
}

static void
print_requests(struct asker *a)
{
	struct buf body = {0}, line = {0};
	struct json_writer w;
	struct str id;
	struct rec rec;
	char hex[33];

	while (rec_read(&a->in, &rec)) {
		if (!make_request(a, &rec, &body))
			continue;
		hash_hex(hex, chat_key(&a->opts->chat, buf_str(&body)));
		line.len = 0;
		w = (struct json_writer){.out = &line};
		jw_begin_object(&w, NULL);
		if (rec_get_str(&rec, tool_id(), &id))
			jw_str(&w, "id", id);
		jw_str(&w, "key", str_of(hex));
		jw_str(&w, "url", str_of(a->opts->shown_url));
		jw_raw(&w, "body", buf_str(&body));
		jw_end_object(&w);
		buf_putc(&line, '\n');
		if (fwrite(line.p, 1, line.len, stdout) != line.len)
			tool_write_failed("standard output");
		tool_out(1, line.len);
	}
	buf_release(&body);
	buf_release(&line);
}

/* Whether answers may come that the cache is to keep. */
static bool
writes_cache(const struct opts *o)
{
	return o->batch_in != NULL ||
	       !(o->offline || o->dry_run || o->batch_out.fp != NULL);
}

/*
 * Open the files of --cache.  Batches need one in any case, to recognise equal
 * requests.
 */
static void
open_caches(struct asker *a)
{
	const struct opts *o = a->opts;

	if (o->cache.n > 0 || o->batch_in != NULL || o->batch_out.fp != NULL)
		caches_open(&a->caches, o->cache.item, o->cache.n,
		    !o->cache_shared && writes_cache(o));
}

static void
asker_release(struct asker *a)
{
	queue_release(&a->queue);
	http_client_free(a->client);
	caches_close(&a->caches);
	buf_release(&a->stop);
	arena_release(&a->mem);
}

/* The exit status for the worst of what happened. */
static int
ask_status(const struct asker *a, int status)
{
	if (a->fatal || status == CLI_FATAL)
		return CLI_FATAL;
	return a->again ? CLI_RETRY : status;
}

static int
run(struct opts *opts, char *operands[])
{
	struct asker a = {.opts = opts};
	size_t window;
	int status;

	window = opts->njob * WINDOW_JOBS;
	queue_init(&a.queue, window > WINDOW_MIN ? window : WINDOW_MIN);
	pace_init(&a.pace, opts->rpm, opts->nretry, (uint64_t)getpid());
	open_caches(&a);
	if (opts->batch_in != NULL)
		take_batch(&a);
	rec_open(&a.in, operands);
	if (opts->dry_run)
		print_requests(&a);
	else
		ask_all(&a);
	if (opts->rejects.fp != NULL)
		outfile_commit(&opts->rejects);
	if (opts->batch_out.fp != NULL)
		outfile_commit(&opts->batch_out);
	rec_close(&a.in);
	status = ask_status(&a, tool_end(stdout));
	asker_release(&a);
	buf_release(&opts->set);
	free(opts->cache.item);
	server_release(&opts->server);
	free(opts->url);
	free(opts->shown_url);
	return status;
}

/* -o NAME=JSON: ,"NAME":JSON */
static void
add_member(void *context, char *arg)
{
	struct opts *opts = context;
	struct str name = {arg, strcspn(arg, "=")}, raw;
	const char *why;

	if (name.len == 0 || arg[name.len] == '\0')
		tool_usage("-o takes NAME=JSON");
	if (str_eq(name, STR("n")) || str_eq(name, STR("best_of")) ||
	    str_eq(name, STR("stream")))
		cli_errx(CLI_FATAL,
		    "-o %.*s: a record gets one answer, and not in pieces; for "
		    "several, repeat the record with another prompt",
		    (int)name.len, name.p);
	if (!json_valid(str_of(arg + name.len + 1), &raw, &why))
		cli_errx(CLI_FATAL, "-o %s: %s", arg, why);
	buf_putc(&opts->set, ',');
	json_put_str(&opts->set, name);
	buf_putc(&opts->set, ':');
	buf_puts(&opts->set, raw);
}

static void
add_header(void *context, char *arg)
{
	struct opts *opts = context;

	server_header(&opts->server, arg);
}

static void
set_temperature(void *context, char *arg)
{
	struct opts *opts = context;

	cli_real("--temperature", arg, 0, 2);
	opts->chat.temperature = str_of(arg);
}

/* Reject options that contradict each other; open the files that they name. */
static void
check_opts(struct opts *opts)
{
	if (opts->model == NULL)
		opts->model = getenv("LLM_MODEL");
	if (opts->model != NULL)
		opts->chat.model = str_of(opts->model);
	if (opts->system != NULL)
		opts->chat.system = str_of(opts->system);
	if (opts->chat.api == CHAT_EMBEDDINGS &&
	    (opts->system != NULL || opts->chat.temperature.len > 0 ||
		opts->chat.max_tokens > 0 || opts->reasoning))
		tool_usage("--api embeddings makes vectors, which have no "
			   "system message, temperature, length or reasoning");
	if (opts->chat.api == CHAT_ANTHROPIC && opts->chat.model.len == 0)
		tool_usage("--api anthropic needs --model");
	if (opts->batch_in != NULL && opts->batch_out_path != NULL)
		tool_usage("--batch-in cannot be combined with --batch-out");
	if (opts->offline && opts->cache.n == 0)
		tool_usage("--offline needs --cache");
	opts->offline |= opts->batch_in != NULL;
	opts->chat.more = buf_str(&opts->set);
	opts->url = server_url(opts->chat.api, opts->base);
	opts->shown_url = server_shown_url(opts->url);
	if (opts->rejects_path != NULL)
		outfile_open(&opts->rejects, opts->rejects_path);
	if (opts->batch_out_path != NULL)
		outfile_open(&opts->batch_out, opts->batch_out_path);
}

/*
 * Keys and passwords are in memory: no core is written, and no other process of
 * this user can look into it.
 */
static void
keep_memory_private(void)
{
	setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0});
	prctl(PR_SET_DUMPABLE, 0);
}

int
main(int argc, char *argv[])
{
	struct opts o = {.njob = 8, .nretry = 6, .timeout_s = 600};
	const struct option_row rows[] = {
	    {"u,url", "BASE",
		"where the API is; /chat/completions is appended "
		"(OPENAI_BASE_URL, or https://api.openai.com/v1)",
		OPTION_STRING(&o.base), .shown = server_shown_url},
	    {"a,api", "NAME",
		"openai, anthropic, or embeddings: the vector of each text",
		OPTION_CHOICE(&o.chat.api, chat_api_names)},
	    {"m,model", "NAME",
		"the model (LLM_MODEL; none: a server's only one)",
		OPTION_STRING(&o.model)},
	    {"c,cache", "FILE",
		"take answers from FILE, add new ones to it; may be given "
		"again: the last is added to, the others are only read",
		OPTION_LIST(&o.cache), .writes = OPTION_ALWAYS},
	    {"cache-shared", NULL,
		"other processes may add to the cache at the same time",
		OPTION_FLAG(&o.cache_shared)},
	    {"offline", NULL, "take answers from the cache alone",
		OPTION_FLAG(&o.offline)},
	    {"j,jobs", "N", "requests sent at a time (8)",
		OPTION_SIZE(&o.njob, 1, 10000)},
	    {"retries", "N", "how often a request is sent again (6)",
		OPTION_SIZE(&o.nretry, 0, 1000)},
	    {"rpm", "N", "at most N requests a minute",
		OPTION_SIZE(&o.rpm, 1, 1000000000)},
	    {"timeout", "S", "seconds that a request may take (600)",
		OPTION_REAL(&o.timeout_s, 0.001, 1e6)},
	    {"s,system", "TEXT", "the system message before each prompt",
		OPTION_STRING(&o.system)},
	    {"t,temperature", "T", "0 to 2", OPTION_CALL(set_temperature, &o)},
	    {"n,max-tokens", "N", "longest answer",
		OPTION_SIZE(&o.chat.max_tokens, 1, 1 << 30)},
	    {"o,set", "NAME=JSON",
		"any other member of the request: -o top_p=0.9",
		OPTION_CALL(add_member, &o), .again = true},
	    {"header", "LINE",
		"send this header (\"Name: value\"), too; @FILE: those of a "
		"file",
		OPTION_CALL(add_header, &o), .again = true,
		.shown = server_shown_header},
	    {"cacert", "FILE",
		"trust the certificates in FILE (SSL_CERT_FILE, or the "
		"system's)",
		OPTION_STRING(&o.cacert)},
	    {"reasoning", NULL,
		"add the \"reasoning\" that came with an answer",
		OPTION_FLAG(&o.reasoning)},
	    {"as-completed", NULL,
		"write answers as they come, not in input order",
		OPTION_FLAG(&o.as_completed)},
	    {"rejects", "FILE", "records that got no answer, and the reasons",
		OPTION_STRING(&o.rejects_path), .writes = OPTION_ALWAYS},
	    {"dry-run", NULL, "print the requests, and ask nothing",
		OPTION_FLAG(&o.dry_run)},
	    {"batch-out", "FILE",
		"write requests that the cache can't answer for a batch "
		"service, and ask nothing",
		OPTION_STRING(&o.batch_out_path), .writes = OPTION_ALWAYS},
	    {"batch-in", "FILE",
		"take answers from the file that the service returned",
		OPTION_STRING(&o.batch_in)},
	    {.name = NULL}};
	char **operands;

	keep_memory_private();
	operands = tool_init(argc, argv, &help, rows, NULL);
	check_opts(&o);
	return run(&o, operands);
}
