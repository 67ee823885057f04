#include <limits.h>
#include <poll.h>
#include <stddef.h>

#include "kernel/poll.h"
#include "kernel/wait.h"

bool poll_until(int fd, short events, nsec_t until)
{
	struct pollfd wanted = { .fd = fd, .events = events };

	for (;;) {
		nsec_t left = until - wait_now();
		/* Rounded up, or the last millisecond would be spent in asking. */
		nsec_t ms = left > 0 ? nsec_min((left - 1) / MSEC + 1, INT_MAX) : 0;

		if (poll(&wanted, 1, (int)ms) > 0)
			return true;
		if (left <= 0)
			return false;
	}
}
