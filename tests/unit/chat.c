/*
 * chat: requests in the forms that the APIs take, and replies in all forms
 * that they give
 */

#include "llm/chat.h"

#include <string.h>

#include "record/json.h"
#include "tap.h"

static struct arena mem;
static struct chat_answer answer;
static struct str why;

static enum chat_verdict
reply(enum chat_api api, int status, const char *body)
{
	return chat_reply(api, status, STR("application/json"), str_of(body),
	    &mem, &answer, &why);
}

static bool
is(struct str s, const char *text)
{
	return str_eq(s, str_of(text));
}

static bool
request(const struct chat *chat, const char *prompt, const char *messages,
    const char *want)
{
	struct buf b = {0};
	struct str raw;
	const char *fault;
	bool good;

	chat_request(&b, chat, str_of(prompt), str_of(messages));
	good = is(buf_str(&b), want) && json_valid(buf_str(&b), &raw, &fault);
	if (!good)
		printf("# %.*s\n", (int)b.len, b.p);
	buf_release(&b);
	return good;
}

static void
requests(void)
{
	struct chat plain = {0};
	struct chat full = {.model = STR("m"),
	    .system = STR("s\""),
	    .temperature = STR("0.5"),
	    .max_tokens = 9,
	    .more = STR(",\"top_p\":1")};

	ok(request(&plain, "a\n\"", "",
	       "{\"messages\":[{\"role\":\"user\",\"content\":\"a\\n\\\"\"}]}"),
	    "a prompt alone");
	ok(request(&plain, "", "[ {\"a\":1} ]", "{\"messages\":[{\"a\":1}]}"),
	    "messages alone");
	ok(request(&full, "p", "",
	       "{\"model\":\"m\",\"messages\":[{\"role\":\"system\","
	       "\"content\":\"s\\\"\"},{\"role\":\"user\",\"content\":\"p\"}],"
	       "\"temperature\":0.5,\"max_tokens\":9,\"top_p\":1}"),
	    "all members, OpenAI");
	ok(request(&full, "", "[]",
	       "{\"model\":\"m\",\"messages\":[{\"role\":\"system\","
	       "\"content\":\"s\\\"\"}],\"temperature\":0.5,\"max_tokens\":9,"
	       "\"top_p\":1}"),
	    "a system message with no message after it");
	full.api = CHAT_ANTHROPIC;
	ok(request(&full, "",
	       "[{\"role\":\"system\",\"content\":\"d\"},{\"role\":\"user\","
	       "\"content\":\"a\"},{\"role\":\"developer\",\"content\":[{"
	       "\"type\":\"text\",\"text\":\"e\"}]},{\"role\":\"user\"}]",
	       "{\"model\":\"m\",\"system\":\"s\\\"\\n\\nd\\n\\ne\","
	       "\"messages\":[{\"role\":\"user\",\"content\":\"a\"},{"
	       "\"role\":\"user\"}],\"temperature\":0.5,\"max_tokens\":9,"
	       "\"top_p\":1}"),
	    "Anthropic has the system's messages apart");
	ok(request(&full, "",
	       "[{\"role\":\"system\",\"content\":[{\"type\":\"image\"}]},{"
	       "\"role\":\"system\"},{\"content\":\"a\"}]",
	       "{\"model\":\"m\",\"system\":\"s\\\"\",\"messages\":[{"
	       "\"content\":\"a\"}],\"temperature\":0.5,\"max_tokens\":9,"
	       "\"top_p\":1}"),
	    "a system's message without a text adds none");
	ok(request(&full, "p", "",
	       "{\"model\":\"m\",\"system\":\"s\\\"\",\"messages\":[{\"role\":"
	       "\"user\",\"content\":\"p\"}],\"temperature\":0.5,"
	       "\"max_tokens\":9,\"top_p\":1}"),
	    "all members, Anthropic");
}

