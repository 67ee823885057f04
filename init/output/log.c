#include <errno.h>
#include <signal.h>
#include <string.h>

#include "output/line.h"
#include "output/log.h"
#include "output/timeline.h"
#include "text/errname.h"
#include "text/signame.h"

/* Of a path or a command: longer ones would crowd out what is wrong with them. */
#define NAME_BYTES 160

static void end_step(const struct line *line)
{
	line_end(line, line->step->machine->plan->options->log);
}

void log_message(struct writer *writer, enum log_format format, const char *text, size_t length)
{
	struct line line;

	write_bytes(line_begin(&line, writer, NULL), text, length);
	line_end(&line, format);
}

void log_lost_directory(struct writer *writer, enum log_format format)
{
	static const char text[] =
	        "the directory that drainit was started in is gone: commands run in /";

	log_message(writer, format, text, sizeof text - 1);
}

/* ---- parts of sentences ---- */

static void put_left(struct writer *message, const struct step *step)
{
	nsec_t left = line_left(step);

	write_text(message, "; ");
	if (left == NEVER) {
		write_text(message, "no deadline");
		return;
	}
	write_span(message, left);
	write_text(message, " left");
}

static void put_name(struct writer *message, const char *name)
{
	size_t length = strlen(name);

	write_plain(message, name, length < NAME_BYTES ? length : NAME_BYTES);
	if (length > NAME_BYTES)
		write_text(message, "...");
}

/* How a child ended, or why it did not start. */
static void put_end(struct writer *message, const struct event *event)
{
	if (event->kind == EVENT_NOT_STARTED) {
		write_text(message, " could not be started: ");
		write_error(message, event->error);
	} else if (event->killed_by) {
		write_text(message, " was killed by ");
		write_signal(message, event->killed_by);
	} else {
		write_text(message, " ended with ");
		write_number(message, event->status);
	}
}

/* ': 503 Service Unavailable: draining': what a request was told. */
static void put_heard(struct writer *message, const struct step *step)
{
	if (step->heard[0] == '\0')
		return;
	write_text(message, ": ");
	write_text(message, step->heard);
}

static const char *target_name(enum target target)
{
	switch (target) {
	case TARGET_MAIN:
		return "the main child";
	case TARGET_GROUP:
		return "the main child's group";
	case TARGET_DRAIN:
		return "the drain command";
	case TARGET_AFTER:
		return "the after command";
	case TARGET_READY:
		return "the ready file's creator";
	case TARGET_WATCHER:
		return "the watcher of connections";
	case TARGET_WAIT:
		return "the wait-for helper";
	case TARGET_LEFTOVERS:
		return "leftovers";
	case TARGET_DAEMONS:
		return "leftovers outside the main child's group";
	case TARGET_EVERYONE:
		return "everyone";
	}
	return "";
}

static bool succeeded(const struct event *event)
{
	return event->kind == EVENT_ENDED && event->status == 0;
}

/* ---- the stop request ---- */

static bool is_stop_request(const struct step *step)
{
	const struct machine *machine = step->machine;

	return step->event->kind == EVENT_SIGNAL && machine->at.stop == step->event->now &&
	       machine->reason == step->event->signal;
}

static const char *stop_signal_text(const struct step *step)
{
	return step->machine->stop_sent ? "stop signal sent"
	                                : "stop signal not sent on (rewritten to 0)";
}

static void put_phase(struct writer *message, const struct step *step)
{
	const struct plan *plan = step->machine->plan;
	bool open_end = plan->options->drain || plan->options->drain_idle;

	if (step->machine->phase == PHASE_DRAIN) {
		/* Without a command or a watcher, nothing but the least time is waited for. */
		write_text(message, open_end ? "drain for at most " : "drain for ");
		write_span(message, open_end ? plan->drain_max : plan->drain_min);
	} else if (step->before == PHASE_WAIT) {
		write_text(message, "COMMAND is not started");
	} else if (step->before == PHASE_RUN) {
		write_text(message, stop_signal_text(step));
	} else {
		write_text(message, "the main child is gone already");
	}
}

static void put_grace(struct writer *message, const struct plan *plan)
{
	write_text(message, "grace period ");
	timeline_grace(message, plan);
	if (plan->spent > 0) {
		write_text(message, ", ");
		write_span(message, plan->spent);
		write_text(message, " of it spent before");
	}
}

