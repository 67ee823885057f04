#include <assert.h>
#include <signal.h>

#include "core/act.h"
#include "core/drain.h"
#include "core/due.h"
#include "core/phase.h"

/* Between two rounds of SIGKILL: who was forked while the first went round is met by the next. */
#define KILL_AGAIN (10 * MSEC)

/* An instant that is always past. */
#define AT_ONCE 0

static void help(struct machine *machine, enum role role, nsec_t now, struct actions *out)
{
	struct helper *helper = role == ROLE_DRAIN ? &machine->drain : &machine->after;
	enum target target = role == ROLE_DRAIN ? TARGET_DRAIN : TARGET_AFTER;
	int signal = helper_due(helper, now);

	if (signal == 0)
		return;
	/* Who ends has nothing due any longer. */
	assert(machine_live(machine, role));
	act_signal(out, target, signal);
	if (signal == SIGTERM)
		act_signal(out, target, SIGCONT);
	else if (role == ROLE_AFTER)
		machine->at.give_up = nsec_add(now, machine->plan->settle);
}

static nsec_t serve_until(const struct machine *machine)
{
	return nsec_add(machine->at.stop, machine->plan->serve);
}

static void end_wait(struct machine *machine, nsec_t now, struct actions *out)
{
	if (helper_due(&machine->wait, now) != 0)
		act_signal(out, TARGET_WAIT, SIGKILL);
}

static void drain(struct machine *machine, nsec_t now, struct actions *out)
{
	enum drain_end end;

	if (machine->phase != PHASE_DRAIN)
		return;
	if (drain_start_due(machine, now))
		act_start(machine, out, ROLE_DRAIN);
	end = drain_over(machine, now);
	if (end != DRAIN_RUNS)
		phase_end_drain(machine, end, out);
}

/* After a hook without a signal: the main child has served as long as it can. */
static void stop_unasked(struct machine *machine, nsec_t now, struct actions *out)
{
	if (machine->phase == PHASE_DRAINED && now >= serve_until(machine))
		phase_stop(machine, out);
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

/* Leftovers that are told nothing yet get TERM; who had the stop signal gets no second one. */
static void sweep(struct machine *machine, struct actions *out)
{
	bool group_knows = machine->stop_sent && act_target(machine) == TARGET_GROUP;
	enum target target = group_knows ? TARGET_DAEMONS : TARGET_LEFTOVERS;

	if (machine->phase != PHASE_SWEEP || machine->swept)
		return;
	machine->swept = true;
	/* As tini and catatonit do: who is left is nobody's concern. */
	if (machine->plan->options->habits.main_exit == MAIN_EXIT_LEAVE) {
		phase_exit(machine, out);
		return;
	}
	act_signal(out, target, SIGTERM);
	act_signal(out, target, SIGCONT);
}

static void escalate(struct machine *machine, nsec_t now, struct actions *out)
{
	while (now >= escalate_at(machine)) {
		int signal = machine->plan->escalate[machine->escalated++].signal;
		bool main_lives = machine_live(machine, ROLE_MAIN);

		sweep(machine, out);
		/* Frozen until now: SIGKILL follows at once, and nobody could act on it. */
		if (now < machine_kill_at(machine))
			act_signal(out, main_lives ? act_target(machine) : TARGET_LEFTOVERS,
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
		act_start(machine, out, ROLE_SURVEY);
}

static void end_linger(struct machine *machine, nsec_t now, struct actions *out)
{
	if (machine->linger_over || now < machine->at.linger)
		return;
	sweep(machine, out);
	if (machine->phase == PHASE_EXIT)
		return;
	machine->linger_over = true;
	machine->surveyed = machine->killed;
	machine->at.kill_again = nsec_add(now, KILL_AGAIN);
	if (now < machine_kill_at(machine))
		act_kill(out, machine->linger_all ? TARGET_LEFTOVERS : TARGET_DAEMONS);
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
	act_kill(out, TARGET_EVERYONE);
}

static void kill_again(struct machine *machine, nsec_t now, struct actions *out)
{
	bool everyone = machine->killed || machine->phase == PHASE_AFTER;
	enum target overstayed = machine->linger_all ? TARGET_LEFTOVERS : TARGET_DAEMONS;
	bool more = everyone || now < nsec_add(machine->at.linger, machine->plan->settle);

	if (now < machine->at.kill_again)
		return;
	machine->at.kill_again = more ? nsec_add(now, KILL_AGAIN) : NEVER;
	act_signal(out, everyone ? TARGET_EVERYONE : overstayed, SIGKILL);
}

/* When who is left is not waited for any longer: a process that cannot die must not hold us up. */
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
	if (machine->phase == PHASE_EXIT || now < give_up_at(machine))
		return;
	if (machine->phase == PHASE_AFTER)
		phase_exit(machine, out);
	else
		phase_after(machine, now, out);
}

/* It has had its turn, and what it started may be left. */
static bool after_left_some(const struct machine *machine)
{
	return machine->phase == PHASE_AFTER && !machine_live(machine, ROLE_AFTER) &&
	       !machine->after_swept;
}

/* What the after command left behind has had its time with it. */
static void sweep_after(struct machine *machine, nsec_t now, struct actions *out)
{
	if (!after_left_some(machine))
		return;
	machine->after_swept = true;
	machine->at.kill_again = nsec_add(now, KILL_AGAIN);
	act_signal(out, TARGET_EVERYONE, SIGKILL);
}

void due_act(struct machine *machine, nsec_t now, struct actions *out)
{
	end_wait(machine, now, out);
	help(machine, ROLE_DRAIN, now, out);
	help(machine, ROLE_AFTER, now, out);
	drain(machine, now, out);
	stop_unasked(machine, now, out);
	escalate(machine, now, out);
	end_linger(machine, now, out);
	survey(machine, now, out);
	kill_everyone(machine, now, out);
	kill_again(machine, now, out);
	give_up(machine, now, out);
}

void due_sweep(struct machine *machine, nsec_t now, struct actions *out)
{
	sweep(machine, out);
	sweep_after(machine, now, out);
}

static bool work_waits(const struct machine *machine)
{
	return (machine->phase == PHASE_SWEEP && !machine->swept) || after_left_some(machine);
}

nsec_t due_at(const struct machine *machine)
{
	nsec_t wake = machine->at.kill_again;

	if (machine->phase == PHASE_EXIT)
		return NEVER;
	if (work_waits(machine))
		return AT_ONCE;
	if (machine->phase == PHASE_DRAIN)
		wake = nsec_min(wake, drain_wake_at(machine));
	if (machine->phase == PHASE_DRAINED)
		wake = nsec_min(wake, serve_until(machine));
	wake = nsec_min(wake, helper_wake_at(&machine->drain));
	wake = nsec_min(wake, helper_wake_at(&machine->after));
	wake = nsec_min(wake, helper_wake_at(&machine->wait));
	wake = nsec_min(wake, escalate_at(machine));
	wake = nsec_min(wake, survey_at(machine));
	wake = nsec_min(wake, next_kill_at(machine));
	return nsec_min(wake, give_up_at(machine));
}
