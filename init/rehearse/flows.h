/*
 * flows: the connections of others to the program's ports, and how each ended, from looks at the table of TCP.
 */
#ifndef REHEARSE_FLOWS_H
#define REHEARSE_FLOWS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/nsec.h"

/* IPv4 stands as IPv6 maps it (RFC 4291): a server on [::] and its client may each be written in its own way. */
struct endpoint {
	uint64_t address[2];
	uint16_t port;
};

struct tuple {
	struct endpoint local;
	struct endpoint remote;
	int state; /* as /proc/net/tcp counts: 1 ESTABLISHED, 6 TIME_WAIT, 10 LISTEN */
};

/* tuple_parse: a line of /proc/net/tcp or tcp6 (proc(5)). False: it is no such line. */
bool tuple_parse(const char *line, size_t length, struct tuple *out);

enum flow_end {
	FLOW_OPEN,
	FLOW_FINISHED, /* a side said so, or it is gone and nothing tells that it was reset */
	FLOW_RESET,    /* gone at once, on both sides */
};

struct flow {
	struct endpoint local;
	struct endpoint remote;
	nsec_t from;
	nsec_t ended;
	enum flow_end end;
	bool near; /* its other end is in our network namespace, so that we see how that ends too */
};

#define FLOWS_MOST 1024

struct flows {
	struct flow list[FLOWS_MOST];
	int count;
	uint8_t ours[65536 / 8]; /* a bit for each port that our own requests came from */
};

/* flows_own: what comes from this port is ours. */
void flows_own(struct flows *flows, uint16_t port);

/* flows_look: the whole table at now; ports: the program's. */
void flows_look(struct flows *flows, const struct tuple *table, int count,
        const uint16_t *ports, int port_count, nsec_t now);

struct flow_counts {
	int at_stop;  /* open at the stop request */
	int finished; /* of these and of later ones */
	int reset;
	int open_at_end; /* when it was killed */
};

/* flows_count: killed: the instant of SIGKILL, NEVER: none came. */
struct flow_counts flows_count(const struct flows *flows, nsec_t stop, nsec_t killed);

#endif
