#include "llm/chat.h"

#include "record/json-writer.h"
#include "record/json.h"
#include "record/rec.h"

enum { ANTHROPIC_MAX_TOKENS = 4096, EXCERPT = 300 /* bytes */ };

static void
put_message(struct json_writer *w, struct str role, struct str content)
{
	jw_begin_object(w, NULL);
	jw_str(w, "role", role);
	jw_str(w, "content", content);
	jw_end_object(w);
}

/* [.., ..] behind the messages that are there already */
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

	if (max_tokens == 0 && chat->api == CHAT_ANTHROPIC)
		max_tokens = ANTHROPIC_MAX_TOKENS; /* must be given */
	jw_begin_object(&w, NULL);
	if (chat->model.len > 0)
		jw_str(&w, "model", chat->model);
	if (chat->api == CHAT_ANTHROPIC && chat->system.len > 0)
		jw_str(&w, "system", chat->system);
	put_messages(&w, chat, prompt, messages);
	if (chat->temperature.len > 0)
		jw_raw(&w, "temperature", chat->temperature);
	if (max_tokens > 0)
		jw_u64(&w, "max_tokens", max_tokens);
	buf_puts(b, chat->more); /* members, each with a comma before it */
	jw_end_object(&w);
}

struct hash128
chat_key(const struct chat *chat, struct str body)
{
	struct buf b = {0};
	struct hash128 key;

	buf_puts(&b,
	    chat->api == CHAT_OPENAI ? STR("openai\n") : STR("anthropic\n"));
	buf_puts(&b, body);
	key = hash_128(b.p, b.len);
	buf_release(&b);
	return key;
}

/* Whether a member is there and not null. */
static bool
member(struct str object, struct arena *mem, const char *name, struct str *raw)
{
	struct json_walk w;

	return json_open(&w, object, '{') &&
	       json_member(object, mem, str_of(name), raw) &&
	       !str_eq(*raw, STR("null"));
}

static bool
member_str(
    struct str object, struct arena *mem, const char *name, struct str *text)
{
	struct str raw;

	return member(object, mem, name, &raw) && json_get_str(raw, mem, text);
}

/* The texts of [{"type":"text","text":".."}, ..], one behind the other. */
static bool
join_texts(struct str list, struct arena *mem, struct str *raw)
{
	struct json_walk w;
	struct str key, item, type, text;
	struct buf b = {0};
	bool found = false;

	if (!json_open(&w, list, '['))
		return false;
	while (json_next(&w, mem, &key, &item)) {
		if (member_str(item, mem, "type", &type) &&
		    str_eq(type, STR("text")) &&
		    member_str(item, mem, "text", &text)) {
			buf_puts(&b, text);
			found = true;
		}
	}
	if (found)
		*raw = json_quote(mem, buf_str(&b));
	buf_release(&b);
	return found;
}

static bool
is_one_of(struct str s, const char *const list[])
{
	for (; *list != NULL; list++)
		if (str_eq(s, str_of(*list)))
			return true;
	return false;
}

/* The first item of an array. */
static bool
first_item(struct str array, struct arena *mem, struct str *item)
{
	struct json_walk w;
	struct str key;

	return json_open(&w, array, '[') && json_next(&w, mem, &key, item);
}

/* The message of either api into an answer; *why if it holds no text. */
static bool
read_answer(enum chat_api api, struct str body, struct arena *mem,
    struct chat_answer *answer, struct str *why)
{
	static const char *const regular[] = {
	    "stop", "end_turn", "stop_sequence", NULL};
	struct str choices, choice = body, message = body, content, finish, t;

	*answer = (struct chat_answer){0};
	*why = STR("there is no text in the answer");
	if (api == CHAT_OPENAI &&
	    (!member(body, mem, "choices", &choices) ||
		!first_item(choices, mem, &choice) ||
		!member(choice, mem, "message", &message)))
		return false;
	member(body, mem, "model", &answer->model);
	member(body, mem, "usage", &answer->usage);
	if (member(choice, mem,
		api == CHAT_OPENAI ? "finish_reason" : "stop_reason",
		&finish) &&
	    json_get_str(finish, mem, &t) && !is_one_of(t, regular))
		answer->finish = finish;
	if (!member(message, mem, "content", &content))
		return false;
	if (json_get_str(content, mem, &t))
		answer->response = content;
	else if (!join_texts(content, mem, &answer->response))
		return false;
	return json_get_str(answer->response, mem, &t) && str_trim(t).len > 0;
}

/* {"error":{"message":..}}, {"error":".."}, {"message":..}, or the text. */
static struct str
error_text(struct str body, bool json, struct arena *mem, struct str *code)
{
	struct str error, text;

	*code = STR("");
	if (json && member(body, mem, "error", &error)) {
		if (json_get_str(error, mem, &text))
			return text;
		if (!member_str(error, mem, "code", code))
			member_str(error, mem, "type", code);
		if (member_str(error, mem, "message", &text))
			return text;
	}
	if (json && member_str(body, mem, "message", &text))
		return text;
	body = str_trim(body);
	if (body.len > EXCERPT)
		body.len = EXCERPT;
	return body;
}

