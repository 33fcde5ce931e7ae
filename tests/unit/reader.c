/*
 * reader: records of several files with their places; which record is ready;
 * members that are missing; a reader closed early, and one after another
 */

#include "record/reader.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cli.h"
#include "record/tool.h"
#include "tap.h"

static char folder[] = "/tmp/reader.XXXXXX";
static char one[64], two[64], none[64];

static void
write_file(char *path, const char *name, const char *bytes)
{
	FILE *fp;

	snprintf(path, sizeof(one), "%s/%s", folder, name);
	fp = fopen(path, "w");
	if (fp == NULL || fputs(bytes, fp) == EOF || fclose(fp) != 0)
		cli_err(CLI_FATAL, "%s", path);
}

static bool
is_at(const struct rec_reader *in, const char *file, size_t operand,
    uint64_t line, uint64_t line_offset, uint64_t offset)
{
	const struct rec_place *p = rec_place(in);

	return strcmp(p->file, file) == 0 && p->operand == operand &&
	       p->line == line && p->line_offset == line_offset &&
	       p->offset == offset;
}

static void
places(void)
{
	char *const operands[] = {one, two, one, NULL};
	struct rec_reader in;
	struct rec rec;

	rec_open(&in, operands);
	ok(rec_share(&in) == 0, "nothing is used before the first record");
	ok(rec_read(&in, &rec) && is_at(&in, one, 0, 1, 0, 3),
	    "a byte order mark comes before the record");
	ok(rec_ready(&in) && rec_fd(&in) < 0, "a file is always ready");
	ok(rec_read(&in, &rec) && is_at(&in, one, 0, 3, 14, 14),
	    "a blank line is counted as a line");
	ok(rec_share(&in) > 0.3 && rec_share(&in) < 0.4, "a third is used");
	ok(rec_read(&in, &rec) && is_at(&in, two, 1, 1, 0, 0),
	    "the next file begins at line 1");
	ok(rec_read(&in, &rec) && rec_read(&in, &rec) &&
		is_at(&in, one, 2, 1, 0, 3),
	    "a file named twice is two operands");
	rec_close(&in);
	rec_open(&in, operands + 1);
	ok(rec_read(&in, &rec) && is_at(&in, two, 0, 1, 0, 0),
	    "a reader after one that was closed early");
	rec_close(&in);
}

/* Standard input is a pipe, of which the test writes the other end. */
static void
ready(void)
{
	char *const operands[] = {NULL};
	struct rec_reader in;
	struct rec rec;
	bool first, second, third;
	int end[2];

	if (pipe(end) != 0 || dup2(end[0], STDIN_FILENO) < 0 ||
	    write(end[1], "{\"a\":1}\n{\"a\":2}\n{\"a\"", 20) != 20)
		cli_err(CLI_FATAL, "pipe");
	rec_open(&in, operands);
	first = rec_read(&in, &rec) && rec_ready(&in);
	second = rec_read(&in, &rec) && !rec_ready(&in);
	ok(first, "a whole line in the buffer is ready");
	ok(second && rec_fd(&in) == STDIN_FILENO, "a part of one is not");
	if (write(end[1], ":3}\n", 4) != 4)
		cli_err(CLI_FATAL, "pipe");
	third = rec_ready(&in) && rec_read(&in, &rec);
	ok(third && is_at(&in, "-", 0, 3, 16, 16), "its rest is waited for");
	ok(!rec_ready(&in), "an empty pipe is not ready");
	close(end[1]);
	ok(rec_ready(&in) && !rec_read(&in, &rec), "its end is");
	ok(rec_ready(&in) && rec_fd(&in) < 0, "nothing to wait for any more");
	rec_close(&in);
	close(end[0]);
}

/* What a run that reads operands prints, and its status. */
static int
run(char *const operands[], const char *member, char *said, size_t room)
{
	struct rec_reader in;
	struct rec rec;
	struct str value;
	int end[2], status = 0;
	size_t len = 0;
	ssize_t n;
	pid_t pid;

	fflush(stdout);
	if (pipe(end) != 0 || (pid = fork()) < 0)
		cli_err(CLI_FATAL, "fork");
	if (pid == 0) {
		dup2(end[1], STDERR_FILENO);
		rec_open(&in, operands);
		while (rec_read(&in, &rec))
			rec_need_str(&in, &rec, member, &value);
		rec_close(&in);
		_exit(tool_end(stdout));
	}
	close(end[1]);
	while ((n = read(end[0], said + len, room - 1 - len)) > 0)
		len += (size_t)n;
	said[len] = '\0';
	close(end[0]);
	waitpid(pid, &status, 0);
	return WEXITSTATUS(status);
}

static void
faults(void)
{
	char *const lost[] = {none, two, NULL}, *const all[] = {two, NULL};
	char said[1024], want[1024];
	int status;

	status = run(all, "text", said, sizeof(said));
	snprintf(want, sizeof(want), "%s:2: no string \"text\" (b)\n", two);
	ok(status == CLI_OK && strstr(said, want) != NULL,
	    "a member that is not there, with place and id");
	ok(strstr(said, ":1:") == NULL, "only where it is not there");
	status = run(all, "100%d", said, sizeof(said));
	ok(status == CLI_LOST && strstr(said, "no string \"100%d\"") != NULL,
	    "a name is not a format");
	snprintf(none, sizeof(none), "%s/none", folder);
	status = run(lost, "id", said, sizeof(said));
	ok(status != CLI_OK && strstr(said, none) != NULL,
	    "a file that is not there is lost, the others are read");
}

int
main(void)
{
	if (mkdtemp(folder) == NULL)
		cli_err(CLI_FATAL, "%s", folder);
	write_file(one, "one", "\xef\xbb\xbf{\"a\":\"x\"}\n\n{\"id\":\"b\"}\n");
	write_file(
	    two, "two", "{\"id\":\"a\",\"text\":\"x\"}\n{\"id\":\"b\"}\n");
	places();
	ready();
	faults();
	unlink(one);
	unlink(two);
	rmdir(folder);
	return tap_done();
}
