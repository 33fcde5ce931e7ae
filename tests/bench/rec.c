/* rec - find the members of records and hand the records on, decoding none */

#include "record/rec.h"
#include "record/reader.h"
#include "record/tool.h"

static const struct tool_help help = {
    .usage = "usage: rec [file ...]\n", .about = ""};
static const struct option_row rows[] = {{.name = NULL}};

int
main(int argc, char *argv[])
{
	struct rec_reader in;
	struct rec rec;
	struct str raw;

	rec_open(&in, tool_init(argc, argv, &help, rows, NULL));
	while (rec_read(&in, &rec))
		if (rec_get(&rec, "id", &raw) && rec_get(&rec, "text", &raw))
			rec_write(&rec, stdout);
	rec_close(&in);
	return tool_end(stdout);
}
