#define _GNU_SOURCE
#include <signal.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench/calls.h"
#include "bench/clock.h"

#define QUIET (2 * MS) /* asleep, without a stop for so long, an init has done what it does */

static long trace(long request, pid_t pid, long address, long data)
{
	return syscall(SYS_ptrace, request, (long)pid, address, data);
}

static void resume(pid_t pid, int number)
{
	trace(PTRACE_SYSCALL, pid, 0, number);
}

static bool enters_call(pid_t pid)
{
	struct __ptrace_syscall_info info;

	return trace(PTRACE_GET_SYSCALL_INFO, pid, sizeof info, (long)&info) > 0 &&
	       info.op == PTRACE_SYSCALL_INFO_ENTRY;
}

/* Who is traced has stopped: at a call, at a signal that it is to have, or as we asked. Goes on. */
static int pass_stop(pid_t pid, int status)
{
	int number = WSTOPSIG(status);
	bool at_call = number == (SIGTRAP | 0x80);
	int calls = at_call && enters_call(pid);

	if (!WIFSTOPPED(status))
		fail("ended while it was traced", "the init");
	resume(pid, at_call || status >> 16 != 0 ? 0 : number);
	return calls;
}

/* Lets it run until *done, and until it is quiet. Returns the calls that it began. */
static long follow(const struct container *container, const _Atomic int *done, int wanted)
{
	int64_t until = now() + PATIENCE;
	int64_t stopped_at = now();
	long calls = 0;

	while (*done < wanted || now() - stopped_at < QUIET || !container_sleeps(container)) {
		int status = 0;
		pid_t pid = waitpid(container->pid, &status, __WALL | WNOHANG);

		if (now() > until)
			fail("is not done with it", "the init, traced");
		if (pid == container->pid) {
			calls += pass_stop(pid, status);
			stopped_at = now();
		} else {
			nap(20 * US);
		}
	}
	return calls;
}

static void hold(const struct container *container)
{
	int status = 0;

	if (trace(PTRACE_INTERRUPT, container->pid, 0, 0) < 0 ||
	        waitpid(container->pid, &status, __WALL) != container->pid)
		fail("cannot be held", "the init");
}

void calls_attach(const struct container *container)
{
	if (trace(PTRACE_SEIZE, container->pid, 0, PTRACE_O_TRACESYSGOOD) < 0)
		fail("cannot be traced", "the init");
	hold(container);
	resume(container->pid, 0);
	/* That woke it up: what it does about that is no work of its own. */
	follow(container, &container->page->ready, 1);
}

long calls_for_signals(const struct container *container, int count)
{
	struct page *page = container->page;
	long calls = 0;

	for (int i = 0; i < count; i++) {
		int before = page->handled;
		kill(container->pid, SIGUSR1);
		calls += follow(container, &page->handled, before + 1);
	}
	return calls;
}

long calls_for_lone_orphans(const struct container *container, int count)
{
	struct page *page = container->page;
	long calls = 0;

	for (int i = 0; i < count; i++) {
		page->reaped = 0;
		page->wanted = 1;
		calls += follow(container, &page->reaped, 1);
	}
	return calls;
}

long calls_for_burst(const struct container *container, int count)
{
	struct page *page = container->page;

	hold(container);
	page->begotten = page->reaped = 0;
	page->wanted = count;
	await(&page->begotten, "a burst of orphans");
	nap(QUIET);
	resume(container->pid, 0);
	return follow(container, &page->reaped, count);
}