static void
answers(void)
{
	ok(reply(CHAT_OPENAI, 200,
	       "{\"model\":\"m\",\"choices\":[{\"message\":{\"content\":"
	       "\"hi\"},\"finish_reason\":\"stop\"}],\"usage\":{\"a\":1}}") ==
		    CHAT_ANSWERED &&
		is(answer.response, "\"hi\"") && is(answer.model, "\"m\"") &&
		is(answer.usage, "{\"a\":1}") && answer.finish.len == 0,
	    "OpenAI");
	ok(reply(CHAT_OPENAI, 200,
	       "{\"choices\":[{\"message\":{\"content\":[{\"type\":\"text\","
	       "\"text\":\"a\"},{\"type\":\"x\"},{\"type\":\"text\",\"text\":"
	       "\"b\"}]},\"finish_reason\":\"length\"}]}") == CHAT_ANSWERED &&
		is(answer.response, "\"ab\"") &&
		is(answer.finish, "\"length\""),
	    "parts, cut");
	ok(reply(CHAT_ANTHROPIC, 200,
	       "{\"content\":[{\"type\":\"text\",\"text\":\"hi\"}],"
	       "\"stop_reason\":\"max_tokens\",\"model\":\"c\"}") ==
		    CHAT_ANSWERED &&
		is(answer.response, "\"hi\"") &&
		is(answer.finish, "\"max_tokens\""),
	    "Anthropic");
	ok(reply(CHAT_OPENAI, 200,
	       "{\"choices\":[{\"message\":{\"content\":null,"
	       "\"reasoning_content\":\"hm\"}}]}") == CHAT_REFUSED,
	    "thoughts alone are no answer");
	ok(reply(CHAT_OPENAI, 200, "{\"choices\":[]}") == CHAT_REFUSED &&
		reply(CHAT_OPENAI, 200, "[]") == CHAT_REFUSED &&
		reply(CHAT_OPENAI, 200, "null") == CHAT_REFUSED &&
		reply(CHAT_ANTHROPIC, 200, "{\"content\":[]}") ==
		    CHAT_REFUSED &&
		reply(CHAT_OPENAI, 200,
		    "{\"choices\":[{\"message\":{\"content\":\" \"}}]}") ==
		    CHAT_REFUSED,
	    "no text");
}

static void
faults(void)
{
	ok(reply(CHAT_OPENAI, 200, "{\"choices\":[{\"mes") == CHAT_AGAIN,
	    "damaged");
	ok(reply(CHAT_OPENAI, 429, "{\"error\":{\"message\":\"slow\"}}") ==
		    CHAT_AGAIN &&
		is(why, "HTTP 429: slow"),
	    "429");
	ok(reply(CHAT_OPENAI, 429,
	       "{\"error\":{\"code\":\"insufficient_quota\"}}") == CHAT_NEVER,
	    "no quota");
	ok(reply(CHAT_ANTHROPIC, 529,
	       "{\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\","
	       "\"message\":\"Overloaded\"}}") == CHAT_AGAIN &&
		is(why, "HTTP 529: Overloaded"),
	    "529");
	ok(reply(CHAT_OPENAI, 400, "{\"error\":\"no\"}") == CHAT_REFUSED &&
		is(why, "HTTP 400: no"),
	    "400");
	ok(reply(CHAT_OPENAI, 404, "{\"message\":\"gone\"}") == CHAT_NEVER &&
		is(why, "HTTP 404: gone"),
	    "404");
	ok(reply(CHAT_OPENAI, 502, "Bad Gateway\n") == CHAT_AGAIN &&
		is(why, "HTTP 502: Bad Gateway"),
	    "an error that is no JSON");
	ok(reply(CHAT_OPENAI, 301, "") == CHAT_NEVER && is(why, "HTTP 301"),
	    "a redirect");
	ok(reply(CHAT_OPENAI, 200,
	       "{\"error\":{\"message\":\"no such thing\",\"code\":502}}") ==
		    CHAT_AGAIN &&
		is(why, "no such thing"),
	    "an error under a good status");
	ok(chat_reply(CHAT_OPENAI, 200, STR(""), STR(" \n"), &mem, &answer,
	       &why) == CHAT_AGAIN &&
		is(why, "damaged answer: it is empty"),
	    "nothing at all");
	ok(reply(CHAT_OPENAI, 400,
	       "{\"error\":{\"message\":\"m\",\"code\":\"model_not_found\"}"
	       "}") == CHAT_NEVER &&
		reply(CHAT_OPENAI, 400,
		    "{\"error\":{\"message\":\"m\",\"code\":\"invalid_api_"
		    "key\"}}") == CHAT_NEVER,
	    "a wrong model or key by its code");
	ok(chat_reply(CHAT_OPENAI, 200, STR("text/html"), STR("<p>"), &mem,
	       &answer, &why) == CHAT_NEVER,
	    "a page");
}

