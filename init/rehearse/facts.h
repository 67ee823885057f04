/*
 * facts: what was seen of the rehearsal; what is judged by. Instants count from the stop request; NEVER: it did not
 * happen.
 */
#ifndef REHEARSE_FACTS_H
#define REHEARSE_FACTS_H

#include "core/plan.h"
#include "rehearse/flows.h"
#include "rehearse/look.h"

enum probed { PROBE_TAKEN, PROBE_REFUSED, PROBE_SILENT };

/* One of many: the instants of new connections. */
struct probe {
	nsec_t at;
	uint16_t port;
	enum probed how;
};

#define PROBES_MOST 4096

enum fate {
	FATE_PENDING,
	FATE_WHOLE,   /* the answer came to its end */
	FATE_REFUSED, /* no connection */
	FATE_CUT,     /* the connection ended before the answer did */
	FATE_FAILED,  /* 502, 503 ... */
};

/* A request that was under way at the stop request, or came later. */
struct asked {
	nsec_t at;
	nsec_t ended;
	enum fate fate;
	int status;  /* of the answer; 0: none came */
	int64_t got; /* bytes of the body */
	int64_t of;  /* -1: not known */
};

#define ASKED_MOST 1024

struct requests {
	bool made;  /* a requester was there */
	int before; /* whole, and over before the stop request */
	int failed_before;
	struct asked list[ASKED_MOST];
	int count;
};

/* What drainit's own report says, where there is one. */
struct told {
	bool there;
	bool forced;
	bool drain_failed;
	nsec_t drain; /* how long; NEVER: none */
	nsec_t stop;  /* the stop signal was sent */
	nsec_t stop_length;
	nsec_t sweep; /* how long leftovers were waited for; NEVER: there were none */
};

struct left {
	int pid;
	char command[SEEN_COMMAND];
};

#define LEFT_MOST 16

struct facts {
	const struct plan *plan;
	const char *command;    /* its name, without folders */
	const char *main_name;  /* the main child's, as ps shows it */
	const char *main_child; /* its own child's name, if it is a shell */
	const char *server;     /* the name of a known server among the processes, or NULL */
	nsec_t listened;        /* from the start, not the stop; NEVER: it does not listen */
	const uint16_t *ports;
	int port_count;
	nsec_t signalled; /* the main child had its stop signal */
	nsec_t main_gone;
	nsec_t exited;
	nsec_t listener_closed; /* the first look that saw no listener */
	int exit_status;
	bool killed_by_runtime;
	struct told told;
	struct requests requests;
	struct probe probes[PROBES_MOST];
	int probe_count;
	struct flow_counts connections;
	bool flows_seen; /* the table could be read */
	struct left left[LEFT_MOST];
	int left_count;
};

#endif
