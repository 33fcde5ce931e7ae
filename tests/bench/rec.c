/* rec - find the members of records and hand the records on, decoding none */

#include "record/rec.h"
#include "record/reader.h"
#include "record/tool.h"

static const struct option longopts[] = {TOOL_OPTIONS};

int
main(int argc, char *argv[])
{
	struct rec_reader in;
	struct rec rec;
	struct str raw;
	int ch;

	tool_init(argc, argv, "usage: rec [file ...]\n", TOOL_HELP);
	while ((ch = getopt_long(argc, argv, TOOL_SHORT, longopts, NULL)) != -1)
		tool_option(ch);
	rec_open(&in, argv + optind);
	while (rec_read(&in, &rec))
		if (rec_get(&rec, "id", &raw) && rec_get(&rec, "text", &raw))
			rec_write(&rec, stdout);
	rec_close(&in);
	return tool_end(stdout);
}
