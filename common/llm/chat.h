/*
 * chat - requests to a language model, and what servers answer
 *
 * OpenAI's /v1/chat/completions, as vLLM, llama.cpp's server and Ollama speak
 * it too, and Anthropic's /v1/messages; and OpenAI's /v1/embeddings, a text to
 * a vector, as TEI and vLLM have it.  Text to text: no sockets here.
 */

#ifndef CHAT_H
#define CHAT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/hash.h"
#include "base/mem.h"
#include "base/str.h"

enum chat_api { CHAT_OPENAI, CHAT_ANTHROPIC, CHAT_EMBEDDINGS };

extern const char *const chat_api_names[]; /* by enum chat_api, then NULL */

struct chat {
	enum chat_api api;
	struct str model;	/* "": the server's only one */
	struct str system;	/* "": none */
	struct str temperature; /* a JSON number; "": the server's default */
	size_t max_tokens;	/* 0: the server's default */
	struct str more;	/* further members: ,"top_p":0.9 */
};

/*
 * Append the body of a request: of messages, a JSON array as it stands, unless
 * that is empty; else of a prompt.  For Anthropic, messages of the system go to
 * where it wants them.  Embeddings are of the prompt.
 */
void chat_request(struct buf *body, const struct chat *chat, struct str prompt,
    struct str messages);

/* What a cache knows a request by: a hash of the api and the body. */
struct hash128 chat_key(const struct chat *chat, struct str body);

/*
 * An answer, as raw JSON, borrowed from the text it was read from; "": not
 * there.
 */
struct chat_answer {
	struct str response; /* a string; of embeddings the vector, as "vec" */
	struct str model, usage;
	struct str finish; /* only if it is no regular end: "length", ... */
	/* Beside the response, or in its place: strings, and an array. */
	struct str reasoning, refusal, tool_calls;
};

enum chat_verdict {
	CHAT_ANSWERED,
	CHAT_AGAIN,   /* this time: overloaded, or damaged on the way */
	CHAT_REFUSED, /* this prompt: too long, not allowed */
	CHAT_NEVER    /* every prompt: key, URL, model, parameter, quota */
};

/*
 * Judge a reply.  With CHAT_ANSWERED, *answer is filled, else *why says what is
 * wrong, and *answer holds what was said all the same: all but a response. 
 * Both may be borrowed from mem.  type is the Content-Type.  An answer that
 * broke off is none.
 */
enum chat_verdict chat_reply(enum chat_api api, int status, struct str type,
    struct str body, struct arena *mem, struct chat_answer *answer,
    struct str *why);

/*
 * One line of the file that a batch service takes, or gives back: the key is
 * its custom_id.  chat_batch_result() is false where the line is no result;
 * else as chat_reply().
 */
void chat_batch_request(
    struct buf *line, enum chat_api api, const char *key, struct str body);
bool chat_batch_result(enum chat_api api, struct str line, struct arena *mem,
    struct str *key, enum chat_verdict *verdict, struct chat_answer *answer,
    struct str *why);

/*
 * An answer as a line of the cache, without line feed; and back, where there
 * must be a response.
 */
void chat_format(
    struct buf *line, const char *key, const struct chat_answer *answer);
bool chat_parse(struct str line, struct arena *mem, struct chat_answer *answer);

#endif
