#include <signal.h>
#include <stddef.h>
#include <stdint.h>

#include "kernel/raw.h"
#include "kernel/signals.h"

/* The kernel's own, for rt_sigaction; its members after the first do not matter without a handler. */
struct disposition {
	uintptr_t handler;
	uintptr_t rest[3];
};

static void set_mask(const signals_t *mask, signals_t *old)
{
	raw_call(SYS_rt_sigprocmask, SIG_SETMASK, (long)mask, (long)old, KERNEL_SIGNALS, 0);
}

void signals_block(struct signals *inherited)
{
	static const signals_t all = ~(signals_t)0;
	static const struct disposition by_default = { .handler = (uintptr_t)SIG_DFL };
	struct disposition old = { .handler = (uintptr_t)SIG_DFL };

	set_mask(&all, &inherited->mask);
	raw_call(SYS_rt_sigaction, SIGCHLD, (long)&by_default, (long)&old, KERNEL_SIGNALS, 0);
	inherited->child_ignored = old.handler == (uintptr_t)SIG_IGN;
}

void signals_give_back(const struct signals *inherited)
{
	static const struct disposition ignore = { .handler = (uintptr_t)SIG_IGN };

	if (inherited->child_ignored)
		raw_call(SYS_rt_sigaction, SIGCHLD, (long)&ignore, 0, KERNEL_SIGNALS, 0);
	set_mask(&inherited->mask, NULL);
}
