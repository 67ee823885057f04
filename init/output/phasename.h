/*
 * phasename: the phase in a word, as ps, --status and the log show it.
 */
#ifndef OUTPUT_PHASENAME_H
#define OUTPUT_PHASENAME_H

#include "core/machine.h"

#define PHASENAMES 9

/*
 * phasename: start, wait, serving, drain (drain+ where the container is to stay ready in it), drained or failed
 * (a hook has been answered and the signal is awaited), stop, sweep.
 */
const char *phasename(const struct machine *machine);

/* phasename_number: its place among them, from 0. */
int phasename_number(const struct machine *machine);

/* phasename_of: the name at that place, or NULL. */
const char *phasename_of(int number);

#endif
