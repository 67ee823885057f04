/*
 * survivor: who is still there when SIGKILL falls due. It answers 'who held up my pod?'
 */
#ifndef CORE_SURVIVOR_H
#define CORE_SURVIVOR_H

#include <stdbool.h>
#include <stdint.h>

#include "core/event.h"

#define SURVIVORS_MAX 32

struct survivor {
	int32_t pid;
	int32_t group;
	uint64_t start_ticks; /* since boot: pid and start are never the same twice */
	int64_t age_s;        /* -1: unknown */
	char state;           /* as in /proc/PID/stat */
	uint8_t owner;        /* enum role */
	char wchan[22];       /* where in the kernel it waits; empty: nowhere, or not told */
	char command[72];     /* argv with blanks between, cut; ended by NUL */
};

struct survivors {
	int total; /* who there were, also those that did not fit */
	int count;
	int32_t connections; /* open on the ports that are watched; -1: unknown */
	struct survivor list[SURVIVORS_MAX];
};

#endif