static void say_stop_request(struct writer *writer, const struct step *step)
{
	const struct plan *plan = step->machine->plan;
	struct line line;
	struct writer *message = line_begin(&line, writer, step);

	write_signal(message, step->machine->reason);
	write_text(message, " received: ");
	put_phase(message, step);
	if (plan->kill == NEVER) {
		write_text(message, "; no SIGKILL; ");
	} else {
		write_text(message, "; SIGKILL in ");
		write_span(message, plan->kill);
		write_text(message, "; ");
	}
	put_grace(message, plan);
	end_step(&line);
}

/* ---- the drain ---- */

static const char *drain_end_name(const struct machine *machine)
{
	switch (machine->drain_end) {
	case DRAIN_BUDGET:
		return "drain failed: budget used up";
	case DRAIN_SIGNAL:
		return "drain cut short by a further stop signal";
	case DRAIN_RUNS:
	case DRAIN_MAIN_CHILD:
	case DRAIN_DONE:
		break;
	}
	return machine_drained(machine) ? "drained" : "drain failed";
}

/* '; 3 connections open, 12 at its start': what the watcher saw, if it was asked. */
static void put_connections(struct writer *message, const struct step *step)
{
	const struct watched *watched = step->watched;

	if (!step->machine->plan->options->drain_idle)
		return;
	if (!watched->seen) {
		write_text(message, "; connections could not be seen");
		return;
	}
	write_text(message, "; ");
	write_number(message, watched->now);
	write_text(message, " connections open, ");
	write_number(message, watched->at_start);
	write_text(message, " at its start");
	if (watched->quiet_blind)
		write_text(message, " (how long they were quiet could not be seen)");
}

static void say_drain_end(struct writer *writer, const struct step *step)
{
	struct line line;
	struct writer *message = line_begin(&line, writer, step);

	write_text(message, drain_end_name(step->machine));
	write_text(message, " after ");
	write_span(message, line_since_stop(step));
	put_connections(message, step);
	write_text(message, "; ");
	write_text(message, stop_signal_text(step));
	put_left(message, step);
	end_step(&line);
}

/* The 1st, 2nd, 4th, 8th ... failure and the last: a retry every 100 ms would fill the screen. */
static bool attempt_worth_telling(const struct record *record, const struct step *step)
{
	bool told = (record->attempts & (record->attempts - 1)) == 0;

	/* The end of the drain says the rest. */
	if (succeeded(step->event))
		return step->machine->phase != PHASE_STOP || step->before == PHASE_STOP;
	return told || step->machine->at.attempt == NEVER;
}

static void put_next(struct writer *message, const struct step *step)
{
	const struct machine *machine = step->machine;
	nsec_t rest = nsec_add(machine->at.stop, machine->plan->drain_min) - step->event->now;

	if (machine->phase != PHASE_DRAIN)
		return;
	if (machine->at.attempt != NEVER) {
		write_text(message, "; again in ");
		write_span(message, machine->at.attempt - step->event->now);
	} else if (rest > 0) {
		write_text(message, "; the drain lasts ");
		write_span(message, rest);
		write_text(message, " more");
	} else {
		write_text(message, "; connections are waited for");
	}
}

static void say_attempt(
        struct writer *writer, const struct record *record, const struct step *step)
{
	struct line line;
	struct writer *message = line_begin(&line, writer, step);

	if (!attempt_worth_telling(record, step))
		return;
	write_text(message, "drain command");
	if (step->machine->plan->drain_retry != NEVER) {
		write_text(message, " (attempt ");
		write_number(message, record->attempts);
		write_char(message, ')');
	}
	if (succeeded(step->event))
		write_text(message, " succeeded");
	else
		put_end(message, step->event);
	put_heard(message, step);
	put_next(message, step);
	end_step(&line);
}

/* ---- other roles ---- */

static void say_wait(struct writer *writer, const struct step *step)
{
	struct line line;
	struct writer *message = line_begin(&line, writer, step);

	if (step->event->kind == EVENT_NOT_STARTED) {
		write_text(message, "the wait-for helper");
		put_end(message, step->event);
	} else {
		put_name(message, step->machine->plan->options->wait_for);
		write_text(message, " did not answer with 2xx in time");
	}
	put_heard(message, step);
	write_text(message, "; COMMAND is not started");
	end_step(&line);
}

/* Without one that looks, idle is never seen: the drain will last to its budget. */
static void say_watcher(struct writer *writer, const struct step *step)
{
	struct line line;
	struct writer *message = line_begin(&line, writer, step);

	write_text(message, "the watcher of connections");
	if (step->event->kind == EVENT_NOT_STARTED)
		put_end(message, step->event);
	else
		write_text(message, " sees nothing here");
	write_text(message, "; the drain lasts to its budget");
	end_step(&line);
}

