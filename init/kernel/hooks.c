#include <poll.h>
#include <unistd.h>

#include "kernel/ask.h"
#include "kernel/hooks.h"
#include "kernel/poll.h"
#include "kernel/processes.h"
#include "kernel/raw.h"
#include "kernel/wait.h"

#define SYS_PIDFD_OPEN 434 /* Linux 5.3; the number is the same everywhere */

/* Between two looks at one that has no pidfd. */
#define LOOK_AGAIN (10 * MSEC)

static bool is_there(const struct hook *hook)
{
	struct pollfd end = { .fd = hook->pidfd, .events = POLLIN };

	/* Who cannot be looked at is taken to be there: it has its answer. */
	if (hook->pidfd >= 0)
		return poll(&end, 1, 0) <= 0;
	return processes_same(hook->pid, hook->start_ticks);
}

/* A place that nobody has, or somebody had who is gone. */
static struct hook *free_place(struct hooks *hooks)
{
	for (int i = 0; i < hooks->count; i++) {
		struct hook *hook = &hooks->list[i];

		if (is_there(hook))
			continue;
		if (hook->pidfd >= 0)
			close(hook->pidfd);
		return hook;
	}
	return hooks->count < HOOKS_MOST ? &hooks->list[hooks->count++] : NULL;
}

void hooks_add(struct hooks *hooks, const struct event *asked)
{
	struct hook *hook = free_place(hooks);

	if (!hook)
		return;
	*hook = (struct hook){ .pid = asked->pid };
	hook->pidfd = (int)raw_call(SYS_PIDFD_OPEN, asked->pid, 0, 0, 0, 0);
	if (hook->pidfd < 0 && !processes_start(asked->pid, &hook->start_ticks))
		return;
	ask_send(hook->pid, ASK_HEARD);
}

bool hooks_wait(const struct hooks *hooks)
{
	for (int i = 0; i < hooks->count; i++)
		if (!hooks->list[i].answered && is_there(&hooks->list[i]))
			return true;
	return false;
}

void hooks_answer(struct hooks *hooks, int status)
{
	for (int i = 0; i < hooks->count; i++) {
		struct hook *hook = &hooks->list[i];

		if (!hook->answered && is_there(hook))
			ask_send(hook->pid, status == 0 ? ASK_DONE : ASK_FAILED);
		hook->answered = true;
	}
}

void hooks_see_off(const struct hooks *hooks, nsec_t until)
{
	for (int i = 0; i < hooks->count; i++) {
		const struct hook *hook = &hooks->list[i];

		if (hook->pidfd >= 0) {
			poll_until(hook->pidfd, POLLIN, until);
			continue;
		}
		while (is_there(hook) && wait_now() < until)
			poll_until(-1, 0, nsec_add(wait_now(), LOOK_AGAIN));
	}
}
