/*
 * lists: any bytes as a file of the steps of text-dedup; the first byte says
 * which: keys, meetings, or a list of records to drop
 */

#include <assert.h>

#include "dedup/drops.h"
#include "dedup/meet.h"
#include "fatal.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static char first[] = "a", second[] = "b";
static char *const operand[] = {first, second, NULL};
static const char options[] = "--shingle 5 --bands 14 --rows 8 --digits keep";

struct input {
	const uint8_t *p;
	size_t len;
};

static void
read_meetings(
    bool (*next)(void *, struct meeting *), void *source, struct parts *parts)
{
	struct meeting x;

	while (next(source, &x))
		assert(x.part < parts->n &&
		       (x.next_part < parts->n || x.next_part == PARTS_NONE));
}

static void
read_list(void *context)
{
	const struct input *in = context;
	char *path = (char *)(uintptr_t)fatal_file(in->p + 1, in->len - 1);
	char *const file[] = {path, NULL};
	struct meet_merge merge;
	struct parts parts;
	struct drops drops;
	struct meet meet;
	size_t i;

	if (in->p[0] % 3 == 0) {
		drops_read(&drops, path, operand, NULL);
		for (i = 0; i < 100; i++)
			drops_take(&drops, i % 2, i);
		drops_release(&drops);
		return;
	}
	parts_init(&parts, "list", operand);
	if (in->p[0] % 3 == 1) {
		meet_init(&meet, &parts, options, file, 1 << 20);
		read_meetings(meet_next, &meet, &parts);
		meet_release(&meet);
	} else {
		meet_merge_init(&merge, &parts, options, file);
		read_meetings(meet_merge_next, &merge, &parts);
		meet_merge_release(&merge);
	}
	parts_release(&parts);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct input in = {data, len};

	if (len > 0)
		fatal_run(read_list, &in);
	return 0;
}
