/*
 * world: the machine and, beside it, what a bystander knows: who lives, who was told what, and when.
 * The bystander judges each step by DESIGN's words and the plan's figures; it never looks at what
 * the machine remembers.
 */
#ifndef EXPLORE_WORLD_H
#define EXPLORE_WORLD_H

#include <signal.h>
#include <string.h>

#include "core/machine.h"

/* Far from zero, so that an instant can lie hours before it. */
#define START_AT (1000000 * SEC)

#define LONG_AGO (60 * SEC)

struct world {
	struct machine machine;
	const struct plan *plan; /* that is to be kept */
	nsec_t now;
	nsec_t stop_at;   /* the stop request */
	nsec_t signal_at; /* the first stop signal */
	nsec_t ended_at;  /* the main child's end */
	nsec_t after_by;  /* the after command is over, or given up */
	nsec_t wait_by;   /* the wait helper is killed */
	uint16_t alive;   /* a bit per role */
	uint16_t killed;  /* those of them that were sent SIGKILL */
	uint8_t reason;   /* the stop signal that the main child is to have */
	uint8_t status;   /* the main child's */
	uint8_t stops;    /* how often the machine sent the stop signal by itself */
	uint8_t removals;
	uint8_t steps;    /* escalation steps sent */
	bool drain_owed;  /* the drain command is to be started, or once more */
	bool idle_owed;   /* the connections are to be seen idle */
	bool watched;     /* the watcher was started */
	bool attempt_ok;  /* the drain command's last attempt succeeded, or there is none */
	bool drain_over;  /* or there was nothing to drain */
	bool drain_good;  /* then: it did all that it was to do */
	bool stopping;    /* nothing that comes changes which stop signal is sent */
	bool hook_waits;  /* for its answer */
	bool begun;       /* anything was started */
	bool main_begun;  /* the main child was */
	bool answered;    /* what was waited for */
	bool called_off;  /* a stop was asked for while it waited */
	bool main_gone;   /* or will never be there */
	bool asked_first; /* the stop was asked for before the main child ended */
	bool ready_created;
	bool unremovable; /* the ready file's removal could not be started */
	bool after_started;
	bool swept;         /* leftovers had TERM */
	bool linger_killed; /* SIGKILL to those who overstayed their time */
	bool killed_all;    /* SIGKILL to everyone */
	bool clean;         /* nobody was left */
	bool exited;
};

/* The machine as it is, or with a fault put in. */
typedef void step_function(struct machine *, const struct event *, struct actions *);

static inline bool is_alive(const struct world *world, enum role role)
{
	return world->alive >> role & 1;
}

static inline const struct options *options_of(const struct world *world)
{
	return world->plan->options;
}

/* The first stop signal as it is sent on; 0: none came, or it is dropped. */
static inline int stop_sent_as(const struct world *world)
{
	return world->reason ? options_of(world)->rewrite[world->reason] : 0;
}

static inline enum target told(const struct world *world)
{
	return options_of(world)->forward_to == FORWARD_GROUP ? TARGET_GROUP : TARGET_MAIN;
}

static inline bool past_stop(const struct world *world, nsec_t span)
{
	return world->now >= nsec_add(world->stop_at, span);
}

static inline int exit_expected(const struct world *world)
{
	const struct options *options = options_of(world);
	int status = world->main_gone ? world->status : 128 + SIGKILL;

	if (world->main_gone && world->stops > 0 && options->stop_status >= 0 &&
	        status == 128 + stop_sent_as(world))
		return options->stop_status;
	if (world->main_gone && (options->zero_exit[status / 64] & (uint64_t)1 << status % 64))
		return 0;
	return status;
}

static inline void world_init(struct world *world, const struct plan *plan)
{
	memset(world, 0, sizeof *world);
	machine_init(&world->machine, plan);
	world->plan = plan;
	world->now = START_AT;
	world->stop_at = world->signal_at = world->ended_at = world->after_by = world->wait_by =
	        NEVER;
}

#define INSTANTS 18

