/*
 * action: what is to be done. A step of the machine gives a short list, to be done in order.
 */
#ifndef CORE_ACTION_H
#define CORE_ACTION_H

#include "core/event.h"

enum target {
	TARGET_MAIN,  /* the main child alone */
	TARGET_GROUP, /* the main child's process group */
	TARGET_DRAIN, /* the drain command: its group; for SIGKILL, all that it started */
	TARGET_AFTER, /* the after command, likewise */
	TARGET_READY, /* the creator of the ready file */
	TARGET_WATCHER,
	TARGET_WAIT,
	TARGET_LEFTOVERS, /* every descendant that belongs to no helper */
	TARGET_DAEMONS,   /* those of them that are not in the main child's group */
	TARGET_EVERYONE,  /* all that drainit owns */
};

enum action_kind {
	ACTION_START,   /* role */
	ACTION_SIGNAL,  /* target, signal */
	ACTION_NAME,    /* target: note who of them is alive, SIGKILL comes next */
	ACTION_ANSWER,  /* the hooks that wait: status 0 or 1 */
	ACTION_SUSPEND, /* stop ourselves, as a job that the terminal stopped */
	ACTION_EXIT,    /* status */
};

struct action {
	enum action_kind kind;
	enum role role;
	enum target target;
	int signal;
	int status;
};

/* The most that one step can give: after a freeze everything is due at once. */
#define ACTIONS_MAX 16

struct actions {
	int count;
	struct action list[ACTIONS_MAX];
};

#endif
