/*
 * phase: what is done on the way into each phase. Parts of the machine only.
 */
#ifndef CORE_PHASE_H
#define CORE_PHASE_H

#include "core/machine.h"

/* phase_drain: the stop request: the drain begins, or where there is none, the stop phase. */
void phase_drain(struct machine *machine, nsec_t now, struct actions *out);

/* phase_stop: the main child has its stop signal. */
void phase_stop(struct machine *machine, struct actions *out);

/* phase_answer: to the hook that waits, if one does and the drain is over: how it went. */
void phase_answer(struct machine *machine, struct actions *out);

/* phase_end_drain: the drain is over: the stop phase begins, or after a hook the signal is awaited. */
void phase_end_drain(struct machine *machine, enum drain_end end, struct actions *out);

/* phase_sweep: the main child is gone. */
void phase_sweep(struct machine *machine, nsec_t now, struct actions *out);

/* phase_after: nobody is left, or what is left cannot be waited for any longer. */
void phase_after(struct machine *machine, nsec_t now, struct actions *out);

void phase_exit(struct machine *machine, struct actions *out);

#endif
