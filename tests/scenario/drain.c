/*
 * The drain: the main child serves on while traffic moves away.
 */
#include "scenario/scenario.h"

START_TEST(a_hung_drain_command_costs_its_budget_and_no_more)
{
	given("--grace 30s --drain hang");
	expect(starts(MAIN));
	at(0, received(SIGTERM));
	expect(starts(DRAIN));
	at(17 * SEC, time_passes());
	expect(stops(DRAIN, SIGTERM));
	at(18 * SEC, time_passes());
	expect(signals(DRAIN, SIGKILL), stops(GROUP, SIGTERM));
	at(28250 * MSEC, time_passes());
	expect(starts(SURVEY));
	at(28500 * MSEC, time_passes());
	expect(kills(EVERYONE));
}
END_TEST

START_TEST(a_drain_that_succeeds_is_over_at_once)
{
	given("--grace 30s --drain quick");
	expect(starts(MAIN));
	at(0, received(SIGTERM));
	expect(starts(DRAIN));
	at(2 * SEC, ended(DRAIN, 0));
	expect(stops(GROUP, SIGTERM));
	ck_assert(world.machine.drain_end == DRAIN_DONE && world.machine.drain_ok);
}
END_TEST

START_TEST(it_lasts_at_least_its_least_time)
{
	given("--grace 30s --drain quick --drain-min 10s");
	expect(starts(MAIN));
	at(0, received(SIGTERM));
	expect(starts(DRAIN));
	at(2 * SEC, ended(DRAIN, 0));
	expect_nothing();
	at(10 * SEC, time_passes());
	expect(stops(GROUP, SIGTERM));
}
END_TEST

START_TEST(a_least_time_alone_replaces_a_sleep)
{
	given("--grace 30s --drain-min 20s");
	expect(starts(MAIN));
	at(0, received(SIGTERM));
	expect_nothing();
	at(20 * SEC, time_passes());
	expect(stops(GROUP, SIGTERM));
	ck_assert(world.machine.drain_end == DRAIN_DONE);
}
END_TEST

START_TEST(the_command_starts_after_its_delay)
{
	given("--grace 30s --drain quick --drain-delay 5s");
	expect(starts(MAIN));
	at(0, received(SIGTERM));
	expect_nothing();
	at(5 * SEC, time_passes());
	expect(starts(DRAIN));
	at(5 * SEC, ended(DRAIN, 0));
	expect(stops(GROUP, SIGTERM));
}
END_TEST

START_TEST(a_failing_command_does_not_keep_the_stop_from_going_on)
{
	given("--grace 30s --drain fails");
	expect(starts(MAIN));
	at(0, received(SIGTERM));
	expect(starts(DRAIN));
	at(1 * SEC, ended(DRAIN, 1));
	expect(stops(GROUP, SIGTERM));
	ck_assert(!world.machine.drain_ok);
}
END_TEST

START_TEST(a_failing_command_is_tried_again_until_it_succeeds)
{
	given("--grace 30s --drain fails --drain-retry 2s");
	expect(starts(MAIN));
	at(0, received(SIGTERM));
	expect(starts(DRAIN));
	at(1 * SEC, ended(DRAIN, 1));
	expect_nothing();
	at(3 * SEC, time_passes());
	expect(starts(DRAIN));
	at(4 * SEC, not_executed(DRAIN, ENOENT));
	expect_nothing();
	at(6 * SEC, time_passes());
	expect(starts(DRAIN));
	at(7 * SEC, ended(DRAIN, 0));
	expect(stops(GROUP, SIGTERM));
	ck_assert(world.machine.drain_ok);
}
END_TEST

START_TEST(no_attempt_is_begun_that_would_have_no_time)
{
	given("--grace 30s --drain fails --drain-retry 2s");
	expect(starts(MAIN));
	at(0, received(SIGTERM));
	expect(starts(DRAIN));
	at(15 * SEC, ended(DRAIN, 1));
	expect(stops(GROUP, SIGTERM));
}
END_TEST

START_TEST(a_command_that_cannot_be_started_is_a_failed_attempt)
{
	given("--grace 30s --drain hang");
	expect(starts(MAIN));
	at(0, received(SIGTERM));
	expect(starts(DRAIN));
	at(0, not_started(DRAIN, EAGAIN));
	expect(stops(GROUP, SIGTERM));
}
END_TEST

START_TEST(a_term_at_the_budget_that_ends_it_is_the_budget_still)
{
	given("--grace 30s --drain hang");
	expect(starts(MAIN));
	at(0, received(SIGTERM));
	expect(starts(DRAIN));
	at(17 * SEC, time_passes());
	expect(stops(DRAIN, SIGTERM));
	at(17100 * MSEC, killed_by_signal(DRAIN, SIGTERM));
	expect(stops(GROUP, SIGTERM));
	ck_assert(world.machine.drain_end == DRAIN_BUDGET);
}
END_TEST

START_TEST(a_duplicate_stop_signal_within_a_second_is_passed_over)
{
	given("--grace 30s --drain hang");
	expect(starts(MAIN));
	at(0, received(SIGTERM));
	expect(starts(DRAIN));
	at(999 * MSEC, received(SIGTERM));
	expect_nothing();
	at(999 * MSEC, received(SIGINT));
	expect_nothing();
}
END_TEST

START_TEST(a_further_stop_signal_after_that_ends_the_drain)
{
	given("--grace 30s --drain hang");
	expect(starts(MAIN));
	at(0, received(SIGTERM));
	expect(starts(DRAIN));
	at(1 * SEC, received(SIGINT));
	expect(stops(GROUP, SIGTERM), stops(DRAIN, SIGTERM));
	at(2 * SEC, time_passes());
	expect(signals(DRAIN, SIGKILL));
	ck_assert(world.machine.drain_end == DRAIN_SIGNAL);
}
END_TEST

