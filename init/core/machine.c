#include <assert.h>
#include <errno.h>
#include <signal.h>
#include <string.h>

#include "core/drain.h"
#include "core/machine.h"

/*
 * A further stop signal within this time of the first is counted and nothing else: runtimes
 * send duplicates (kata-containers#13152).
 */
#define DUPLICATE_WINDOW SEC

/* Between two rounds of SIGKILL: who was forked while the first went round is met by the next.
 */
#define KILL_AGAIN (10 * MSEC)

/* An instant that is always past: the work is to be done as soon as nobody is left to be
 * reaped. */
#define AT_ONCE 0

enum {
	EXIT_OURS = 125,
	EXIT_NOT_EXECUTABLE = 126,
	EXIT_NOT_FOUND = 127,
	EXIT_KILLED = 128 + SIGKILL
};

static struct action *add(struct actions *out, enum action_kind kind)
{
	struct action *action = &out->list[out->count++];

	assert(out->count <= ACTIONS_MAX);
	*action = (struct action){ .kind = kind };
	return action;
}

static void do_start(struct machine *machine, struct actions *out, enum role role)
{
	add(out, ACTION_START)->role = role;
	machine->live = (uint8_t)(machine->live | 1u << role);
}

static void do_signal(struct actions *out, enum target target, int signal)
{
	struct action *action = add(out, ACTION_SIGNAL);

	action->target = target;
	action->signal = signal;
}

static void do_kill(struct actions *out, enum target target)
{
	add(out, ACTION_NAME)->target = target;
	do_signal(out, target, SIGKILL);
}

static bool stop_asked(const struct machine *machine)
{
	return machine->at.stop != NEVER;
}

static bool ended(const struct machine *machine)
{
	return machine->phase == PHASE_EXIT;
}

nsec_t machine_kill_at(const struct machine *machine)
{
	return nsec_add(machine->at.stop, machine->plan->kill);
}

static enum target forward_target(const struct machine *machine)
{
	return machine->plan->options->forward_to == FORWARD_GROUP ? TARGET_GROUP : TARGET_MAIN;
}

/* To the group also when the main child is gone: a shell that did not exec leaves the program
 * there. */
static void forward(const struct machine *machine, struct actions *out, int signal)
{
	int sent = machine->plan->options->rewrite[signal];
	enum target target = forward_target(machine);

	if (sent == 0 || machine->phase > PHASE_SWEEP)
		return;
	if (target == TARGET_GROUP || machine_live(machine, ROLE_MAIN))
		do_signal(out, target, sent);
}

/* ---- the ready file ---- */

static void create_ready(struct machine *machine, struct actions *out)
{
	machine->ready = machine->plan->options->ready_file != NULL;
	if (machine->ready)
		do_start(machine, out, ROLE_READY);
}

/* Its creator must be gone first: it may hang, and would create the file after we removed it.
 */
static void remove_ready(struct machine *machine, struct actions *out)
{
	if (!machine->ready)
		return;
	machine->ready = false;
	machine->unready_waits = machine_live(machine, ROLE_READY);
	if (machine->unready_waits)
		do_signal(out, TARGET_READY, SIGKILL);
	else
		do_start(machine, out, ROLE_UNREADY);
}

static void ready_creator_ended(struct machine *machine, struct actions *out)
{
	if (machine->unready_waits)
		do_start(machine, out, ROLE_UNREADY);
	machine->unready_waits = false;
}

/* ---- phases, last to first ---- */

int machine_exit_status(const struct machine *machine)
{
	const struct options *options = machine->plan->options;
	int status = machine->status;
	int sent = machine->reason ? options->rewrite[machine->reason] : 0;

	if (machine_live(machine, ROLE_MAIN))
		return EXIT_KILLED;
	if (options->stop_status >= 0 && machine->stop_sent && status == 128 + sent)
		return options->stop_status;
	return options->zero_exit[status / 64] >> status % 64 & 1 ? 0 : status;
}

static void enter_exit(struct machine *machine, struct actions *out)
{
	machine->phase = PHASE_EXIT;
	add(out, ACTION_EXIT)->status = machine_exit_status(machine);
}

