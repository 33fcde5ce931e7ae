#include "token/ends.h"

#include "record/json.h"
#include "token/modelfile.h"

/* "cls":["[CLS]",101] */
static bool
token_of(
    struct str part, struct arena *mem, const char *name, struct str *token)
{
	struct json_walk w;
	struct str list, key, item;

	return json_member(part, mem, str_of(name), &list) &&
	       json_open(&w, list, '[') && json_next(&w, mem, &key, &item) &&
	       json_get_str(item, mem, token);
}

/* "single" of a template: a special token, the text, a special token. */
static bool
read_template(
    struct str part, struct arena *mem, struct str *first, struct str *last)
{
	static const char *const want[3] = {
	    "SpecialToken", "Sequence", "SpecialToken"};
	struct str list, key, item, inside, id[3];
	struct json_walk w;
	size_t n = 0;

	if (!json_member(part, mem, STR("single"), &list) ||
	    !json_open(&w, list, '['))
		return false;
	for (; json_next(&w, mem, &key, &item); n++)
		if (n == 3 || item.p[0] != '{' ||
		    !json_member(item, mem, str_of(want[n]), &inside) ||
		    !modelfile_str(inside, mem, "id", &id[n]))
			return false;
	if (n != 3 || !str_eq(id[1], STR("A")))
		return false;
	*first = id[0];
	*last = id[2];
	return true;
}

bool
ends_read(struct str tokenizer, struct arena *mem, struct str *first,
    struct str *last)
{
	struct str part, type;

	if (tokenizer.p[0] != '{' ||
	    !json_member(tokenizer, mem, STR("post_processor"), &part) ||
	    !modelfile_str(part, mem, "type", &type))
		return false;
	if (str_eq(type, STR("TemplateProcessing")))
		return read_template(part, mem, first, last);
	return (str_eq(type, STR("BertProcessing")) ||
		   str_eq(type, STR("RobertaProcessing"))) &&
	       token_of(part, mem, "cls", first) &&
	       token_of(part, mem, "sep", last);
}
