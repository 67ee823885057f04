#include <unistd.h>

#include "core/record.h"
#include "kernel/brief.h"
#include "kernel/perform.h"
#include "kernel/place.h"
#include "kernel/say.h"
#include "kernel/wait.h"
#include "modes/supervise.h"
#include "output/log.h"

/* So many are reaped before time gets its turn. */
#define BURST 256

struct supervisor {
	struct machine machine;
	struct record record;
	bool lost_told;
	int status; /* -1 until ACTION_EXIT */
	struct edge edge;
};

static void say_step(struct supervisor *supervisor, const struct step *step)
{
	/* Not on the stack, where each step would step over its pages. */
	static char text[LOG_BYTES];
	struct writer writer = writer_on(text, sizeof text);

	log_step(&writer, &supervisor->record, step, supervisor->edge.survivors);
	if (place_lost() && !supervisor->lost_told) {
		supervisor->lost_told = true;
		log_lost_directory(&writer, step->machine->plan->options->log);
	}
	if (writer.length > 0)
		say(text, writer.length);
}

/* In order. What cannot be started comes back as events, so that a missing helper holds up nobody. */
static int perform_all(struct supervisor *supervisor, const struct actions *actions, nsec_t now,
        struct event failures[ACTIONS_MAX])
{
	int failed = 0;

	for (int i = 0; i < actions->count; i++) {
		const struct action *action = &actions->list[i];

		if (!perform(&supervisor->edge, &supervisor->machine, action,
		            supervisor->record.attempts, now, &failures[failed]))
			failed++;
		if (action->kind == ACTION_EXIT)
			supervisor->status = action->status;
	}
	return failed;
}

static void do_step(struct supervisor *supervisor, const struct event *event)
{
	struct actions actions;
	struct event failures[ACTIONS_MAX];
	int failed;
	struct step step = {
		.machine = &supervisor->machine,
		.before = supervisor->machine.phase,
		.event = event,
		.actions = &actions,
	};

	machine_step(&supervisor->machine, event, &actions);
	record_step(&supervisor->record, &step);
	failed = perform_all(supervisor, &actions, event->now, failures);
	say_step(supervisor, &step);
	for (int i = 0; i < failed; i++)
		do_step(supervisor, &failures[i]);
}

/* All who have ended; between them what is due, for who forks on and on ends on and on. */
static void reap_all(struct supervisor *supervisor)
{
	struct event event;
	enum reaped reaped;

	for (int count = 1; supervisor->status < 0; count++) {
		reaped = children_reap(&supervisor->edge.children, &event);
		if (reaped == REAPED_NONE)
			return;
		event.now = wait_now();
		do_step(supervisor, &event);
		if (reaped == REAPED_LAST)
			return;
		if (count % BURST == 0)
			do_step(supervisor,
			        &(struct event){ .kind = EVENT_TIME, .now = event.now });
	}
}

static void run(struct supervisor *supervisor)
{
	while (supervisor->status < 0) {
		struct event event;

		if (wait_event(machine_wake_at(&supervisor->machine), &event) == WAITED_CHILD)
			reap_all(supervisor);
		else
			do_step(supervisor, &event);
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
		        .survey = -1,
		        .children.self = getpid() },
	};

	machine_init(&supervisor.machine, plan);
	place_adopt(supervisor.edge.children.self, plan->options);
	do_step(&supervisor, &(struct event){ .kind = EVENT_TIME });
	/* The main child is on its way: what it need not wait for comes now. */
	place_close();
	if (length > 0)
		say(warnings, length);
	brief_prepare(&supervisor.edge);
	/* The first call looks the clock up in the vDSO; the main child's end should not wait for that. */
	wait_now();
	run(&supervisor);
	say_close(nsec_min(nsec_add(supervisor.machine.at.stop, plan->exit_by),
	        nsec_add(wait_now(), plan->settle)));
	return supervisor.status;
}
