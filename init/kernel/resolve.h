/*
 * resolve: a host's addresses: written as such, from /etc/hosts, or asked of the name servers in
 * /etc/resolv.conf, over UDP. Runs in a helper.
 */
#ifndef KERNEL_RESOLVE_H
#define KERNEL_RESOLVE_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>

#include "core/nsec.h"
#include "text/dns.h"

union address {
	struct sockaddr any;
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;
};

struct addresses {
	bool silent; /* no name server answered */
	int count;
	union address list[DNS_MOST];
};

/* resolve: returns false, by until, if there is no address: count is 0 then. */
bool resolve(const char *host, uint16_t port, nsec_t until, struct addresses *out);

#endif
