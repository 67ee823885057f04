/*
 * progress: what the rehearsal is doing, and how long it has left, on stderr: one line that changes on a terminal,
 * else a line a step.
 */
#ifndef REHEARSE_PROGRESS_H
#define REHEARSE_PROGRESS_H

#include <stdbool.h>

#include "core/nsec.h"

/*
 * progress_begin: is stderr a terminal? Then what the container says comes through us, so that it does not stand
 * behind our line. Returns the end of a pipe to be its stderr, or stderr itself.
 */
int progress_begin(void);

/* progress_step: the next step, of which the most takes until this instant; NEVER: nobody knows. */
void progress_step(const char *what, nsec_t until, nsec_t now);

/* progress_tick: what the container has said; on a terminal, a few times a second, how long is left. */
void progress_tick(nsec_t now);

/* progress_end: takes the line away. */
void progress_end(void);

#endif
