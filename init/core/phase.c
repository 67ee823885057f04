#include <assert.h>
#include <signal.h>

#include "core/act.h"
#include "core/drain.h"
#include "core/phase.h"
#include "core/ready.h"

/*
 * The same for every hook, whenever it asks. Nothing to drain is nothing that failed. A drain without a
 * command says nothing of the main child's end.
 */
static bool drain_went_well(const struct machine *machine)
{
	if (machine->drain_end == DRAIN_MAIN_CHILD)
		return (machine->plan->options->drain && machine->drain_ok) ||
		       machine->status == 0;
	return machine->drain_end == DRAIN_RUNS || machine_drained(machine);
}

void phase_answer(struct machine *machine, struct actions *out)
{
	bool runs = machine->phase == PHASE_DRAIN && machine->drain_end == DRAIN_RUNS;
	bool finishes = machine->phase < PHASE_EXIT && machine->drain_end == DRAIN_MAIN_CHILD &&
	                machine_live(machine, ROLE_DRAIN);

	if (!machine->hook_waits || runs || finishes)
		return;
	machine->hook_waits = false;
	act_answer(out, drain_went_well(machine) ? 0 : 1);
}

void phase_exit(struct machine *machine, struct actions *out)
{
	/* Who leaves at once when the main child ends has no drain. */
	assert(machine->phase != PHASE_DRAIN);
	machine->phase = PHASE_EXIT;
	phase_answer(machine, out);
	act_exit(out, machine_exit_status(machine));
}

static bool after_wanted(const struct machine *machine)
{
	const struct options *options = machine->plan->options;

	return options->after &&
	       (options->after_on == AFTER_ALWAYS || machine_exit_status(machine) == 0);
}

void phase_after(struct machine *machine, nsec_t now, struct actions *out)
{
	const struct plan *plan = machine->plan;
	nsec_t end = nsec_add(machine->at.stop, plan->deadline);
	nsec_t budget = nsec_min(plan->after_max, end == NEVER ? NEVER : end - now);

	if (!after_wanted(machine) || budget <= 0) {
		phase_exit(machine, out);
		return;
	}
	machine->phase = PHASE_AFTER;
	machine->at.linger = machine->at.kill_again = NEVER;
	machine->after = helper_idle();
	helper_limit(&machine->after, nsec_add(now, budget - plan_lead(budget)),
	        nsec_add(now, budget));
	act_start(machine, out, ROLE_AFTER);
}

void phase_sweep(struct machine *machine, nsec_t now, struct actions *out)
{
	const struct plan *plan = machine->plan;

	/* The file may lie on a volume that the next container of the pod gets to see. */
	ready_remove(machine, out);
	if (machine->phase == PHASE_DRAIN) {
		machine->drain_end = DRAIN_MAIN_CHILD;
		drain_leave(machine, out);
		drain_cut(machine, now, plan->linger);
		phase_answer(machine, out);
	}
	machine->phase = PHASE_SWEEP;
	machine->linger_all = machine_kill_at(machine) == NEVER;
	machine->at.linger = nsec_min(nsec_add(now, plan->linger), machine_kill_at(machine));
	machine->swept = machine->killed;
	machine->surveyed = machine->killed;
}

void phase_stop(struct machine *machine, struct actions *out)
{
	const struct options *options = machine->plan->options;
	int signal = options->rewrite[machine->stop_as];

	/* Its end begins the sweep, whatever the phase. */
	assert(machine_live(machine, ROLE_MAIN));
	machine->phase = PHASE_STOP;
	if (options->ready_until == READY_UNTIL_STOP)
		ready_remove(machine, out);
	if (signal == 0)
		return;
	machine->stop_sent = true;
	act_signal(out, act_target(machine), signal);
	/* A stopped process gets it only once it goes on. */
	act_signal(out, act_target(machine), SIGCONT);
}

void phase_end_drain(struct machine *machine, enum drain_end end, struct actions *out)
{
	machine->drain_end = end;
	drain_leave(machine, out);
	phase_answer(machine, out);
	if (machine->at.signal == NEVER)
		machine->phase = PHASE_DRAINED;
	else
		phase_stop(machine, out);
}

/* Nothing is waited for. */
static void pass_drain(struct machine *machine, struct actions *out)
{
	machine->drain_ok = machine->idle = true;
	phase_end_drain(machine, DRAIN_RUNS, out);
}

void phase_drain(struct machine *machine, nsec_t now, struct actions *out)
{
	machine->phase = PHASE_DRAIN;
	machine->at.stop = now;
	if (machine->plan->options->ready_until == READY_UNTIL_DRAIN)
		ready_remove(machine, out);
	if (machine->plan->drains)
		drain_begin(machine, out);
	else
		pass_drain(machine, out);
}
