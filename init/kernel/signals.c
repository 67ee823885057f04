#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

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

void signals_let_interrupt(void)
{
	static const signals_t others = ~((signals_t)1 << (SIGINT - 1));

	set_mask(&others, NULL);
}

void signals_refresh(void)
{
	static const struct disposition by_default = { .handler = (uintptr_t)SIG_DFL };
	static const signals_t none = 0;

	for (long signal = 1; signal <= SIGSYS; signal++)
		raw_call(SYS_rt_sigaction, signal, (long)&by_default, 0, KERNEL_SIGNALS, 0);
	set_mask(&none, NULL);
}

void signals_leave_terminal(pid_t self)
{
	static const signals_t both = (signals_t)1 << (SIGHUP - 1) | (signals_t)1
	                                                                     << (SIGCONT - 1);
	static const struct timespec at_once;

	if (ioctl(STDIN_FILENO, TIOCNOTTY) < 0 || getsid(0) != self)
		return;
	for (int i = 0; i < 2; i++)
		raw_call(
		        SYS_rt_sigtimedwait, (long)&both, 0, (long)&at_once, KERNEL_SIGNALS, 0);
}

void signals_give_back(const struct signals *inherited)
{
	static const struct disposition ignore = { .handler = (uintptr_t)SIG_IGN };

	if (inherited->child_ignored)
		raw_call(SYS_rt_sigaction, SIGCHLD, (long)&ignore, 0, KERNEL_SIGNALS, 0);
	set_mask(&inherited->mask, NULL);
}
