/*
 * signals: all are blocked from our first instruction to our last; what was inherited goes to children.
 * A blocked signal is queued whatever its disposition, also for PID 1, so none is lost before we wait
 * for it, and no handler is ever needed. Source: signal(7), pid_namespaces(7).
 */
#ifndef KERNEL_SIGNALS_H
#define KERNEL_SIGNALS_H

#include <stdbool.h>
#include <sys/types.h>

#include "core/options.h"

struct signals {
	signals_t mask;     /* as inherited */
	bool child_ignored; /* SIGCHLD was */
};

/*
 * signals_block: the first thing that drainit does. *inherited is filled.
 * An ignored SIGCHLD would make the kernel reap for us and lose the main child's status (wait(2)).
 */
void signals_block(struct signals *inherited);

/*
 * signals_let_interrupt: Ctrl-C ends us, as it ends other programs. TERM stays blocked: PID 1 sends it to all
 * that is left, and a hook that has its answer should not look failed for that.
 */
void signals_let_interrupt(void);

/* signals_refresh: in a child, instead: 1 to 31 at their default, none blocked. Raw calls only. */
void signals_refresh(void);

/*
 * signals_leave_terminal: gives up the controlling terminal, so that another session can have it. To a
 * session's leader that brings HUP and CONT (tty_ioctl(4)), which are not for the main child: they are taken.
 */
void signals_leave_terminal(pid_t self);

/* signals_give_back: in a child, right before its exec. Raw calls only. */
void signals_give_back(const struct signals *inherited);

#endif
