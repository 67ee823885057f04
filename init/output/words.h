/*
 * words: the parts of log lines that several lines have.
 */
#ifndef OUTPUT_WORDS_H
#define OUTPUT_WORDS_H

#include "output/line.h"

/* words_end: the line is whole: it goes out in the format that the options say. */
void words_end(const struct line *line);

/* words_left: '; 3.5s left' until SIGKILL. */
void words_left(struct writer *message, const struct step *step);

/* words_name: a path or a command, cut if it is long, without control characters. */
void words_name(struct writer *message, const char *name);

/* words_how_it_ended: ' ended with 3', ' was killed by TERM', ' could not be started: ...'. */
void words_how_it_ended(struct writer *message, const struct event *event);

/* words_heard: ': answered 503', what a request was told; nothing if it was told nothing. */
void words_heard(struct writer *message, const struct step *step);

const char *words_target(enum target target);

/* words_stop_signal: whether it was sent on. */
const char *words_stop_signal(const struct step *step);

/* words_grace: the grace period, whose it is, and what of it was spent before. */
void words_grace(struct writer *message, const struct plan *plan);

/* words_succeeded: a role ended with 0. */
bool words_succeeded(const struct event *event);

#endif
