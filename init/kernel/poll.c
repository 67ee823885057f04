#include <limits.h>
#include <poll.h>
#include <stddef.h>
#include <time.h>

#include "kernel/poll.h"
#include "kernel/raw.h"
#include "kernel/wait.h"

/* Where polling is refused (ENOMEM; no descriptor allowed), time passes all the same. */
static const struct timespec refused = { .tv_nsec = 10 * MSEC };

bool poll_until(int fd, short events, nsec_t until)
{
	struct pollfd wanted = { .fd = fd, .events = events };

	for (;;) {
		nsec_t left = until - wait_now();
		/* Rounded up, or the last millisecond would be spent in asking. */
		nsec_t ms = left > 0 ? nsec_min((left - 1) / MSEC + 1, INT_MAX) : 0;
		int ready = poll(&wanted, 1, (int)ms);

		if (ready > 0)
			return true;
		if (left <= 0)
			return false;
		if (ready < 0)
			raw_call(SYS_nanosleep, (long)&refused, 0, 0, 0, 0);
	}
}
