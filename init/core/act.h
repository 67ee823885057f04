/*
 * act: puts an action on the list. Parts of the machine only.
 */
#ifndef CORE_ACT_H
#define CORE_ACT_H

#include "core/machine.h"

/* act_start: the role lives from here on. */
void act_start(struct machine *machine, struct actions *out, enum role role);

void act_signal(struct actions *out, enum target target, int signal);

/* act_kill: SIGKILL, after who is about to meet it has been named. */
void act_kill(struct actions *out, enum target target);

/* act_answer: to the hooks that wait. */
void act_answer(struct actions *out, int status);

/* act_suspend: we stop; as PID 1 nothing comes of it. */
void act_suspend(struct actions *out);

/* act_exit: the last action of all. */
void act_exit(struct actions *out, int status);

/* act_target: where a forwarded signal goes. */
enum target act_target(const struct machine *machine);

#endif
