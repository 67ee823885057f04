/*
 * plan: the budget. Options in, offsets from the stop request out, made once at start.
 * The machine follows it and --plan prints it, so what we say cannot differ from what we do.
 */
#ifndef CORE_PLAN_H
#define CORE_PLAN_H

#include "core/options.h"

/* What does not fit. Each has the option that asks too much, what it wants and what there is. */
enum misfit {
	MISFIT_NONE,
	MISFIT_GRACE,             /* under a second */
	MISFIT_SPENT,             /* leaves under a second of the grace period */
	MISFIT_MARGIN,            /* over half of the allowance, or nothing */
	MISFIT_NO_DRAIN_ROOM,     /* under 500 ms between the stop request and the reserve */
	MISFIT_DRAIN_MIN,         /* reaches into the reserve */
	MISFIT_DRAIN_MIN_MAX,     /* longer than the drain's own budget */
	MISFIT_DRAIN_MAX,         /* over 80 % of the allowance, or reaches into the reserve */
	MISFIT_DRAIN_SHORT,       /* a budget under 500 ms */
	MISFIT_DRAIN_DELAY,       /* the command would start when its TERM is due */
	MISFIT_ESCALATE,          /* reaches into the drain */
	MISFIT_INFINITE_DRAIN,    /* no end: a drain needs a budget in seconds */
	MISFIT_INFINITE_SHARE,    /* no end: a share of nothing */
	MISFIT_INFINITE_ESCALATE, /* no end: there is no SIGKILL to come before */
	MISFIT_COUNT
};

struct problem {
	enum misfit misfit;
	nsec_t wants;
	nsec_t limit; /* the most, or the least, that would fit */
};

struct plan_step {
	int signal;
	nsec_t at;
};

/* Which bound a drain's budget that nobody asked for is. */
enum drain_bound { BOUND_SHARE, BOUND_RESERVE, BOUND_LEAST };

/* All spans count from the stop request, unless said otherwise. */
struct plan {
	const struct options *options;
	bool assumed;     /* nobody stated the grace period */
	uint32_t cut;     /* bit per misfit: what an assumed grace period made us cut */
	nsec_t grace;     /* stop request -> the runtime's SIGKILL; NEVER: none comes */
	nsec_t spent;     /* of it, before the stop request reached us */
	nsec_t allowance; /* grace - spent */
	nsec_t margin;
	nsec_t reserve;  /* what the drain leaves to the stop phase */
	nsec_t deadline; /* allowance - margin */
	nsec_t serve; /* after a hook that no signal follows the stop phase begins: kill - reserve */
	nsec_t kill;    /* SIGKILL to all: the deadline, less what the after command is kept */
	nsec_t exit_by; /* drainit has exited, reaped or not */

	bool drains;            /* there is something to wait for before the stop phase */
	nsec_t drain_min;       /* the drain lasts at least this long */
	nsec_t drain_delay;     /* the command starts */
	nsec_t drain_term;      /* the command gets TERM */
	nsec_t drain_max;       /* the command gets KILL and the drain is over */
	enum drain_bound bound; /* of drain_max, where it is derived */
	nsec_t drain_quiet; /* a span: a connection without a byte for it is idle; NEVER: none is */
	nsec_t drain_retry; /* a span: from a failure to the next attempt; NEVER: off */

	struct plan_step escalate[ESCALATIONS_MAX]; /* by time */
	int escalations;

	nsec_t wait_for;  /* a span, from our start; the main child is not started after it */
	nsec_t linger;    /* a span, from the main child's end */
	nsec_t after_max; /* a span, from the after command's start */
	nsec_t survey;    /* a span: this long before a SIGKILL the survey begins */
	nsec_t settle; /* a span: how long SIGKILL may take to show before we go on without */
};

/* plan_open_ended: may the drain last until drain_max? Without a command or a watcher it lasts drain_min. */
bool plan_open_ended(const struct plan *plan);

/* plan_usual_grace: what a platform gives who does not ask for another. */
nsec_t plan_usual_grace(enum platform platform);

/* plan_lead: how long before its KILL a helper with this budget gets TERM: a tenth, at most 1 s. */
nsec_t plan_lead(nsec_t budget);

/*
 * plan_make: lays the budget of DESIGN's *Budget* out.
 * options  outlives the plan, which keeps a pointer to it.
 * problem  what does not fit a stated grace period; misfit is MISFIT_NONE if all does.
 * Returns true if the plan can be followed. What does not fit an assumed grace period is cut to
 * what fits and its bit set in plan->cut.
 */
bool plan_make(const struct options *options, struct plan *plan, struct problem *problem);

#endif
