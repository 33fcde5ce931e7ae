/* tap - unit tests told as TAP */

#ifndef TAP_H
#define TAP_H

#include <stdbool.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

static int tap_count, tap_failed;

static inline void
tap_report(bool good, const char *what, const char *file, int line)
{
	tap_count++;
	if (!good)
		tap_failed++;
	printf("%sok %d - %s", good ? "" : "not ", tap_count, what);
	if (!good)
		printf(" (%s:%d)", file, line);
	putchar('\n');
}

/* One assertion, named. */
#define ok(condition, what) tap_report(condition, what, __FILE__, __LINE__)

/*
 * The status with which a child ends that calls f, 0 if that returns; or -1.
 * What it writes to standard error, a message for people, is dropped.
 */
static inline int
tap_status(void (*f)(void))
{
	int status = 0;
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (pid == 0) {
		fclose(stderr);
		f();
		_exit(0);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid || !WIFEXITED(status))
		return -1;
	return WEXITSTATUS(status);
}

static inline int
tap_done(void)
{
	printf("1..%d\n", tap_count);
	return tap_failed > 0;
}

#endif
