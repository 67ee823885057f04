#include <assert.h>
#include <errno.h>
#include <signal.h>
#include <string.h>

#include "core/act.h"
#include "core/drain.h"
#include "core/due.h"
#include "core/machine.h"
#include "core/phase.h"
#include "core/ready.h"

#define EXIT_KILLED (128 + SIGKILL)

nsec_t machine_kill_at(const struct machine *machine)
{
	return nsec_add(machine->at.stop, machine->plan->kill);
}

int machine_exit_status(const struct machine *machine)
{
	const struct options *options = machine->plan->options;
	int status = machine->status;
	int sent = options->rewrite[machine->stop_as];

	if (machine_live(machine, ROLE_MAIN))
		return EXIT_KILLED;
	if (options->stop_status >= 0 && machine->stop_sent && status == 128 + sent)
		return options->stop_status;
	return options->zero_exit[status / 64] >> status % 64 & 1 ? 0 : status;
}

/* Also when the main child is gone: a shell that did not exec leaves the program in the group. */
static void forward(const struct machine *machine, struct actions *out, int signal)
{
	int sent = machine->plan->options->rewrite[signal];
	enum target target = act_target(machine);

	if (sent == 0 || !machine->begun || machine->phase > PHASE_SWEEP)
		return;
	if (target == TARGET_GROUP || machine_live(machine, ROLE_MAIN))
		act_signal(out, target, sent);
}

static void after_ended(struct machine *machine, nsec_t now)
{
	machine->after = helper_idle();
	machine->at.give_up =
	        nsec_min(machine->at.give_up, nsec_add(now, machine->plan->settle));
}

/* A stop in a sweep that nobody had asked for: it adds the deadline and gives no new time. */
static void stop_late(struct machine *machine, nsec_t now)
{
	nsec_t end = nsec_add(now, machine->plan->deadline);

	machine->at.stop = now;
	if (machine->phase == PHASE_SWEEP)
		machine->at.linger = nsec_min(machine->at.linger, machine_kill_at(machine));
	if (machine_live(machine, ROLE_AFTER))
		helper_limit(&machine->after, nsec_before(end, machine->plan->settle), end);
}

static void run(struct machine *machine, struct actions *out)
{
	machine->phase = PHASE_RUN;
	machine->begun = true;
	act_start(machine, out, ROLE_MAIN);
	ready_create(machine, out);
}

static void begin(struct machine *machine, nsec_t now, struct actions *out)
{
	if (!machine->plan->options->wait_for) {
		run(machine, out);
		return;
	}
	machine->phase = PHASE_WAIT;
	helper_limit(&machine->wait, NEVER, nsec_add(now, machine->plan->wait_for));
	act_start(machine, out, ROLE_WAIT);
}

/* It did not answer in time: then this is a COMMAND that could not be started. */
static void wait_ended(struct machine *machine, const struct event *event, struct actions *out)
{
	machine->wait = helper_idle();
	if (event->kind == EVENT_ENDED && event->status == 0) {
		run(machine, out);
		return;
	}
	machine->status = (uint8_t)machine->plan->options->habits.own_error;
	phase_sweep(machine, event->now, out);
}

/* Nothing was started, so there is nothing to stop and nothing to come after it. */
static void stop_waiting(
        struct machine *machine, const struct event *event, struct actions *out)
{
	machine->at.stop = event->now;
	machine->status = (uint8_t)(128 + machine->stop_as);
	act_signal(out, TARGET_WAIT, SIGKILL);
	phase_exit(machine, out);
}

static bool is_stop(const struct machine *machine, int signal)
{
	return machine->plan->options->stop_signals & signal_bit(signal);
}

static void end_drain(struct machine *machine, nsec_t now, struct actions *out)
{
	if (machine_live(machine, ROLE_DRAIN))
		helper_limit(&machine->drain, now,
		        nsec_add(now, plan_lead(machine->plan->drain_max)));
	phase_end_drain(machine, DRAIN_SIGNAL, out);
}

static void stop_again(struct machine *machine, const struct event *event, struct actions *out)
{
	const struct options *options = machine->plan->options;

	if (event->now < nsec_add(machine->at.signal, options->habits.duplicates))
		return;
	if (machine->phase == PHASE_DRAIN)
		end_drain(machine, event->now, out);
	else
		forward(machine, out, event->signal);
}

/* The stop request, from a signal or a hook. */
static void stop(struct machine *machine, const struct event *event, struct actions *out)
{
	if (machine->phase == PHASE_WAIT)
		stop_waiting(machine, event, out);
	else if (machine->phase == PHASE_RUN)
		phase_drain(machine, event->now, out);
	else
		stop_late(machine, event->now);
}

/*
 * The signal that follows a hook continues the shutdown, whatever phase it is in. But the kubelet sends it
 * while its hook still runs only when the grace period is over, and then 2 s are left (kuberuntime's
 * minimumGracePeriodInSeconds): it was shorter than we were told, and the drain is at its end.
 */
static void signal_follows(
        struct machine *machine, const struct event *event, struct actions *out)
{
	machine->at.signal = event->now;
	if (machine->phase > PHASE_DRAINED)
		return;
	machine->stop_as = (uint8_t)event->signal;
	if (machine->phase == PHASE_DRAINED)
		phase_stop(machine, out);
	else if (event->hook_there)
		end_drain(machine, event->now, out);
}

