#include <signal.h>

#include "output/drainlog.h"
#include "output/endlog.h"
#include "output/log.h"
#include "output/words.h"
#include "text/signame.h"

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

/* ---- the stop request ---- */

static bool is_stop_request(const struct step *step)
{
	const struct machine *machine = step->machine;

	if (machine->at.stop != step->event->now)
		return false;
	return step->event->kind == EVENT_ASKED ||
	       (step->event->kind == EVENT_SIGNAL && machine->reason == step->event->signal);
}

static void put_phase(struct writer *message, const struct step *step)
{
	const struct plan *plan = step->machine->plan;
	bool open_end = plan_open_ended(plan);

	if (step->machine->phase == PHASE_DRAIN) {
		write_text(message, open_end ? "drain for at most " : "drain for ");
		write_span(message, open_end ? plan->drain_max : plan->drain_min);
	} else if (step->before == PHASE_WAIT) {
		write_text(message, "COMMAND is not started");
	} else if (step->before == PHASE_RUN) {
		write_text(message, words_stop_signal(step));
	} else {
		write_text(message, "the main child is gone already");
	}
}

static void say_stop_request(struct writer *writer, const struct step *step)
{
	const struct plan *plan = step->machine->plan;
	struct line line;
	struct writer *message = line_begin(&line, writer, step);

	if (step->machine->reason != 0) {
		write_signal(message, step->machine->reason);
		write_text(message, " received: ");
	} else {
		write_text(message, "the preStop hook asks: ");
	}
	put_phase(message, step);
	if (plan->kill == NEVER) {
		write_text(message, "; no SIGKILL; ");
	} else {
		write_text(message, "; SIGKILL in ");
		write_span(message, plan->kill);
		write_text(message, "; ");
	}
	words_grace(message, plan);
	words_end(&line);
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
	words_end(&line);
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
	write_text(message, words_target(action->target));
	if (is_sweep(step, action))
		put_linger(message, step);
	else if (line_stopping(step))
		words_left(message, step);
	words_end(&line);
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
	words_end(&line);
}

static void say_more_survivors(struct writer *writer, const struct step *step, int more)
{
	struct line line;
	struct writer *message = line_begin(&line, writer, step);

	write_text(message, "SIGKILL: and ");
	write_number(message, more);
	write_text(message, " more");
	words_end(&line);
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
	words_end(&line);
}

static void say_answer(struct writer *writer, const struct step *step, int status)
{
	struct line line;
	struct writer *message = line_begin(&line, writer, step);

	write_text(message, "preStop hook answered ");
	write_number(message, status);
	words_end(&line);
}

/* After the hook: the signal has come, or is not waited for any longer. */
static void say_served_on(struct writer *writer, const struct step *step)
{
	bool came = step->event->kind == EVENT_SIGNAL;
	struct line line;
	struct writer *message = line_begin(&line, writer, step);

	if (came) {
		write_signal(message, step->event->signal);
		write_text(message, " received: ");
	} else {
		write_text(message, "no signal followed the hook: ");
	}
	write_text(message, words_stop_signal(step));
	words_left(message, step);
	words_end(&line);
}

/* The hook is gone, and what it began goes on. */
static bool follows_in_drain(const struct step *step)
{
	return step->machine->phase == PHASE_DRAIN && step->event->kind == EVENT_SIGNAL &&
	       step->machine->reason == 0 && step->machine->at.signal == step->event->now;
}

static void say_follows(struct writer *writer, const struct step *step)
{
	struct line line;
	struct writer *message = line_begin(&line, writer, step);

	write_signal(message, step->event->signal);
	write_text(message, " received: drain goes on");
	words_left(message, step);
	words_end(&line);
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
		case ACTION_ANSWER:
			say_answer(writer, step, action->status);
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
		endlog_role(writer, record, step);
	if (record_is_lost_stop(step) && record->lost_stops == 1)
		say_lost_stop(writer, step);
	if (is_stop_request(step))
		say_stop_request(writer, step);
	else if (step->before == PHASE_DRAIN && step->machine->phase > PHASE_DRAIN &&
	         step->machine->phase < PHASE_SWEEP)
		drainlog_end(writer, step);
	else if (step->before == PHASE_DRAINED && step->machine->phase == PHASE_STOP)
		say_served_on(writer, step);
	else if (follows_in_drain(step))
		say_follows(writer, step);
	log_actions(writer, step, survivors);
}
