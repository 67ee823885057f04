#include "core/record.h"

#include <signal.h>

#include "unit/suite.h"

#define RTMIN_3 37

static struct options options = { .stop_signals = (signals_t)1 << (SIGTERM - 1) |
	                                          (signals_t)1 << (SIGINT - 1) };
static struct plan plan = { .options = &options };
static struct machine machine = { .plan = &plan };
static struct actions actions;
static struct record record;

/* One step from a phase to a phase. */
static void step(enum phase before, enum phase phase, struct event event)
{
	machine.phase = phase;
	record_step(&record, &(struct step){ .machine = &machine,
	                             .before = before,
	                             .event = &event,
	                             .actions = &actions });
}

static void gives(struct action action)
{
	actions = (struct actions){ .count = 1, .list = { action } };
}

static struct event signal_from(bool outside, int signal)
{
	return (struct event){ .kind = EVENT_SIGNAL, .signal = signal, .outside = outside };
}

START_TEST(each_start_of_the_drain_command_is_an_attempt)
{
	gives((struct action){ .kind = ACTION_START, .role = ROLE_DRAIN });
	step(PHASE_RUN, PHASE_DRAIN, signal_from(false, SIGTERM));
	step(PHASE_DRAIN, PHASE_DRAIN, (struct event){ .kind = EVENT_TIME });
	gives((struct action){ .kind = ACTION_START, .role = ROLE_AFTER });
	step(PHASE_SWEEP, PHASE_AFTER, (struct event){ .kind = EVENT_NO_CHILD });
	ck_assert_int_eq(record.attempts, 2);
}
END_TEST

START_TEST(stop_signals_after_the_first_are_counted)
{
	step(PHASE_RUN, PHASE_STOP, signal_from(false, SIGTERM));
	ck_assert_int_eq(record.again, 0);
	step(PHASE_STOP, PHASE_STOP, signal_from(false, SIGTERM));
	step(PHASE_STOP, PHASE_STOP, signal_from(false, SIGINT));
	step(PHASE_STOP, PHASE_STOP, signal_from(false, SIGHUP));
	ck_assert_int_eq(record.again, 2);
}
END_TEST

START_TEST(only_what_was_forwarded_while_it_served_is_noted)
{
	gives((struct action){ .kind = ACTION_SIGNAL, .signal = SIGUSR1 });
	step(PHASE_RUN, PHASE_RUN, signal_from(false, SIGUSR1));
	gives((struct action){ .kind = ACTION_SIGNAL, .signal = SIGTERM });
	step(PHASE_RUN, PHASE_STOP, signal_from(false, SIGTERM));
	gives((struct action){ .kind = ACTION_SIGNAL, .signal = SIGHUP });
	step(PHASE_STOP, PHASE_STOP, signal_from(false, SIGHUP));
	ck_assert_uint_eq(record.forwarded, signal_bit(SIGUSR1));
}
END_TEST

START_TEST(a_lost_stop_comes_from_outside_and_is_no_stop_signal)
{
	step(PHASE_RUN, PHASE_RUN, signal_from(true, SIGQUIT));
	step(PHASE_RUN, PHASE_RUN, signal_from(true, RTMIN_3));
	ck_assert_int_eq(record.lost_stops, 2);
	step(PHASE_RUN, PHASE_RUN, signal_from(false, SIGQUIT));
	step(PHASE_RUN, PHASE_RUN, signal_from(true, SIGHUP));
	step(PHASE_RUN, PHASE_STOP, signal_from(true, SIGTERM));
	ck_assert_int_eq(record.lost_stops, 2);
	options.stop_signals |= signal_bit(SIGQUIT);
	step(PHASE_RUN, PHASE_STOP, signal_from(true, SIGQUIT));
	ck_assert_int_eq(record.lost_stops, 2);
}
END_TEST

SUITE("record", each_start_of_the_drain_command_is_an_attempt,
        stop_signals_after_the_first_are_counted,
        only_what_was_forwarded_while_it_served_is_noted,
        a_lost_stop_comes_from_outside_and_is_no_stop_signal)
