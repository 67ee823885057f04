#include <string.h>

#include "output/timeline.h"
#include "output/words.h"
#include "text/errname.h"
#include "text/signame.h"

/* Of a path or a command: longer ones would crowd out what is wrong with them. */
#define NAME_BYTES 160

void words_end(const struct line *line)
{
	line_end(line, line->step->machine->plan->options->log);
}

void words_left(struct writer *message, const struct step *step)
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

void words_name(struct writer *message, const char *name)
{
	size_t length = strlen(name);

	write_plain(message, name, length < NAME_BYTES ? length : NAME_BYTES);
	if (length > NAME_BYTES)
		write_text(message, "...");
}

/* How a child ended, or why it did not start. */
void words_how_it_ended(struct writer *message, const struct event *event)
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
void words_heard(struct writer *message, const struct step *step)
{
	if (step->heard[0] == '\0')
		return;
	write_text(message, ": ");
	write_text(message, step->heard);
}

const char *words_target(enum target target)
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
	case TARGET_LEFTOVERS:
		return "leftovers";
	case TARGET_DAEMONS:
		return "leftovers outside the main child's group";
	case TARGET_READY:
	case TARGET_WATCHER:
	case TARGET_WAIT:
	case TARGET_EVERYONE:
		/* They have SIGKILL alone, which is told by its victims. */
		break;
	}
	return "";
}

bool words_succeeded(const struct event *event)
{
	return event->kind == EVENT_ENDED && event->status == 0;
}

const char *words_stop_signal(const struct step *step)
{
	if (step->machine->phase == PHASE_DRAINED)
		return "serving until the signal comes";
	return step->machine->stop_sent ? "stop signal sent"
	                                : "stop signal not sent on (rewritten to 0)";
}

void words_grace(struct writer *message, const struct plan *plan)
{
	write_text(message, "grace period ");
	timeline_grace(message, plan);
	if (plan->spent > 0) {
		write_text(message, ", ");
		write_span(message, plan->spent);
		write_text(message, " of it spent before");
	}
}
