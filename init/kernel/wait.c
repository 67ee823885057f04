#include <errno.h>
#include <signal.h>
#include <stddef.h>
#include <time.h>
#include <unistd.h>

#include "kernel/ask.h"
#include "kernel/raw.h"
#include "kernel/wait.h"

/* Often enough for a stop request, seldom enough to be no cost: two system calls a signal. */
#define TURN 256

nsec_t wait_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (nsec_t)now.tv_sec * SEC + now.tv_nsec;
}

static int receive(const signals_t *set, const struct timespec *span, siginfo_t *info)
{
	return (int)raw_call(
	        SYS_rt_sigtimedwait, (long)set, (long)info, (long)span, KERNEL_SIGNALS, 0);
}

/*
 * What is due is not to wait for a flood of signals, but for who has ended already: after a freeze the
 * main child's own status is still to be had. So, when late, only SIGCHLD is looked for.
 */
static int receive_until(nsec_t wake_at, siginfo_t *info)
{
	static const signals_t all = ~(signals_t)0, child = (signals_t)1 << (SIGCHLD - 1);
	struct timespec span = { 0 };
	nsec_t left;

	if (wake_at == NEVER)
		return receive(&all, NULL, info);
	left = wake_at - wait_now();
	if (left <= 0)
		return receive(&child, &span, info);
	span.tv_sec = (time_t)(left / SEC);
	span.tv_nsec = (long)(left % SEC);
	return receive(&all, &span, info);
}

/*
 * The kernel hands out the lowest number first: who sends us HUP without end would keep TERM and CHLD from
 * us. So now and then those are asked for that come after the last which had its turn in this way.
 */
static int receive_in_turn(siginfo_t *info)
{
	static const struct timespec at_once = { 0 };
	/* In one place that is not all zero: a page less. */
	static struct {
		int wait, last;
	} turn = { .wait = TURN };
	signals_t after = ~(signals_t)0 << turn.last;
	int signal;

	if (--turn.wait > 0)
		return 0;
	signal = receive(&after, &at_once, info);
	turn.wait = TURN;
	turn.last = signal > 0 ? signal % 64 : 0;
	return signal;
}

static bool forwardable(int signal, const siginfo_t *info)
{
	if (signal == 32 || signal == 33)
		return false;
	return !(signal == SIGPIPE && info->si_code == SI_USER && info->si_pid == getpid());
}

/* From our own namespace, and of root or our own user. */
static bool asks(int signal, const siginfo_t *info)
{
	return signal == ASK_SIGNAL && info->si_code == SI_QUEUE && info->si_pid != 0 &&
	       (info->si_uid == 0 || info->si_uid == getuid()) &&
	       ask_value(info->si_value.sival_int) != ASK_NONE;
}

enum waited wait_event(nsec_t wake_at, struct event *out)
{
	for (;;) {
		siginfo_t info;
		int signal = receive_in_turn(&info);

		if (signal <= 0)
			signal = receive_until(wake_at, &info);
		if (signal == SIGCHLD)
			return WAITED_CHILD;
		*out = (struct event){ .kind = EVENT_TIME, .now = wait_now() };
		if (signal == -EAGAIN)
			return WAITED_EVENT;
		if (signal > 0 && forwardable(signal, &info)) {
			out->kind = asks(signal, &info) ? EVENT_ASKED : EVENT_SIGNAL;
			out->ask = out->kind == EVENT_ASKED ? ask_value(info.si_value.sival_int)
			                                    : 0;
			out->pid = info.si_pid;
			out->signal = signal;
			out->outside = info.si_code == SI_USER && info.si_pid == 0;
			return WAITED_EVENT;
		}
	}
}
