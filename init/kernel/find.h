/*
 * find: the drainit that runs this container.
 */
#ifndef KERNEL_FIND_H
#define KERNEL_FIND_H

#include <stdbool.h>
#include <stddef.h>

#define PHASE_BYTES 16

/*
 * find_drainit: the one of our own mount namespace; where that cannot be read (another user's), of our own
 * cgroup; else PID 1, which may be no drainit at all.
 * phase  as its name tells; empty: it has another program's name.
 * Returns its pid.
 */
int find_drainit(char phase[PHASE_BYTES]);

/* find_phase: the phase that this process's name tells; false if it is no drainit's, or gone. */
bool find_phase(int pid, char phase[PHASE_BYTES]);

#endif