/* Errors of a request or an account, of a prompt, and of the moment. */
static void
errors(void)
{
	static const struct {
		int status;
		enum chat_verdict want;
		const char *body;
	} list[] = {{402, CHAT_NEVER,
			"{\"error\":{\"message\":\"Insufficient credits\"}}"},
	    {403, CHAT_NEVER, "{\"error\":\"Country not supported\"}"},
	    {403, CHAT_REFUSED,
		"{\"error\":{\"code\":403,\"message\":\"Your input was "
		"flagged\","
		"\"metadata\":{\"reasons\":[\"x\"]}}}"},
	    {400, CHAT_REFUSED,
		"{\"error\":{\"code\":\"content_filter\",\"param\":\"prompt\"}"
		"}"},
	    {400, CHAT_REFUSED,
		"{\"error\":{\"message\":\"max_tokens is too large: 9. This "
		"model's maximum context length is 4096 tokens\",\"param\":"
		"\"max_tokens\"}}"},
	    {400, CHAT_REFUSED,
		"{\"object\":\"error\",\"message\":\"This model's maximum "
		"context length is 9\",\"param\":null,\"code\":400}"},
	    {400, CHAT_REFUSED,
		"{\"type\":\"error\",\"error\":{\"type\":\"invalid_request_"
		"error"
		"\",\"message\":\"prompt is too long: 9 tokens\"}}"},
	    {400, CHAT_NEVER,
		"{\"type\":\"error\",\"error\":{\"type\":\"invalid_request_"
		"error"
		"\",\"message\":\"Your credit balance is too low\"}}"},
	    {400, CHAT_NEVER,
		"{\"error\":{\"message\":\"Unsupported value\",\"param\":"
		"\"temperature\",\"code\":\"unsupported_value\"}}"},
	    {400, CHAT_NEVER,
		"{\"error\":{\"message\":\"x\",\"param\":\"top_p\"}}"},
	    {400, CHAT_REFUSED,
		"{\"error\":{\"message\":\"x\",\"param\":\"messages[0]\"}}"},
	    {400, CHAT_NEVER,
		"{\"error\":{\"message\":\"x is not a valid model ID\"}}"},
	    {404, CHAT_NEVER, "{\"error\":\"model \\\"x\\\" not found\"}"},
	    {422, CHAT_NEVER,
		"{\"detail\":[{\"loc\":[\"body\",\"temperature\"],\"msg\":"
		"\"x\"}]}"},
	    {422, CHAT_REFUSED,
		"{\"detail\":[{\"loc\":[\"body\",\"messages\",0],\"msg\":\"x\"}"
		"]}"},
	    {413, CHAT_REFUSED,
		"{\"error\":{\"message\":\"Request too large\"}}"},
	    {429, CHAT_REFUSED,
		"{\"error\":{\"message\":\"Request too large for gpt-4\"}}"},
	    {429, CHAT_AGAIN,
		"{\"error\":{\"message\":\"Rate limit reached\"}}"},
	    {429, CHAT_NEVER,
		"{\"error\":{\"type\":\"insufficient_quota\",\"code\":null}}"},
	    {500, CHAT_AGAIN, "{\"error\":\"context length\"}"},
	    {401, CHAT_NEVER, "not allowed"}, {405, CHAT_NEVER, "{}"},
	    {408, CHAT_AGAIN, "{}"}, {409, CHAT_AGAIN, "busy"},
	    {425, CHAT_AGAIN, ""}, {418, CHAT_REFUSED, "a teapot"},
	    {422, CHAT_REFUSED, "{\"detail\":\"x\"}"},
	    {422, CHAT_REFUSED, "{\"detail\":[]}"},
	    {422, CHAT_REFUSED, "{\"detail\":[{\"msg\":\"x\"}]}"},
	    {422, CHAT_REFUSED,
		"{\"detail\":[{\"loc\":\"top_p\",\"msg\":\"x\"}]}"},
	    {422, CHAT_REFUSED,
		"{\"detail\":[{\"loc\":[\"body\",0],\"msg\":\"x\"}]}"},
	    {422, CHAT_NEVER,
		"{\"detail\":[{\"loc\":[0,\"top_p\"],\"msg\":\"x\"}]}"},
	    {422, CHAT_REFUSED, "{\"message\":\"x\"}"},
	    {400, CHAT_REFUSED,
		"{\"error\":{\"message\":\"x\",\"param\":\"prompt[0]\"}}"},
	    {400, CHAT_REFUSED,
		"{\"error\":{\"message\":\"x\",\"param\":\"input[0]\"}}"},
	    {429, CHAT_AGAIN,
		"{\"error\":{\"message\":\"x\",\"metadata\":{\"raw\":1}}}"},
	    {200, CHAT_NEVER, "{\"error\":{\"message\":\"x\",\"code\":401}}"},
	    {200, CHAT_REFUSED, "{\"error\":{\"message\":\"x\",\"code\":700}}"},
	    {200, CHAT_REFUSED, "{\"error\":{\"message\":\"x\",\"code\":302}}"},
	    {200, CHAT_REFUSED,
		"{\"error\":{\"message\":\"x\",\"code\":\"y\"}}"},
	    {503, CHAT_AGAIN, "{\"error\":{\"message\":\"Loading model\"}}"}};
	char page[1000];
	size_t i;

	for (i = 0; i < sizeof(list) / sizeof(*list); i++)
		ok(reply(CHAT_OPENAI, list[i].status, list[i].body) ==
			list[i].want,
		    list[i].body);
	ok(is(why, "HTTP 503: Loading model"), "what it says is told");
	memset(page, 'x', sizeof(page) - 1);
	page[sizeof(page) - 1] = '\0';
	ok(reply(CHAT_OPENAI, 500, page) == CHAT_AGAIN &&
		why.len == strlen("HTTP 500: ") + 300,
	    "of a page so much");
	ok(reply(CHAT_OPENAI, 422, list[13].body) == CHAT_NEVER &&
		is(why, "HTTP 422: x"),
	    "FastAPI's words, too");
}

