/*
 * drain: when the drain is over: least time, command and its retries, budget.
 * Part of the machine, in a file of its own; nobody else includes it.
 */
#ifndef CORE_DRAIN_H
#define CORE_DRAIN_H

#include "core/machine.h"

/* drain_begin: lays the command's first attempt on the stop request, and starts the watcher. */
void drain_begin(struct machine *machine, struct actions *out);

/*
 * drain_start_due: is an attempt due now? Then the command has been given its budget, and the caller
 * starts it.
 */
bool drain_start_due(struct machine *machine, nsec_t now);

/*
 * drain_attempt_over: an attempt ended with this status, or could not be started: ok, another, or no
 * more.
 */
void drain_attempt_over(struct machine *machine, nsec_t now, bool ok);

/* drain_over: what ended the drain by now, or DRAIN_RUNS. */
enum drain_end drain_over(const struct machine *machine, nsec_t now);

/* drain_leave: whatever ended it, nobody watches connections any longer, and no attempt begins. */
void drain_leave(struct machine *machine, struct actions *out);

/* drain_cut: the drain is over before its time; a running attempt has this long to finish. */
void drain_cut(struct machine *machine, nsec_t now, nsec_t span);

/* drain_wake_at: the next instant at which one of these has something new to say. */
nsec_t drain_wake_at(const struct machine *machine);

#endif
