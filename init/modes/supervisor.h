/*
 * supervisor: what the loop of an init knows. supervise() owns it.
 */
#ifndef MODES_SUPERVISOR_H
#define MODES_SUPERVISOR_H

#include <stdbool.h>

#include "core/machine.h"
#include "core/record.h"
#include "kernel/edge.h"

struct supervisor {
	struct machine machine;
	struct record record;
	bool lost_told;
	const char *shown; /* the phase, as our name tells it */
	int status;        /* -1 until ACTION_EXIT */
	int failed; /* roles that could not be started: each at most once before its event is stepped */
	struct event failures[ROLE_COUNT];
	struct edge edge;
};

#endif
