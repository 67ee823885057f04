/*
 * children: role -> live pid; reaps, and tells whose end it was.
 */
#ifndef KERNEL_CHILDREN_H
#define KERNEL_CHILDREN_H

#include <sys/types.h>

#include "core/event.h"

struct children {
	pid_t pid[ROLE_COUNT]; /* 0: none */
	pid_t self;            /* drainit */
	bool adopts;           /* it is PID 1 or a subreaper: orphans come to it */
	pid_t main_group; /* the main child's group, also when the main child is gone; 0: ours */
};

enum reaped { REAPED_ONE, REAPED_NONE, REAPED_LAST };

/*
 * children_reap: reaps one child that has ended, and tells which.
 * A role's pid is forgotten in the same call: from here on its number may belong to a stranger, and a
 * signal to the role goes nowhere. One system call a child: a burst of orphans costs no more.
 * Source: wait(2); pid reuse: pid_namespaces(7).
 * out  EVENT_ENDED, EVENT_NOT_STARTED if its exec failed, or EVENT_NO_CHILD; the caller stamps the time.
 * Returns REAPED_ONE, REAPED_NONE (nobody has ended; *out is untouched) or REAPED_LAST (there is no child).
 */
enum reaped children_reap(struct children *children, struct event *out);

/* children_reap_more: the next wait comes back to who has ended, after signals of lower numbers. */
void children_reap_more(const struct children *children);

#endif
