/*
 * say: writes to stderr and never blocks, whoever holds its other end. What cannot be taken at once is lost.
 * The open file description is shared with the main child, so its flags are not ours to change.
 */
#ifndef KERNEL_SAY_H
#define KERNEL_SAY_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "core/nsec.h"

/*
 * say: text of at most PIPE_BUF bytes, all of it or nothing. The first call finds out what stderr is, and
 * opens it once more for ourselves where that is possible: a quiet life costs no call and no descriptor.
 */
void say(const char *text, size_t length);

/* say_out: the same on stdout, where some of the programs that we stand in for speak. */
void say_out(const char *text, size_t length);

/* say_is_writer: is this a process that writes for us where a write may block (a file)? */
bool say_is_writer(pid_t pid);

/* say_close: gives those writers until this instant to be through. */
void say_close(nsec_t until);

#endif
