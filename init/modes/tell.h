/*
 * tell: what anybody hears of a step: our log, another program's words, and the phase as our name.
 */
#ifndef MODES_TELL_H
#define MODES_TELL_H

#include "core/record.h"
#include "modes/supervisor.h"

/* tell_step: once it is performed and recorded. Never waits. */
void tell_step(struct supervisor *supervisor, const struct step *step);

/* tell_child_signal: a SIGCHLD was taken; only another program's voice has words for it. */
void tell_child_signal(const struct supervisor *supervisor);

/* tell_phase: in /proc/PID/comm, when it has changed; not under another program's name. */
void tell_phase(struct supervisor *supervisor);

#endif
