/*
 * container: an init as PID 1 of a PID namespace, below it a program of ours. Whatever fails ends lap with
 * a word and status 1; with lap end all that it started.
 */
#ifndef BENCH_CONTAINER_H
#define BENCH_CONTAINER_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "bench/page.h"

#define PATIENCE (20 * SEC) /* for what should take milliseconds */

struct container {
	pid_t pid;
	int memory; /* shmget(2)'s number */
	struct page *page;
};

/* fail: says what, and which, and ends lap. */
__attribute__((noreturn)) void fail(const char *what, const char *which);

/*
 * container_start: init is the command line up to where the program's begins; program is a file in our own
 * folder; role may be null.
 */
void container_start(
        struct container *container, char *const *init, const char *program, const char *role);

/* container_settle: waits until the program is ready and the init asleep. */
void container_settle(const struct container *container);

/* container_sleeps: the init waits for something, and is not held by who traces it. */
bool container_sleeps(const struct container *container);

/* container_wait: until it has ended by itself. Returns the instant at which we saw it. */
int64_t container_wait(struct container *container);

/* container_kill: and all that is in it. Harmless after container_wait. */
void container_kill(struct container *container);

/* container_fact: a number from /proc/PID/status. */
long container_fact(const struct container *container, const char *name);

/* await: until *flag is not 0. */
void await(const _Atomic int *flag, const char *what);

#endif
