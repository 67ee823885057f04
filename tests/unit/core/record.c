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

static void at_time(nsec_t now, enum phase before, enum phase phase)
{
	step(before, phase, (struct event){ .kind = EVENT_TIME, .now = now });
}

static void expect_period(const struct period *period, nsec_t from, nsec_t to)
{
	ck_assert_int_eq(period->from, from);
	ck_assert_int_eq(period->to, to);
}

START_TEST(each_phase_has_its_first_and_its_last_instant)
{
	record_init(&record);
	plan.drains = true;
	machine.live = 1u << ROLE_MAIN;
	machine.begun = true;
	machine.at.stop = 100 * SEC;
	at_time(101 * SEC, PHASE_RUN, PHASE_DRAIN);
	expect_period(&record.drain, 100 * SEC, NEVER);
	at_time(102 * SEC, PHASE_DRAIN, PHASE_DRAIN);
	at_time(103 * SEC, PHASE_DRAIN, PHASE_STOP);
	expect_period(&record.drain, 100 * SEC, 103 * SEC);
	at_time(104 * SEC, PHASE_STOP, PHASE_STOP);
	expect_period(&record.stop, 103 * SEC, NEVER);
	at_time(105 * SEC, PHASE_STOP, PHASE_SWEEP);
	expect_period(&record.stop, 103 * SEC, 105 * SEC);
	at_time(106 * SEC, PHASE_SWEEP, PHASE_SWEEP);
	expect_period(&record.sweep, 105 * SEC, NEVER);
	gives((struct action){ .kind = ACTION_START, .role = ROLE_AFTER });
	at_time(107 * SEC, PHASE_SWEEP, PHASE_AFTER);
	expect_period(&record.sweep, 105 * SEC, 107 * SEC);
	expect_period(&record.after, 107 * SEC, NEVER);
	actions.count = 0;
	step(PHASE_AFTER, PHASE_AFTER,
	        (struct event){ .kind = EVENT_ENDED,
	                .role = ROLE_AFTER,
	                .status = 7,
	                .now = 108 * SEC });
	at_time(109 * SEC, PHASE_AFTER, PHASE_EXIT);
	expect_period(&record.after, 107 * SEC, 108 * SEC);
	ck_assert_int_eq(record.after_status, 7);
	expect_period(&record.drain, 100 * SEC, 103 * SEC);
	expect_period(&record.sweep, 105 * SEC, 107 * SEC);
}
END_TEST

START_TEST(an_end_that_nobody_asked_for_has_a_sweep_alone)
{
	record_init(&record);
	plan.drains = true;
	machine.at.stop = NEVER;
	at_time(100 * SEC, PHASE_RUN, PHASE_SWEEP);
	at_time(101 * SEC, PHASE_SWEEP, PHASE_EXIT);
	expect_period(&record.drain, NEVER, NEVER);
	expect_period(&record.stop, NEVER, NEVER);
	expect_period(&record.sweep, 100 * SEC, 101 * SEC);
}
END_TEST

START_TEST(a_main_child_that_ends_in_the_drain_has_no_stop_phase)
{
	record_init(&record);
	plan.drains = true;
	machine.begun = true;
	machine.at.stop = 100 * SEC;
	at_time(100 * SEC, PHASE_RUN, PHASE_DRAIN);
	at_time(101 * SEC, PHASE_DRAIN, PHASE_SWEEP);
	expect_period(&record.drain, 100 * SEC, 101 * SEC);
	expect_period(&record.stop, NEVER, NEVER);
	expect_period(&record.sweep, 101 * SEC, NEVER);
}
END_TEST

START_TEST(a_stop_without_a_drain_has_none)
{
	record_init(&record);
	plan.drains = false;
	machine.live = 1u << ROLE_MAIN;
	machine.at.stop = 100 * SEC;
	at_time(100 * SEC, PHASE_RUN, PHASE_STOP);
	expect_period(&record.drain, NEVER, NEVER);
	expect_period(&record.stop, 100 * SEC, NEVER);
}
END_TEST

START_TEST(nor_has_one_before_the_main_child_was_started)
{
	record_init(&record);
	plan.drains = true;
	machine.begun = false;
	machine.at.stop = 100 * SEC;
	at_time(100 * SEC, PHASE_WAIT, PHASE_EXIT);
	expect_period(&record.drain, NEVER, NEVER);
	expect_period(&record.stop, NEVER, NEVER);
}
END_TEST

static bool main_killed_by(enum target target, int signal, bool lives)
{
	record_init(&record);
	machine.live = lives ? 1u << ROLE_MAIN : 0;
	gives((struct action){ .kind = ACTION_SIGNAL, .target = target, .signal = signal });
	at_time(100 * SEC, PHASE_STOP, PHASE_STOP);
	return record.main_killed;
}

START_TEST(the_main_child_was_killed_by_us_if_kill_went_where_it_was)
{
	ck_assert(main_killed_by(TARGET_MAIN, SIGKILL, true));
	ck_assert(main_killed_by(TARGET_GROUP, SIGKILL, true));
	ck_assert(main_killed_by(TARGET_EVERYONE, SIGKILL, true));
	ck_assert(!main_killed_by(TARGET_EVERYONE, SIGKILL, false));
	ck_assert(!main_killed_by(TARGET_GROUP, SIGTERM, true));
	ck_assert(!main_killed_by(TARGET_DRAIN, SIGKILL, true));
	ck_assert(record.drain_killed && !record.after_killed);
	ck_assert(!main_killed_by(TARGET_AFTER, SIGKILL, true));
	ck_assert(record.after_killed && !record.drain_killed);
}
END_TEST

static bool forced_by(enum action_kind kind, int survivors)
{
	const struct survivors seen = { .total = survivors };
	struct event event = { .kind = EVENT_TIME };

	record_init(&record);
	gives((struct action){ .kind = kind, .target = TARGET_EVERYONE });
	record_survivors(&record,
	        &(struct step){ .machine = &machine, .event = &event, .actions = &actions },
	        &seen);
	return record.forced;
}

START_TEST(an_end_is_forced_if_somebody_was_there_to_be_killed)
{
	ck_assert(forced_by(ACTION_NAME, 1));
	ck_assert(!forced_by(ACTION_NAME, 0));
	ck_assert(!forced_by(ACTION_SIGNAL, 1));
}
END_TEST

SUITE("record", each_phase_has_its_first_and_its_last_instant,
        an_end_that_nobody_asked_for_has_a_sweep_alone,
        a_main_child_that_ends_in_the_drain_has_no_stop_phase, a_stop_without_a_drain_has_none,
        nor_has_one_before_the_main_child_was_started,
        the_main_child_was_killed_by_us_if_kill_went_where_it_was,
        an_end_is_forced_if_somebody_was_there_to_be_killed,
        each_start_of_the_drain_command_is_an_attempt, stop_signals_after_the_first_are_counted,
        only_what_was_forwarded_while_it_served_is_noted,
        a_lost_stop_comes_from_outside_and_is_no_stop_signal)
