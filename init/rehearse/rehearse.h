/*
 * rehearse: the rehearsal itself: starts the container, lets traffic in, sends the stop request, plays the runtime
 * until its end, and gathers the facts.
 */
#ifndef REHEARSE_REHEARSE_H
#define REHEARSE_REHEARSE_H

#include "rehearse/facts.h"
#include "rehearse/rehearsal.h"
#include "rehearse/stage.h"

enum rehearsed {
	REHEARSED,
	REHEARSED_NOT,         /* problem says why */
	REHEARSED_INTERRUPTED, /* all that was started is gone; the exit status tells by what */
};

/* rehearse: facts: what was seen; its strings live on. problem: why it could not be done. */
enum rehearsed rehearse(const struct rehearsal *rehearsal, const struct plan *plan,
        const struct container *container, struct facts *facts, struct writer *problem);

#endif