static inline void find_instants(struct world *world, nsec_t *instants[INSTANTS])
{
	struct machine *machine = &world->machine;
	nsec_t *all[INSTANTS] = { &world->now, &world->stop_at, &world->ended_at,
		&world->after_by, &machine->at.stop, &machine->at.attempt, &machine->at.linger,
		&machine->at.kill_again, &machine->at.give_up, &machine->drain.term_at,
		&machine->drain.kill_at, &machine->after.term_at, &machine->after.kill_at,
		&world->wait_by, &machine->wait.term_at, &machine->wait.kill_at,
		&world->signal_at, &machine->at.signal };

	memcpy(instants, all, sizeof all);
}

/* world_shift: all instants by the same span: nothing else may come of it. */
static inline void world_shift(struct world *world, nsec_t by)
{
	nsec_t *instants[INSTANTS];

	find_instants(world, instants);
	for (int i = 0; i < INSTANTS; i++)
		if (*instants[i] != NEVER)
			*instants[i] += by;
}

/* What people alone are told, and ways that an outcome came about, decide nothing any more. */
static inline void forget_ways(struct world *world)
{
	struct machine *machine = &world->machine;

	machine->reason = machine->killed_by = 0;
	if (!world->drain_over)
		return;
	world->idle_owed = world->drain_owed = false;
	world->attempt_ok = world->drain_good;
	if (machine->drain_end != DRAIN_MAIN_CHILD && machine->drain_end != DRAIN_RUNS) {
		machine->drain_ok = machine_drained(machine);
		machine->drain_end = DRAIN_DONE;
	}
	machine->idle = true;
}

/*
 * world_forget: an instant from which nothing more counts is simply long ago; else every state would
 * be another one for ever.
 */
static inline void world_forget(struct world *world)
{
	const struct plan *plan = world->plan;
	nsec_t *instants[INSTANTS];
	nsec_t long_ago = world->now - LONG_AGO;
	nsec_t lingered = nsec_add(world->ended_at, nsec_add(plan->linger, plan->settle));

	find_instants(world, instants);
	for (int i = 0; i < INSTANTS; i++)
		*instants[i] = nsec_max(*instants[i], long_ago);
	forget_ways(world);
	if (world->main_gone)
		world->idle_owed = world->drain_owed = false;
	/* Without the main child, duplicates are tried where no hook came before the signal. */
	if (world->now >= nsec_add(world->signal_at, SEC) ||
	        (world->after_started && world->stop_at != NEVER) ||
	        (world->main_gone && world->signal_at != NEVER &&
	                world->signal_at != world->stop_at))
		world->signal_at = world->machine.at.signal = long_ago;
	if (plan->exit_by == NEVER && past_stop(world, nsec_max(plan->drain_max, SEC)))
		world->stop_at = world->machine.at.stop = long_ago;
	if (world->now >= lingered && world->linger_killed)
		world->ended_at = world->machine.at.linger = long_ago;
}

/* ---- what the event tells the bystander ---- */

static inline bool is_stop_signal(const struct world *world, const struct event *event)
{
	return event->kind == EVENT_SIGNAL &&
	       (options_of(world)->stop_signals & signal_bit(event->signal));
}

static inline int status_of_no_start(const struct event *event)
{
	if (!event->in_exec)
		return 125;
	return event->error == 2 || event->error == 20 ? 127 : 126;
}

static inline void observe_attempt(struct world *world, const struct event *event)
{
	bool ok = event->kind == EVENT_ENDED && event->status == 0;

	world->now = event->now;
	world->attempt_ok = world->drain_over ? world->attempt_ok : ok;
	world->drain_owed = !ok && !past_stop(world, nsec_before(world->plan->drain_term,
	                                                     nsec_min(world->plan->drain_retry,
	                                                             world->plan->drain_term)));
}

static inline void observe_main_end(struct world *world, nsec_t now, int status)
{
	world->main_gone = true;
	world->asked_first = world->stop_at != NEVER;
	world->ended_at = now;
	world->status = (uint8_t)status;
}

/* Without an answer, this is a main child that could not be started. */
static inline void observe_wait_end(struct world *world, const struct event *event)
{
	world->wait_by = NEVER;
	world->answered = event->kind == EVENT_ENDED && event->status == 0;
	if (!world->answered)
		observe_main_end(world, event->now, 125);
}