static bool after_wanted(const struct machine *machine)
{
	const struct options *options = machine->plan->options;

	return options->after &&
	       (options->after_on == AFTER_ALWAYS || machine_exit_status(machine) == 0);
}

/* Nobody is left, or what is left cannot be waited for any longer. */
static void enter_after(struct machine *machine, nsec_t now, struct actions *out)
{
	const struct plan *plan = machine->plan;
	nsec_t end = nsec_add(machine->at.stop, plan->deadline);
	nsec_t budget = nsec_min(plan->after_max, end == NEVER ? NEVER : end - now);

	if (!after_wanted(machine) || budget <= 0) {
		enter_exit(machine, out);
		return;
	}
	machine->phase = PHASE_AFTER;
	machine->at.linger = machine->at.kill_again = NEVER;
	machine->after = helper_idle();
	helper_limit(&machine->after, nsec_add(now, budget - plan_lead(budget)),
	        nsec_add(now, budget));
	do_start(machine, out, ROLE_AFTER);
}

static void after_ended(struct machine *machine, nsec_t now)
{
	machine->after = helper_idle();
	machine->after_over = true;
	machine->at.give_up =
	        nsec_min(machine->at.give_up, nsec_add(now, machine->plan->settle));
}

static void enter_sweep(struct machine *machine, nsec_t now, struct actions *out)
{
	const struct plan *plan = machine->plan;

	/* The file may lie on a volume that the next container of the pod gets to see. */
	remove_ready(machine, out);
	if (machine->phase == PHASE_DRAIN) {
		machine->drain_end = DRAIN_MAIN_CHILD;
		drain_cut(machine, now, plan->linger);
	}
	machine->phase = PHASE_SWEEP;
	machine->linger_all = machine_kill_at(machine) == NEVER;
	machine->at.linger = nsec_min(nsec_add(now, plan->linger), machine_kill_at(machine));
	machine->swept = machine->killed;
	machine->surveyed = machine->killed;
}

static void enter_stop(struct machine *machine, struct actions *out)
{
	const struct options *options = machine->plan->options;
	int signal = options->rewrite[machine->reason];

	machine->phase = PHASE_STOP;
	if (options->ready_until == READY_UNTIL_STOP)
		remove_ready(machine, out);
	if (signal == 0 || !machine_live(machine, ROLE_MAIN))
		return;
	machine->stop_sent = true;
	do_signal(out, forward_target(machine), signal);
	/* A stopped process gets it only once it goes on. */
	do_signal(out, forward_target(machine), SIGCONT);
}

static void end_drain(struct machine *machine, enum drain_end end, struct actions *out)
{
	machine->drain_end = end;
	machine->at.attempt = NEVER;
	enter_stop(machine, out);
}

static void enter_drain(struct machine *machine, nsec_t now, int signal, struct actions *out)
{
	machine->phase = PHASE_DRAIN;
	machine->at.stop = now;
	machine->reason = (uint8_t)signal;
	if (machine->plan->options->ready_until == READY_UNTIL_DRAIN)
		remove_ready(machine, out);
	if (machine->plan->drains)
		drain_begin(machine);
	else
		enter_stop(machine, out);
}

/* A stop in a sweep that nobody had asked for: it adds the deadline and gives no new time. */
static void stop_late(struct machine *machine, nsec_t now, int signal)
{
	nsec_t end = nsec_add(now, machine->plan->deadline);

	machine->at.stop = now;
	machine->reason = (uint8_t)signal;
	if (machine->phase == PHASE_SWEEP)
		machine->at.linger = nsec_min(machine->at.linger, machine_kill_at(machine));
	if (machine_live(machine, ROLE_AFTER))
		helper_limit(&machine->after, nsec_before(end, machine->plan->settle), end);
}

/* ---- what is due ---- */

