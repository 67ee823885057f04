#include <signal.h>
#include <string.h>

#include "output/log.h"
#include "output/timeline.h"
#include "text/signame.h"

#define MESSAGE_BYTES 512

/* ---- a line, in either format ---- */

struct line {
	struct writer *out;
	const struct step *step;
	struct writer message;
	char bytes[MESSAGE_BYTES];
};

static const char *const phase_names[] = {
	[PHASE_START] = "start",
	[PHASE_RUN] = "serving",
	[PHASE_DRAIN] = "drain",
	[PHASE_STOP] = "stop",
	[PHASE_SWEEP] = "sweep",
	[PHASE_AFTER] = "after",
	[PHASE_EXIT] = "exit",
};

static struct writer *begin(struct line *line, struct writer *out, const struct step *step)
{
	line->out = out;
	line->step = step;
	line->message = writer_on(line->bytes, sizeof line->bytes);
	return &line->message;
}

static nsec_t since_stop(const struct step *step)
{
	return step->event->now - step->machine->at.stop;
}

static bool stopping(const struct step *step)
{
	return step->machine->at.stop != NEVER;
}

static nsec_t left(const struct step *step)
{
	return nsec_max(nsec_before(step->machine->plan->deadline, since_stop(step)), 0);
}

static void end_text(const struct line *line)
{
	struct writer *out = line->out;

	write_text(out, "drainit: ");
	if (line->step && stopping(line->step)) {
		write_char(out, '+');
		write_span(out, since_stop(line->step));
		write_char(out, ' ');
	}
	write_bytes(out, line->message.text, line->message.length);
	write_char(out, '\n');
}

static void json_span(struct writer *out, const char *key, nsec_t span)
{
	write_text(out, key);
	if (span == NEVER)
		write_text(out, "null");
	else
		write_number(out, span / MSEC);
}

static void end_json(const struct line *line)
{
	struct writer *out = line->out;
	bool timed = line->step && stopping(line->step);

	write_text(out, "{\"source\":\"drainit\",\"phase\":\"");
	write_text(out, phase_names[line->step ? line->step->machine->phase : PHASE_START]);
	json_span(out, "\",\"since_stop_ms\":", timed ? since_stop(line->step) : NEVER);
	json_span(out, ",\"left_ms\":", timed ? left(line->step) : NEVER);
	write_text(out, ",\"message\":");
	write_json(out, line->message.text, line->message.length);
	write_text(out, "}\n");
}

static void end(const struct line *line, enum log_format format)
{
	if (format == LOG_JSON)
		end_json(line);
	else
		end_text(line);
}

static void end_step(const struct line *line)
{
	end(line, line->step->machine->plan->options->log);
}

void log_message(struct writer *writer, enum log_format format, const char *text, size_t length)
{
	struct line line;

	write_bytes(begin(&line, writer, NULL), text, length);
	end(&line, format);
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
	if (step->machine->plan->deadline == NEVER) {
		write_text(message, "no deadline");
		return;
	}
	write_span(message, left(step));
	write_text(message, " left");
}

static void put_error(struct writer *message, int error)
{
	write_text(message, strerror(error));
}

static void put_end(struct writer *message, const struct event *event)
{
	if (event->killed_by) {
		write_text(message, "was killed by ");
		write_signal(message, event->killed_by);
	} else {
		write_text(message, "ended with ");
		write_number(message, event->status);
	}
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
	case TARGET_LEFTOVERS:
		return "leftovers";
	case TARGET_DAEMONS:
		return "leftovers outside the main child's group";
	case TARGET_EVERYONE:
		return "everyone";
	}
	return "";
}

static const char *drain_end_name(enum drain_end end)
{
	switch (end) {
	case DRAIN_RUNS:
		return "running";
	case DRAIN_DONE:
		return "done";
	case DRAIN_BUDGET:
		return "over: its budget is used up";
	case DRAIN_SIGNAL:
		return "over: a second stop signal";
	case DRAIN_MAIN_CHILD:
		return "over: the main child ended";
	}
	return "";
}

/* ---- lines ---- */

