/*
 * hooks: who has asked for the drain's outcome (--prestop), in PID 1's keeping until they are answered and gone.
 */
#ifndef KERNEL_HOOKS_H
#define KERNEL_HOOKS_H

#include "core/event.h"

/* The kubelet may run a hook twice. */
#define HOOKS_MOST 4

struct hook {
	int pid;
	int pidfd; /* -1: none to be had; then its start tells it from a stranger with its number */
	uint64_t start_ticks;
	bool answered;
};

struct hooks {
	int count;
	struct hook list[HOOKS_MOST];
};

/* hooks_add: the asker of this event waits, and is told that it was heard. */
void hooks_add(struct hooks *hooks, const struct event *asked);

/* hooks_wait: is somebody there who waits for an answer? */
bool hooks_wait(const struct hooks *hooks);

/* hooks_answer: 0: the drain is done, else it failed. Only who asked is answered, never a recycled pid. */
void hooks_answer(struct hooks *hooks, int status);

/* hooks_see_off: waits until those who were answered are gone: a hook killed by our exit looks failed. */
void hooks_see_off(const struct hooks *hooks, nsec_t until);

#endif
