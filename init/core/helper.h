/*
 * helper: one helper's life: started, TERM, KILL, gone. A child with a budget, for all that may hang.
 */
#ifndef CORE_HELPER_H
#define CORE_HELPER_H

#include <stdbool.h>

#include "core/nsec.h"

/* Both instants are NEVER when they are past or no helper lives. */
struct helper {
	nsec_t term_at;
	nsec_t kill_at;
};

/* helper_idle: no helper; nothing falls due. */
struct helper helper_idle(void);

/* helper_limit: it has TERM at term_at and KILL at kill_at, unless it had less already. */
void helper_limit(struct helper *helper, nsec_t term_at, nsec_t kill_at);

/* helper_due: the signal that is due at now, SIGTERM or SIGKILL, and 0 if none; it is given once. */
int helper_due(struct helper *helper, nsec_t now);

/* helper_wake_at: when the next is due. */
nsec_t helper_wake_at(const struct helper *helper);

#endif