static void say_stop_request(struct writer *writer, const struct step *step)
{
	const struct plan *plan = step->machine->plan;
	struct line line;
	struct writer *message = begin(&line, writer, step);

	write_signal(message, step->machine->reason);
	write_text(message, " received: ");
	if (step->machine->phase == PHASE_DRAIN) {
		write_text(message, "drain for at most ");
		write_span(message, plan->drain_max);
		write_text(message, ", ");
	}
	if (plan->deadline == NEVER) {
		write_text(message, "no deadline");
	} else {
		write_text(message, "SIGKILL in ");
		write_span(message, plan->kill);
	}
	write_text(message, "; grace period ");
	timeline_grace(message, plan);
	end_step(&line);
}

static void say_stop(struct writer *writer, const struct step *step)
{
	struct line line;
	struct writer *message = begin(&line, writer, step);

	if (step->before == PHASE_DRAIN) {
		write_text(message, "drain ");
		write_text(message, drain_end_name(step->machine->drain_end));
		write_text(message, step->machine->drain_ok ? "; " : ", not drained; ");
	}
	write_text(message, "stop signal ");
	write_text(
	        message, step->machine->stop_sent ? "sent; " : "not sent (rewritten to 0); ");
	put_left(message, step);
	end_step(&line);
}

static void say_drain_attempt(
        struct writer *writer, const struct record *record, const struct step *step)
{
	const struct event *event = step->event;
	struct line line;
	struct writer *message = begin(&line, writer, step);

	write_text(message, "drain command (attempt ");
	write_number(message, record->attempts);
	write_text(message, ") ");
	if (event->kind == EVENT_NOT_STARTED) {
		write_text(message, "could not be started: ");
		put_error(message, event->error);
	} else {
		put_end(message, event);
	}
	if (step->machine->at.attempt != NEVER) {
		write_text(message, "; again in ");
		write_span(message, step->machine->at.attempt - event->now);
	}
	end_step(&line);
}

static void say_after(struct writer *writer, const struct step *step)
{
	struct line line;
	struct writer *message = begin(&line, writer, step);

	write_text(message, "after command ");
	if (step->event->kind == EVENT_NOT_STARTED) {
		write_text(message, "could not be started: ");
		put_error(message, step->event->error);
	} else {
		put_end(message, step->event);
	}
	end_step(&line);
}

static void say_ready(
        struct writer *writer, const struct step *step, const char *what, int error)
{
	struct line line;
	struct writer *message = begin(&line, writer, step);
	const char *path = step->machine->plan->options->ready_file;

	write_text(message, "ready file ");
	write_plain(message, path, strlen(path));
	write_text(message, what);
	put_error(message, error);
	end_step(&line);
}

static void say_not_started(struct writer *writer, const struct step *step)
{
	const char *name = step->machine->plan->options->command[0];
	struct line line;
	struct writer *message = begin(&line, writer, step);

	write_plain(message, name, strlen(name));
	write_text(message, step->event->in_exec ? ": " : ": cannot fork: ");
	put_error(message, step->event->error);
	end_step(&line);
}

static void say_main_end(
        struct writer *writer, const struct record *record, const struct step *step)
{
	int signal = step->event->killed_by;
	struct line line;
	struct writer *message = begin(&line, writer, step);

	write_text(message, "main child ");
	put_end(message, step->event);
	if (signal && step->before == PHASE_RUN && record->forwarded & signal_bit(signal)) {
		write_text(message,
		        ", which drainit forwarded; as PID 1 it would have been immune: -r ");
		write_signal(message, signal);
		write_text(message, ":0 drops it");
	}
	if (stopping(step)) {
		write_text(message, "; ");
		put_left(message, step);
	}
	end_step(&line);
}

static void say_lost_stop(struct writer *writer, const struct step *step)
{
	struct line line;
	struct writer *message = begin(&line, writer, step);

	write_signal(message, step->event->signal);
	write_text(message,
	        " from outside is no stop signal here and was forwarded; if it is the image's "
	        "STOPSIGNAL: --stop-signals ");
	write_signal(message, step->event->signal);
	end_step(&line);
}

static void say_signal(
        struct writer *writer, const struct step *step, const struct action *action)
{
	struct line line;
	struct writer *message = begin(&line, writer, step);

	write_signal(message, action->signal);
	write_text(message, " to ");
	write_text(message, target_name(action->target));
	if (stopping(step)) {
		write_text(message, "; ");
		put_left(message, step);
	}
	end_step(&line);
}

