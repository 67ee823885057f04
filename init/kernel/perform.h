/*
 * perform: one action -> system calls. A failure comes back as an event.
 */
#ifndef KERNEL_PERFORM_H
#define KERNEL_PERFORM_H

#include "core/machine.h"
#include "kernel/edge.h"

/*
 * perform: does what the action says; never waits.
 * attempt  which attempt of the drain command this would be, from 1.
 * now      the step's time.
 * failed   EVENT_NOT_STARTED, if a role could not be started.
 * Returns false if *failed was set.
 */
bool perform(struct edge *edge, const struct machine *machine, const struct action *action,
        int attempt, nsec_t now, struct event *failed);

#endif
