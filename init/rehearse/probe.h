/*
 * probe: new connections, tried all the while: are they taken?
 */
#ifndef REHEARSE_PROBE_H
#define REHEARSE_PROBE_H

#include "rehearse/facts.h"
#include "rehearse/table.h"

/* How often: more often would be load. */
#define PROBE_EVERY (50 * MSEC)

/*
 * probe_try: one connection to port, closed at once. where: its listener's local address.
 * flows  is told that it was ours.
 */
enum probed probe_try(const struct endpoint *where, uint16_t port, struct flows *flows);

/* probe_own: the socket is one of ours: what comes from its port is no other client's. */
void probe_own(int fd, struct flows *flows);

/* probe_address: where a client in this network namespace reaches that listener. */
union address probe_address(const struct endpoint *where, uint16_t port);

#endif
