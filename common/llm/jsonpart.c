#include "llm/jsonpart.h"

#include "record/json.h"

bool
jsonpart(
    struct str object, struct arena *mem, const char *name, struct str *raw)
{
	struct json_walk w;

	return json_open(&w, object, '{') &&
	       json_member(object, mem, str_of(name), raw) &&
	       !str_eq(*raw, STR("null"));
}

bool
jsonpart_str(
    struct str object, struct arena *mem, const char *name, struct str *text)
{
	struct str raw;

	return jsonpart(object, mem, name, &raw) &&
	       json_get_str(raw, mem, text);
}

bool
jsonpart_first(struct str array, struct arena *mem, struct str *item)
{
	struct json_walk w;
	struct str key;

	return json_open(&w, array, '[') && json_next(&w, mem, &key, item);
}
