/*
 * advice: what --plan teaches: what these options leave open, why it matters, and what to write.
 */
#ifndef OUTPUT_ADVICE_H
#define OUTPUT_ADVICE_H

#include "core/plan.h"
#include "text/writer.h"

/* Room for all that can apply at once. */
#define ADVICE_BYTES 2048

/* advice_write: a line for all that applies, each ended by a newline. */
void advice_write(struct writer *writer, const struct plan *plan);

#endif
