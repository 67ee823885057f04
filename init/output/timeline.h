/*
 * timeline: the plan as a person reads it (--plan).
 */
#ifndef OUTPUT_TIMELINE_H
#define OUTPUT_TIMELINE_H

#include "core/plan.h"
#include "output/chart.h"
#include "text/writer.h"

/* Enough for a plan with all its steps and notes, 200 columns wide, in colour. */
#define TIMELINE_BYTES 16384

/*
 * timeline_write: what there is to spend, then a row a phase: when, how long, and where each number came from.
 * where  its span is left to the plan.
 */
void timeline_write(struct writer *writer, const struct plan *plan, const struct chart *where);

/* timeline_span: what the axis of time shows. */
nsec_t timeline_span(const struct plan *plan);

/* timeline_grace: the grace period and whose it is: 30s (default of Kubernetes), 10s (--grace) ... */
void timeline_grace(struct writer *writer, const struct plan *plan);

#endif