static void help(struct machine *machine, enum role role, nsec_t now, struct actions *out)
{
	struct helper *helper = role == ROLE_DRAIN ? &machine->drain : &machine->after;
	enum target target = role == ROLE_DRAIN ? TARGET_DRAIN : TARGET_AFTER;
	int signal = helper_due(helper, now);

	if (signal == 0 || !machine_live(machine, role))
		return;
	do_signal(out, target, signal);
	if (signal == SIGTERM)
		do_signal(out, target, SIGCONT);
	else if (role == ROLE_AFTER)
		machine->at.give_up = nsec_add(now, machine->plan->settle);
}

static void drain(struct machine *machine, nsec_t now, struct actions *out)
{
	enum drain_end end;

	if (machine->phase != PHASE_DRAIN)
		return;
	if (drain_start_due(machine, now))
		do_start(machine, out, ROLE_DRAIN);
	end = drain_over(machine, now);
	if (end != DRAIN_RUNS)
		end_drain(machine, end, out);
}

static bool stopping(const struct machine *machine)
{
	return machine->phase == PHASE_STOP || machine->phase == PHASE_SWEEP;
}

/* The next SIGKILL that the plan holds. */
static nsec_t next_kill_at(const struct machine *machine)
{
	nsec_t kill = machine->killed ? NEVER : machine_kill_at(machine);

	if (!stopping(machine))
		return NEVER;
	return machine->linger_over ? kill : nsec_min(kill, machine->at.linger);
}

static nsec_t escalate_at(const struct machine *machine)
{
	const struct plan *plan = machine->plan;

	if (!stopping(machine) || machine->killed || machine->escalated >= plan->escalations)
		return NEVER;
	return nsec_add(machine->at.stop, plan->escalate[machine->escalated].at);
}

/* Leftovers that are told nothing yet get TERM; who had the stop signal does not get a second
 * one. */
static void sweep(struct machine *machine, struct actions *out)
{
	bool group_knows = machine->stop_sent && forward_target(machine) == TARGET_GROUP;
	enum target target = group_knows ? TARGET_DAEMONS : TARGET_LEFTOVERS;

	if (machine->phase != PHASE_SWEEP || machine->swept)
		return;
	machine->swept = true;
	do_signal(out, target, SIGTERM);
	do_signal(out, target, SIGCONT);
}

static void escalate(struct machine *machine, nsec_t now, struct actions *out)
{
	while (now >= escalate_at(machine)) {
		int signal = machine->plan->escalate[machine->escalated++].signal;
		bool main_lives = machine_live(machine, ROLE_MAIN);

		sweep(machine, out);
		/* Frozen until now: SIGKILL follows at once, and what it would tell nobody can
		 * act on. */
		if (now < machine_kill_at(machine))
			do_signal(out, main_lives ? forward_target(machine) : TARGET_LEFTOVERS,
			        signal);
	}
}

static nsec_t survey_at(const struct machine *machine)
{
	return machine->surveyed ? NEVER
	                         : nsec_before(next_kill_at(machine), machine->plan->survey);
}

static void survey(struct machine *machine, nsec_t now, struct actions *out)
{
	if (now < survey_at(machine))
		return;
	machine->surveyed = true;
	if (now < next_kill_at(machine) && !machine_live(machine, ROLE_SURVEY))
		do_start(machine, out, ROLE_SURVEY);
}

static void end_linger(struct machine *machine, nsec_t now, struct actions *out)
{
	if (machine->linger_over || now < machine->at.linger)
		return;
	sweep(machine, out);
	machine->linger_over = true;
	machine->surveyed = machine->killed;
	machine->at.kill_again = nsec_add(now, KILL_AGAIN);
	if (now < machine_kill_at(machine))
		do_kill(out, machine->linger_all ? TARGET_LEFTOVERS : TARGET_DAEMONS);
}

static void kill_everyone(struct machine *machine, nsec_t now, struct actions *out)
{
	if (machine->killed || machine->phase > PHASE_SWEEP || now < machine_kill_at(machine))
		return;
	machine->killed = true;
	machine->swept = true;
	machine->surveyed = true;
	machine->at.kill_again = nsec_add(now, KILL_AGAIN);
	/* Everyone, not the group: what left the group would outlive us by a second SIGKILL. */
	do_kill(out, TARGET_EVERYONE);
}

