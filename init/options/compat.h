/*
 * compat: tini, dumb-init and catatonit as tables: names, rows, variables, messages, habits.
 */
#ifndef OPTIONS_COMPAT_H
#define OPTIONS_COMPAT_H

#include "options/row.h"

/* compat_program: the program of this name (argv[0], folders and all); our own for any other name. */
const struct program *compat_program(const char *name);

/*
 * compat_finish: what a program's options come to once all have been read. graceful: a grace period, a drain
 * or a ready file is set: then the whole shutdown is ours; else we do what the program does and no more.
 */
void compat_finish(const struct program *program, bool graceful, struct options *options);

#endif
