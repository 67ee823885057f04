/*
 * log: what is said on stderr, worded from the step that the machine took.
 * Quiet in normal running; in a shutdown few lines, each with the time since the stop request.
 */
#ifndef OUTPUT_LOG_H
#define OUTPUT_LOG_H

#include "core/record.h"
#include "core/survivor.h"
#include "text/writer.h"

/* Room for what one step can say: one write to a pipe (PIPE_BUF). */
#define LOG_BYTES 4096

/*
 * log_step: puts the lines of one step into the writer; none for most steps.
 * survivors  as named in this step, if ACTION_NAME is among its actions.
 */
void log_step(struct writer *writer, const struct record *record, const struct step *step,
        const struct survivors *survivors);

/* log_lost_directory: helpers run in / because the directory that drainit was started in is gone. */
void log_lost_directory(struct writer *writer, enum log_format format);

/* log_message: one line outside of any step: a usage error, a warning. */
void log_message(
        struct writer *writer, enum log_format format, const char *text, size_t length);

#endif
