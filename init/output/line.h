/*
 * line: one line of the log, in either format.
 *
 *     drainit: +2.7s drain command was killed by TERM; 1.8s left
 *     {"source":"drainit","phase":"drain","since_stop_ms":2700,"left_ms":1800,"message":"..."}
 */
#ifndef OUTPUT_LINE_H
#define OUTPUT_LINE_H

#include "core/record.h"
#include "text/writer.h"

/* The longest message. As JSON it can take twice as much: write_plain() leaves '"' and '\' in. */
#define LINE_BYTES 512

struct line {
	struct writer *out;
	const struct step *step;
	struct writer message;
	char bytes[LINE_BYTES];
};

/*
 * line_begin: where the message is to be written; line_end() adds what surrounds it.
 * step  what the line tells of; NULL: no step, so no time and no phase but the start.
 */
struct writer *line_begin(struct line *line, struct writer *out, const struct step *step);

/* line_end: puts the line into out. */
void line_end(const struct line *line, enum log_format format);

/* line_stopping: a stop was asked for, so that there is a time to tell. */
bool line_stopping(const struct step *step);

/* line_since_stop: from the stop request to the step. */
nsec_t line_since_stop(const struct step *step);

/*
 * line_left: until SIGKILL is due, for the after command until the deadline; never below 0.
 * NEVER where the grace period is infinite.
 */
nsec_t line_left(const struct step *step);

#endif