static inline void observe_end(struct world *world, const struct event *event)
{
	uint16_t bit = (uint16_t)(1u << event->role);
	bool ok = event->kind == EVENT_ENDED && event->status == 0;

	/* What it left behind has as long to die as it would have had itself. */
	if (event->role == ROLE_AFTER && !(world->killed & bit))
		world->after_by = nsec_add(event->now, world->plan->settle);
	world->alive = (uint16_t)(world->alive & ~bit);
	world->killed = (uint16_t)(world->killed & ~bit);
	if (event->role == ROLE_UNREADY && event->kind == EVENT_NOT_STARTED) {
		world->unremovable = true;
		world->removals = 0;
	}
	if (event->role == ROLE_DRAIN)
		observe_attempt(world, event);
	if (event->role == ROLE_WATCHER)
		world->idle_owed = world->idle_owed && !ok;
	if (event->role == ROLE_WAIT)
		observe_wait_end(world, event);
	if (event->role == ROLE_MAIN)
		observe_main_end(world, event->now,
		        event->kind == EVENT_ENDED ? event->status : status_of_no_start(event));
}

/* A hook brings no signal: the first of the stop signals is sent on, if none comes. */
static inline void observe_stop_request(struct world *world, const struct event *event)
{
	const struct options *options = options_of(world);

	world->stop_at = event->now;
	world->reason = (uint8_t)(event->signal ? event->signal : options->first_stop);
	world->called_off = options->wait_for && !world->answered && !world->main_gone;
	world->drain_over = world->drain_good =
	        !world->plan->drains || world->main_gone || world->called_off;
	world->attempt_ok = options->drain == NULL;
	world->drain_owed = options->drain != NULL;
	world->idle_owed = options->drain_idle && world->plan->drains;
	if (world->called_off)
		observe_main_end(world, event->now, 128 + world->reason);
}

static inline void observe_stop_signal(struct world *world, const struct event *event)
{
	if (world->signal_at != NEVER)
		return;
	world->signal_at = event->now;
	if (world->stop_at == NEVER)
		observe_stop_request(world, event);
	else if (!world->stopping && !world->main_gone)
		world->reason = (uint8_t)event->signal;
}

static inline void observe_hook(struct world *world, const struct event *event)
{
	world->hook_waits = true;
	if (world->stop_at == NEVER)
		observe_stop_request(world, event);
}

static inline void observe(struct world *world, const struct event *event)
{
	world->now = event->now;
	if (event->kind == EVENT_ENDED || event->kind == EVENT_NOT_STARTED)
		observe_end(world, event);
	if (event->kind == EVENT_NO_CHILD)
		world->clean = true;
	if (event->kind == EVENT_ASKED)
		observe_hook(world, event);
	if (is_stop_signal(world, event))
		observe_stop_signal(world, event);
}

/* ---- the drain ---- */

/*
 * Other than its budget, a stop signal ends it before it is done: one after the first, or one that comes while
 * the hook waits.
 */
static inline bool ends_drain(const struct world *before, const struct event *event)
{
	if (!is_stop_signal(before, event))
		return false;
	return before->signal_at == NEVER ? event->hook_there
	                                  : event->now >= before->signal_at + SEC;
}

static inline bool still_drains(const struct world *world)
{
	const struct plan *plan = world->plan;

	if (!plan->drains || past_stop(world, plan->drain_max))
		return false;
	return world->idle_owed || is_alive(world, ROLE_DRAIN) ||
	       !past_stop(world, plan->drain_min) ||
	       (world->drain_owed && !past_stop(world, plan->drain_term));
}

static inline bool cuts_drain(
        const struct world *world, const struct world *before, const struct event *event)
{
	return !world->drain_over && !ends_drain(before, event) && still_drains(world);
}

/* A running attempt may finish after the main child: what comes of it is the drain's outcome. */
static inline void observe_drain_end(
        struct world *world, const struct world *before, const struct event *event)
{
	if (world->stop_at == NEVER || world->drain_over)
		return;
	if (world->main_gone) {
		world->drain_over = !is_alive(world, ROLE_DRAIN);
		world->drain_good =
		        (options_of(world)->drain && world->attempt_ok) || world->status == 0;
	} else if (!cuts_drain(world, before, event)) {
		world->drain_over = true;
		world->drain_good = world->attempt_ok && !world->idle_owed;
	}
}

