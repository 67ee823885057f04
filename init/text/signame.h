/*
 * signame: TERM, SIGTERM, 15, RTMIN+3 <-> signal numbers.
 * RTMIN is 34, as docker, systemd and Go count, and RTMAX 64; not musl's 35.
 */
#ifndef TEXT_SIGNAME_H
#define TEXT_SIGNAME_H

#include "text/writer.h"

/*
 * signame_parse: text of the given length -> 1 to 64, without the libc's own 32 and 33.
 * Returns 0 if it is no signal. Names are taken in either case.
 */
int signame_parse(const char *text, size_t length);

/* write_signal: TERM, RTMIN, RTMIN+3; a number without a name as itself. */
void write_signal(struct writer *writer, int signal);

#endif