/* Answers that have no text, or more than text. */
static void
lacks(void)
{
#define MESSAGE(message, finish)                                               \
	"{\"choices\":[{\"message\":{" message "},\"finish_reason\":\"" finish \
	"\"}]}"
	static const struct {
		const char *body, *why;
	} list[] = {
	    {MESSAGE("\"content\":null,\"refusal\":\"I can't\"", "stop"),
		"the model refused: I can't"},
	    {MESSAGE("\"content\":null", "content_filter"),
		"the server's filter took the answer"},
	    {MESSAGE("\"content\":\"\",\"reasoning_content\":\"hm\"", "length"),
		"cut at the limit of tokens before an answer, in the "
		"reasoning"},
	    {MESSAGE("\"content\":null", "length"),
		"cut at the limit of tokens before an answer"},
	    {MESSAGE("\"content\":\"\",\"reasoning\":\"hm\"", "stop"),
		"reasoning alone, and no answer"},
	    {MESSAGE(
		 "\"content\":null,\"tool_calls\":[{\"id\":1}]", "tool_calls"),
		"a call of a tool, and no text"},
	    {MESSAGE(
		 "\"content\":[{\"type\":\"thinking\",\"thinking\":\"hm\"}]",
		 "stop"),
		"reasoning alone, and no answer"},
	    {MESSAGE("\"content\":null,\"tool_calls\":[]", "tool_calls"),
		"a call of a tool, and no text"},
	    {MESSAGE("\"content\":null,\"tool_calls\":[]", "stop"),
		"there is no text in the answer"},
	    {MESSAGE("\"content\":null,\"tool_calls\":\"x\"", "stop"),
		"there is no text in the answer"},
	    {MESSAGE("\"content\":null,\"refusal\":\"\"", "stop"),
		"there is no text in the answer"},
	    {MESSAGE(
		 "\"content\":[{\"text\":\"x\"},{\"type\":\"text\"}]", "stop"),
		"there is no text in the answer"},
	    {"{\"choices\":[{\"finish_reason\":\"length\"}]}",
		"there is no text in the answer"},
	    {"{\"choices\":[{\"message\":{},\"finish_reason\":5}]}",
		"there is no text in the answer"},
	    {MESSAGE("\"content\":\" \"", "stop"),
		"there is no text in the answer"}};
	char body[1000], long_words[501];
	size_t i;

	for (i = 0; i < sizeof(list) / sizeof(*list); i++)
		ok(reply(CHAT_OPENAI, 200, list[i].body) == CHAT_REFUSED &&
			is(why, list[i].why),
		    list[i].why);
	memset(long_words, 'x', sizeof(long_words) - 1);
	long_words[sizeof(long_words) - 1] = '\0';
	snprintf(body, sizeof(body), MESSAGE("\"refusal\":\"%s\"", "stop"),
	    long_words);
	ok(reply(CHAT_OPENAI, 200, body) == CHAT_REFUSED &&
		why.len == strlen("the model refused: ") + 300,
	    "of a long refusal so much");
	ok(reply(CHAT_ANTHROPIC, 200,
	       "{\"content\":[],\"stop_reason\":\"max_tokens\"}") ==
		    CHAT_REFUSED &&
		is(why, "cut at the limit of tokens before an answer"),
	    "Anthropic's limit");
	ok(reply(CHAT_ANTHROPIC, 200,
	       "{\"content\":[],\"stop_reason\":\"tool_use\"}") ==
		    CHAT_REFUSED &&
		is(why, "a call of a tool, and no text"),
	    "Anthropic's call of a tool");
	ok(reply(CHAT_ANTHROPIC, 200, "{\"content\":[]}") == CHAT_REFUSED &&
		is(why, "there is no text in the answer"),
	    "Anthropic's silence");
	ok(reply(CHAT_OPENAI, 200,
	       "{\"choices\":[{\"message\":{\"content\":\"p\"},\"error\":{"
	       "\"code\":401,\"message\":\"key\"},\"finish_reason\":"
	       "\"error\"}]}") == CHAT_AGAIN &&
		is(why, "the answer broke off: key"),
	    "an answer that was begun and broke off is asked for again");
	ok(reply(CHAT_ANTHROPIC, 200,
	       "{\"content\":[],\"stop_reason\":\"refusal\"}") ==
		    CHAT_REFUSED &&
		is(why, "the model refused"),
	    "Anthropic's refusal");
	ok(reply(CHAT_ANTHROPIC, 200,
	       "{\"content\":[{\"type\":\"thinking\",\"thinking\":\"hm\"},{"
	       "\"type\":\"text\",\"text\":\"ans\"}],\"stop_reason\":\"end_"
	       "turn\"}") == CHAT_ANSWERED &&
		is(answer.response, "\"ans\"") &&
		is(answer.reasoning, "\"hm\""),
	    "reasoning beside an answer");
	ok(reply(CHAT_OPENAI, 200, MESSAGE("\"content\":\"part\"", "error")) ==
		    CHAT_AGAIN &&
		is(why, "the answer broke off"),
	    "an answer that broke off");
	ok(reply(CHAT_OPENAI, 200,
	       "{\"choices\":[{\"message\":{\"content\":\"p\"},\"error\":{"
	       "\"code\":502,\"message\":\"died\"},\"finish_reason\":"
	       "\"error\"}]}") == CHAT_AGAIN &&
		is(why, "the answer broke off: died"),
	    "and why");
	ok(reply(CHAT_OPENAI, 200,
	       "{\"error\":{\"code\":400,\"message\":"
	       "\"maximum context\"}}") == CHAT_REFUSED,
	    "a prompt's error under a good status");
}

