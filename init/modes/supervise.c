#include <unistd.h>

#include "core/record.h"
#include "kernel/brief.h"
#include "kernel/perform.h"
#include "kernel/say.h"
#include "kernel/wait.h"
#include "modes/supervise.h"
#include "output/log.h"

struct supervisor {
	struct machine machine;
	struct record record;
	struct edge edge;
	bool lost_told;
	int status; /* -1 until ACTION_EXIT */
};

static void say_step(struct supervisor *supervisor, const struct step *step)
{
	char text[LOG_BYTES];
	struct writer writer = writer_on(text, sizeof text);

	log_step(&writer, &supervisor->record, step, &supervisor->edge.survivors);
	if (supervisor->edge.place.lost && !supervisor->lost_told) {
		supervisor->lost_told = true;
		log_lost_directory(&writer, step->machine->plan->options->log);
	}
	if (writer.length > 0)
		say(text, writer.length);
}

static void do_step(struct supervisor *supervisor, const struct event *event);

/* In order; what fails is stepped after the rest, so that a helper that is not to be had holds up nobody. */
static void perform_all(
        struct supervisor *supervisor, const struct actions *actions, nsec_t now)
{
	struct event failures[ACTIONS_MAX];
	int failed = 0;

	for (int i = 0; i < actions->count; i++)
		if (!perform(&supervisor->edge, &supervisor->machine, &actions->list[i],
		            supervisor->record.attempts, now, &failures[failed]))
			failed++;
	for (int i = 0; i < failed; i++)
		do_step(supervisor, &failures[i]);
}

static void do_step(struct supervisor *supervisor, const struct event *event)
{
	struct actions actions;
	struct step step = {
		.machine = &supervisor->machine,
		.before = supervisor->machine.phase,
		.event = event,
		.actions = &actions,
	};

	machine_step(&supervisor->machine, event, &actions);
	record_step(&supervisor->record, &step);
	perform_all(supervisor, &actions, event->now);
	say_step(supervisor, &step);
	for (int i = 0; i < actions.count; i++)
		if (actions.list[i].kind == ACTION_EXIT)
			supervisor->status = actions.list[i].status;
}

static void reap_all(struct supervisor *supervisor, nsec_t now)
{
	struct event event;
	enum reaped reaped;

	do {
		reaped = children_reap(&supervisor->edge.children, &event);
		event.now = now;
		if (reaped != REAPED_NONE)
			do_step(supervisor, &event);
	} while (reaped == REAPED_ONE && supervisor->status < 0);
}

static void run(struct supervisor *supervisor)
{
	while (supervisor->status < 0) {
		struct event event;

		if (wait_event(machine_wake_at(&supervisor->machine), &event) == WAITED_CHILD)
			reap_all(supervisor, event.now);
		else
			do_step(supervisor, &event);
	}
}

int supervise(const struct plan *plan, const struct signals *inherited, char **environment,
        const char *warnings, size_t length)
{
	static struct supervisor supervisor;
	struct edge *edge = &supervisor.edge;

	supervisor.status = -1;
	edge->options = plan->options;
	edge->inherited = *inherited;
	edge->environment = environment;
	edge->survey = edge->gate = -1;
	edge->children.self = getpid();
	machine_init(&supervisor.machine, plan);
	place_adopt(plan->options);

	do_step(&supervisor, &(struct event){ .kind = EVENT_TIME });
	/* From here on the main child is on its way: what it need not wait for comes now. */
	place_close();
	say_open();
	if (length > 0)
		say(warnings, length);
	brief_prepare(edge);
	run(&supervisor);
	say_close(nsec_add(supervisor.machine.at.stop, plan->exit_by));
	return supervisor.status;
}
