/*
 * helpers: what runs our own code in a copy of us, because it may hang: the ready file, the survey, the
 * watcher of connections, requests. What they have to say comes back in a pipe that is never waited for.
 */
#ifndef KERNEL_HELPERS_H
#define KERNEL_HELPERS_H

#include "core/machine.h"
#include "kernel/edge.h"

/* Room for what a request was told, its NUL included. */
#define SAID_BYTES 256

/* helpers_is_request: is this drain or after command one that we send ourselves? */
bool helpers_is_request(const char *line);

/* helpers_start: returns 0 or an errno. */
int helpers_start(struct edge *edge, const struct machine *machine, enum role role);

/*
 * helpers_hear: takes what a role has said so far: edge->watched has the watcher's last look, edge->heard
 * what a request was told (empty: nothing).
 */
void helpers_hear(struct edge *edge, enum role role);

#endif
