#include "llm/chat.h"

#include <math.h>
#include <stdlib.h>

#include "llm/fault.h"
#include "llm/jsonpart.h"
#include "math/float16.h"
#include "math/vecmath.h"
#include "record/json-writer.h"
#include "record/json.h"
#include "record/rec.h"

const char *const chat_api_names[] = {
    "openai", "anthropic", "embeddings", NULL};

enum { ANTHROPIC_MAX_TOKENS = 4096, EXCERPT = 300 /* bytes */ };

/* The texts of the parts [{"type":TYPE,TYPE:".."}, ..], one after the other. */
static bool
join_texts(
    struct str list, struct arena *mem, const char *type, struct str *raw)
{
	struct json_walk w;
	struct str key, item, name, text;
	struct buf b = {0};
	bool found = false;

	if (!json_open(&w, list, '['))
		return false;
	while (json_next(&w, mem, &key, &item))
		if (jsonpart_str(item, mem, "type", &name) &&
		    str_eq(name, str_of(type)) &&
		    jsonpart_str(item, mem, type, &text)) {
			buf_puts(&b, text);
			found = true;
		}
	if (found)
		*raw = json_quote(mem, buf_str(&b));
	buf_release(&b);
	return found;
}

static void
put_message(struct json_writer *w, struct str role, struct str content)
{
	jw_begin_object(w, NULL);
	jw_str(w, "role", role);
	jw_str(w, "content", content);
	jw_end_object(w);
}

/* The text of a message's content: a string, or the parts of an array. */
static void
put_content(struct buf *text, struct str content, struct arena *mem)
{
	struct str t, raw;

	if (!json_get_str(content, mem, &t) &&
	    (!join_texts(content, mem, "text", &raw) ||
		!json_get_str(raw, mem, &t)))
		return;
	if (text->len > 0)
		buf_puts(text, STR("\n\n"));
	buf_puts(text, t);
}

/* Whether a message is the system's; then its text is added to system. */
static bool
take_system(struct buf *system, struct str message, struct arena *mem)
{
	struct str role, content;

	if (!jsonpart_str(message, mem, "role", &role) ||
	    (!str_eq(role, STR("system")) && !str_eq(role, STR("developer"))))
		return false;
	if (jsonpart(message, mem, "content", &content))
		put_content(system, content, mem);
	return true;
}

/*
 * Anthropic has what the system says beside the messages, not among them.
 * Messages without any stay as they are, byte for byte.
 */
static struct str
split_messages(struct str messages, struct buf *system, struct arena *mem)
{
	struct json_walk w;
	struct json_writer out;
	struct buf rest = {0};
	struct str key, item;
	bool any = false;

	out = (struct json_writer){.out = &rest};
	jw_begin_array(&out, NULL);
	if (json_open(&w, messages, '['))
		while (json_next(&w, mem, &key, &item)) {
			if (take_system(system, item, mem))
				any = true;
			else
				jw_raw(&out, NULL, item);
		}
	jw_end_array(&out);
	if (any)
		messages = arena_copy(mem, buf_str(&rest));
	buf_release(&rest);
	return messages;
}

/* [.., ..] after the messages that are there already */
static void
put_messages(struct json_writer *w, const struct chat *chat, struct str prompt,
    struct str messages)
{
	bool system = chat->api == CHAT_OPENAI && chat->system.len > 0;
	struct str inner;

	jw_begin_array(w, "messages");
	if (system)
		put_message(w, STR("system"), chat->system);
	if (messages.len >= 2) {
		inner =
		    str_trim((struct str){messages.p + 1, messages.len - 2});
		if (inner.len > 0)
			jw_raw(w, NULL, inner);
	} else {
		put_message(w, STR("user"), prompt);
	}
	jw_end_array(w);
}

void
chat_request(struct buf *b, const struct chat *chat, struct str prompt,
    struct str messages)
{
	struct json_writer w = {.out = b};
	size_t max_tokens = chat->max_tokens;
	struct buf system = {0};
	struct arena mem = {0};

	jw_begin_object(&w, NULL);
	if (chat->model.len > 0)
		jw_str(&w, "model", chat->model);
	if (chat->api == CHAT_EMBEDDINGS) {
		jw_str(&w, "input", prompt);
		jw_str(&w, "encoding_format", STR("float"));
	} else {
		if (chat->api == CHAT_ANTHROPIC) {
			buf_puts(&system, chat->system);
			messages = split_messages(messages, &system, &mem);
			if (max_tokens == 0) /* Anthropic demands this member */
				max_tokens = ANTHROPIC_MAX_TOKENS;
		}
		if (system.len > 0)
			jw_str(&w, "system", buf_str(&system));
		put_messages(&w, chat, prompt, messages);
	}
	if (chat->temperature.len > 0)
		jw_raw(&w, "temperature", chat->temperature);
	if (max_tokens > 0)
		jw_u64(&w, "max_tokens", max_tokens);
	buf_puts(b, chat->more); /* members, each with a comma before it */
	jw_end_object(&w);
	buf_release(&system);
	arena_release(&mem);
}