static inline bool signal_awaited(const struct world *world)
{
	return world->stop_at != NEVER && world->signal_at == NEVER &&
	       !past_stop(world, world->plan->serve);
}

/* ---- each action ---- */

static inline const char *judge_after(struct world *world)
{
	const struct options *options = options_of(world);

	if (world->after_started)
		return "the after command is started twice";
	if (!options->after)
		return "an after command that nobody asked for";
	if (options->after_on == AFTER_SUCCESS && exit_expected(world) != 0)
		return "the after command is started after a failure";
	if (past_stop(world, world->plan->deadline))
		return "the after command is started after the deadline";
	if (!world->clean && !world->killed_all && !world->linger_killed)
		return "the after command is started while others live that nobody killed";
	world->after_started = true;
	world->ended_at = NEVER; /* nothing counts from it any more */
	world->after_by =
	        nsec_add(world->now, nsec_add(world->plan->after_max, world->plan->settle));
	return NULL;
}

static inline const char *judge_drain(const struct world *world)
{
	const struct plan *plan = world->plan;

	if (world->stop_at == NEVER || !past_stop(world, plan->drain_delay))
		return "the drain command is started before its time";
	if (past_stop(world, plan->drain_term))
		return "the drain command is started after its time";
	return world->drain_over || world->main_gone
	               ? "the drain command is started after the drain"
	               : NULL;
}

static inline const char *judge_watcher(struct world *world)
{
	if (!world->idle_owed || world->drain_over || world->main_gone)
		return "a watcher outside of a drain that waits for connections";
	if (world->watched)
		return "the watcher is started twice";
	world->watched = true;
	return NULL;
}

static inline const char *judge_wait(struct world *world)
{
	if (!options_of(world)->wait_for || world->begun)
		return "a wait that nobody asked for, or that comes late";
	world->wait_by = nsec_add(world->now, world->plan->wait_for);
	return NULL;
}

static inline const char *judge_main(struct world *world)
{
	if (world->main_begun)
		return "the main child is started twice";
	if (options_of(world)->wait_for && !world->answered)
		return "the main child is started without the answer that it waits for";
	world->main_begun = true;
	return NULL;
}

static inline bool owes_kill(const struct world *world, enum role role)
{
	return is_alive(world, role) && !(world->killed >> role & 1);
}

static inline const char *judge_start(struct world *world, enum role role)
{
	const char *wrong = NULL;

	if (is_alive(world, role))
		return "a role is started while it lives";
	if (role != ROLE_WAIT && (is_alive(world, ROLE_WAIT) || world->called_off))
		return "something is started while it waits, or after that was called off";
	if (role == ROLE_WAIT)
		wrong = judge_wait(world);
	if (role == ROLE_WATCHER)
		wrong = judge_watcher(world);
	if (role == ROLE_AFTER)
		wrong = judge_after(world);
	if (role == ROLE_DRAIN)
		wrong = judge_drain(world);
	if (role == ROLE_MAIN)
		wrong = judge_main(world);
	if (role == ROLE_UNREADY && (is_alive(world, ROLE_READY) || !world->ready_created))
		wrong = "the ready file is removed while its creator lives, or was never "
		        "started";
	if (role == ROLE_UNREADY && ++world->removals > 1)
		wrong = "the ready file is removed twice";
	world->begun = true;
	world->drain_owed = world->drain_owed && role != ROLE_DRAIN;
	world->ready_created = world->ready_created || role == ROLE_READY;
	world->alive = (uint16_t)(world->alive | 1u << role);
	return wrong;
}

static inline enum role role_of(enum target target)
{
	switch (target) {
	case TARGET_MAIN:
		return ROLE_MAIN;
	case TARGET_DRAIN:
		return ROLE_DRAIN;
	case TARGET_AFTER:
		return ROLE_AFTER;
	case TARGET_READY:
		return ROLE_READY;
	case TARGET_WATCHER:
		return ROLE_WATCHER;
	case TARGET_WAIT:
		return ROLE_WAIT;
	case TARGET_GROUP:
	case TARGET_LEFTOVERS:
	case TARGET_DAEMONS:
	case TARGET_EVERYONE:
		break;
	}
	return ROLE_NONE;
}

