/*
 * answer: what a server sends back, read line by line through a fixed buffer, whatever its size (RFC 9112).
 */
#ifndef KERNEL_ANSWER_H
#define KERNEL_ANSWER_H

#include <stdbool.h>
#include <stddef.h>

#include "core/nsec.h"
#include "text/writer.h"

/* Of a line no more than this is kept, its NUL included. */
#define ANSWER_LINE 256

struct answer {
	int fd; /* does not block */
	nsec_t until;
	struct writer *said; /* what went wrong */
	int error; /* why there is no more: errno; ETIMEDOUT: the time; 0: the server has closed */
	size_t at;
	size_t filled;
	char buffer[4096];
};

/*
 * answer_status: the status line; what is only underway (1xx) is passed over.
 * line  ANSWER_LINE bytes, for the line.
 * Returns where the status stands in it, or NULL if none came by until; then that is said.
 */
const char *answer_status(struct answer *answer, char *line);

/*
 * answer_explain: says the status, which is no success, and reads on, a second at most: where a redirect leads,
 * or the first line of the body if people can read it.
 */
void answer_explain(struct answer *answer, char *line, const char *status);

#endif
