/*
 * wait: the one place that waits.
 */
#ifndef KERNEL_WAIT_H
#define KERNEL_WAIT_H

#include "core/event.h"
#include "core/options.h"

enum waited { WAITED_EVENT, WAITED_CHILD };

/* now: CLOCK_MONOTONIC. From the vDSO, so not a system call where the clock allows it. */
nsec_t wait_now(void);

/*
 * wait_event: asleep until a signal comes or until wake_at, NEVER or an instant, past ones included.
 * Returns WAITED_CHILD if children are to be reaped, and *out means nothing; else WAITED_EVENT and *out is
 * EVENT_SIGNAL or EVENT_TIME. One system call.
 * Passed over: the libc's own signals 32 and 33, and a SIGPIPE of our own writing.
 */
enum waited wait_event(nsec_t wake_at, struct event *out);

#endif
