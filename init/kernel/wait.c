#include <errno.h>
#include <signal.h>
#include <stddef.h>
#include <time.h>
#include <unistd.h>

#include "kernel/raw.h"
#include "kernel/wait.h"

nsec_t wait_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (nsec_t)now.tv_sec * SEC + now.tv_nsec;
}

static int receive(nsec_t wake_at, nsec_t now, siginfo_t *info)
{
	static const signals_t all = ~(signals_t)0;
	struct timespec span;

	if (wake_at == NEVER)
		return (int)raw_call(
		        SYS_rt_sigtimedwait, (long)&all, (long)info, 0, KERNEL_SIGNALS, 0);
	span.tv_sec = (time_t)((wake_at - now) / SEC);
	span.tv_nsec = (long)((wake_at - now) % SEC);
	return (int)raw_call(
	        SYS_rt_sigtimedwait, (long)&all, (long)info, (long)&span, KERNEL_SIGNALS, 0);
}

static bool forwardable(int signal, const siginfo_t *info)
{
	if (signal == 32 || signal == 33)
		return false;
	return !(signal == SIGPIPE && info->si_code == SI_USER && info->si_pid == getpid());
}

enum waited wait_event(nsec_t wake_at, struct event *out)
{
	for (;;) {
		nsec_t now = wake_at == NEVER ? 0 : wait_now();
		siginfo_t info;
		int signal = -EAGAIN;

		if (now < wake_at)
			signal = receive(wake_at, now, &info);
		if (signal == SIGCHLD)
			return WAITED_CHILD;
		*out = (struct event){ .kind = EVENT_TIME, .now = wait_now() };
		if (signal == -EAGAIN)
			return WAITED_EVENT;
		if (signal > 0 && forwardable(signal, &info)) {
			out->kind = EVENT_SIGNAL;
			out->signal = signal;
			out->outside = info.si_code == SI_USER && info.si_pid == 0;
			return WAITED_EVENT;
		}
	}
}