static inline const char *judge_kill_all(struct world *world)
{
	bool after_over = world->after_started && !is_alive(world, ROLE_AFTER);

	if (!past_stop(world, world->plan->kill) && !after_over)
		return "SIGKILL to everyone before it is due";
	if (is_alive(world, ROLE_MAIN) && world->stops == 0 && stop_sent_as(world) != 0)
		return "the main child is killed without its stop signal";
	world->killed = world->alive;
	world->killed_all = true;
	return NULL;
}

static inline const char *judge_linger_kill(struct world *world, enum target target)
{
	const struct plan *plan = world->plan;
	bool all = !world->asked_first || plan->kill == NEVER;

	if (!world->main_gone)
		return "leftovers are killed while the main child lives";
	if (world->now < nsec_add(world->ended_at, plan->linger) &&
	        !past_stop(world, plan->kill))
		return "leftovers are killed before their time";
	if (target != (all ? TARGET_LEFTOVERS : TARGET_DAEMONS))
		return "SIGKILL to the wrong kind of leftovers";
	if (!world->swept)
		return "leftovers are killed without a TERM";
	world->linger_killed = true;
	return NULL;
}

static inline const char *judge_kill(struct world *world, enum target target)
{
	switch (target) {
	case TARGET_EVERYONE:
		return judge_kill_all(world);
	case TARGET_LEFTOVERS:
	case TARGET_DAEMONS:
		return judge_linger_kill(world, target);
	case TARGET_MAIN:
	case TARGET_GROUP:
		return "no such SIGKILL";
	case TARGET_AFTER:
		/* Frozen until now: how long SIGKILL may take counts from here. */
		world->after_by = nsec_add(world->now, world->plan->settle);
		break;
	case TARGET_WAIT:
		if (!world->called_off && world->now < world->wait_by)
			return "the wait helper is killed before its budget ends";
		break;
	case TARGET_DRAIN:
	case TARGET_READY:
	case TARGET_WATCHER:
		break;
	}
	world->killed = (uint16_t)(world->killed | 1u << role_of(target));
	return NULL;
}

static inline const char *judge_sweep_term(struct world *world, enum target target)
{
	bool group_knows = world->stops > 0 && told(world) == TARGET_GROUP;

	if (!world->main_gone || world->swept)
		return "leftovers have TERM twice, or before the main child is gone";
	if (world->killed_all || world->linger_killed)
		return "TERM after SIGKILL";
	if (target != (group_knows ? TARGET_DAEMONS : TARGET_LEFTOVERS))
		return "TERM to the wrong kind of leftovers";
	world->swept = true;
	return NULL;
}

static inline const char *judge_escalation(struct world *world, const struct action *action)
{
	const struct plan *plan = world->plan;
	const struct plan_step *step = &plan->escalate[world->steps];
	enum target target = world->main_gone ? TARGET_LEFTOVERS : told(world);

	if (world->steps >= plan->escalations || action->signal != step->signal)
		return "a signal that nobody asked for";
	world->steps++;
	if (!past_stop(world, step->at))
		return "an escalation step before its time";
	if (action->target != target)
		return "an escalation step to the wrong target";
	if (world->stops == 0 && !world->swept && stop_sent_as(world) != 0)
		return "an escalation step before the stop signal";
	return NULL;
}

/* Was the signal of this event to be sent on? The machine's own stop signal is none of those. */
static inline bool forwards(const struct world *before, const struct event *event)
{
	if (event->kind != EVENT_SIGNAL || before->after_started)
		return false;
	if (!is_stop_signal(before, event))
		return true;
	return event->now >= nsec_add(before->signal_at, SEC) &&
	       (before->stops > 0 || before->main_gone || stop_sent_as(before) == 0);
}

