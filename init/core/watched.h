/*
 * watched: what the watching of connections has seen, a value after every look.
 */
#ifndef CORE_WATCHED_H
#define CORE_WATCHED_H

#include <stdbool.h>
#include <stdint.h>

/* Ports that are told on, so that what is open when SIGKILL falls due can be counted as well. */
#define WATCHED_PORTS 16

struct watched {
	uint16_t ports[WATCHED_PORTS];
	int32_t port_count; /* 0: not known, or too many */
	int32_t at_start; /* open connections at the first look, quiet ones too; -1: unknown */
	int32_t now;      /* and at the latest */
	bool seen;        /* false: nothing could be seen, which is not idle */
	bool quiet_blind; /* asked to, but could not tell a quiet connection: each open one counts */
};

#endif
