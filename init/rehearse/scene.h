/*
 * scene: what the rehearsal has at hand while it goes on. Instants are of the clock; gather.c counts them from the
 * stop request.
 */
#ifndef REHEARSE_SCENE_H
#define REHEARSE_SCENE_H

#include <sys/wait.h>

#include "rehearse/look.h"
#include "rehearse/rehearsal.h"
#include "rehearse/requester.h"
#include "rehearse/table.h"

/* A look at the container each. */
#define SCENE_TICK (20 * MSEC)

enum act {
	ACT_START,   /* until it listens, or as long as was asked for */
	ACT_TRAFFIC, /* requests, before the stop request */
	ACT_STOP,    /* from the stop request on */
};

struct scene {
	const struct rehearsal *rehearsal;
	const struct plan *plan;
	struct facts *facts;
	pid_t pid; /* 0: it is gone */
	int status;
	enum act act;
	int interrupted; /* by this signal */
	nsec_t started;
	nsec_t served;  /* traffic began */
	nsec_t next;    /* the stop request, or in ACT_START the end of patience */
	nsec_t stopped; /* the stop request was sent */
	nsec_t exited;
	nsec_t main_gone; /* instants, until they are told from the stop request */
	nsec_t signalled;
	nsec_t closed;
	nsec_t probe_at;
	struct look look;
	struct table table;
	struct flows flows;
	struct requester requester;
	char report[2048];
};

/* scene_status: the container's exit status, as a runtime counts. */
static inline int scene_status(const struct scene *scene)
{
	return WIFEXITED(scene->status) ? WEXITSTATUS(scene->status)
	                                : 128 + WTERMSIG(scene->status);
}

#endif
