/*
 * resolve: a host's addresses, bounded in time.
 */
#ifndef KERNEL_RESOLVE_H
#define KERNEL_RESOLVE_H

#include <netinet/in.h>
#include <stdbool.h>

#include "core/nsec.h"

#define ADDRESSES_MOST 8

union address {
	struct sockaddr any;
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;
};

struct addresses {
	int error; /* of getaddrinfo(3): EAI_AGAIN if until came first */
	int count;
	union address list[ADDRESSES_MOST];
};

/*
 * resolve: host's addresses, in the order in which they are to be tried. A name is resolved in a child of ours,
 * because the libc's resolver waits for name servers as long as /etc/resolv.conf says, and cannot be told otherwise.
 * Returns false by until; then out->error says why.
 */
bool resolve(const char *host, uint16_t port, nsec_t until, struct addresses *out);

#endif