static void stop_signal(struct machine *machine, const struct event *event, struct actions *out)
{
	if (machine->at.signal != NEVER) {
		stop_again(machine, event, out);
	} else if (machine->at.stop != NEVER) {
		signal_follows(machine, event, out);
	} else {
		machine->at.signal = event->now;
		machine->reason = machine->stop_as = (uint8_t)event->signal;
		stop(machine, event, out);
	}
}

static void on_asked(struct machine *machine, const struct event *event, struct actions *out)
{
	machine->hook_waits = true;
	if (machine->at.stop == NEVER) {
		machine->stop_as = (uint8_t)machine->plan->options->first_stop;
		stop(machine, event, out);
	}
	/* One that comes after the drain has its outcome at once. */
	if (machine->phase != PHASE_EXIT)
		phase_answer(machine, out);
}

static bool terminal_stop(int signal)
{
	return signal == SIGTSTP || signal == SIGTTIN || signal == SIGTTOU;
}

static void on_signal(struct machine *machine, const struct event *event, struct actions *out)
{
	if (is_stop(machine, event->signal))
		stop_signal(machine, event, out);
	else
		forward(machine, out, event->signal);
	if (machine->plan->options->habits.suspends && terminal_stop(event->signal))
		act_suspend(out);
}

/* As dumb-init does: the group is told, and not waited for. */
static void forward_to_group(const struct machine *machine, struct actions *out)
{
	if (act_target(machine) == TARGET_GROUP)
		forward(machine, out, SIGTERM);
}

static void main_ended(struct machine *machine, const struct event *event, struct actions *out)
{
	machine->status = (uint8_t)event->status;
	machine->killed_by = (uint8_t)event->killed_by;
	if (machine->plan->options->habits.main_exit == MAIN_EXIT_TERM_GROUP) {
		forward_to_group(machine, out);
		phase_exit(machine, out);
		return;
	}
	/* One that could not die until now: it was given up, and what comes after has begun. */
	if (machine->phase < PHASE_SWEEP)
		phase_sweep(machine, event->now, out);
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
		phase_answer(machine, out);
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
	case ROLE_WATCHER:
		/* After the drain, what it saw at last must not change what was told. */
		if (machine->phase == PHASE_DRAIN)
			machine->idle = event->kind == EVENT_ENDED && event->status == 0;
		break;
	case ROLE_WAIT:
		wait_ended(machine, event, out);
		break;
	case ROLE_SURVEY:
	case ROLE_NONE:
	case ROLE_COUNT:
		break;
	}
}

static int not_started_status(const struct habits *habits, const struct event *event)
{
	if (!event->in_exec)
		return habits->own_error;
	switch (event->error) {
	case ENOENT:
		return habits->not_found;
	case ENOTDIR:
		return habits->path_broken;
	case EACCES:
		return habits->not_executable;
	default:
		return habits->exec_failed;
	}
}

static void on_not_started(
        struct machine *machine, const struct event *event, struct actions *out)
{
	struct event as_ended = *event;

	as_ended.status = not_started_status(&machine->plan->options->habits, event);
	as_ended.killed_by = 0;
	/* Without a fork there is no group either. */
	if (event->role == ROLE_MAIN && !event->in_exec)
		machine->begun = false;
	on_ended(machine, &as_ended, out);
}

static void on_no_child(struct machine *machine, nsec_t now, struct actions *out)
{
	if (machine->phase == PHASE_SWEEP)
		phase_after(machine, now, out);
	else if (machine->phase == PHASE_AFTER)
		phase_exit(machine, out);
}

void machine_init(struct machine *machine, const struct plan *plan)
{
	/* Padding too: tests/explore compares machines as bytes. */
	memset(machine, 0, sizeof *machine);
	machine->plan = plan;
	machine->at = (struct instants){ NEVER, NEVER, NEVER, NEVER, NEVER, NEVER };
	machine->drain = helper_idle();
	machine->after = helper_idle();
	machine->wait = helper_idle();
}

static void look_at(struct machine *machine, const struct event *event, struct actions *out)
{
	switch (event->kind) {
	case EVENT_TIME:
		due_sweep(machine, event->now, out);
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
	case EVENT_ASKED:
		on_asked(machine, event, out);
		break;
	case EVENT_NO_CHILD:
		on_no_child(machine, event->now, out);
		break;
	}
}

void machine_step(struct machine *machine, const struct event *event, struct actions *out)
{
	assert(machine->phase != PHASE_EXIT);
	out->count = 0;
	if (machine->phase == PHASE_START)
		begin(machine, event->now, out);
	if (event->kind == EVENT_ENDED || event->kind == EVENT_NOT_STARTED)
		machine->live = (uint16_t)(machine->live & ~(1u << event->role));
	/* The event first: what is due is judged by who has ended, and with which status. */
	look_at(machine, event, out);
	if (machine->phase != PHASE_EXIT)
		due_act(machine, event->now, out);
}

nsec_t machine_wake_at(const struct machine *machine)
{
	return due_at(machine);
}
