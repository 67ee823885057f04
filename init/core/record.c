#include <signal.h>

#include "core/record.h"

#define RTMIN_3 37 /* systemd's 'halt', as docker and podman send it */

static bool stop_signal(const struct step *step)
{
	return step->machine->plan->options->stop_signals & signal_bit(step->event->signal);
}

bool record_is_lost_stop(const struct step *step)
{
	const struct event *event = step->event;

	return event->kind == EVENT_SIGNAL && event->outside && !stop_signal(step) &&
	       (event->signal == SIGQUIT || event->signal == RTMIN_3);
}

static void note_actions(struct record *record, const struct step *step)
{
	for (int i = 0; i < step->actions->count; i++) {
		const struct action *action = &step->actions->list[i];

		if (action->kind == ACTION_START && action->role == ROLE_DRAIN)
			record->attempts++;
		if (action->kind == ACTION_SIGNAL && step->before == PHASE_RUN &&
		        step->machine->phase == PHASE_RUN)
			record->forwarded |= signal_bit(action->signal);
	}
}

void record_step(struct record *record, const struct step *step)
{
	if (step->event->kind == EVENT_SIGNAL && stop_signal(step) && step->before > PHASE_RUN)
		record->again++;
	if (record_is_lost_stop(step))
		record->lost_stops++;
	note_actions(record, step);
}
