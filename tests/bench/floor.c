/*
 * floor COMMAND [ARG...]: about the least that a PID 1 can do: block signals, start COMMAND in a group of its
 * own, forward, reap, end as it ended. What an init costs is measured beside it. No libc; COMMAND is a path.
 */
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/wait.h>

#include "bench/entry.h"
#include "kernel/raw.h"

/* Not on the stack: the child of a vfork writes on ours. */
static const unsigned long every = ~0UL;
static const unsigned long none = 0;

static void set_blocked(const unsigned long *set)
{
	raw_call(SYS_rt_sigprocmask, SIG_SETMASK, (long)set, 0, KERNEL_SIGNALS, 0);
}

__attribute__((noreturn)) static void end(int code)
{
	for (;;)
		raw_call(SYS_exit_group, code, 0, 0, 0, 0);
}

static void reap(long child)
{
	int status = 0, last = 0;
	bool over = false;
	long pid = 0;

	while ((pid = raw_call(SYS_wait4, -1, (long)&status, WNOHANG, 0, 0)) > 0)
		if (pid == child) {
			over = true;
			last = status;
		}
	if (over)
		end(WIFSIGNALED(last) ? 128 + WTERMSIG(last) : WEXITSTATUS(last));
}

/* Flattened: the child of a vfork may not return from a function that the parent returns from again. */
__attribute__((flatten)) static void begin(char *const *stack)
{
	char *const *argv = stack + 1;
	char *const *environment = argv + (long)stack[0] + 1;
	long child = 0;

	set_blocked(&every);
	child = raw_call(SYS_clone, CLONE_VM | CLONE_VFORK | SIGCHLD, 0, 0, 0, 0);
	if (child == 0) {
		raw_call(SYS_setpgid, 0, 0, 0, 0, 0);
		set_blocked(&none);
		raw_call(SYS_execve, (long)argv[1], (long)(argv + 1), (long)environment, 0, 0);
		end(127);
	}
	for (;;) {
		long number =
		        raw_call(SYS_rt_sigtimedwait, (long)&every, 0, 0, KERNEL_SIGNALS, 0);

		if (number == SIGCHLD)
			reap(child);
		else if (number > 0)
			raw_call(SYS_kill, child, number, 0, 0, 0);
	}
}
