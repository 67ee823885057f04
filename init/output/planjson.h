/*
 * planjson: the plan as one JSON object, for programs (--plan --log json).
 */
#ifndef OUTPUT_PLANJSON_H
#define OUTPUT_PLANJSON_H

#include "core/plan.h"
#include "text/writer.h"

/* Enough with all its notes. */
#define PLANJSON_BYTES 8192

/*
 * planjson_write: whole milliseconds from the stop request; null: never, or not there. Ended by a newline.
 * notes  lines, each ended by a newline.
 */
void planjson_write(struct writer *writer, const struct plan *plan, const struct writer *notes);

/* planjson_refusal: of what does not fit; problem: as on stderr. */
void planjson_refusal(struct writer *writer, const struct writer *problem);

#endif
