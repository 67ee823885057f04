#include <signal.h>
#include <stddef.h>

#include "core/act.h"
#include "core/drain.h"

static nsec_t after_stop(const struct machine *machine, nsec_t span)
{
	return nsec_add(machine->at.stop, span);
}

/* The command is neither running nor to be started: what the drain knows of it is final. */
static bool command_over(const struct machine *machine)
{
	return machine->at.attempt == NEVER && !machine_live(machine, ROLE_DRAIN);
}

void drain_begin(struct machine *machine, struct actions *out)
{
	bool command = machine->plan->options->drain != NULL;

	machine->drain_ok = !command;
	machine->at.attempt = command ? after_stop(machine, machine->plan->drain_delay) : NEVER;
	machine->idle = !machine->plan->options->drain_idle;
	if (!machine->idle)
		act_start(machine, out, ROLE_WATCHER);
}

void drain_leave(struct machine *machine, struct actions *out)
{
	machine->at.attempt = NEVER;
	if (machine_live(machine, ROLE_WATCHER))
		act_signal(out, TARGET_WATCHER, SIGKILL);
}

bool drain_start_due(struct machine *machine, nsec_t now)
{
	const struct plan *plan = machine->plan;

	if (now < machine->at.attempt)
		return false;
	machine->at.attempt = NEVER;
	/* Frozen past its end: there is no budget left to start it with. */
	if (now >= after_stop(machine, plan->drain_term))
		return false;
	machine->drain = helper_idle();
	helper_limit(&machine->drain, after_stop(machine, plan->drain_term),
	        after_stop(machine, plan->drain_max));
	return true;
}

void drain_attempt_over(struct machine *machine, nsec_t now, bool ok)
{
	const struct plan *plan = machine->plan;
	nsec_t again = nsec_add(now, plan->drain_retry);

	machine->drain = helper_idle();
	/* How the drain went has been told by now. */
	if (machine->phase != PHASE_DRAIN && machine->drain_end != DRAIN_MAIN_CHILD)
		return;
	machine->drain_ok = ok;
	if (!ok && machine->phase == PHASE_DRAIN &&
	        again < after_stop(machine, plan->drain_term))
		machine->at.attempt = again;
}

enum drain_end drain_over(const struct machine *machine, nsec_t now)
{
	const struct plan *plan = machine->plan;

	if (command_over(machine) && machine->idle &&
	        now >= after_stop(machine, plan->drain_min))
		return now >= after_stop(machine, plan->drain_term) && !machine->drain_ok
		               ? DRAIN_BUDGET
		               : DRAIN_DONE;
	return now >= after_stop(machine, plan->drain_max) ? DRAIN_BUDGET : DRAIN_RUNS;
}

void drain_cut(struct machine *machine, nsec_t now, nsec_t span)
{
	if (machine_live(machine, ROLE_DRAIN))
		helper_limit(&machine->drain, nsec_add(now, span - plan_lead(span)),
		        nsec_add(now, span));
}

nsec_t drain_wake_at(const struct machine *machine)
{
	const struct plan *plan = machine->plan;
	nsec_t wake = nsec_min(machine->at.attempt, after_stop(machine, plan->drain_max));

	if (command_over(machine) && machine->idle)
		wake = nsec_min(wake, after_stop(machine, plan->drain_min));
	return wake;
}
