/*
 * ask: how --prestop and --status speak to the drainit that runs: a queued real-time signal asks, another
 * answers. A standard signal loses its sender when the queue is full; this one is then refused, and
 * tried again. Source: sigqueue(3); FACTS' siginfo findings.
 */
#ifndef KERNEL_ASK_H
#define KERNEL_ASK_H

#include <stdbool.h>
#include <sys/types.h>

#include "core/nsec.h"

/* The one number that is ours, if it comes with one of our values. */
#define ASK_SIGNAL 60

enum ask {
	ASK_NONE,
	ASK_PRESTOP, /* the stop begins now: drain, and tell when that is over */
	ASK_PHASE,   /* which phase is it? */
	ASK_HEARD,   /* answer: it will be told */
	ASK_DONE,    /* answer: the drain is over, or there is nothing to drain */
	ASK_FAILED,  /* answer: it failed */
	ASK_PHASES,  /* answer: this and the phase's number */
};

/* ask_send: false, with errno, if it could not be queued. Never waits. */
bool ask_send(pid_t pid, int ask);

/* ask_patiently: the same, tried again for a moment while the queue is full. */
bool ask_patiently(pid_t pid, int ask);

/* ask_value: what a signal's value asks or answers; ASK_NONE: it is not of ours. */
int ask_value(int value);

#endif
