/*
 * survey: who still lives, how long, and where in the kernel it waits.
 * Asked in a helper shortly before SIGKILL, because /proc/PID/cmdline can block on a stuck process.
 */
#ifndef KERNEL_SURVEY_H
#define KERNEL_SURVEY_H

#include "kernel/edge.h"

/* survey_take: in the helper: looks, and answers with one write to the pipe. */
void survey_take(const struct edge *edge, int answer);

/*
 * survey_name: points edge->survivors to those of the target who are alive now: from the helper's answer
 * if it came, else by a walk of our own that reads only what cannot block (age and wchan are then
 * not known). Never waits.
 */
void survey_name(struct edge *edge, enum target target);

#endif
