/* filelist: names from a list with commas and from files of names */

#include "spill/filelist.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tap.h"

static char path[] = "/tmp/filelist-XXXXXX";

static void
write_names(const char *text)
{
	FILE *fp = fopen(path, "w");

	if (fp == NULL || fputs(text, fp) < 0 || fclose(fp) != 0)
		exit(2);
}

/* The names of a list, with a blank after each. */
static const char *
names(const char *list)
{
	static char text[4096];
	struct filelist files = {0};
	size_t i;

	*text = '\0';
	filelist_add(&files, "--files", str_of(list));
	for (i = 0; i < files.n; i++)
		snprintf(text + strlen(text), sizeof(text) - strlen(text),
		    "%s ", files.item[i]);
	if (files.item[files.n] != NULL)
		strcpy(text, "the list does not end with NULL");
	filelist_release(&files);
	return text;
}

/* The status with which a child ends that reads the list. */
static int
status(const char *list)
{
	int s;
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (pid == 0) {
		if (freopen("/dev/null", "w", stderr) == NULL)
			_exit(9);
		names(list);
		_exit(0);
	}
	waitpid(pid, &s, 0);
	return WIFEXITED(s) ? WEXITSTATUS(s) : -1;
}

int
main(void)
{
	char list[64];
	int fd = mkstemp(path);

	close(fd);
	ok(strcmp(names("a"), "a ") == 0, "one file");
	ok(strcmp(names("a,b c,./@d"), "a b c ./@d ") == 0, "a list");
	write_names("x,1\n\n y\r\nz");
	snprintf(list, sizeof(list), "a,@%s,b", path);
	ok(strcmp(names(list), "a x,1  y z b ") == 0,
	    "the lines of a file, the last without a line feed");
	ok(status("") == 2 && status("a,,b") == 2 && status(",a") == 2 &&
		status("a,@") == 2,
	    "a part without a name");
	write_names("\n\n");
	snprintf(list, sizeof(list), "@%s", path);
	ok(status(list) == 2, "a file without a name");
	ok(status("@/nowhere/at all") == 66, "a file that is missing");
	unlink(path);
	return tap_done();
}
