/*
 * drainlog: log lines of the drain.
 */
#ifndef OUTPUT_DRAINLOG_H
#define OUTPUT_DRAINLOG_H

#include "core/record.h"
#include "text/writer.h"

/* drainlog_end: how it went, how long it took, what is still open. */
void drainlog_end(struct writer *writer, const struct step *step);

/* drainlog_attempt: the drain command ended; not every one of many attempts is told. */
void drainlog_attempt(
        struct writer *writer, const struct record *record, const struct step *step);

#endif
