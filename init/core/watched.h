/*
 * watched: what the watching of connections has seen, a value after every look.
 */
#ifndef CORE_WATCHED_H
#define CORE_WATCHED_H

#include <stdbool.h>
#include <stdint.h>

struct watched {
	int32_t at_start; /* open connections at the first look, quiet ones too; -1: unknown */
	int32_t now;      /* and at the latest */
	bool seen;        /* false: nothing could be seen, which is not idle */
	bool quiet_blind; /* asked to, but could not tell a quiet connection: each open one counts */
};

#endif