static inline const char *judge_told(struct world *world, const struct world *before,
        const struct event *event, const struct action *action, bool *forwarded)
{
	if (action->signal == SIGCONT)
		return NULL;
	if (forwards(before, event) && !*forwarded &&
	        action->signal == options_of(world)->rewrite[event->signal]) {
		*forwarded = true;
		return NULL;
	}
	if (action->signal != stop_sent_as(world))
		return judge_escalation(world, action);
	if (world->stop_at == NEVER || world->main_gone)
		return "a stop signal without a stop request, or after the main child's end";
	if (cuts_drain(world, before, event))
		return "the drain is cut short";
	if (signal_awaited(world))
		return "after a hook the stop signal is sent before one came";
	return ++world->stops > 1 ? "the stop signal is sent twice for one stop request" : NULL;
}

static inline const char *judge_signal(struct world *world, const struct world *before,
        const struct event *event, const struct action *action, bool *forwarded)
{
	enum role role = role_of(action->target);

	if (role != ROLE_NONE && !is_alive(world, role))
		return "a signal to a role that has ended";
	if (action->target == TARGET_MAIN || action->target == TARGET_GROUP) {
		if (!world->main_begun)
			return "a signal to a main child that was not started";
		if (action->target != told(world))
			return "a signal to the wrong one of main child and group";
		return judge_told(world, before, event, action, forwarded);
	}
	if (role == ROLE_WATCHER && !world->main_gone && cuts_drain(world, before, event))
		return "the watcher is told to end while the drain needs it";
	if (action->signal == SIGKILL)
		return judge_kill(world, action->target);
	if (role == ROLE_WATCHER || role == ROLE_WAIT)
		return "a helper of our own code is asked to end";
	if (role != ROLE_NONE)
		return action->signal == SIGTERM || action->signal == SIGCONT
		               ? NULL
		               : "an odd signal to a helper";
	if (action->signal == SIGTERM)
		return judge_sweep_term(world, action->target);
	return action->signal == SIGCONT ? NULL : judge_escalation(world, action);
}

static inline const char *judge_answer(
        struct world *world, const struct action *action, bool then_exits)
{
	if (!world->hook_waits)
		return "an answer to a hook that does not wait";
	if (!world->drain_over && !then_exits)
		return "a hook is answered before the drain is over";
	if (action->status != (world->drain_good ? 0 : 1))
		return "a hook is told what is not so";
	world->hook_waits = false;
	return NULL;
}

static inline const char *judge_exit(struct world *world, int status)
{
	if (world->exited)
		return "exit twice";
	if (status != exit_expected(world))
		return "exit with a status that is not the main child's";
	if (world->ready_created && !is_alive(world, ROLE_READY) && world->removals == 0 &&
	        !world->unremovable)
		return "exit with the ready file left behind";
	if (world->hook_waits)
		return "exit with a hook left waiting";
	if (owes_kill(world, ROLE_WAIT) || owes_kill(world, ROLE_WATCHER))
		return "exit with a helper left behind that nobody killed";
	world->exited = true;
	return NULL;
}

static inline const char *judge_action(struct world *world, const struct world *before,
        const struct event *event, const struct actions *actions, int place, bool *forwarded)
{
	const struct action *action = &actions->list[place];
	const struct action *next = action + 1;

	if (world->exited)
		return "an action after exit";
	switch (action->kind) {
	case ACTION_START:
		return judge_start(world, action->role);
	case ACTION_SIGNAL:
		return judge_signal(world, before, event, action, forwarded);
	case ACTION_NAME:
		return place + 1 < actions->count && next->kind == ACTION_SIGNAL &&
		                       next->signal == SIGKILL && next->target == action->target
		               ? NULL
		               : "survivors are named without a SIGKILL";
	case ACTION_ANSWER:
		return judge_answer(
		        world, action, place + 1 < actions->count && next->kind == ACTION_EXIT);
	case ACTION_SUSPEND:
		return "we stop ourselves, which is another program's habit";
	case ACTION_EXIT:
		return judge_exit(world, action->status);
	}
	return "no such action";
}

/* ---- the instants ---- */

/* By when it must be over, whatever the children do. */
static inline nsec_t end_by(const struct world *world)
{
	const struct plan *plan = world->plan;
	nsec_t by = nsec_add(world->stop_at, plan->exit_by);
	nsec_t unasked = nsec_add(world->ended_at, nsec_add(plan->linger, plan->settle));

	if (owes_kill(world, ROLE_WAIT))
		return world->wait_by;
	if (world->after_started)
		unasked = world->after_by;
	if (!world->main_gone || (world->asked_first && plan->kill != NEVER))
		return by;
	return nsec_min(by, unasked);
}

