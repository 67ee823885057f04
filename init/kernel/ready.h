/*
 * ready: the ready file, made and removed in helpers: its directory may be on a mount that hangs.
 */
#ifndef KERNEL_READY_H
#define KERNEL_READY_H

#include "kernel/edge.h"

/* ready_create: in the helper: waits until the main child's exec is through. Returns 0 or an errno. */
int ready_create(const struct edge *edge);

/* ready_remove: in the helper. A file that is not there is no error. Returns 0 or an errno. */
int ready_remove(const struct edge *edge);

#endif