static void kill_again(struct machine *machine, nsec_t now, struct actions *out)
{
	bool everyone = machine->killed || machine->phase == PHASE_AFTER;
	enum target overstayed = machine->linger_all ? TARGET_LEFTOVERS : TARGET_DAEMONS;
	bool more = everyone || now < nsec_add(machine->at.linger, machine->plan->settle);

	if (now < machine->at.kill_again)
		return;
	machine->at.kill_again = more ? nsec_add(now, KILL_AGAIN) : NEVER;
	do_signal(out, everyone ? TARGET_EVERYONE : overstayed, SIGKILL);
}

/* When who is left is not waited for any longer: a process that cannot die must not hold us up.
 */
static nsec_t give_up_at(const struct machine *machine)
{
	const struct plan *plan = machine->plan;
	nsec_t exit_by = nsec_add(machine->at.stop, plan->exit_by);
	nsec_t leave = plan->options->after ? nsec_add(machine_kill_at(machine), plan->survey)
	                                    : exit_by;

	if (machine->phase == PHASE_AFTER)
		return nsec_min(machine->at.give_up, exit_by);
	if (machine->phase == PHASE_SWEEP && machine->linger_all)
		leave = nsec_min(leave, nsec_add(machine->at.linger, plan->settle));
	return leave;
}

static void give_up(struct machine *machine, nsec_t now, struct actions *out)
{
	if (ended(machine) || now < give_up_at(machine))
		return;
	if (machine->phase == PHASE_AFTER)
		enter_exit(machine, out);
	else
		enter_after(machine, now, out);
}

/* What the after command left behind has had its time with it. */
static void sweep_after(struct machine *machine, nsec_t now, struct actions *out)
{
	if (machine->phase != PHASE_AFTER || !machine->after_over || machine->after_swept)
		return;
	machine->after_swept = true;
	machine->at.kill_again = nsec_add(now, KILL_AGAIN);
	do_signal(out, TARGET_EVERYONE, SIGKILL);
}

static void act_on_time(struct machine *machine, nsec_t now, struct actions *out)
{
	help(machine, ROLE_DRAIN, now, out);
	help(machine, ROLE_AFTER, now, out);
	drain(machine, now, out);
	escalate(machine, now, out);
	end_linger(machine, now, out);
	survey(machine, now, out);
	kill_everyone(machine, now, out);
	kill_again(machine, now, out);
	give_up(machine, now, out);
}

/* ---- what happened ---- */

static void begin(struct machine *machine, struct actions *out)
{
	machine->phase = PHASE_RUN;
	do_start(machine, out, ROLE_MAIN);
	create_ready(machine, out);
}

static bool is_stop(const struct machine *machine, int signal)
{
	return machine->plan->options->stop_signals & signal_bit(signal);
}

static void stop_again(struct machine *machine, const struct event *event, struct actions *out)
{
	if (event->now < nsec_add(machine->at.stop, DUPLICATE_WINDOW))
		return;
	if (machine->phase != PHASE_DRAIN) {
		forward(machine, out, event->signal);
		return;
	}
	if (machine_live(machine, ROLE_DRAIN))
		helper_limit(&machine->drain, event->now,
		        nsec_add(event->now, plan_lead(machine->plan->drain_max)));
	end_drain(machine, DRAIN_SIGNAL, out);
}

static void on_signal(struct machine *machine, const struct event *event, struct actions *out)
{
	if (!is_stop(machine, event->signal))
		forward(machine, out, event->signal);
	else if (stop_asked(machine))
		stop_again(machine, event, out);
	else if (machine->phase == PHASE_RUN)
		enter_drain(machine, event->now, event->signal, out);
	else
		stop_late(machine, event->now, event->signal);
}

static void main_ended(struct machine *machine, const struct event *event, struct actions *out)
{
	machine->status = (uint8_t)event->status;
	machine->killed_by = (uint8_t)event->killed_by;
	/* One that could not die until now: it was given up, and what comes after has begun. */
	if (machine->phase < PHASE_SWEEP)
		enter_sweep(machine, event->now, out);
}

