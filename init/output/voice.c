#include "output/voice.h"

#include <signal.h>

#include "core/voice.h"

/* One step being told. */
struct telling {
	struct mouths *mouths;
	const struct options *options;
	struct places places;
};

static void tell(struct telling *telling, enum said said)
{
	const struct voice_line *line = &telling->options->habits.voice->lines[said];
	struct writer *writer = line->on_stdout ? &telling->mouths->out : &telling->mouths->err;

	if (!line->text || telling->options->verbosity < line->verbosity)
		return;
	write_template(writer, line->text, &telling->places);
	write_char(writer, '\n');
}

static void tell_main_start(struct telling *telling)
{
	tell(telling, SAID_SPAWNED);
	if (telling->options->habits.isolation == ISOLATION_SESSION)
		tell(telling, SAID_ISOLATED);
}

static void tell_start(struct telling *telling)
{
	const struct habits *habits = &telling->options->habits;

	if (telling->places.pid != 1 && !habits->adopts)
		tell(telling, SAID_NOT_PID_1);
	if (habits->adopts)
		tell(telling, SAID_ADOPTS);
	/* None could be forked, which the next step tells. */
	if (telling->places.child > 0)
		tell_main_start(telling);
}

static void tell_forwarded(struct telling *telling, int signal)
{
	int sent = telling->options->rewrite[signal];

	telling->places.number = signal;
	telling->places.other = sent;
	if (sent != signal)
		tell(telling, SAID_TRANSLATED);
	tell(telling, sent == 0 ? SAID_DROPPED : SAID_FORWARDED);
}

static void tell_signal(struct telling *telling, const struct step *step)
{
	telling->places.number = step->event->signal;
	tell(telling, SAID_RECEIVED);
	tell_forwarded(telling, step->event->signal);
	for (int i = 0; i < step->actions->count; i++)
		if (step->actions->list[i].kind == ACTION_SUSPEND)
			tell(telling, SAID_SUSPENDED);
}

static void tell_main_end(struct telling *telling, const struct event *event, int status)
{
	telling->places.number = event->killed_by ? event->killed_by : status;
	tell(telling, event->killed_by ? SAID_KILLED : SAID_EXITED);
	if (telling->options->habits.main_exit == MAIN_EXIT_TERM_GROUP)
		tell_forwarded(telling, SIGTERM);
	telling->places.number = status;
	tell(telling, SAID_LEFT);
}

static void tell_end(struct telling *telling, const struct step *step)
{
	const struct event *event = step->event;
	bool main = event->role == ROLE_MAIN;
	int status = main ? step->machine->status : event->status;

	telling->places.child = event->pid;
	telling->places.error = event->error;
	if (main && event->kind == EVENT_NOT_STARTED && !event->in_exec) {
		tell(telling, SAID_FORK_FAILED);
		return;
	}
	if (main && event->kind == EVENT_NOT_STARTED)
		tell(telling, SAID_EXEC_FAILED);
	telling->places.number = status;
	telling->places.other = event->killed_by;
	tell(telling, event->killed_by ? SAID_REAPED_KILLED : SAID_REAPED);
	if (event->role == ROLE_NONE && telling->options->warn_reaped)
		tell(telling, SAID_ZOMBIE);
	if (main)
		tell_main_end(telling, event, status);
}

void voice_step(struct mouths *mouths, const struct step *step, const struct places *places)
{
	struct telling telling = { mouths, step->machine->plan->options, *places };

	if (!telling.options->habits.voice)
		return;
	telling.places.value = telling.options->command[0];
	if (step->before == PHASE_START)
		tell_start(&telling);
	switch (step->event->kind) {
	case EVENT_SIGNAL:
		tell_signal(&telling, step);
		break;
	case EVENT_ENDED:
	case EVENT_NOT_STARTED:
		tell_end(&telling, step);
		break;
	case EVENT_TIME:
	case EVENT_ASKED:
	case EVENT_NO_CHILD:
		break;
	}
}

void voice_child_signal(
        struct mouths *mouths, const struct options *options, const struct places *places)
{
	struct telling telling = { mouths, options, *places };

	if (options->habits.voice)
		tell(&telling, SAID_CHILD_SIGNAL);
}
