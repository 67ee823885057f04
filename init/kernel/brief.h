/*
 * brief: what a command is told in its environment.
 */
#ifndef KERNEL_BRIEF_H
#define KERNEL_BRIEF_H

#include "core/machine.h"
#include "kernel/edge.h"

/*
 * brief_prepare: edge->told: room for the environment of commands, if any is configured: as many pointers
 * as there are variables, and a few; NULL if there is no memory, and then no command can be started.
 */
void brief_prepare(struct edge *edge);

/*
 * brief_write: fills edge->told for this start: DRAINIT_BUDGET_SECONDS (until its TERM, at least 1: to
 * timeout(1) and curl 0 means for ever), DRAINIT_CHILD_PID, DRAINIT_REASON, DRAINIT_ATTEMPT; after:
 * DRAINIT_EXIT_STATUS.
 */
void brief_write(struct edge *edge, const struct machine *machine, enum role role, int attempt,
        nsec_t now);

#endif
