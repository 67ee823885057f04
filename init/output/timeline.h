/*
 * timeline: the plan as a person reads it (--plan).
 */
#ifndef OUTPUT_TIMELINE_H
#define OUTPUT_TIMELINE_H

#include "core/plan.h"
#include "text/writer.h"

/* Enough for a plan with all its steps and notes. */
#define TIMELINE_BYTES 4096

/* timeline_write: a line a phase: start, length, and where each number came from. */
void timeline_write(struct writer *writer, const struct plan *plan);

/* timeline_grace: the grace period and whose it is: 30s (Kubernetes' default), 10s (--grace) ... */
void timeline_grace(struct writer *writer, const struct plan *plan);

#endif
