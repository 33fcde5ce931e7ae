/* cli: numbers and sizes as options have them, and what is refused with which words */

#include "base/cli.h"

#include <string.h>

#include "tap.h"

static const char *argument;
static size_t least, most;

static void
take_bytes(void)
{
	cli_bytes("--memory", argument, least, most);
}

static void
take_size(void)
{
	cli_size("--dim", argument, least, most);
}

static void
take_real(void)
{
	cli_real("--share", argument, 0, 1);
}

/* Whether f ends with status 2 and these words, of that argument. */
static void
refused(void (*f)(void), const char *of, const char *words)
{
	char text[512];
	size_t len;
	int end[2], status = 0;
	pid_t pid;

	argument = of;
	fflush(stdout);
	pid = pipe(end) != 0 ? -1 : fork();
	if (pid == 0) {
		dup2(end[1], STDERR_FILENO);
		close(end[0]);
		f();
		_exit(0);
	}
	close(end[1]);
	len = 0;
	for (ssize_t n = 1; n > 0 && len < sizeof(text) - 1; len += (size_t)n)
		if ((n = read(end[0], text + len, sizeof(text) - 1 - len)) < 0)
			n = 0;
	text[len] = '\0';
	close(end[0]);
	ok(pid > 0 && waitpid(pid, &status, 0) == pid && WIFEXITED(status) &&
		WEXITSTATUS(status) == CLI_FATAL && strstr(text, words) != NULL,
	    words);
}

int
main(void)
{
	static const struct {
		const char *text;
		size_t size;
	} sizes[] = {{"0", 0}, {"1", 1}, {"64k", 64000}, {"64K", 64000},
	    {"64Ki", 65536}, {"2m", 2000000}, {"2Mi", 2097152},
	    {"3G", 3000000000}, {"3gi", 3221225472}, {"1T", 1000000000000},
	    {"1Ti", 1099511627776}};
	static const char *const no_sizes[] = {
	    "", "x", "-1", " 1", "1 ", "1.5", "1Q", "1Kx", "1Kib", "1i", "1KK"};
	char words[64];
	size_t i;

	most = SIZE_MAX;
	for (i = 0; i < sizeof(sizes) / sizeof(*sizes); i++)
		ok(cli_bytes("--memory", sizes[i].text, 0, SIZE_MAX) ==
			sizes[i].size,
		    sizes[i].text);
	for (i = 0; i < sizeof(no_sizes) / sizeof(*no_sizes); i++) {
		snprintf(words, sizeof(words),
		    "'%s' is no size (such as 64M or 64Mi)", no_sizes[i]);
		refused(take_bytes, no_sizes[i], words);
	}
	refused(take_bytes, "1\x0b", "'1?' is no size");
	refused(take_bytes, "99999999999999999999", "is too large");
	refused(take_bytes, "99999999T", "is too large");
	least = 1;
	refused(take_bytes, "0", "'0' is less than 1");
	most = 1000;
	refused(take_bytes, "2K", "'2K' is not in 1 to 1000");
	refused(take_bytes, "99999999T", "'99999999T' is not in 1 to 1000");
	refused(take_size, "1001", "'1001' is not in 1 to 1000");
	refused(take_size, "1k", "'1k' is no whole number");
	refused(take_size, "", "'' is no whole number");
	refused(take_size, "99999999999999999999", "is no whole number");
	ok(cli_size("--dim", "17", 1, 1000) == 17, "17");
	ok(cli_real("--share", "0.25", 0, 1) == 0.25, "0.25");
	refused(take_real, "1.5", "'1.5' is not in 0 to 1");
	refused(take_real, "nan", "'nan' is not in 0 to 1");
	refused(take_real, "x", "'x' is no number");
	refused(take_real, "0.5x", "'0.5x' is no number");
	return tap_done();
}
