/*
 * Wait-for: the main child is not started before a sidecar has answered.
 */
#include "scenario/scenario.h"

#define URL "http://127.0.0.1:15021/healthz/ready"

START_TEST(the_main_child_is_started_once_it_has_answered)
{
	given("--ready-file ready --wait-for " URL);
	expect(starts(WAIT));
	at(3 * SEC, ended(WAIT, 0));
	expect(starts(MAIN), starts(READY));
	at(3 * SEC, ended(READY, 0));
	expect_nothing();
	expect_asleep();
	at(60 * SEC, ended(MAIN, 3));
	expect(starts(UNREADY));
	at(60 * SEC, ended(UNREADY, 0));
	expect_nothing();
	at(60 * SEC, nobody_left());
	expect(exits(3));
}
END_TEST

START_TEST(without_an_answer_it_is_a_command_that_could_not_be_started)
{
	given("--wait-for " URL);
	expect(starts(WAIT));
	at(29950 * MSEC, ended(WAIT, 1));
	expect_nothing();
	at(29950 * MSEC, nobody_left());
	expect(exits(125));
}
END_TEST

START_TEST(after_is_run_then_too)
{
	given("--after tell --wait-for " URL);
	expect(starts(WAIT));
	at(29950 * MSEC, ended(WAIT, 1));
	expect_nothing();
	at(29950 * MSEC, nobody_left());
	expect(starts(AFTER));
	at(30 * SEC, ended(AFTER, 0));
	expect_nothing();
	at(30 * SEC, nobody_left());
	expect(exits(125));
}
END_TEST

START_TEST(but_it_is_no_success)
{
	given("--after tell --after-on success --wait-for " URL);
	expect(starts(WAIT));
	at(1 * SEC, ended(WAIT, 1));
	expect_nothing();
	at(1 * SEC, nobody_left());
	expect(exits(125));
}
END_TEST

START_TEST(a_helper_that_hangs_costs_the_budget_and_no_more)
{
	given("--wait-for-max 5s --wait-for " URL);
	expect(starts(WAIT));
	at(5 * SEC, time_passes());
	expect(signals(WAIT, SIGKILL));
	expect_asleep();
	at(5001 * MSEC, killed_by_signal(WAIT, SIGKILL));
	expect_nothing();
	at(5001 * MSEC, nobody_left());
	expect(exits(125));
}
END_TEST

START_TEST(a_helper_that_cannot_be_started_is_no_answer)
{
	given("--wait-for " URL);
	expect(starts(WAIT));
	at(0, not_started(WAIT, EAGAIN));
	expect_nothing();
	at(0, nobody_left());
	expect(exits(125));
}
END_TEST

START_TEST(an_answer_that_is_seen_only_after_a_freeze_counts)
{
	given("--wait-for-max 5s --wait-for " URL);
	expect(starts(WAIT));
	frozen_until(60 * SEC, ended(WAIT, 0));
	expect(starts(MAIN));
	expect_asleep();
}
END_TEST

START_TEST(a_stop_request_meanwhile_ends_it_at_once)
{
	given("--drain let-go --after tell --ready-file ready --wait-for " URL);
	expect(starts(WAIT));
	at(2 * SEC, received(SIGTERM));
	expect(signals(WAIT, SIGKILL), exits(143));
	expect_asleep();
}
END_TEST

START_TEST(the_exit_status_is_that_of_the_first_stop_signal)
{
	given("--stop-signals QUIT,INT --stop-status 7 --rewrite INT:HUP --wait-for " URL);
	expect(starts(WAIT));
	at(2 * SEC, received(SIGTERM));
	expect_nothing();
	at(2 * SEC, received(SIGINT));
	expect(signals(WAIT, SIGKILL), exits(130));
}
END_TEST

START_TEST(a_stop_request_before_the_first_step_starts_no_main_child)
{
	before_start_with("--wait-for " URL);
	at(0, received(SIGTERM));
	expect(starts(WAIT), signals(WAIT, SIGKILL), exits(143));
}
END_TEST

START_TEST(other_signals_have_nobody_to_go_to)
{
	given("--wait-for " URL);
	expect(starts(WAIT));
	at(1 * SEC, received(SIGHUP));
	expect_nothing();
	at(2 * SEC, ended(WAIT, 1));
	expect_nothing();
	at(2 * SEC, received(SIGHUP));
	expect_nothing();
}
END_TEST

START_TEST(nor_has_a_stop_signal_once_it_has_failed)
{
	given("--after tell --wait-for " URL);
	expect(starts(WAIT));
	at(1 * SEC, ended(WAIT, 1));
	expect_nothing();
	at(1 * SEC, received(SIGTERM));
	expect_nothing();
	at(3 * SEC, received(SIGTERM));
	expect(stops(LEFTOVERS, SIGTERM), kills(LEFTOVERS));
}
END_TEST

START_TEST(the_shutdown_after_it_is_as_ever)
{
	given("--grace 10s --wait-for " URL);
	expect(starts(WAIT));
	at(20 * SEC, ended(WAIT, 0));
	expect(starts(MAIN));
	at(90 * SEC, received(SIGTERM));
	expect(stops(GROUP, SIGTERM));
	at(91 * SEC, ended(MAIN, 0));
	expect_nothing();
	at(91 * SEC, nobody_left());
	expect(exits(0));
}
END_TEST

START_TEST(that_nobody_is_left_before_the_fork_is_known_to_have_failed_decides_nothing)
{
	given("--wait-for " URL);
	expect(starts(WAIT));
	at(0, ended(WAIT, 0));
	expect(starts(MAIN));
	at(0, nobody_left());
	expect_nothing();
	at(0, not_started(MAIN, EAGAIN));
	expect_nothing();
	at(0, nobody_left());
	expect(exits(125));
}
END_TEST

SUITE("scenario wait",
        that_nobody_is_left_before_the_fork_is_known_to_have_failed_decides_nothing,
        the_main_child_is_started_once_it_has_answered,
        without_an_answer_it_is_a_command_that_could_not_be_started, after_is_run_then_too,
        but_it_is_no_success, a_helper_that_hangs_costs_the_budget_and_no_more,
        a_helper_that_cannot_be_started_is_no_answer,
        an_answer_that_is_seen_only_after_a_freeze_counts,
        a_stop_request_meanwhile_ends_it_at_once,
        the_exit_status_is_that_of_the_first_stop_signal,
        a_stop_request_before_the_first_step_starts_no_main_child,
        other_signals_have_nobody_to_go_to, nor_has_a_stop_signal_once_it_has_failed,
        the_shutdown_after_it_is_as_ever)
