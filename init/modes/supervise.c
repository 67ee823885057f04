#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "core/record.h"
#include "kernel/ask.h"
#include "kernel/brief.h"
#include "kernel/helpers.h"
#include "kernel/oom.h"
#include "kernel/perform.h"
#include "kernel/place.h"
#include "kernel/say.h"
#include "kernel/title.h"
#include "kernel/wait.h"
#include "modes/supervise.h"
#include "kernel/processes.h"
#include "kernel/reportfile.h"
#include "output/log.h"
#include "output/phasename.h"
#include "output/report.h"
#include "output/voice.h"

/* So many are reaped before time and signals get their turn. */
#define BURST 256

/* What the report's file has in any case. */
#define REPORT_LEAST (100 * MSEC)

/* What a hook has to be gone, once it is answered. */
#define SEE_OFF_MOST (500 * MSEC)

struct supervisor {
	struct machine machine;
	struct record record;
	bool lost_told;
	const char *shown; /* the phase, as our name tells it */
	int status;        /* -1 until ACTION_EXIT */
	int failed; /* roles that could not be started: each at most once before its event is stepped */
	struct event failures[ROLE_COUNT];
	struct edge edge;
};

/* Another program's words. */
static struct mouths open_mouths(void)
{
	static char out[LOG_BYTES], err[LOG_BYTES];

	return (struct mouths){ writer_on(out, sizeof out), writer_on(err, sizeof err) };
}

static void speak(const struct mouths *mouths)
{
	if (mouths->out.length > 0)
		say_out(mouths->out.text, mouths->out.length);
	if (mouths->err.length > 0)
		say(mouths->err.text, mouths->err.length);
}

static struct places places_of(const struct supervisor *supervisor)
{
	const struct children *children = &supervisor->edge.children;

	return (struct places){ .pid = children->self, .child = children->pid[ROLE_MAIN] };
}

static void speak_of_step(const struct supervisor *supervisor, const struct step *step)
{
	struct mouths mouths = open_mouths();
	struct places places = places_of(supervisor);

	voice_step(&mouths, step, &places);
	speak(&mouths);
}

static void speak_of_child_signal(const struct supervisor *supervisor)
{
	struct mouths mouths = open_mouths();
	struct places places = places_of(supervisor);

	voice_child_signal(&mouths, supervisor->edge.options, &places);
	speak(&mouths);
}

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

static void show_phase(struct supervisor *supervisor)
{
	const char *phase = phasename(&supervisor->machine);

	if (phase == supervisor->shown || supervisor->edge.options->habits.voice)
		return;
	supervisor->shown = phase;
	title_set(phase);
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
	show_phase(supervisor);
	perform_all(supervisor, &actions, event->now);
	record_survivors(&supervisor->record, &step, supervisor->edge.survivors);
	/* The main child is on its way: what it need not wait for comes now. */
	if (step.before < PHASE_RUN && supervisor->machine.phase >= PHASE_RUN)
		place_close();
	if (supervisor->edge.options->habits.voice)
		speak_of_step(supervisor, &step);
	if (!supervisor->edge.options->habits.mute)
		say_step(supervisor, &step);
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

	if (supervisor->edge.options->habits.voice)
		speak_of_child_signal(supervisor);
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
		} else if (wait_event(machine_wake_at(&supervisor->machine), &event) ==
		           WAITED_CHILD) {
			reap(supervisor);
		} else if (event.kind == EVENT_ASKED) {
			asked(supervisor, &event);
		} else {
			event.hook_there = hooks_wait(&supervisor->edge.hooks);
			do_step(supervisor, &event);
		}
	}
}

static nsec_t last_moment(const struct supervisor *supervisor)
{
	const struct plan *plan = supervisor->machine.plan;

	return nsec_min(nsec_add(supervisor->machine.at.stop, plan->exit_by),
	        nsec_add(wait_now(), plan->settle));
}

static bool report_wanted(const struct supervisor *supervisor)
{
	const struct options *options = supervisor->edge.options;

	if (options->habits.mute || (options->report && strcmp(options->report, "none") == 0))
		return false;
	return options->report || supervisor->machine.at.stop != NEVER;
}

/* For the file, and for the log's last line. */
static void report(const struct supervisor *supervisor)
{
	static char text[REPORT_BYTES + 1];
	struct writer writer = writer_on(text, REPORT_BYTES);
	const struct edge *edge = &supervisor->edge;
	const struct findings findings = {
		.survivors = edge->survivors,
		.watched = &edge->watched,
		.status = supervisor->status,
		.now = wait_now(),
		.by_oom = edge->by_oom,
	};

	report_write(&writer, &supervisor->machine, &supervisor->record, &findings);
	if (report_wanted(supervisor))
		/* Also when we are late: without it nobody learns why. */
		reportfile_write(edge->options->report, text, writer.length,
		        nsec_max(last_moment(supervisor), nsec_add(wait_now(), REPORT_LEAST)));
	text[writer.length] = '\n';
	if (edge->options->log == LOG_JSON && !edge->options->habits.mute)
		say(text, writer.length + 1);
}

/* The last steps, each with a little time of its own. */
static void finish(const struct supervisor *supervisor)
{
	const struct options *options = supervisor->edge.options;
	nsec_t gone_by = nsec_min(supervisor->machine.plan->margin / 4, SEE_OFF_MOST);

	if (report_wanted(supervisor) || options->log == LOG_JSON)
		report(supervisor);
	hooks_see_off(&supervisor->edge.hooks, nsec_add(wait_now(), gone_by));
	say_close(last_moment(supervisor));
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
