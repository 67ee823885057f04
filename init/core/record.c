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

static const struct period not_yet = { NEVER, NEVER };

void record_init(struct record *record)
{
	*record = (struct record){
		.drain = not_yet,
		.stop = not_yet,
		.sweep = not_yet,
		.after = not_yet,
		.drain_status = -1,
		.after_status = -1,
	};
}

static void begin(struct period *period, nsec_t now)
{
	if (period->from == NEVER)
		period->from = now;
}

static void end(struct period *period, nsec_t now)
{
	if (period->from != NEVER && period->to == NEVER)
		period->to = now;
}

static void note_start(struct record *record, enum role role, nsec_t now)
{
	if (role == ROLE_DRAIN)
		record->attempts++;
	if (role == ROLE_AFTER)
		begin(&record->after, now);
}

static bool meets_main(enum target target)
{
	return target == TARGET_MAIN || target == TARGET_GROUP || target == TARGET_EVERYONE;
}

static void note_signal(
        struct record *record, const struct step *step, const struct action *action)
{
	bool kill = action->signal == SIGKILL;

	if (step->before == PHASE_RUN && step->machine->phase == PHASE_RUN)
		record->forwarded |= signal_bit(action->signal);
	record->drain_killed |= kill && action->target == TARGET_DRAIN;
	record->after_killed |= kill && action->target == TARGET_AFTER;
	record->main_killed |=
	        kill && meets_main(action->target) && machine_live(step->machine, ROLE_MAIN);
}

static void note_actions(struct record *record, const struct step *step)
{
	for (int i = 0; i < step->actions->count; i++) {
		const struct action *action = &step->actions->list[i];

		if (action->kind == ACTION_START)
			note_start(record, action->role, step->event->now);
		if (action->kind == ACTION_SIGNAL)
			note_signal(record, step, action);
	}
}

static void note_phases(struct record *record, const struct step *step)
{
	enum phase phase = step->machine->phase;
	nsec_t now = step->event->now;

	/* A stop while the main child was still held back has nothing to drain. */
	if (step->machine->plan->drains && step->machine->at.stop != NEVER &&
	        step->machine->begun && step->before <= PHASE_DRAIN)
		begin(&record->drain, step->machine->at.stop);
	if (phase > PHASE_DRAIN)
		end(&record->drain, now);
	if (step->machine->at.stop != NEVER && phase >= PHASE_STOP &&
	        step->before < PHASE_STOP && machine_live(step->machine, ROLE_MAIN))
		begin(&record->stop, now);
	if (phase > PHASE_STOP) {
		end(&record->stop, now);
		begin(&record->sweep, now);
	}
	if (phase > PHASE_SWEEP)
		end(&record->sweep, now);
}

static void note_end(struct record *record, const struct event *event)
{
	int status = event->kind == EVENT_ENDED ? event->status : -1;

	if (event->role == ROLE_DRAIN)
		record->drain_status = status;
	if (event->role == ROLE_AFTER) {
		record->after_status = status;
		end(&record->after, event->now);
	}
}

void record_step(struct record *record, const struct step *step)
{
	const struct event *event = step->event;

	if (event->kind == EVENT_SIGNAL && stop_signal(step) && step->before > PHASE_RUN)
		record->again++;
	if (event->kind == EVENT_SIGNAL && step->machine->at.stop != NEVER)
		record->signals[event->signal]++;
	if (event->kind == EVENT_ENDED || event->kind == EVENT_NOT_STARTED)
		note_end(record, event);
	if (record_is_lost_stop(step))
		record->lost_stops++;
	note_phases(record, step);
	note_actions(record, step);
}

void record_survivors(
        struct record *record, const struct step *step, const struct survivors *survivors)
{
	for (int i = 0; i < step->actions->count; i++)
		if (step->actions->list[i].kind == ACTION_NAME)
			record->forced |= survivors->total > 0;
}
