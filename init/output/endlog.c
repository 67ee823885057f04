#include <errno.h>
#include <string.h>

#include "output/drainlog.h"
#include "output/endlog.h"
#include "output/words.h"
#include "text/errname.h"
#include "text/signame.h"

static void say_wait(struct writer *writer, const struct step *step)
{
	struct line line;
	struct writer *message = line_begin(&line, writer, step);

	if (step->event->kind == EVENT_NOT_STARTED) {
		write_text(message, "the wait-for helper");
		words_how_it_ended(message, step->event);
	} else {
		words_name(message, step->machine->plan->options->wait_for);
		write_text(message, " did not answer with 2xx in time");
	}
	words_heard(message, step);
	write_text(message, "; COMMAND is not started");
	words_end(&line);
}

/* Without one that looks, idle is never seen: the drain will last to its budget. */
static void say_watcher(struct writer *writer, const struct step *step)
{
	struct line line;
	struct writer *message = line_begin(&line, writer, step);

	write_text(message, "the watcher of connections");
	if (step->event->kind == EVENT_NOT_STARTED)
		words_how_it_ended(message, step->event);
	else
		write_text(message, " sees nothing here");
	write_text(message, "; the drain lasts to its budget");
	words_end(&line);
}

static void say_after(struct writer *writer, const struct step *step)
{
	struct line line;
	struct writer *message = line_begin(&line, writer, step);

	write_text(message, "after command");
	words_how_it_ended(message, step->event);
	words_heard(message, step);
	words_end(&line);
}

static void say_ready(struct writer *writer, const struct step *step, const char *what)
{
	const struct event *event = step->event;
	struct line line;
	struct writer *message = line_begin(&line, writer, step);

	write_text(message, "ready file ");
	words_name(message, step->machine->plan->options->ready_file);
	write_text(message, what);
	write_error(message, event->kind == EVENT_ENDED ? event->status : event->error);
	words_end(&line);
}

static void say_not_started(struct writer *writer, const struct step *step)
{
	const struct event *event = step->event;
	const char *name = step->machine->plan->options->command[0];
	struct line line;
	struct writer *message = line_begin(&line, writer, step);

	words_name(message, name);
	write_text(message, event->in_exec ? ": " : ": cannot fork: ");
	write_error(message, event->error);
	if (event->in_exec && event->error == ENOENT)
		write_text(message,
		        strchr(name, '/') ? " (it, or the interpreter or loader that it names)"
		                          : " (looked for in PATH)");
	words_end(&line);
}

static void say_main_end(
        struct writer *writer, const struct record *record, const struct step *step)
{
	int signal = step->event->killed_by;
	struct line line;
	struct writer *message = line_begin(&line, writer, step);

	write_text(message, "main child");
	words_how_it_ended(message, step->event);
	if (signal && step->before == PHASE_RUN && record->forwarded & signal_bit(signal)) {
		write_text(message,
		        ", which drainit forwarded; as PID 1 it would have been immune: -r ");
		write_signal(message, signal);
		write_text(message, ":0 drops it");
	}
	if (step->before == PHASE_DRAIN)
		write_text(message, " during the drain");
	if (line_stopping(step) && !step->machine->killed)
		words_left(message, step);
	words_end(&line);
}

static void say_reaped(struct writer *writer, const struct step *step)
{
	struct line line;
	struct writer *message = line_begin(&line, writer, step);

	write_text(message, "reaped an orphan, pid ");
	write_number(message, step->event->pid);
	words_end(&line);
}

void endlog_role(struct writer *writer, const struct record *record, const struct step *step)
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
		drainlog_attempt(writer, record, step);
		break;
	case ROLE_AFTER:
		if (!words_succeeded(event))
			say_after(writer, step);
		break;
	case ROLE_READY:
		if (!event->killed_by && !words_succeeded(event))
			say_ready(writer, step, " cannot be created: ");
		break;
	case ROLE_UNREADY:
		if (!event->killed_by && !words_succeeded(event))
			say_ready(writer, step, " cannot be removed: ");
		break;
	case ROLE_NONE:
		if (step->machine->plan->options->warn_reaped)
			say_reaped(writer, step);
		break;
	case ROLE_WAIT:
		if (!words_succeeded(event))
			say_wait(writer, step);
		break;
	case ROLE_WATCHER:
		if (!words_succeeded(event) && step->machine->phase == PHASE_DRAIN)
			say_watcher(writer, step);
		break;
	case ROLE_SURVEY:
	case ROLE_COUNT:
		break;
	}
}
