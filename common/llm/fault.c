#include "llm/fault.h"

#include <stdbool.h>

#include "llm/jsonpart.h"
#include "record/json.h"

enum { EXCERPT = 300 /* bytes of an error that is no JSON */ };

/* What an error says, each part "" if it doesn't. */
struct fault {
	int status;
	struct str text;  /* for people */
	struct str code;  /* "code", else "type" */
	struct str param; /* the member of the request that it is about */
};

/* Codes and words that tell of the prompt. */
static const char *const prompt_code[] = {"context_length_exceeded",
    "content_filter", "content_policy_violation", "string_above_max_length",
    "request_too_large", "tokens_limit_reached", "moderation_blocked",
    "ResponsibleAIPolicyViolation", "invalid_prompt", NULL};
static const char *const prompt_word[] = {"context length", "context window",
    "contextwindow", "context size", "maximum context", "prompt is too long",
    "prompt too long", "input is too long", "too many tokens",
    "request too large", "maximum number of tokens", "token count",
    "moderation", "flagged", "content management policy", "content filter",
    "content policy", "safety system", "usage policy", NULL};

/* The same of the account, the model, or a parameter. */
static const char *const run_code[] = {"insufficient_quota",
    "billing_hard_limit_reached", "billing_not_active", "billing_error",
    "exceeded_current_quota_error", "insufficient_balance",
    "insufficient_credits", "account_deactivated", "access_terminated",
    "Arrearage", "invalid_api_key", "authentication_error", "permission_error",
    "model_not_found", "model_not_available", "model_not_supported",
    "invalid_model", "unsupported_model", "DeploymentNotFound",
    "not_found_error", "unsupported_parameter", "unsupported_value",
    "unknown_parameter", "unsupported_country_region_territory", NULL};
static const char *const run_word[] = {"credit balance", "insufficient balance",
    "insufficient credit", "insufficient funds", "billing", "api key",
    "invalid model", "valid model", "model not exist", "model not found",
    "no such model", "unknown model", "model does not exist",
    "unsupported parameter", "unsupported value", "not supported with this",
    "unrecognized request argument", "extra inputs are not permitted",
    "unexpected keyword", NULL};

static bool
is_one_of(struct str s, const char *const list[])
{
	for (; *list != NULL; list++)
		if (str_ieq(s, str_of(*list)))
			return true;
	return false;
}

/* Whether text holds one of the words, whatever the case of its letters. */
static bool
has_one_of(struct str text, const char *const list[])
{
	struct str rest, word;

	for (; *list != NULL; list++) {
		word = str_of(*list);
		for (rest = text; rest.len >= word.len; rest.p++, rest.len--)
			if (str_ieq((struct str){rest.p, word.len}, word))
				return true;
	}
	return false;
}

/* "detail":[{"loc":["body","temperature"],"msg":".."}], or "detail":".." */
static void
read_detail(struct fault *f, struct str body, struct arena *mem)
{
	struct str detail, item, loc, key;
	struct json_walk w;

	if (jsonpart_str(body, mem, "detail", &f->text) ||
	    !jsonpart(body, mem, "detail", &detail) ||
	    !jsonpart_first(detail, mem, &item))
		return;
	jsonpart_str(item, mem, "msg", &f->text);
	if (!jsonpart(item, mem, "loc", &loc) || !json_open(&w, loc, '['))
		return;
	while (json_next(&w, mem, &key, &item)) /* "body", then the member */
		if (json_get_str(item, mem, &key) &&
		    !str_eq(key, STR("body"))) {
			f->param = key;
			return;
		}
}

/* {"error":{"message":..}}, {"error":".."}, {"message":..}, "detail" */
static void
read_fault(struct fault *f, struct str body, struct arena *mem)
{
	struct str error, raw, metadata;
	size_t n;

	if (!jsonpart(body, mem, "error", &error)) {
		if (!jsonpart_str(body, mem, "message", &f->text))
			read_detail(f, body, mem);
		error = body; /* vLLM's of old has no "error" around it */
	} else if (json_get_str(error, mem, &f->text)) {
		return;
	}
	jsonpart_str(error, mem, "message", &f->text);
	jsonpart_str(error, mem, "param", &f->param);
	if (!jsonpart_str(error, mem, "code", &f->code))
		jsonpart_str(error, mem, "type", &f->code);
	if (f->status < 300 && jsonpart(error, mem, "code", &raw) &&
	    json_get_size(raw, &n) && n >= 400 && n < 600)
		f->status = (int)n;
	/* OpenRouter: {"metadata":{"reasons":["violence"]}} */
	if (jsonpart(error, mem, "metadata", &metadata) &&
	    jsonpart(metadata, mem, "reasons", &raw))
		f->code = STR("content_filter");
}

/*
 * Whether the error is about the content of the prompt, not about the form of
 * the request.
 */
static bool
of_prompt(const struct fault *f)
{
	if (f->status == 401 || f->status == 402 || f->status == 404 ||
	    f->status == 405 || f->status >= 500)
		return false;
	if (is_one_of(f->code, prompt_code) || has_one_of(f->text, prompt_word))
		return true;
	return str_starts(f->param, STR("messages")) ||
	       str_starts(f->param, STR("prompt")) ||
	       str_starts(f->param, STR("input"));
}

/* Whether every other prompt would get the same error. */
static bool
of_run(const struct fault *f)
{
	switch (f->status) {
	case 401:
	case 402:
	case 403:
	case 404:
	case 405:
		return true;
	case 400:
	case 422:
		return f->param.len > 0 || is_one_of(f->code, run_code) ||
		       has_one_of(f->text, run_word);
	default:
		return f->status < 300
			   ? false
			   : f->status < 400 || is_one_of(f->code, run_code);
	}
}

enum chat_verdict
fault_judge(
    int status, struct str body, bool json, struct arena *mem, struct str *text)
{
	struct fault f = {.status = status};

	if (json)
		read_fault(&f, body, mem);
	if (f.text.len == 0) {
		f.text = str_trim(body);
		if (f.text.len > EXCERPT)
			f.text.len = EXCERPT;
	}
	*text = f.text;
	if (of_prompt(&f))
		return CHAT_REFUSED;
	if (of_run(&f))
		return CHAT_NEVER;
	if (f.status == 408 || f.status == 409 || f.status == 425 ||
	    f.status == 429 || f.status >= 500)
		return CHAT_AGAIN;
	return CHAT_REFUSED;
}
