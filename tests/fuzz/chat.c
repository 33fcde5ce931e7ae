/*
 * chat: any body is judged; an answer becomes one line that can be read again,
 * and so do the results of batches
 */

#include <assert.h>
#include <stdint.h>

#include "llm/chat.h"
#include "record/json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void
check_answer(const struct chat_answer *answer, struct arena *mem)
{
	struct chat_answer again;
	struct buf line = {0};
	struct str a, b;

	chat_format(&line, "k", answer);
	assert(memchr(line.p, '\n', line.len) == NULL);
	assert(chat_parse(buf_str(&line), mem, &again));
	assert(json_get_str(answer->response, mem, &a));
	assert(json_get_str(again.response, mem, &b));
	assert(str_eq(a, b));
	buf_release(&line);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static const enum chat_api apis[] = {CHAT_OPENAI, CHAT_ANTHROPIC};
	struct str text = {(const char *)data, len}, why, key;
	struct chat_answer answer;
	enum chat_verdict verdict;
	struct arena mem = {0};
	size_t i;

	for (i = 0; i < 2; i++) {
		if (chat_reply(apis[i], 200, STR("application/json"), text,
			&mem, &answer, &why) == CHAT_ANSWERED)
			check_answer(&answer, &mem);
		chat_reply(apis[i], 429, STR(""), text, &mem, &answer, &why);
		if (chat_batch_result(
			apis[i], text, &mem, &key, &verdict, &answer, &why) &&
		    verdict == CHAT_ANSWERED)
			check_answer(&answer, &mem);
	}
	chat_parse(text, &mem, &answer);
	arena_release(&mem);
	return 0;
}
