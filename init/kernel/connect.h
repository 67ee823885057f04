/*
 * connect: a TCP connection to a host, bounded in time.
 */
#ifndef KERNEL_CONNECT_H
#define KERNEL_CONNECT_H

#include <stdint.h>

#include "core/nsec.h"
#include "text/writer.h"

/*
 * connect_host: tries the host's addresses in turn, each with its share of the time.
 * said  why there is none.
 * Returns a socket that does not block, or -1; by until.
 */
int connect_host(const char *host, uint16_t port, nsec_t until, struct writer *said);

/* connect_say: what went wrong with a connection, by its errno; ETIMEDOUT is the time that was given. */
void connect_say(struct writer *said, int error);

#endif
