/*
 * sight: what is looked at, and tried, at every tick.
 */
#ifndef REHEARSE_SIGHT_H
#define REHEARSE_SIGHT_H

#include "rehearse/scene.h"

/* sight_tick: phase, processes, sockets; a new connection; what the requests can go on with. */
void sight_tick(struct scene *scene, nsec_t now);

/* sight_sockets: only these. */
void sight_sockets(struct scene *scene, nsec_t now);

/* sight_probe: only a new connection, to the next port. */
void sight_probe(struct scene *scene, nsec_t now);

/* sight_serves: does drainit say so? */
bool sight_serves(const struct scene *scene);

/* sight_listens: at the last look, on any of the ports? */
bool sight_listens(const struct scene *scene);

#endif
