/*
 * event: what can happen, with its time.
 * The core speaks of roles, never of pids; whose end it was, the kernel edge has found out.
 */
#ifndef CORE_EVENT_H
#define CORE_EVENT_H

#include <stdbool.h>

#include "core/nsec.h"

enum role {
	ROLE_NONE,    /* an orphan that came to us */
	ROLE_MAIN,    /* the main child */
	ROLE_DRAIN,   /* the drain command */
	ROLE_AFTER,   /* the after command */
	ROLE_READY,   /* creates the ready file when the main child runs */
	ROLE_UNREADY, /* removes it */
	ROLE_SURVEY,  /* reads who still lives, and where it waits */
	ROLE_WATCHER, /* ends with 0 when the connections are idle */
	ROLE_WAIT,    /* ends with 0 when what is waited for has answered */
	ROLE_COUNT
};

enum event_kind {
	EVENT_TIME,        /* nothing but time has passed */
	EVENT_SIGNAL,      /* a signal was received: signal, outside */
	EVENT_ENDED,       /* a child was reaped: role, status, killed_by */
	EVENT_NOT_STARTED, /* a role could not be started: role, error */
	EVENT_ASKED,    /* the preStop hook: the stop begins now, tell when the drain is over */
	EVENT_NO_CHILD, /* nobody of ours is left: we have no child, or none but strangers */
};

struct event {
	enum event_kind kind;
	nsec_t now;
	enum role role;
	int pid; /* whose end it was; for people to read, never to be signalled */
	int signal;
	bool hook_there; /* the signal came while a hook that asked still waits for its answer */
	bool outside;    /* the signal came from outside our PID namespace */
	int status;      /* exit status as a shell counts: the code, or 128 + killed_by */
	int killed_by;   /* the signal that ended it, or 0 */
	int ask;         /* enum ask of kernel/ask.h, which answers some itself */
	int error;       /* errno, */
	bool in_exec;    /* of the exec, not of the fork */
};

#endif
