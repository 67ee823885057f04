/*
 * spawn: starts what execs at once.
 *
 * clone(CLONE_VM) on a stack of its own: no page table is copied, so it costs no more than vfork, yet we
 * are not suspended while the exec hangs on a dead mount. Until its exec the child runs in our memory:
 * it makes raw calls only and writes nothing but its own launch, and whether its directory was lost.
 * Where that is not to be had, or not safe, the child is a copy. Source: clone(2), vfork(2).
 */
#ifndef KERNEL_SPAWN_H
#define KERNEL_SPAWN_H

#include "kernel/edge.h"

/*
 * spawn_main: the main child, in its own process group, the terminal's foreground if we are in it.
 * Returns 0 or an errno; that of a failed exec comes with the child's end.
 */
int spawn_main(struct edge *edge);

/*
 * spawn_command: a drain or after command, in its own group, as a subreaper of its own.
 * line  checked by command_check(). edge->told holds its environment.
 */
int spawn_command(struct edge *edge, enum role role, const char *line);

/* spawn_error: the errno of this role's failed exec, or 0. */
int spawn_error(enum role role);

#endif