static void
vectors(void)
{
	struct chat chat = {.api = CHAT_EMBEDDINGS, .model = STR("m")};

	ok(request(&chat, "t", "",
	       "{\"model\":\"m\",\"input\":\"t\",\"encoding_format\":"
	       "\"float\"}"),
	    "a request for a vector");
	ok(reply(CHAT_EMBEDDINGS, 200,
	       "{\"model\":\"m\",\"data\":[{\"index\":0,\"embedding\":[3,0,"
	       "-4.0]}],\"usage\":{\"prompt_tokens\":1}}") == CHAT_ANSWERED &&
		is(answer.response, "\"zTgAAGa6\""),
	    "a vector, of unit length, as float16");
	ok(reply(CHAT_EMBEDDINGS, 200, "{\"data\":[{\"embedding\":[1e99]}]}") ==
		    CHAT_REFUSED &&
		reply(CHAT_EMBEDDINGS, 200,
		    "{\"data\":[{\"embedding\":[1,null]}]}") == CHAT_REFUSED &&
		reply(CHAT_EMBEDDINGS, 200,
		    "{\"data\":[{\"embedding\":[]}]}") == CHAT_REFUSED &&
		reply(CHAT_EMBEDDINGS, 200, "{\"data\":[]}") == CHAT_REFUSED &&
		reply(CHAT_EMBEDDINGS, 200, "{}") == CHAT_REFUSED &&
		reply(CHAT_EMBEDDINGS, 200, "{\"data\":[{}]}") ==
		    CHAT_REFUSED &&
		reply(CHAT_EMBEDDINGS, 200,
		    "{\"data\":[{\"embedding\":\"AAAA\"}]}") == CHAT_REFUSED,
	    "no vector");
	ok(reply(CHAT_EMBEDDINGS, 200,
	       "{\"data\":[{\"embedding\":[[1,2],[3,4]]}]}") == CHAT_REFUSED &&
		is(why, "a vector of each token: the server doesn't pool them"),
	    "a vector of each token is none of the text");
}