static void say_reaped(struct writer *writer, const struct step *step)
{
	struct line line;
	struct writer *message = begin(&line, writer, step);

	write_text(message, "reaped an orphan, pid ");
	write_number(message, step->event->pid);
	end_step(&line);
}

static void say_survivor(
        struct writer *writer, const struct step *step, const struct survivor *survivor)
{
	struct line line;
	struct writer *message = begin(&line, writer, step);

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
	struct writer *message = begin(&line, writer, step);

	write_text(message, "SIGKILL: and ");
	write_number(message, more);
	write_text(message, " more");
	end_step(&line);
}

/* What fits beside the last line; the rest is counted. */
static void say_survivors(
        struct writer *writer, const struct step *step, const struct survivors *survivors)
{
	int told = 0;

	while (told < survivors->count && writer->size - writer->length > 2 * MESSAGE_BYTES)
		say_survivor(writer, step, &survivors->list[told++]);
	if (survivors->total > told)
		say_more_survivors(writer, step, survivors->total - told);
}

static void say_exit(struct writer *writer, const struct step *step, int status)
{
	const struct plan *plan = step->machine->plan;
	struct line line;
	struct writer *message = begin(&line, writer, step);

	write_text(message, "exit ");
	write_number(message, status);
	write_text(message, "; ");
	write_span(message, nsec_add(since_stop(step), plan->spent));
	write_text(message, " of ");
	write_span(message, plan->grace);
	write_text(message, " used");
	end_step(&line);
}

/* ---- which lines a step has ---- */

static void log_end(struct writer *writer, const struct record *record, const struct step *step)
{
	const struct event *event = step->event;
	bool started = event->kind == EVENT_ENDED;

	switch (event->role) {
	case ROLE_MAIN:
		if (!started)
			say_not_started(writer, step);
		else if (stopping(step) || event->killed_by)
			say_main_end(writer, record, step);
		break;
	case ROLE_DRAIN:
		if (!started || event->status != 0)
			say_drain_attempt(writer, record, step);
		break;
	case ROLE_AFTER:
		if (!started || event->status != 0)
			say_after(writer, step);
		break;
	case ROLE_READY:
		if (event->killed_by == 0 && (!started || event->status != 0))
			say_ready(writer, step,
			        " cannot be created: ", started ? event->status : event->error);
		break;
	case ROLE_UNREADY:
		if (event->killed_by == 0 && (!started || event->status != 0))
			say_ready(writer, step,
			        " cannot be removed: ", started ? event->status : event->error);
		break;
	case ROLE_NONE:
		if (step->machine->plan->options->warn_reaped)
			say_reaped(writer, step);
		break;
	case ROLE_SURVEY:
	case ROLE_COUNT:
		break;
	}
}

/* Told elsewhere: the stop signal with the stop phase, CONT with what it follows, SIGKILL by its victims. */
static bool worth_telling(const struct step *step, const struct action *action)
{
	bool verbose = step->machine->plan->options->verbosity > 0;

	if (step->before == PHASE_RUN && !stopping(step))
		return verbose;
	if (step->before != PHASE_STOP && step->machine->phase == PHASE_STOP &&
	        action->target != TARGET_DRAIN)
		return verbose;
	return action->signal != SIGCONT &&
	       (action->signal != SIGKILL || action->target == TARGET_DRAIN);
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
		case ACTION_NAME:
			say_survivors(writer, step, survivors);
			break;
		case ACTION_EXIT:
			if (stopping(step))
				say_exit(writer, step, action->status);
			break;
		}
	}
}

void log_step(struct writer *writer, const struct record *record, const struct step *step,
        const struct survivors *survivors)
{
	const struct machine *machine = step->machine;

	if (step->event->kind == EVENT_ENDED || step->event->kind == EVENT_NOT_STARTED)
		log_end(writer, record, step);
	if (record_is_lost_stop(step) && record->lost_stops == 1)
		say_lost_stop(writer, step);
	if (step->before == PHASE_RUN && stopping(step))
		say_stop_request(writer, step);
	if (step->before < PHASE_STOP && machine->phase == PHASE_STOP)
		say_stop(writer, step);
	log_actions(writer, step, survivors);
}