struct hash128
chat_key(const struct chat *chat, struct str body)
{
	struct buf b = {0};
	struct hash128 key;

	buf_puts(&b, str_of(chat_api_names[chat->api]));
	buf_putc(&b, '\n');
	buf_puts(&b, body);
	key = hash_128(b.p, b.len);
	buf_release(&b);
	return key;
}

static bool
is_one_of(struct str s, const char *const list[])
{
	for (; *list != NULL; list++)
		if (str_eq(s, str_of(*list)))
			return true;
	return false;
}

/* Whether a raw string is more than white space. */
static bool
says_something(struct str raw, struct arena *mem)
{
	struct str text;

	return json_get_str(raw, mem, &text) && str_trim(text).len > 0;
}

/* What else a message holds than its text: reasoning, a refusal, a call. */
static void
read_asides(struct str message, struct arena *mem, struct chat_answer *answer)
{
	struct str raw, content;

	if (jsonpart(message, mem, "reasoning_content", &raw) ||
	    jsonpart(message, mem, "reasoning", &raw))
		answer->reasoning = raw;
	if (answer->reasoning.len == 0 &&
	    jsonpart(message, mem, "content", &content))
		join_texts(content, mem, "thinking", &answer->reasoning);
	if (!says_something(answer->reasoning, mem))
		answer->reasoning = STR("");
	if (jsonpart(message, mem, "refusal", &raw) && says_something(raw, mem))
		answer->refusal = raw;
	if (jsonpart(message, mem, "tool_calls", &raw) && raw.p[0] == '[' &&
	    jsonpart_first(raw, mem, &content))
		answer->tool_calls = raw;
}

/* Why there is no text, as far as the rest of the answer tells. */
static struct str
name_lack(
    const struct chat_answer *answer, struct str finish, struct arena *mem)
{
	struct buf b = {0};
	struct str text;

	if (answer->refusal.len > 0 &&
	    json_get_str(answer->refusal, mem, &text))
		buf_printf(&b, "the model refused: %.*s",
		    (int)(text.len < EXCERPT ? text.len : EXCERPT), text.p);
	else if (str_eq(finish, STR("refusal")))
		buf_puts(&b, STR("the model refused"));
	else if (str_eq(finish, STR("content_filter")))
		buf_puts(&b, STR("the server's filter took the answer"));
	else if (str_eq(finish, STR("length")) ||
		 str_eq(finish, STR("max_tokens")))
		buf_printf(&b, "cut at the limit of tokens before an answer%s",
		    answer->reasoning.len > 0 ? ", in the reasoning" : "");
	else if (answer->tool_calls.len > 0 ||
		 str_eq(finish, STR("tool_calls")) ||
		 str_eq(finish, STR("tool_use")))
		buf_puts(&b, STR("a call of a tool, and no text"));
	else if (answer->reasoning.len > 0)
		buf_puts(&b, STR("reasoning alone, and no answer"));
	else
		buf_puts(&b, STR("there is no text in the answer"));
	text = arena_copy(mem, buf_str(&b));
	buf_release(&b);
	return text;
}

/* {"data":[{"embedding":[..]}]}: a vector, as "vec" has it, in response. */
static enum chat_verdict
read_vector(struct str body, struct arena *mem, struct chat_answer *answer,
    struct str *why)
{
	struct str data, item, list, key, raw;
	struct json_walk w;
	struct buf b = {0};
	float *x = NULL;
	size_t n = 0, cap = 0;
	double number;

	*why = STR("there is no vector of numbers in the answer");
	if (!jsonpart(body, mem, "data", &data) ||
	    !jsonpart_first(data, mem, &item) ||
	    !jsonpart(item, mem, "embedding", &list) ||
	    !json_open(&w, list, '['))
		return CHAT_REFUSED;
	while (json_next(&w, mem, &key, &raw)) {
		if (n == cap) {
			cap = 2 * cap + 1024;
			x = mem_grow(x, cap, sizeof(*x));
		}
		if (raw.p[0] == '[')
			*why = STR("a vector of each token: the server doesn't "
				   "pool them");
		if (!json_get_num(raw, &number))
			number = NAN;
		x[n++] = (float)number;
	}
	if (n > 0 && vecmath_finite(x, n)) {
		float16_unit(x, n);
		float16_format(&b, x, n);
		answer->response = json_quote(mem, buf_str(&b));
	}
	buf_release(&b);
	free(x);
	return answer->response.len > 0 ? CHAT_ANSWERED : CHAT_REFUSED;
}

