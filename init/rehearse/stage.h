/*
 * stage: what stands in for the container: a PID namespace with its own /proc, in which drainit is PID 1.
 */
#ifndef REHEARSE_STAGE_H
#define REHEARSE_STAGE_H

#include <stdbool.h>
#include <sys/types.h>

#include "kernel/signals.h"
#include "text/writer.h"

/* What is to be started. */
struct container {
	const char *path; /* of drainit */
	char **words;
	char **environment;
	const struct signals *inherited;
	int output;         /* its stdout and stderr */
	const char *report; /* the path that its report is written to */
};

/*
 * stage_start: drainit in a PID and a mount namespace; who may not make them makes a user namespace first
 * (user_namespaces(7)). Its network is ours. It has no terminal and an empty stdin. It
 * dies when we do.
 * problem  why it was not started
 * Returns its pid as we see it, or 0.
 */
pid_t stage_start(const struct container *container, struct writer *problem);

/* stage_find: drainit's path: beside this program, else in PATH. False: in neither. */
bool stage_find(char *path, size_t size, const char *search);

#endif
