#include "output/drainlog.h"
#include "output/words.h"

static const char *drain_end_name(const struct step *step)
{
	const struct machine *machine = step->machine;

	switch (machine->drain_end) {
	case DRAIN_BUDGET:
		return "drain failed: budget used up";
	case DRAIN_SIGNAL:
		/* The first, if a hook asked. */
		return machine->at.signal == step->event->now
		               ? "drain cut short by the stop signal"
		               : "drain cut short by a further stop signal";
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

void drainlog_end(struct writer *writer, const struct step *step)
{
	struct line line;
	struct writer *message = line_begin(&line, writer, step);

	write_text(message, drain_end_name(step));
	write_text(message, " after ");
	write_span(message, line_since_stop(step));
	put_connections(message, step);
	write_text(message, "; ");
	write_text(message, words_stop_signal(step));
	words_left(message, step);
	words_end(&line);
}

/* The 1st, 2nd, 4th, 8th ... failure and the last: a retry every 100 ms would fill the screen. */
static bool attempt_worth_telling(const struct record *record, const struct step *step)
{
	bool told = (record->attempts & (record->attempts - 1)) == 0;

	/* The end of the drain says the rest. */
	if (words_succeeded(step->event))
		return step->before != PHASE_DRAIN || step->machine->phase == PHASE_DRAIN;
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

void drainlog_attempt(
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
	if (words_succeeded(step->event))
		write_text(message, " succeeded");
	else
		words_how_it_ended(message, step->event);
	words_heard(message, step);
	put_next(message, step);
	words_end(&line);
}
