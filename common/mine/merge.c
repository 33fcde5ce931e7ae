#include "mine/merge.h"

#include "record/json.h"
#include "record/tool.h"

/* One hit as select_set() writes it; false if it is none. */
static bool
read_hit(struct select *s, struct seeds_names *names, struct str raw,
    struct arena *mem)
{
	struct str id, domains, key, item, name;
	uint32_t seed, known = names->id.nword;
	struct json_walk w;
	double sim;

	if (!json_member(raw, mem, STR("seed"), &item) ||
	    !json_get_str(item, mem, &id) ||
	    !json_member(raw, mem, STR("sim"), &item) ||
	    !json_get_num(item, &sim) ||
	    !json_member(raw, mem, STR("domains"), &domains) ||
	    !json_open(&w, domains, '['))
		return false;
	seed = vocab_add(&names->id, id);
	while (seed == known && json_next(&w, mem, &key, &item))
		if (json_get_str(item, mem, &name))
			seeds_pair(names, seed, name);
	select_offer(s, seed, (float)sim);
	return true;
}

static void
read_record(struct select *s, struct seeds_names *names, struct rec_reader *in,
    struct rec *rec)
{
	struct str raw, key, id = rec->line;
	struct json_walk w;

	if (!rec_get(rec, "hits", &raw) || !json_open(&w, raw, '[')) {
		rec_bad(in, "no array \"hits\"");
		return;
	}
	while (json_next(&w, rec->mem, &key, &raw))
		if (raw.p[0] != '{' || !read_hit(s, names, raw, rec->mem)) {
			rec_bad(in, "a hit without seed, sim or domains");
			return;
		}
	rec_get_str(rec, tool_id(), &id);
	select_put(s, rec->line, id, NULL, NULL);
}

void
merge_read(struct select *s, struct seeds *seeds, struct rec_reader *in)
{
	struct seeds_names names = {0};
	struct rec rec;

	while (rec_read(in, &rec))
		read_record(s, &names, in, &rec);
	seeds_name(seeds, &names);
}