static void on_ended(struct machine *machine, const struct event *event, struct actions *out)
{
	switch (event->role) {
	case ROLE_MAIN:
		main_ended(machine, event, out);
		break;
	case ROLE_DRAIN:
		drain_attempt_over(
		        machine, event->now, event->kind == EVENT_ENDED && event->status == 0);
		break;
	case ROLE_AFTER:
		after_ended(machine, event->now);
		break;
	case ROLE_READY:
		ready_creator_ended(machine, out);
		break;
	case ROLE_UNREADY:
		/* Could not be started: the next phase tries again. */
		machine->ready = event->kind == EVENT_NOT_STARTED;
		break;
	case ROLE_SURVEY:
	case ROLE_NONE:
	case ROLE_COUNT:
		break;
	}
}

static int not_started_status(const struct event *event)
{
	if (!event->in_exec)
		return EXIT_OURS;
	return event->error == ENOENT || event->error == ENOTDIR ? EXIT_NOT_FOUND
	                                                         : EXIT_NOT_EXECUTABLE;
}

static void on_not_started(
        struct machine *machine, const struct event *event, struct actions *out)
{
	struct event as_ended = *event;

	as_ended.status = not_started_status(event);
	as_ended.killed_by = 0;
	on_ended(machine, &as_ended, out);
}

static void on_no_child(struct machine *machine, nsec_t now, struct actions *out)
{
	if (machine->phase == PHASE_SWEEP)
		enter_after(machine, now, out);
	else if (machine->phase == PHASE_AFTER)
		enter_exit(machine, out);
}

static void on_time(struct machine *machine, nsec_t now, struct actions *out)
{
	sweep(machine, out);
	sweep_after(machine, now, out);
}

void machine_init(struct machine *machine, const struct plan *plan)
{
	/* Padding too: tests/explore compares machines as bytes. */
	memset(machine, 0, sizeof *machine);
	machine->plan = plan;
	machine->at = (struct instants){ NEVER, NEVER, NEVER, NEVER, NEVER };
	machine->drain = helper_idle();
	machine->after = helper_idle();
}

static void look_at(struct machine *machine, const struct event *event, struct actions *out)
{
	switch (event->kind) {
	case EVENT_TIME:
		on_time(machine, event->now, out);
		break;
	case EVENT_SIGNAL:
		on_signal(machine, event, out);
		break;
	case EVENT_ENDED:
		on_ended(machine, event, out);
		break;
	case EVENT_NOT_STARTED:
		on_not_started(machine, event, out);
		break;
	case EVENT_NO_CHILD:
		on_no_child(machine, event->now, out);
		break;
	}
}

void machine_step(struct machine *machine, const struct event *event, struct actions *out)
{
	out->count = 0;
	if (ended(machine))
		return;
	if (machine->phase == PHASE_START)
		begin(machine, out);
	if (event->kind == EVENT_ENDED || event->kind == EVENT_NOT_STARTED)
		machine->live = (uint8_t)(machine->live & ~(1u << event->role));
	/* The event first: what is due is judged by who has ended, and with which status. */
	look_at(machine, event, out);
	if (!ended(machine))
		act_on_time(machine, event->now, out);
}

static bool work_waits(const struct machine *machine)
{
	return (machine->phase == PHASE_SWEEP && !machine->swept) ||
	       (machine->phase == PHASE_AFTER && machine->after_over && !machine->after_swept);
}

nsec_t machine_wake_at(const struct machine *machine)
{
	nsec_t wake = machine->at.kill_again;

	if (ended(machine))
		return NEVER;
	if (work_waits(machine))
		return AT_ONCE;
	if (machine->phase == PHASE_DRAIN)
		wake = nsec_min(wake, drain_wake_at(machine));
	wake = nsec_min(wake, helper_wake_at(&machine->drain));
	wake = nsec_min(wake, helper_wake_at(&machine->after));
	wake = nsec_min(wake, escalate_at(machine));
	wake = nsec_min(wake, survey_at(machine));
	wake = nsec_min(wake, next_kill_at(machine));
	return nsec_min(wake, give_up_at(machine));
}
