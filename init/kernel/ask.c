#include <errno.h>
#include <signal.h>
#include <time.h>

#include "kernel/ask.h"

/* In the upper bytes, so that a stranger's value is not taken for ours. */
#define MARK      0x44520000 /* "DR" */
#define MARK_MASK 0x7fff0000

#define TRIES 20
#define PAUSE (10 * MSEC)

bool ask_send(pid_t pid, int ask)
{
	const union sigval value = { .sival_int = MARK | ask };

	return sigqueue(pid, ASK_SIGNAL, value) == 0;
}

bool ask_patiently(pid_t pid, int ask)
{
	const struct timespec pause = { .tv_nsec = PAUSE };

	for (int tries = 1; !ask_send(pid, ask); tries++) {
		if (errno != EAGAIN || tries == TRIES)
			return false;
		nanosleep(&pause, NULL);
	}
	return true;
}

int ask_value(int value)
{
	return (value & MARK_MASK) == MARK ? value & 0xffff : ASK_NONE;
}
