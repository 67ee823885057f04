/*
 * supervise: the loop of an init: wait, step, perform, record, say.
 */
#ifndef MODES_SUPERVISE_H
#define MODES_SUPERVISE_H

#include "core/plan.h"
#include "kernel/signals.h"

/*
 * supervise: starts the main child and sees it to its end and the container's.
 * environment  the main child's, without our options; lives as long as we do.
 * warnings     what is to be said once the main child has been started: lines, each ended by a newline.
 * Returns the exit status.
 */
int supervise(const struct plan *plan, const struct signals *inherited, char **environment,
        const char *warnings, size_t length);

#endif