START_TEST(other_signals_are_forwarded_in_the_drain)
{
	given("--grace 30s --drain hang");
	expect(starts(MAIN));
	at(0, received(SIGTERM));
	expect(starts(DRAIN));
	at(1 * SEC, received(SIGUSR1));
	expect(signals(GROUP, SIGUSR1));
}
END_TEST

START_TEST(a_main_child_that_ends_leaves_the_attempt_its_linger)
{
	given("--grace 30s --drain hang");
	expect(starts(MAIN));
	at(0, received(SIGTERM));
	expect(starts(DRAIN));
	at(1 * SEC, ended(MAIN, 0));
	expect_nothing();
	ck_assert(world.machine.drain_end == DRAIN_MAIN_CHILD);
	at(1 * SEC, time_passes());
	expect(stops(LEFTOVERS, SIGTERM));
	at(2750 * MSEC, time_passes());
	expect(starts(SURVEY));
	at(2800 * MSEC, time_passes());
	expect(stops(DRAIN, SIGTERM));
	at(3 * SEC, time_passes());
	expect(signals(DRAIN, SIGKILL), kills(DAEMONS));
}
END_TEST

START_TEST(a_main_child_that_ends_ends_least_time_and_retries)
{
	given("--grace 30s --drain fails --drain-retry 2s --drain-min 10s");
	expect(starts(MAIN));
	at(0, received(SIGTERM));
	expect(starts(DRAIN));
	at(1 * SEC, ended(DRAIN, 1));
	expect_nothing();
	at(2 * SEC, ended(MAIN, 0));
	expect_nothing();
	at(2 * SEC, nobody_left());
	expect(exits(0));
}
END_TEST

START_TEST(the_ready_file_goes_when_the_drain_begins)
{
	given("--grace 30s --drain hang --ready-file ready");
	expect(starts(MAIN), starts(READY));
	at(0, ended(READY, 0));
	expect_nothing();
	at(0, received(SIGTERM));
	expect(starts(UNREADY), starts(DRAIN));
	at(0, ended(UNREADY, 0));
	expect_nothing();
}
END_TEST

START_TEST(or_only_when_the_stop_phase_does)
{
	given("--grace 30s --drain quick --ready-file ready --ready-until stop");
	expect(starts(MAIN), starts(READY));
	at(0, ended(READY, 0));
	expect_nothing();
	at(0, received(SIGTERM));
	expect(starts(DRAIN));
	at(1 * SEC, ended(DRAIN, 0));
	expect(starts(UNREADY), stops(GROUP, SIGTERM));
}
END_TEST

START_TEST(a_creator_that_hangs_is_killed_before_the_file_is_removed)
{
	given("--grace 30s --drain hang --ready-file ready");
	expect(starts(MAIN), starts(READY));
	at(0, received(SIGTERM));
	expect(signals(READY, SIGKILL), starts(DRAIN));
	at(1 * SEC, killed_by_signal(READY, SIGKILL));
	expect(starts(UNREADY));
}
END_TEST

START_TEST(a_removal_that_could_not_be_started_is_tried_in_the_next_phase)
{
	given("--grace 30s --ready-file ready");
	expect(starts(MAIN), starts(READY));
	at(0, ended(READY, 0));
	expect_nothing();
	at(0, received(SIGTERM));
	expect(starts(UNREADY), stops(GROUP, SIGTERM));
	at(0, not_started(UNREADY, EAGAIN));
	expect_nothing();
	at(1 * SEC, ended(MAIN, 0));
	expect(starts(UNREADY));
}
END_TEST

START_TEST(after_a_freeze_past_the_drain_both_sides_are_told_at_once)
{
	given("--grace 30s --drain hang");
	expect(starts(MAIN));
	at(0, received(SIGTERM));
	expect(starts(DRAIN));
	frozen_until(20 * SEC, time_passes());
	expect(signals(DRAIN, SIGKILL), stops(GROUP, SIGTERM));
}
END_TEST

START_TEST(no_command_is_started_after_a_freeze_past_its_time)
{
	given("--grace 30s --drain hang --drain-delay 5s");
	expect(starts(MAIN));
	at(0, received(SIGTERM));
	expect_nothing();
	frozen_until(17500 * MSEC, time_passes());
	expect(stops(GROUP, SIGTERM));
	ck_assert(world.machine.drain_end == DRAIN_BUDGET);
}
END_TEST

SUITE("scenario drain", a_hung_drain_command_costs_its_budget_and_no_more,
        a_drain_that_succeeds_is_over_at_once, it_lasts_at_least_its_least_time,
        a_least_time_alone_replaces_a_sleep, the_command_starts_after_its_delay,
        a_failing_command_does_not_keep_the_stop_from_going_on,
        a_failing_command_is_tried_again_until_it_succeeds,
        no_attempt_is_begun_that_would_have_no_time,
        a_command_that_cannot_be_started_is_a_failed_attempt,
        a_term_at_the_budget_that_ends_it_is_the_budget_still,
        a_duplicate_stop_signal_within_a_second_is_passed_over,
        a_further_stop_signal_after_that_ends_the_drain,
        other_signals_are_forwarded_in_the_drain,
        a_main_child_that_ends_leaves_the_attempt_its_linger,
        a_main_child_that_ends_ends_least_time_and_retries,
        the_ready_file_goes_when_the_drain_begins, or_only_when_the_stop_phase_does,
        a_creator_that_hangs_is_killed_before_the_file_is_removed,
        a_removal_that_could_not_be_started_is_tried_in_the_next_phase,
        after_a_freeze_past_the_drain_both_sides_are_told_at_once,
        no_command_is_started_after_a_freeze_past_its_time)