/* A choice that ended with an error: of the server, unless it says else. */
static enum chat_verdict
broken_off(struct str choice, struct arena *mem, struct str *why)
{
	enum chat_verdict verdict = CHAT_AGAIN;
	struct str error, text = STR("");
	struct buf b = {0};

	if (jsonpart(choice, mem, "error", &error)) {
		verdict = fault_judge(200, choice, true, mem, &text);
		if (verdict == CHAT_NEVER)
			/* the reply was accepted after all */
			verdict = CHAT_AGAIN;
	}
	buf_printf(&b, "the answer broke off%s%.*s", text.len > 0 ? ": " : "",
	    (int)text.len, text.p);
	*why = arena_copy(mem, buf_str(&b));
	buf_release(&b);
	return verdict;
}

/* The message of any api into an answer; *why if it holds none. */
static enum chat_verdict
read_answer(enum chat_api api, struct str body, struct arena *mem,
    struct chat_answer *answer, struct str *why)
{
	static const char *const regular[] = {
	    "stop", "end_turn", "stop_sequence", NULL};
	struct str choices, choice = body, message = body, content, raw;
	struct str finish = STR("");

	*answer = (struct chat_answer){0};
	*why = STR("there is no text in the answer");
	jsonpart(body, mem, "model", &answer->model);
	jsonpart(body, mem, "usage", &answer->usage);
	if (api == CHAT_EMBEDDINGS)
		return read_vector(body, mem, answer, why);
	if (api == CHAT_OPENAI && (!jsonpart(body, mem, "choices", &choices) ||
				      !jsonpart_first(choices, mem, &choice)))
		return CHAT_REFUSED;
	if (jsonpart(choice, mem,
		api == CHAT_OPENAI ? "finish_reason" : "stop_reason", &raw) &&
	    json_get_str(raw, mem, &finish) && !is_one_of(finish, regular))
		answer->finish = raw;
	if (str_eq(finish, STR("error")))
		return broken_off(choice, mem, why);
	if (api == CHAT_OPENAI && !jsonpart(choice, mem, "message", &message))
		return CHAT_REFUSED;
	read_asides(message, mem, answer);
	if (jsonpart(message, mem, "content", &content)) {
		answer->response = content;
		if (content.p[0] == '[' &&
		    !join_texts(content, mem, "text", &answer->response))
			answer->response = STR("");
	}
	if (says_something(answer->response, mem))
		return CHAT_ANSWERED;
	*why = name_lack(answer, finish, mem);
	return CHAT_REFUSED;
}

/* Read a reply whose status is good. */
static enum chat_verdict
good_reply(enum chat_api api, struct str type, struct str body,
    struct arena *mem, struct chat_answer *answer, struct str *why)
{
	struct str raw = {0}, error;
	struct buf b = {0};
	const char *fault = "";
	enum chat_verdict verdict = CHAT_AGAIN;

	if (json_valid(body, &raw, &fault)) {
		verdict = read_answer(api, raw, mem, answer, why);
		if (verdict == CHAT_REFUSED &&
		    jsonpart(raw, mem, "error", &error))
			verdict = fault_judge(200, raw, true, mem, why);
		return verdict;
	}
	if (str_trim(body).len == 0) {
		buf_puts(&b, STR("damaged answer: it is empty"));
	} else if (memmem(type.p, type.len, "json", 4) != NULL) {
		buf_printf(&b, "damaged answer: %s", fault);
	} else {
		buf_printf(
		    &b, "the answer is %.*s, not JSON", (int)type.len, type.p);
		verdict = CHAT_NEVER;
	}
	*why = arena_copy(mem, buf_str(&b));
	buf_release(&b);
	return verdict;
}

enum chat_verdict
chat_reply(enum chat_api api, int status, struct str type, struct str body,
    struct arena *mem, struct chat_answer *answer, struct str *why)
{
	struct str raw = {0}, text;
	struct buf b = {0};
	const char *fault = "";
	enum chat_verdict verdict;
	bool json;

