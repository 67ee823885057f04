/*
 * sockets: watches the TCP connections on our own listening ports until they are idle. Runs in a helper:
 * a look walks the table of the whole host, however few of them are ours.
 */
#ifndef KERNEL_SOCKETS_H
#define KERNEL_SOCKETS_H

#include <stdint.h>

#include "core/nsec.h"
#include "kernel/children.h"

struct watch {
	const uint16_t *ports;
	int count; /* 0: those that our descendants listen on now */
	nsec_t quiet; /* who moved no byte for so long is idle; NEVER: every open connection counts */
	int most;    /* so many count as none */
	nsec_t from; /* idle is judged from this instant on */
	nsec_t until;
};

enum { SOCKETS_IDLE, SOCKETS_BUSY, SOCKETS_UNSEEN };

/*
 * sockets_watch: looks about once a second, more seldom where looking is dear.
 * Open is a connection that still needs a server: ESTABLISHED (in the accept queue too), CLOSE_WAIT, and
 * FIN_WAIT1 and 2 while somebody holds it. Who is quiet but has sent what nobody has read is not idle.
 * answer  is written a struct watched after every look; the last one counts.
 * Returns SOCKETS_IDLE after two looks a second apart that found no more than most, SOCKETS_BUSY at until,
 * SOCKETS_UNSEEN at once if there is nothing to be seen.
 */
int sockets_watch(const struct watch *watch, const struct children *children, int answer);

/* sockets_count: how many are open now on these ports; -1: unknown, also if there is no port. In a helper. */
int32_t sockets_count(const uint16_t *ports, int count);

#endif
