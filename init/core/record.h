/*
 * record: events and actions -> the facts that people are told.
 */
#ifndef CORE_RECORD_H
#define CORE_RECORD_H

#include "core/machine.h"
#include "core/watched.h"

struct record {
	int attempts;        /* of the drain command, begun */
	int again;           /* stop signals received after the first */
	signals_t forwarded; /* to the main child while it served */
	int lost_stops;      /* see record_is_lost_stop() */
};

/* What one step was: all that the log needs to word it. */
struct step {
	const struct machine *machine; /* after it */
	enum phase before;
	const struct event *event;
	const struct actions *actions;
	const char *heard;             /* what a request that ended was told; empty: nothing */
	const struct watched *watched; /* the watcher's last look */
};

/* record_step: notes what the step tells. */
void record_step(struct record *record, const struct step *step);

/*
 * record_is_lost_stop: a signal that asks some inits to stop (QUIT, RTMIN+3), from outside, and not
 * among our stop signals: an image's STOPSIGNAL, most likely.
 */
bool record_is_lost_stop(const struct step *step);

#endif
