/*
 * place: where PID 1 stands. It keeps neither the working directory nor descriptors from 3 up: both would
 * hold mounts, sockets and pipes for as long as the container lives.
 */
#ifndef KERNEL_PLACE_H
#define KERNEL_PLACE_H

#include <stdbool.h>
#include <sys/types.h>

#include "core/options.h"

struct place {
	char directory
	        [4096]; /* where drainit was started, for helpers; "/" where that is not known */
	bool lost;      /* it was not to be had */
};

/* place_adopt: not PID 1: become a subreaper, so that orphans of ours come to us; set -p's signal. */
void place_adopt(pid_t self, const struct options *options);

/* place_leave: remember the directory if a helper may need it, and go to /. */
void place_leave(struct place *place, const struct options *options);

/* place_close: close what is not stdio. */
void place_close(void);

/* place_return: in a helper: back to where drainit was started. */
void place_return(const struct place *place);

#endif
