/*
 * due: what falls due, and when: budgets, escalation, survey, SIGKILL, giving up. Parts of the machine only.
 */
#ifndef CORE_DUE_H
#define CORE_DUE_H

#include "core/machine.h"

/* due_act: acts on every instant that is past at now, in the order of the phases. */
void due_act(struct machine *machine, nsec_t now, struct actions *out);

/* due_sweep: what is to be done as soon as all who have ended have been reaped. */
void due_sweep(struct machine *machine, nsec_t now, struct actions *out);

/* due_at: the next instant; one that is always past while due_sweep() has work. */
nsec_t due_at(const struct machine *machine);

#endif