static void
lines(void)
{
	struct chat_answer in = {
	    .response = STR("\"a\\nb\""), .usage = STR("{\n \"n\": 1\r\n}")};
	struct chat_answer out;
	struct str key;
	enum chat_verdict verdict;
	struct buf b = {0};

	chat_format(&b, "k", &in);
	ok(memchr(b.p, '\n', b.len) == NULL &&
		chat_parse(buf_str(&b), &mem, &out) &&
		is(out.response, "\"a\\nb\"") &&
		is(out.usage, "{  \"n\": 1  }") && out.model.len == 0,
	    "an answer is one line, and comes back");
	ok(!chat_parse(STR("{\"key\":\"k\"}"), &mem, &out) &&
		!chat_parse(STR("{"), &mem, &out),
	    "no answer in a line");
	ok(chat_batch_result(CHAT_OPENAI,
	       STR("{\"custom_id\":\"k\",\"response\":{\"status_code\":200,"
		   "\"body\":{\"choices\":[{\"message\":{\"content\":\"x\"}}]}"
		   "},\"error\":null}"),
	       &mem, &key, &verdict, &out, &why) &&
		verdict == CHAT_ANSWERED && is(key, "k") &&
		is(out.response, "\"x\""),
	    "a batch result");
	ok(chat_batch_result(CHAT_OPENAI,
	       STR("{\"custom_id\":\"k\",\"response\":null,\"error\":{"
		   "\"message\":\"expired\"}}"),
	       &mem, &key, &verdict, &out, &why) &&
		verdict == CHAT_AGAIN && is(why, "expired"),
	    "a batch error");
	ok(chat_batch_result(CHAT_ANTHROPIC,
	       STR("{\"custom_id\":\"k\",\"result\":{\"type\":\"expired\"}}"),
	       &mem, &key, &verdict, &out, &why) &&
		verdict == CHAT_AGAIN && is(why, "expired"),
	    "Anthropic's");
	ok(chat_batch_result(CHAT_ANTHROPIC,
	       STR("{\"custom_id\":\"k\",\"result\":{\"type\":\"succeeded\","
		   "\"message\":{\"content\":[{\"type\":\"text\",\"text\":"
		   "\"x\"}]}}}"),
	       &mem, &key, &verdict, &out, &why) &&
		verdict == CHAT_ANSWERED && is(out.response, "\"x\""),
	    "Anthropic's answer");
	ok(chat_batch_result(CHAT_ANTHROPIC,
	       STR("{\"custom_id\":\"k\",\"result\":{\"type\":\"errored\","
		   "\"error\":{\"type\":\"error\",\"error\":{\"type\":"
		   "\"api_error\",\"message\":\"died\"}}}}"),
	       &mem, &key, &verdict, &out, &why) &&
		verdict == CHAT_AGAIN && is(why, "died"),
	    "Anthropic's error");
	ok(chat_batch_result(CHAT_ANTHROPIC,
	       STR("{\"custom_id\":\"k\",\"result\":{}}"), &mem, &key, &verdict,
	       &out, &why) &&
		verdict == CHAT_AGAIN && is(why, "no result") &&
		chat_batch_result(CHAT_ANTHROPIC, STR("{\"custom_id\":\"k\"}"),
		    &mem, &key, &verdict, &out, &why) &&
		verdict == CHAT_AGAIN && is(why, "no result"),
	    "neither of them");
	ok(chat_batch_result(CHAT_OPENAI,
	       STR("{\"custom_id\":\"k\",\"response\":{\"status_code\":200}}"),
	       &mem, &key, &verdict, &out, &why) &&
		verdict == CHAT_AGAIN,
	    "a response without a body");
	ok(chat_batch_result(CHAT_OPENAI,
	       STR("{\"custom_id\":\"k\",\"response\":{\"body\":{\"choices\":["
		   "{\"message\":{\"content\":\"x\"}}]}}}"),
	       &mem, &key, &verdict, &out, &why) &&
		verdict == CHAT_ANSWERED && is(out.response, "\"x\""),
	    "a response without a status");
	ok(!chat_batch_result(CHAT_OPENAI, STR("{\"custom_id\":\"k\""), &mem,
	       &key, &verdict, &out, &why),
	    "half a line");
	ok(!chat_batch_result(
	       CHAT_OPENAI, STR("{}"), &mem, &key, &verdict, &out, &why),
	    "no batch result");
	buf_release(&b);
}

int
main(void)
{
	requests();
	answers();
	faults();
	errors();
	lacks();
	vectors();
	lines();
	arena_release(&mem);
	return tap_done();
}
