/*
 * look: the container as it is seen from outside: drainit's phase, who lives in it, and what is listened on.
 */
#ifndef REHEARSE_LOOK_H
#define REHEARSE_LOOK_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "core/nsec.h"

#define SEEN_MOST    512
#define SEEN_COMMAND 80

/* A process that was met in the container. */
struct seen {
	int pid; /* as we see it */
	uint64_t start_ticks;
	int parent; /* at first: an orphan comes to drainit */
	int group;
	nsec_t first;
	nsec_t last; /* the last look that met it alive */
	char name[16];
	char command[SEEN_COMMAND];
};

#define LOOK_PORTS 16

struct look {
	pid_t drainit;
	int phase; /* a number of phasename; -1: not seen yet, or gone */
	struct seen list[SEEN_MOST];
	int count;
	int main; /* its place in the list; -1: not seen yet */
	uint16_t ports[LOOK_PORTS];
	int port_count;
};

/* look_init: at a container whose PID 1 is drainit. */
void look_init(struct look *look, pid_t drainit);

/* look_phase: reads it from drainit's name. True if it is another than before. */
bool look_phase(struct look *look);

/* look_processes: who lives at now. The main child is drainit's first child, once it serves. */
void look_processes(struct look *look, nsec_t now);

/* look_ports: adds those that the container listens on now. */
void look_ports(struct look *look);

/* look_main_lives: was the main child met at now, the instant of the last look? */
bool look_main_lives(const struct look *look, nsec_t now);

#endif
