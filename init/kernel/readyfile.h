/*
 * readyfile: the ready file, made and removed in helpers: its directory may be on a mount that hangs.
 */
#ifndef KERNEL_READYFILE_H
#define KERNEL_READYFILE_H

#include "kernel/edge.h"

/* readyfile_create: in the helper: waits until the main child's exec is through. Returns 0 or an errno. */
int readyfile_create(const struct edge *edge);

/* readyfile_remove: in the helper. A file that is not there is no error. Returns 0 or an errno. */
int readyfile_remove(const struct edge *edge);

#endif
