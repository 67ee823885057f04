/*
 * place: where PID 1 stands. It keeps neither the working directory nor descriptors from 3 up: both would
 * hold mounts, sockets and pipes for as long as the container lives.
 */
#ifndef KERNEL_PLACE_H
#define KERNEL_PLACE_H

#include <stdbool.h>
#include <sys/types.h>

#include "core/options.h"

/* place_adopt: not PID 1: become a subreaper, so that orphans of ours come to us; set -p's signal. */
void place_adopt(pid_t self, const struct options *options);

/* place_leave: remember the directory if a helper may need it, and go to /. */
void place_leave(const struct options *options);

/*
 * place_hold_stdio: stdio that was closed leads nowhere, and stays closed for the main child; else a pipe of
 * ours would be its stdin, or take our log. What it opens above stdio is for place_close().
 */
void place_hold_stdio(void);

/* place_close: close what is not stdio. Before anything is said: say() keeps what it opens. */
void place_close(void);

/* place_return: in a helper: back to where drainit was started, or to / if that is gone. Raw calls only. */
void place_return(void);

/* place_lost: the directory that drainit was started in was not to be had. */
bool place_lost(void);

#endif
