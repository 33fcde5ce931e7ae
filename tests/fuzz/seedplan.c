/* seedplan: any bytes as --dims; dimensions that are accepted give prompts */

#include <assert.h>
#include <stdint.h>
#include <stdlib.h>

#include "llm/seedplan.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct seedplan plan;
	struct buf why = {0}, prompt = {0};
	struct seedplan_target target = {NULL, 0};
	struct str *text;
	size_t *choice, i;

	seedplan_init(&plan);
	if (seedplan_read_dims(
		&plan, (struct str){(const char *)data, len}, &why)) {
		choice = calloc(plan.ndim + 1, sizeof(*choice));
		text = calloc(plan.ndim + 1, sizeof(*text));
		assert(choice != NULL && text != NULL);
		seedplan_draw(&plan, 1, STR("id"), choice);
		for (i = 0; i < plan.ndim; i++) {
			assert(choice[i] < plan.dim[i].nvalue);
			text[i] = seedplan_listed(&plan.dim[i], choice[i]);
		}
		seedplan_prompt(&prompt, &plan, STR("id"), &target, text, &why);
		free(choice);
		free(text);
	} else {
		assert(why.len > 0);
	}
	buf_release(&why);
	buf_release(&prompt);
	seedplan_release(&plan);
	return 0;
}