static void say_after(struct writer *writer, const struct step *step)
{
	struct line line;
	struct writer *message = line_begin(&line, writer, step);

	write_text(message, "after command");
	put_end(message, step->event);
	put_heard(message, step);
	end_step(&line);
}

static void say_ready(struct writer *writer, const struct step *step, const char *what)
{
	const struct event *event = step->event;
	struct line line;
	struct writer *message = line_begin(&line, writer, step);

	write_text(message, "ready file ");
	put_name(message, step->machine->plan->options->ready_file);
	write_text(message, what);
	write_error(message, event->kind == EVENT_ENDED ? event->status : event->error);
	end_step(&line);
}

static void say_not_started(struct writer *writer, const struct step *step)
{
	const struct event *event = step->event;
	const char *name = step->machine->plan->options->command[0];
	struct line line;
	struct writer *message = line_begin(&line, writer, step);

	put_name(message, name);
	write_text(message, event->in_exec ? ": " : ": cannot fork: ");
	write_error(message, event->error);
	if (event->in_exec && event->error == ENOENT)
		write_text(message,
		        strchr(name, '/') ? " (it, or the interpreter or loader that it names)"
		                          : " (looked for in PATH)");
	end_step(&line);
}

static void say_main_end(
        struct writer *writer, const struct record *record, const struct step *step)
{
	int signal = step->event->killed_by;
	struct line line;
	struct writer *message = line_begin(&line, writer, step);

	write_text(message, "main child");
	put_end(message, step->event);
	if (signal && step->before == PHASE_RUN && record->forwarded & signal_bit(signal)) {
		write_text(message,
		        ", which drainit forwarded; as PID 1 it would have been immune: -r ");
		write_signal(message, signal);
		write_text(message, ":0 drops it");
	}
	if (step->before == PHASE_DRAIN)
		write_text(message, " during the drain");
	if (line_stopping(step) && !step->machine->killed)
		put_left(message, step);
	end_step(&line);
}

static void say_reaped(struct writer *writer, const struct step *step)
{
	struct line line;
	struct writer *message = line_begin(&line, writer, step);

	write_text(message, "reaped an orphan, pid ");
	write_number(message, step->event->pid);
	end_step(&line);
}

static void log_end(struct writer *writer, const struct record *record, const struct step *step)
{
	const struct event *event = step->event;

	switch (event->role) {
	case ROLE_MAIN:
		if (event->kind == EVENT_NOT_STARTED)
			say_not_started(writer, step);
		else if (line_stopping(step) || event->killed_by)
			say_main_end(writer, record, step);
		break;
	case ROLE_DRAIN:
		say_attempt(writer, record, step);
		break;
	case ROLE_AFTER:
		if (!succeeded(event))
			say_after(writer, step);
		break;
	case ROLE_READY:
		if (!event->killed_by && !succeeded(event))
			say_ready(writer, step, " cannot be created: ");
		break;
	case ROLE_UNREADY:
		if (!event->killed_by && !succeeded(event))
			say_ready(writer, step, " cannot be removed: ");
		break;
	case ROLE_NONE:
		if (step->machine->plan->options->warn_reaped)
			say_reaped(writer, step);
		break;
	case ROLE_WAIT:
		if (!succeeded(event))
			say_wait(writer, step);
		break;
	case ROLE_WATCHER:
		if (!succeeded(event) && step->machine->phase == PHASE_DRAIN)
			say_watcher(writer, step);
		break;
	case ROLE_SURVEY:
	case ROLE_COUNT:
		break;
	}
}

/* ---- signals ---- */

static void say_lost_stop(struct writer *writer, const struct step *step)
{
	struct line line;
	struct writer *message = line_begin(&line, writer, step);

	write_signal(message, step->event->signal);
	write_text(message,
	        " from outside is no stop signal here and was forwarded; if it is the image's "
	        "STOPSIGNAL: --stop-signals ");
	write_signal(message, step->event->signal);
	end_step(&line);
}

static bool is_sweep(const struct step *step, const struct action *action)
{
	return step->machine->phase == PHASE_SWEEP && action->signal == SIGTERM &&
	       (action->target == TARGET_LEFTOVERS || action->target == TARGET_DAEMONS);
}

/* Who daemonised away has less time than the main child's group, but for a sweep that nobody asked for. */
static void put_linger(struct writer *message, const struct step *step)
{
	const struct machine *machine = step->machine;

	write_text(message, "; ");
	write_span(message, nsec_max(machine->at.linger - step->event->now, 0));
	if (machine->linger_all || machine->at.linger >= machine_kill_at(machine)) {
		write_text(message, " left");
		return;
	}
	write_text(message, " left, in the main child's group ");
	write_span(message, line_left(step));
}