	*answer = (struct chat_answer){0};
	if (status >= 200 && status < 300)
		return good_reply(api, type, body, mem, answer, why);
	json = json_valid(body, &raw, &fault);
	verdict = fault_judge(status, json ? raw : body, json, mem, &text);
	buf_printf(&b, "HTTP %d", status);
	if (text.len > 0)
		buf_printf(&b, ": %.*s", (int)text.len, text.p);
	*why = arena_copy(mem, buf_str(&b));
	buf_release(&b);
	return verdict;
}

void
chat_batch_request(
    struct buf *line, enum chat_api api, const char *key, struct str body)
{
	struct json_writer w = {.out = line};

	jw_begin_object(&w, NULL);
	jw_str(&w, "custom_id", str_of(key));
	if (api != CHAT_ANTHROPIC) {
		jw_str(&w, "method", STR("POST"));
		jw_str(&w, "url",
		    api == CHAT_OPENAI ? STR("/v1/chat/completions")
				       : STR("/v1/embeddings"));
		jw_raw(&w, "body", body);
	} else {
		jw_raw(&w, "params", body);
	}
	jw_end_object(&w);
}

/* {"result":{"type":"succeeded","message":{..}}} */
static enum chat_verdict
anthropic_result(struct str object, struct arena *mem,
    struct chat_answer *answer, struct str *why)
{
	struct str result, type, body;

	*answer = (struct chat_answer){0};
	*why = STR("no result");
	if (!jsonpart(object, mem, "result", &result) ||
	    !jsonpart_str(result, mem, "type", &type))
		return CHAT_AGAIN;
	if (jsonpart(result, mem, "message", &body))
		return read_answer(CHAT_ANTHROPIC, body, mem, answer, why);
	*why = type; /* errored, canceled, expired */
	if (jsonpart(result, mem, "error", &body))
		fault_judge(500, body, true, mem, why);
	return CHAT_AGAIN;
}

bool
chat_batch_result(enum chat_api api, struct str line, struct arena *mem,
    struct str *key, enum chat_verdict *verdict, struct chat_answer *answer,
    struct str *why)
{
	struct str object, response, body, raw;
	const char *fault;
	size_t status = 200;

	*answer = (struct chat_answer){0};

	if (!json_valid(line, &object, &fault) ||
	    !jsonpart_str(object, mem, "custom_id", key))
		return false;
	if (api == CHAT_ANTHROPIC) {
		*verdict = anthropic_result(object, mem, answer, why);
		return true;
	}
	if (!jsonpart(object, mem, "response", &response) ||
	    !jsonpart(response, mem, "body", &body)) {
		*verdict = CHAT_AGAIN;
		fault_judge(500, object, true, mem, why);
		return true;
	}
	if (jsonpart(response, mem, "status_code", &raw))
		json_get_size(raw, &status);
	*verdict = chat_reply(
	    api, (int)status, STR("application/json"), body, mem, answer, why);
	return true;
}

/*
 * A member that is raw JSON, if it is there, on one line: line ends can only
 * stand between its tokens.
 */
static void
put_flat(struct json_writer *w, const char *name, struct str raw)
{
	size_t i;

	if (raw.len == 0)
		return;
	jw_raw(w, name, raw);
	for (i = w->out->len - raw.len; i < w->out->len; i++)
		if (w->out->p[i] == '\n' || w->out->p[i] == '\r')
			w->out->p[i] = ' ';
}

void
chat_format(struct buf *line, const char *key, const struct chat_answer *answer)
{
	struct json_writer w = {.out = line};

	jw_begin_object(&w, NULL);
	jw_str(&w, "key", str_of(key));
	if (answer->response.len > 0)
		jw_raw(&w, "response", answer->response);
	put_flat(&w, "model", answer->model);
	put_flat(&w, "usage", answer->usage);
	put_flat(&w, "finish", answer->finish);
	put_flat(&w, "reasoning", answer->reasoning);
	put_flat(&w, "refusal", answer->refusal);
	put_flat(&w, "tool_calls", answer->tool_calls);
	jw_end_object(&w);
}

bool
chat_parse(struct str line, struct arena *mem, struct chat_answer *answer)
{
	struct rec rec;
	struct str text;
	const char *why;

	*answer = (struct chat_answer){0};
	if (!rec_parse(&rec, mem, line, &why) ||
	    !rec_get(&rec, "response", &answer->response) ||
	    !json_get_str(answer->response, mem, &text))
		return false;
	rec_get(&rec, "model", &answer->model);
	rec_get(&rec, "usage", &answer->usage);
	rec_get(&rec, "finish", &answer->finish);
	rec_get(&rec, "reasoning", &answer->reasoning);
	return true;
}
