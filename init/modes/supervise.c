#include <signal.h>
#include <unistd.h>

#include "core/record.h"
#include "kernel/ask.h"
#include "kernel/brief.h"
#include "kernel/helpers.h"
#include "kernel/oom.h"
#include "kernel/perform.h"
#include "kernel/place.h"
#include "kernel/processes.h"
#include "kernel/say.h"
#include "kernel/wait.h"
#include "modes/finish.h"
#include "modes/supervise.h"
#include "modes/supervisor.h"
#include "modes/tell.h"
#include "output/phasename.h"

/* So many are reaped before time and signals get their turn. */
#define BURST 256

/* In order. What cannot be started is the next event, so that a missing helper holds up nobody. */
static void perform_all(
        struct supervisor *supervisor, const struct actions *actions, nsec_t now)
{
	for (int i = 0; i < actions->count; i++) {
		const struct action *action = &actions->list[i];
		struct event *failed = &supervisor->failures[supervisor->failed];

		if (!perform(&supervisor->edge, &supervisor->machine, action,
		            supervisor->record.attempts, now, failed))
			supervisor->failed++;
		if (action->kind == ACTION_EXIT)
			supervisor->status = action->status;
	}
}

static void do_step(struct supervisor *supervisor, const struct event *event)
{
	struct actions actions;
	struct step step = {
		.machine = &supervisor->machine,
		.before = supervisor->machine.phase,
		.event = event,
		.actions = &actions,
		.watched = &supervisor->edge.watched,
	};

	if (step.before == PHASE_DRAIN)
		helpers_hear(&supervisor->edge, ROLE_WATCHER);
	if (event->kind == EVENT_ENDED)
		helpers_hear(&supervisor->edge, event->role);
	step.heard = event->kind == EVENT_ENDED ? supervisor->edge.heard : "";
	machine_step(&supervisor->machine, event, &actions);
	record_step(&supervisor->record, &step);
	/* Before anything is done: a hook may come as soon as the main child runs. */
	tell_phase(supervisor);
	perform_all(supervisor, &actions, event->now);
	record_survivors(&supervisor->record, &step, supervisor->edge.survivors);
	/* The main child is on its way: what it need not wait for comes now. */
	if (step.before < PHASE_RUN && supervisor->machine.phase >= PHASE_RUN)
		place_close();
	tell_step(supervisor, &step);
}

/*
 * SIGKILL came from somebody: was it the OOM killer? Read at each such end, so that one who was killed before
 * does not count for the main child.
 */
static void look_for_oom(struct supervisor *supervisor, const struct event *event)
{
	struct edge *edge = &supervisor->edge;
	int64_t kills;

	if (event->killed_by != SIGKILL || edge->options->habits.mute)
		return;
	kills = oom_kills();
	if (event->role == ROLE_MAIN)
		edge->by_oom = kills < 0 || edge->oom_kills < 0 ? -1 : kills > edge->oom_kills;
	edge->oom_kills = kills;
}

/* An orphan's end decides nothing: only somebody may want to hear of it (-w, -v). */
static bool matters(const struct supervisor *supervisor, const struct event *event)
{
	const struct options *options = supervisor->edge.options;

	return event->kind != EVENT_ENDED || event->role != ROLE_NONE || options->warn_reaped ||
	       (options->habits.voice && options->verbosity > 0);
}

/* Who has ended, a burst at a time: who forks on and on ends on and on, and a stop request is to be heard. */
static void reap(struct supervisor *supervisor)
{
	struct event event;

	for (int count = 0; count < BURST; count++) {
		enum reaped reaped = children_reap(&supervisor->edge.children, &event);

		if (reaped == REAPED_ONE)
			look_for_oom(supervisor, &event);
		if (reaped != REAPED_NONE && matters(supervisor, &event)) {
			event.now = wait_now();
			do_step(supervisor, &event);
		}
		if (reaped != REAPED_ONE || supervisor->status >= 0)
			return;
	}
	children_reap_more(&supervisor->edge.children);
	do_step(supervisor, &(struct event){ .kind = EVENT_TIME, .now = wait_now() });
}

/* Where strangers' orphans are our children too, having none is not how our own are seen to be gone. */
static bool only_strangers_left(const struct supervisor *supervisor)
{
	return supervisor->machine.phase > PHASE_STOP && processes_strangers() &&
	       !processes_left(&supervisor->edge.children);
}

/* What is asked of us by a hook or a probe; another program's stand-in, without a grace period, knows neither. */
static void asked(struct supervisor *supervisor, struct event *event)
{
	if (supervisor->edge.options->habits.mute ||
	        (event->ask != ASK_PRESTOP && event->ask != ASK_PHASE))
		event->kind = EVENT_SIGNAL;
	else if (event->ask == ASK_PHASE)
		ask_send(event->pid, ASK_PHASES + phasename_number(&supervisor->machine));
	else
		hooks_add(&supervisor->edge.hooks, event);
	if (event->kind == EVENT_SIGNAL || event->ask == ASK_PRESTOP)
		do_step(supervisor, event);
}

static void run(struct supervisor *supervisor)
{
	while (supervisor->status < 0) {
		struct event event;

		if (only_strangers_left(supervisor)) {
			event = (struct event){ .kind = EVENT_NO_CHILD, .now = wait_now() };
			do_step(supervisor, &event);
		} else if (supervisor->failed > 0) {
			event = supervisor->failures[--supervisor->failed];
			do_step(supervisor, &event);
			/* If it was to be the only child, no SIGCHLD tells that there is none. */
			if (supervisor->failed == 0 && supervisor->status < 0)
				reap(supervisor);
		} else if (wait_event(machine_wake_at(&supervisor->machine), &event) ==
		           WAITED_CHILD) {
			tell_child_signal(supervisor);
			reap(supervisor);
		} else if (event.kind == EVENT_ASKED) {
			asked(supervisor, &event);
		} else {
			event.hook_there = hooks_wait(&supervisor->edge.hooks);
			do_step(supervisor, &event);
		}
	}
}

int supervise(const struct plan *plan, const struct signals *inherited, char **environment,
        const char *warnings, size_t length)
{
	struct supervisor supervisor = {
		.status = -1,
		.edge = { .options = plan->options,
		        .inherited = *inherited,
		        .environment = environment,
		        .gate = -1,
		        .watching = -1,
		        .said = -1,
		        .watched = { .at_start = -1, .now = -1 },
		        .heard = "",
		        .survey = -1,
		        .children.self = getpid() },
	};
	struct children *children = &supervisor.edge.children;

	machine_init(&supervisor.machine, plan);
	record_init(&supervisor.record);
	children->adopts = children->self == 1 || plan->options->habits.adopts;
	place_adopt(children->self, plan->options);
	/* Without a wait nobody asks what time it is yet, and the main child is not to wait for the answer. */
	do_step(&supervisor, &(struct event){ .kind = EVENT_TIME,
	                             .now = plan->options->wait_for ? wait_now() : 0 });
	if (length > 0)
		say(warnings, length);
	brief_prepare(&supervisor.edge);
	/* The first call looks the clock up in the vDSO; the main child's end should not wait for that. */
	wait_now();
	/* A container's cgroup is new with its PID 1; that of others has a past. */
	if (children->self != 1 && !plan->options->habits.mute)
		supervisor.edge.oom_kills = oom_kills();
	run(&supervisor);
	finish(&supervisor);
	return supervisor.status;
}