static void say_signal(
        struct writer *writer, const struct step *step, const struct action *action)
{
	struct line line;
	struct writer *message = line_begin(&line, writer, step);

	write_signal(message, action->signal);
	write_text(message, " to ");
	write_text(message, target_name(action->target));
	if (is_sweep(step, action))
		put_linger(message, step);
	else if (line_stopping(step))
		put_left(message, step);
	end_step(&line);
}

/* Told elsewhere: the stop signal with its phase, CONT with what it follows, SIGKILL by its victims. */
static bool worth_telling(const struct step *step, const struct action *action)
{
	bool helper = action->target == TARGET_DRAIN || action->target == TARGET_AFTER;
	bool stops = step->before < PHASE_STOP && step->machine->phase == PHASE_STOP;

	if (action->signal == SIGKILL)
		return helper;
	if (step->machine->plan->options->verbosity > 0 &&
	        !step->machine->plan->options->habits.voice)
		return true;
	if (step->before == PHASE_RUN && !line_stopping(step))
		return false;
	return action->signal != SIGCONT && (helper || !stops);
}

/* ---- survivors ---- */

static void say_survivor(
        struct writer *writer, const struct step *step, const struct survivor *survivor)
{
	struct line line;
	struct writer *message = line_begin(&line, writer, step);

	write_text(message, "SIGKILL: pid ");
	write_number(message, survivor->pid);
	write_text(message, ", state ");
	write_char(message, survivor->state);
	if (survivor->age_s >= 0) {
		write_text(message, ", ");
		write_span(message, survivor->age_s * SEC);
		write_text(message, " old");
	}
	if (survivor->wchan[0]) {
		write_text(message, ", in ");
		write_text(message, survivor->wchan);
	}
	write_text(message, ": ");
	write_text(message, survivor->command);
	end_step(&line);
}

static void say_more_survivors(struct writer *writer, const struct step *step, int more)
{
	struct line line;
	struct writer *message = line_begin(&line, writer, step);

	write_text(message, "SIGKILL: and ");
	write_number(message, more);
	write_text(message, " more");
	end_step(&line);
}

/* What fits beside the last lines; the rest is counted. */
static void say_survivors(
        struct writer *writer, const struct step *step, const struct survivors *survivors)
{
	int told = 0;

	while (told < survivors->count &&
	        writer->size - writer->length > (size_t)2 * LINE_BYTES)
		say_survivor(writer, step, &survivors->list[told++]);
	if (survivors->total > told)
		say_more_survivors(writer, step, survivors->total - told);
}

/* ---- the step ---- */

static void say_exit(struct writer *writer, const struct step *step, int status)
{
	const struct plan *plan = step->machine->plan;
	struct line line;
	struct writer *message = line_begin(&line, writer, step);

	write_text(message, "exit ");
	write_number(message, status);
	write_text(message, "; ");
	write_span(message, nsec_add(line_since_stop(step), plan->spent));
	if (plan->grace != NEVER) {
		write_text(message, " of ");
		write_span(message, plan->grace);
	}
	write_text(message, " used");
	end_step(&line);
}

static void log_actions(
        struct writer *writer, const struct step *step, const struct survivors *survivors)
{
	for (int i = 0; i < step->actions->count; i++) {
		const struct action *action = &step->actions->list[i];

		switch (action->kind) {
		case ACTION_START:
			break;
		case ACTION_SIGNAL:
			if (worth_telling(step, action))
				say_signal(writer, step, action);
			break;
		case ACTION_SUSPEND:
			break;
		case ACTION_NAME:
			say_survivors(writer, step, survivors);
			break;
		case ACTION_EXIT:
			if (line_stopping(step))
				say_exit(writer, step, action->status);
			break;
		}
	}
}

void log_step(struct writer *writer, const struct record *record, const struct step *step,
        const struct survivors *survivors)
{
	if (step->event->kind == EVENT_ENDED || step->event->kind == EVENT_NOT_STARTED)
		log_end(writer, record, step);
	if (record_is_lost_stop(step) && record->lost_stops == 1)
		say_lost_stop(writer, step);
	if (is_stop_request(step))
		say_stop_request(writer, step);
	else if (step->before == PHASE_DRAIN && step->machine->phase == PHASE_STOP)
		say_drain_end(writer, step);
	log_actions(writer, step, survivors);
}