static enum chat_verdict
judge_status(int status, struct str code)
{
	/* of the account, the model or a parameter: alike for every prompt */
	static const char *const wrong[] = {"insufficient_quota",
	    "billing_hard_limit_reached", "invalid_api_key", "model_not_found",
	    "unsupported_parameter", "unsupported_value", NULL};

	if (status == 402 || is_one_of(code, wrong))
		return CHAT_NEVER;
	if (status == 408 || status == 409 || status == 425 || status == 429 ||
	    status >= 500)
		return CHAT_AGAIN;
	if (status == 401 || status == 403 || status == 404 || status == 405 ||
	    status < 400)
		return CHAT_NEVER;
	return CHAT_REFUSED;
}

enum chat_verdict
chat_reply(enum chat_api api, int status, struct str type, struct str body,
    struct arena *mem, struct chat_answer *answer, struct str *why)
{
	struct str raw = {0}, code, text;
	struct buf b = {0};
	const char *fault = "";
	enum chat_verdict verdict;
	bool json = json_valid(body, &raw, &fault);

	if (status >= 200 && status < 300) {
		if (json) {
			if (read_answer(api, raw, mem, answer, why))
				return CHAT_ANSWERED;
			if (member(raw, mem, "error", &text))
				*why = error_text(raw, true, mem, &code);
			return CHAT_REFUSED;
		}
		if (str_trim(body).len == 0) {
			buf_puts(&b, STR("damaged answer: it is empty"));
			verdict = CHAT_AGAIN;
		} else if (memmem(type.p, type.len, "json", 4) != NULL) {
			buf_printf(&b, "damaged answer: %s", fault);
			verdict = CHAT_AGAIN;
		} else {
			buf_printf(&b, "the answer is %.*s, not JSON",
			    (int)type.len, type.p);
			verdict = CHAT_NEVER;
		}
	} else {
		text = error_text(json ? raw : body, json, mem, &code);
		verdict = judge_status(status, code);
		buf_printf(&b, "HTTP %d", status);
		if (text.len > 0)
			buf_printf(&b, ": %.*s", (int)text.len, text.p);
	}
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
	if (api == CHAT_OPENAI) {
		jw_str(&w, "method", STR("POST"));
		jw_str(&w, "url", STR("/v1/chat/completions"));
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
	struct str result, type, body, code;

	*why = STR("no result");
	if (!member(object, mem, "result", &result) ||
	    !member_str(result, mem, "type", &type))
		return CHAT_AGAIN;
	if (member(result, mem, "message", &body))
		return read_answer(CHAT_ANTHROPIC, body, mem, answer, why)
			   ? CHAT_ANSWERED
			   : CHAT_REFUSED;
	*why = type; /* errored, canceled, expired */
	if (member(result, mem, "error", &body))
		*why = error_text(body, true, mem, &code);
	return CHAT_AGAIN;
}

bool
chat_batch_result(enum chat_api api, struct str line, struct arena *mem,
    struct str *key, enum chat_verdict *verdict, struct chat_answer *answer,
    struct str *why)
{
	struct str object, response, body, raw, code;
	const char *fault;
	size_t status = 200;

	if (!json_valid(line, &object, &fault) ||
	    !member_str(object, mem, "custom_id", key))
		return false;
	if (api == CHAT_ANTHROPIC) {
		*verdict = anthropic_result(object, mem, answer, why);
		return true;
	}
	if (!member(object, mem, "response", &response) ||
	    !member(response, mem, "body", &body)) {
		*verdict = CHAT_AGAIN;
		*why = error_text(object, true, mem, &code);
		return true;
	}
	if (member(response, mem, "status_code", &raw))
		json_get_size(raw, &status);
	*verdict = chat_reply(
	    api, (int)status, STR("application/json"), body, mem, answer, why);
	return true;
}

/* Bring raw JSON onto one line: line ends can only stand between its tokens. */
static void
make_flat(char *raw, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++)
		if (raw[i] == '\n' || raw[i] == '\r')
			raw[i] = ' ';
}

void
chat_format(struct buf *line, const char *key, const struct chat_answer *answer)
{
	struct json_writer w = {.out = line};
	size_t from;

	jw_begin_object(&w, NULL);
	jw_str(&w, "key", str_of(key));
	jw_raw(&w, "response", answer->response);
	if (answer->model.len > 0)
		jw_raw(&w, "model", answer->model);
	if (answer->usage.len > 0) {
		jw_raw(&w, "usage", answer->usage);
		from = line->len - answer->usage.len;
		make_flat(line->p + from, answer->usage.len);
	}
	if (answer->finish.len > 0)
		jw_raw(&w, "finish", answer->finish);
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
	return true;
}
