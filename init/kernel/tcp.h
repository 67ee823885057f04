/*
 * tcp: a walk over the TCP sockets of our network namespace, both families: by sock_diag(7), filtered in the
 * kernel; where that is refused, from /proc/net/tcp and tcp6.
 */
#ifndef KERNEL_TCP_H
#define KERNEL_TCP_H

#include "core/nsec.h"
#include "text/proc.h"

#define TCP_PORTS_MOST 256

/* The kernel gives at most so much at once (netlink(7)). */
#define TCP_BUFFER 32768

struct tcp_ports {
	uint16_t list[TCP_PORTS_MOST];
	int count;
};

struct tcp_query {
	uint32_t states;               /* 1 << TCP_LISTEN ... */
	const struct tcp_ports *ports; /* local ones; NULL: all */
	bool still;                    /* tell how long each has been still */
};

struct tcp_socket {
	struct proc_tcp is;
	nsec_t still; /* since the last byte either way; -1: not told */
};

struct tcp_table {
	bool no_diag; /* refused once: not asked again */
	int fd;
	bool failed; /* something was not met */
	bool ended;
	const char *next_file; /* of /proc, when fd is over */
	size_t at;
	size_t filled;
	_Alignas(8) char buffer[TCP_BUFFER];
};

/* tcp_open: begins a walk. *table is all 0 before the first. False if there is nothing to be seen, or to be closed. */
bool tcp_open(struct tcp_table *table, const struct tcp_query *query);

/* tcp_next: the next socket that the query asks for. */
bool tcp_next(struct tcp_table *table, const struct tcp_query *query, struct tcp_socket *out);

/* tcp_close: ends it; false if it has not met all. */
bool tcp_close(struct tcp_table *table);

/* tcp_ports_has: is port one of them? */
bool tcp_ports_has(const struct tcp_ports *ports, uint16_t port);

#endif
