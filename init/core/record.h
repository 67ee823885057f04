/*
 * record: events and actions -> the facts that people are told.
 */
#ifndef CORE_RECORD_H
#define CORE_RECORD_H

#include "core/machine.h"
#include "core/survivor.h"
#include "core/watched.h"

/* From the first to the last moment of a phase; NEVER: it has not come. */
struct period {
	nsec_t from;
	nsec_t to;
};

struct record {
	struct period drain;
	struct period stop;
	struct period sweep;
	struct period after;
	int drain_status;  /* of the last attempt; -1: none ended */
	int after_status;  /* -1: it did not end */
	bool drain_killed; /* SIGKILL went to it */
	bool after_killed;
	bool main_killed;                  /* SIGKILL of ours went to the main child */
	bool forced;                       /* and to somebody who was there */
	uint32_t signals[SIGNAL_LAST + 1]; /* received from the stop request on, by number */
	int attempts;                      /* of the drain command, begun */
	int again;                         /* stop signals received after the first */
	signals_t forwarded;               /* to the main child while it served */
	int lost_stops;                    /* see record_is_lost_stop() */
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

/* record_init: nothing has happened yet. */
void record_init(struct record *record);

/* record_step: notes what the step tells. */
void record_step(struct record *record, const struct step *step);

/* record_survivors: after the step was done: whether SIGKILL met anybody. */
void record_survivors(
        struct record *record, const struct step *step, const struct survivors *survivors);

/*
 * record_is_lost_stop: a signal that asks some inits to stop (QUIT, RTMIN+3), from outside, and not
 * among our stop signals: an image's STOPSIGNAL, most likely.
 */
bool record_is_lost_stop(const struct step *step);

#endif
