#include <sys/ioctl.h>
#include <unistd.h>

#include "kernel/terminal.h"

struct screen terminal_look(char *const *environment)
{
	struct winsize size = { 0 };
	/* Only a terminal has one; it may have no columns (a serial line). */
	bool tty = ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0;

	return screen_of(environment, tty, size.ws_col);
}
