/*
 * machine: what to do, on which event, at which time. Pure: it is stepped, and time is an argument.
 *
 *     start -> WAIT -> RUN -> DRAIN -> DRAINED -> STOP -> SWEEP -> AFTER -> EXIT
 *
 * WAIT   the main child is not started until a sidecar answers.
 * RUN    the main child serves; signals are forwarded.
 * DRAIN  a stop was asked for; the main child still serves while traffic moves away.
 * DRAINED  a hook asked for the stop and has its answer; the main child serves until the signal comes.
 * STOP   the main child has its stop signal and is finishing.
 * SWEEP  the main child is gone; leftovers are stopped. Entered from any phase before it.
 * AFTER  nobody is left; the after command runs.
 *
 * A phase without work is passed in the same step. The struct holds no pointer but the plan: it can
 * be copied, compared and hashed, and tests/explore does.
 */
#ifndef CORE_MACHINE_H
#define CORE_MACHINE_H

#include "core/action.h"
#include "core/event.h"
#include "core/helper.h"
#include "core/plan.h"

enum phase {
	PHASE_START,
	PHASE_WAIT,
	PHASE_RUN,
	PHASE_DRAIN,
	PHASE_DRAINED,
	PHASE_STOP,
	PHASE_SWEEP,
	PHASE_AFTER,
	PHASE_EXIT
};

/* Why the drain was over. */
enum drain_end {
	DRAIN_RUNS,
	DRAIN_DONE,       /* all that it waited for */
	DRAIN_BUDGET,     /* its time was up */
	DRAIN_SIGNAL,     /* a second stop signal */
	DRAIN_MAIN_CHILD, /* the main child ended */
};

/* Every instant that the machine remembers: an array in all but name, so that a test can shift it. */
struct instants {
	nsec_t stop;       /* the stop request; NEVER: none */
	nsec_t signal;     /* the first stop signal; NEVER: none, a hook asked */
	nsec_t attempt;    /* the drain command starts; NEVER: it runs, or has been done */
	nsec_t linger;     /* who overstays the main child is killed; NEVER: it is not gone */
	nsec_t kill_again; /* SIGKILL to who was born while it went round; NEVER: none was sent */
	nsec_t give_up;    /* the after command's last is not waited for any longer */
};

struct machine {
	const struct plan *plan;
	struct instants at;
	struct helper drain;
	struct helper after;
	struct helper wait;
	enum phase phase;
	uint16_t live;     /* a bit per role */
	uint8_t reason;    /* the stop signal that asked; 0: a hook did, or nobody */
	uint8_t stop_as;   /* the stop signal to be sent on, before rewriting */
	uint8_t escalated; /* steps sent */
	uint8_t status;    /* the main child's, once it has ended */
	uint8_t killed_by; /* the signal that ended it */
	enum drain_end drain_end;
	bool drain_ok;      /* the command succeeded, or there is none */
	bool idle;          /* the connections were seen idle, or nobody asks */
	bool ready;         /* the ready file may be there */
	bool unready_waits; /* the ready file's creator is dying; its removal comes after */
	bool hook_waits;    /* for its answer */
	bool begun;         /* the main child was forked, so that its group can be there */
	bool stop_sent;     /* the main child had its stop signal */
	bool swept;         /* leftovers had their TERM */
	bool linger_all;    /* every leftover has no more than linger */
	bool linger_over;   /* SIGKILL went to those who overstayed it */
	bool killed;        /* SIGKILL went to everyone */
	bool surveyed;      /* who lives was asked before the next SIGKILL */
	bool after_swept;   /* so has what it left behind */
};

/* machine_init: ready to be stepped; the first step starts the main child. plan outlives it. */
void machine_init(struct machine *machine, const struct plan *plan);

/*
 * machine_step: one event in, what is to be done out.
 * Every step also acts on every instant that is due at event->now, so that a flood of signals cannot
 * delay the deadline. It looks at the event before that: a child that has ended is neither signalled
 * nor waited for, and its status counts. Time must not run backwards. After ACTION_EXIT, which comes
 * last, nothing is due, and it is not stepped again.
 */
void machine_step(struct machine *machine, const struct event *event, struct actions *out);

/*
 * machine_wake_at: the next instant at which a step has something to do; NEVER if only an event can
 * bring it. May lie in the past: then the caller steps EVENT_TIME before it waits, but after it has
 * reaped what can be reaped.
 */
nsec_t machine_wake_at(const struct machine *machine);

/* machine_kill_at: the instant of the SIGKILL to everyone, or NEVER where no stop was asked for. */
nsec_t machine_kill_at(const struct machine *machine);

/* machine_exit_status: what drainit exits with, as far as is known now. */
int machine_exit_status(const struct machine *machine);

/* machine_drained: the drain reached all that it was to reach. */
static inline bool machine_drained(const struct machine *machine)
{
	return machine->drain_ok && machine->idle;
}

static inline bool machine_live(const struct machine *machine, enum role role)
{
	return machine->live >> role & 1;
}

#endif
