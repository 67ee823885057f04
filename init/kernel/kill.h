/*
 * kill: a signal to the main child, its group, a helper, or all that we own.
 * Never kill(-1): in a shared PID namespace it would reach the whole pod. Source: FACTS' kill(2) findings.
 */
#ifndef KERNEL_KILL_H
#define KERNEL_KILL_H

#include "core/action.h"
#include "kernel/children.h"

/*
 * kill_target: sends the signal. Nobody there is no error.
 * SIGKILL goes round again while there were newborns among those that it met, a bounded number of times:
 * who forks on and on is met again by the machine's next round.
 */
void kill_target(const struct children *children, enum target target, int signal);

/* kill_covers: does the target take in a process of this owner and group? */
bool kill_covers(
        const struct children *children, enum target target, enum role owner, pid_t group);

#endif
