#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "kernel/place.h"
#include "kernel/raw.h"

#define FIRST_CLOSED 3

/* Without close_range (Linux before 5.9, or a profile that does not know it): so many are tried. */
#define LAST_TRIED 4095

/* Where drainit was started, for helpers. */
static char directory[4096];
static bool lost;

/* The signal comes only if the parent is there when it is asked for (prctl(2)): look before and after. */
static void die_with_parent(pid_t self, int signal)
{
	pid_t parent = getppid();

	prctl(PR_SET_PDEATHSIG, (unsigned long)signal);
	if (getppid() != parent)
		kill(self, signal);
}

void place_adopt(pid_t self, const struct options *options)
{
	if (self != 1 && options->habits.adopts)
		prctl(PR_SET_CHILD_SUBREAPER, 1UL);
	if (options->parent_death_signal)
		die_with_parent(self, options->parent_death_signal);
}

void place_leave(const struct options *options)
{
	if (options->drain || options->after || options->ready_file || options->report)
		/* '(unreachable)/...': outside of our root. */
		lost = syscall(SYS_getcwd, directory, sizeof directory) < 0 ||
		       directory[0] != '/';
	chdir("/");
}

/* What was closed when we started would be the next that we open: a pipe of ours for stderr, say. */
void place_hold_stdio(void)
{
	int fd;

	do
		fd = open("/dev/null", O_RDWR | O_CLOEXEC);
	while (fd >= 0 && fd <= STDERR_FILENO);
}

void place_close(void)
{
	place_hold_stdio();
	if (raw_call(SYS_CLOSE_RANGE, FIRST_CLOSED, ~0U, 0, 0, 0) == 0)
		return;
	for (int fd = FIRST_CLOSED; fd <= LAST_TRIED; fd++)
		close(fd);
}

bool place_lost(void)
{
	return lost;
}

void place_return(void)
{
	if (!lost)
		lost = raw_call(SYS_chdir, (long)directory, 0, 0, 0, 0) < 0;
	if (lost)
		raw_call(SYS_chdir, (long)"/", 0, 0, 0, 0);
}