static inline const char *judge_instants(const struct world *world)
{
	const struct plan *plan = world->plan;
	bool told_stop = world->stops > 0 || world->main_gone || stop_sent_as(world) == 0 ||
	                 signal_awaited(world);

	if (past_stop(world, plan->kill) && !world->killed_all && !world->clean &&
	        !world->after_started)
		return "the deadline has passed without SIGKILL to everyone";
	if (past_stop(world, plan->deadline) && owes_kill(world, ROLE_AFTER))
		return "the after command outlives the deadline";
	if (owes_kill(world, ROLE_AFTER) &&
	        world->now >= nsec_before(world->after_by, plan->settle))
		return "the after command outlives its budget";
	if (owes_kill(world, ROLE_WAIT) && world->now >= world->wait_by)
		return "the wait helper outlives its budget";
	if (owes_kill(world, ROLE_WATCHER) && (world->drain_over || world->main_gone))
		return "the watcher outlives the drain";
	if (world->hook_waits && world->drain_over)
		return "the drain is over, and the hook waits on";
	if (world->drain_over && !told_stop)
		return "the drain is over, and the main child is not told";
	if (!past_stop(world, plan->drain_max))
		return NULL;
	if (owes_kill(world, ROLE_DRAIN))
		return "the drain command outlives its budget";
	return world->drain_over || world->main_gone ? NULL : "the drain outlives its budget";
}

static inline const char *judge_wake(const struct world *world, bool time_step)
{
	nsec_t wake = machine_wake_at(&world->machine);
	bool awaits = world->drain_over && world->plan->serve == NEVER && signal_awaited(world);
	bool sleeps = (world->stop_at == NEVER || awaits) && !world->main_gone &&
	              !owes_kill(world, ROLE_WAIT);

	if (world->exited)
		return wake == NEVER ? NULL : "something is due after exit";
	if (sleeps && wake != NEVER)
		return "a wake-up while nothing happens";
	if (time_step && wake <= world->now)
		return "what was due is still due after a step";
	if (wake > end_by(world))
		return "nothing wakes it for the end";
	return time_step && world->now >= end_by(world) ? "it lives on past its end" : NULL;
}

static inline bool unforwarded(
        const struct world *before, const struct event *event, bool forwarded)
{
	return event->kind == EVENT_SIGNAL && !is_stop_signal(before, event) &&
	       options_of(before)->rewrite[event->signal] != 0 && is_alive(before, ROLE_MAIN) &&
	       !before->after_started && !forwarded;
}

/* What a stop request must bring in its own step. */
static inline const char *judge_stop_request(
        const struct world *world, const struct world *before)
{
	if (before->stop_at != NEVER || world->stop_at == NEVER)
		return NULL;
	if (world->called_off)
		return world->exited ? NULL : "a stop request while it waits does not end it";
	return world->idle_owed && !world->main_gone && !world->watched
	               ? "nobody watches the connections"
	               : NULL;
}

/*
 * world_step: one event. Returns what is wrong with what the machine made of it, or NULL.
 */
static inline const char *world_step(struct world *world, const struct event *event,
        step_function *step, struct actions *actions)
{
	struct world before = *world;
	bool forwarded = false;
	const char *wrong = NULL;

	step(&world->machine, event, actions);
	if (actions->count > ACTIONS_MAX)
		return "too many actions";
	observe(world, event);
	observe_drain_end(world, &before, event);
	for (int i = 0; i < actions->count && !wrong; i++)
		wrong = judge_action(world, &before, event, actions, i, &forwarded);
	if (!wrong && unforwarded(&before, event, forwarded))
		wrong = "a signal was lost";
	if (!wrong)
		wrong = judge_stop_request(world, &before);
	world->stopping = world->drain_over && !signal_awaited(world);
	if (!wrong && !world->exited)
		wrong = judge_instants(world);
	return wrong ? wrong : judge_wake(world, event->kind == EVENT_TIME);
}

#endif
