#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "kernel/place.h"
#include "kernel/raw.h"

#define FIRST_CLOSED 3

/* Without close_range (Linux before 5.9, or a profile that does not know it): so many are tried. */
#define LAST_TRIED 4095

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
	if (self != 1)
		prctl(PR_SET_CHILD_SUBREAPER, 1UL);
	if (options->parent_death_signal)
		die_with_parent(self, options->parent_death_signal);
}

static void remember(struct place *place)
{
	place->lost = getcwd(place->directory, sizeof place->directory) == NULL;
	if (place->lost)
		strcpy(place->directory, "/");
}

void place_leave(struct place *place, const struct options *options)
{
	if (options->drain || options->after || options->ready_file)
		remember(place);
	chdir("/");
}

void place_close(void)
{
	if (raw_call(SYS_CLOSE_RANGE, FIRST_CLOSED, ~0U, 0, 0, 0) == 0)
		return;
	for (int fd = FIRST_CLOSED; fd <= LAST_TRIED; fd++)
		close(fd);
}

void place_return(const struct place *place)
{
	if (raw_call(SYS_chdir, (long)place->directory, 0, 0, 0, 0) < 0)
		raw_call(SYS_chdir, (long)"/", 0, 0, 0, 0);
}
