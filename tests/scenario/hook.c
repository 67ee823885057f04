/*
 * The preStop hook: its clock, its answer, and the signal that follows it.
 */
#include "scenario/scenario.h"

START_TEST(the_drain_begins_and_the_hook_is_answered_when_it_is_over)
{
	given("--grace 30s --drain let-go --ready-file ready");
	expect(starts(MAIN), starts(READY));
	at(0, ended(READY, 0));
	expect_nothing();
	at(0, asked());
	expect(starts(UNREADY), starts(DRAIN));
	at(0, ended(UNREADY, 0));
	expect_nothing();
	at(4 * SEC, ended(DRAIN, 0));
	expect(answers(0));
}
END_TEST

START_TEST(the_signal_that_follows_continues_the_shutdown)
{
	given("--grace 30s --drain let-go");
	expect(starts(MAIN));
	at(0, asked());
	expect(starts(DRAIN));
	at(4 * SEC, ended(DRAIN, 0));
	expect(answers(0));
	at(5 * SEC, received(SIGTERM));
	expect(stops(GROUP, SIGTERM));
	at(28250 * MSEC, time_passes());
	expect(starts(SURVEY));
	at(28250 * MSEC, ended(SURVEY, 0));
	expect_nothing();
	/* The deadline counts from the hook. */
	at(28500 * MSEC, time_passes());
	expect(kills(EVERYONE));
}
END_TEST

START_TEST(whichever_of_the_stop_signals_it_is)
{
	given("--grace 30s --rewrite INT:QUIT");
	expect(starts(MAIN));
	at(0, asked());
	expect(answers(0));
	at(2 * SEC, received(SIGINT));
	expect(stops(GROUP, SIGQUIT));
}
END_TEST

START_TEST(in_the_drain_it_is_not_a_further_one)
{
	given("--grace 30s --drain-min 5s");
	expect(starts(MAIN));
	at(0, asked());
	expect_nothing();
	at(2 * SEC, received(SIGTERM));
	expect_nothing();
	at(2500 * MSEC, received(SIGTERM));
	expect_nothing();
	at(5 * SEC, time_passes());
	expect(answers(0), stops(GROUP, SIGTERM));
	at(6 * SEC, received(SIGTERM));
	expect(signals(GROUP, SIGTERM));
}
END_TEST

START_TEST(one_after_it_ends_the_drain_as_ever)
{
	given("--grace 30s --drain let-go");
	expect(starts(MAIN));
	at(0, asked());
	expect(starts(DRAIN));
	at(2 * SEC, received(SIGTERM));
	expect_nothing();
	at(3 * SEC, received(SIGTERM));
	expect(answers(1), stops(GROUP, SIGTERM), stops(DRAIN, SIGTERM));
}
END_TEST

/* Only the end of the kubelet's own clock brings a signal beside the hook. */
START_TEST(a_signal_while_the_hook_waits_ends_the_drain)
{
	given("--grace 30s --drain let-go");
	expect(starts(MAIN));
	at(0, asked());
	expect(starts(DRAIN));
	at(8 * SEC, received_beside_the_hook(SIGTERM));
	expect(answers(1), stops(GROUP, SIGTERM), stops(DRAIN, SIGTERM));
	at(9 * SEC, time_passes());
	expect(signals(DRAIN, SIGKILL));
}
END_TEST

START_TEST(a_failed_command_is_answered_with_1)
{
	given("--grace 30s --drain let-go");
	expect(starts(MAIN));
	at(0, asked());
	expect(starts(DRAIN));
	at(1 * SEC, ended(DRAIN, 7));
	expect(answers(1));
	at(1 * SEC, received(SIGTERM));
	expect(stops(GROUP, SIGTERM));
}
END_TEST

START_TEST(a_retry_that_succeeds_is_answered_with_0)
{
	given("--grace 30s --drain let-go --drain-retry 1s");
	expect(starts(MAIN));
	at(0, asked());
	expect(starts(DRAIN));
	at(1 * SEC, ended(DRAIN, 7));
	expect_nothing();
	at(2 * SEC, time_passes());
	expect(starts(DRAIN));
	at(3 * SEC, ended(DRAIN, 0));
	expect(answers(0));
}
END_TEST

START_TEST(a_budget_that_ends_is_answered_with_1)
{
	given("--grace 30s --drain hang");
	expect(starts(MAIN));
	at(0, asked());
	expect(starts(DRAIN));
	at(17 * SEC, time_passes());
	expect(stops(DRAIN, SIGTERM));
	at(18 * SEC, time_passes());
	expect(signals(DRAIN, SIGKILL), answers(1));
}
END_TEST

START_TEST(open_connections_at_its_end_are_answered_with_1)
{
	given("--grace 30s --drain-idle");
	expect(starts(MAIN));
	at(0, asked());
	expect(starts(WATCHER));
	at(18 * SEC, time_passes());
	expect(signals(WATCHER, SIGKILL), answers(1));
	/* It was idle after all, but that has been told. */
	at(18 * SEC, ended(WATCHER, 0));
	expect_nothing();
	at(19 * SEC, asked());
	expect(answers(1));
}
END_TEST

START_TEST(idle_connections_are_answered_with_0)
{
	given("--grace 30s --drain-idle");
	expect(starts(MAIN));
	at(0, asked());
	expect(starts(WATCHER));
	at(3 * SEC, ended(WATCHER, 0));
	expect(answers(0));
}
END_TEST

START_TEST(with_nothing_to_drain_it_is_answered_at_once)
{
	given("--grace 30s");
	expect(starts(MAIN));
	at(0, asked());
	expect(answers(0));
	at(1 * SEC, received(SIGTERM));
	expect(stops(GROUP, SIGTERM));
}
END_TEST

START_TEST(one_that_comes_after_the_drain_has_its_outcome_at_once)
{
	given("--grace 30s --drain let-go");
	expect(starts(MAIN));
	at(0, asked());
	expect(starts(DRAIN));
	at(1 * SEC, ended(DRAIN, 1));
	expect(answers(1));
	at(2 * SEC, asked());
	expect(answers(1));
	at(3 * SEC, received(SIGTERM));
	expect(stops(GROUP, SIGTERM));
	at(4 * SEC, asked());
	expect(answers(1));
}
END_TEST

START_TEST(also_while_a_command_that_was_cut_short_finishes)
{
	given("--grace 30s --drain let-go");
	expect(starts(MAIN));
	at(0, received(SIGTERM));
	expect(starts(DRAIN));
	at(2 * SEC, received(SIGTERM));
	expect(stops(GROUP, SIGTERM), stops(DRAIN, SIGTERM));
	at(2500 * MSEC, asked());
	expect(answers(1));
	at(2600 * MSEC, ended(DRAIN, 0));
	expect_nothing();
	at(2700 * MSEC, asked());
	expect(answers(1));
}
END_TEST

START_TEST(a_second_hook_joins_the_first)
{
	given("--grace 30s --drain let-go");
	expect(starts(MAIN));
	at(0, asked());
	expect(starts(DRAIN));
	at(1 * SEC, asked());
	expect_nothing();
	at(4 * SEC, ended(DRAIN, 0));
	expect(answers(0));
}
END_TEST

START_TEST(one_that_comes_after_the_signal_joins_its_drain)
{
	given("--grace 30s --drain let-go");
	expect(starts(MAIN));
	at(0, received(SIGTERM));
	expect(starts(DRAIN));
	at(1 * SEC, asked());
	expect_nothing();
	at(4 * SEC, ended(DRAIN, 0));
	expect(answers(0), stops(GROUP, SIGTERM));
}
END_TEST

START_TEST(without_a_signal_it_serves_as_long_as_the_stop_phase_allows)
{
	given("--grace 30s --drain let-go --stop-signals QUIT,TERM");
	expect(starts(MAIN));
	at(0, asked());
	expect(starts(DRAIN));
	at(4 * SEC, ended(DRAIN, 0));
	expect(answers(0));
	at(25500 * MSEC, time_passes());
	expect(stops(GROUP, SIGQUIT));
	/* Its signal comes at last: the main child has been told. */
	at(26 * SEC, received(SIGTERM));
	expect_nothing();
	at(28 * SEC, received(SIGTERM));
	expect(signals(GROUP, SIGTERM));
}
END_TEST

START_TEST(with_infinite_grace_the_signal_is_awaited_without_limit)
{
	given("--grace infinity --drain let-go --drain-max 20s");
	expect(starts(MAIN));
	at(0, asked());
	expect(starts(DRAIN));
	at(4 * SEC, ended(DRAIN, 0));
	expect(answers(0));
	expect_asleep();
	at(90000 * SEC, received(SIGTERM));
	expect(stops(GROUP, SIGTERM));
	expect_asleep();
}
END_TEST

START_TEST(after_a_freeze_the_main_child_has_its_signal_before_the_kill)
{
	given("--grace 30s --escalate QUIT@2s");
	expect(starts(MAIN));
	at(0, asked());
	expect(answers(0));
	frozen_until(60 * SEC, time_passes());
	expect(stops(GROUP, SIGTERM), kills(EVERYONE), exits(137));
}
END_TEST

START_TEST(other_signals_are_forwarded_while_it_is_awaited)
{
	given("--grace 30s");
	expect(starts(MAIN));
	at(0, asked());
	expect(answers(0));
	at(1 * SEC, received(SIGHUP));
	expect(signals(GROUP, SIGHUP));
}
END_TEST

START_TEST(the_ready_file_may_stay_until_the_signal)
{
	given("--grace 30s --ready-file ready --ready-until stop");
	expect(starts(MAIN), starts(READY));
	at(0, ended(READY, 0));
	expect_nothing();
	at(0, asked());
	expect(answers(0));
	at(5 * SEC, received(SIGTERM));
	expect(starts(UNREADY), stops(GROUP, SIGTERM));
}
END_TEST

START_TEST(a_main_child_that_ends_well_in_the_drain_is_a_success)
{
	given("--grace 30s --drain-min 10s");
	expect(starts(MAIN));
	at(0, asked());
	expect_nothing();
	at(2 * SEC, ended(MAIN, 0));
	expect(answers(0));
	at(2 * SEC, asked());
	expect(answers(0));
	at(2 * SEC, nobody_left());
	expect(exits(0));
}
END_TEST

START_TEST(one_that_fails_in_it_is_a_failure)
{
	given("--grace 30s --drain-min 10s");
	expect(starts(MAIN));
	at(0, asked());
	expect_nothing();
	at(2 * SEC, ended(MAIN, 3));
	expect(answers(1));
	at(2 * SEC, asked());
	expect(answers(1));
}
END_TEST

START_TEST(but_a_running_attempt_may_finish_and_then_counts)
{
	given("--grace 30s --drain let-go");
	expect(starts(MAIN));
	at(0, asked());
	expect(starts(DRAIN));
	at(2 * SEC, ended(MAIN, 3));
	expect_nothing();
	at(2 * SEC, time_passes());
	expect(stops(LEFTOVERS, SIGTERM));
	at(3 * SEC, ended(DRAIN, 0));
	expect(answers(0));
	at(3 * SEC, nobody_left());
	expect(exits(3));
}
END_TEST

START_TEST(one_that_cannot_finish_is_a_failure_before_the_exit)
{
	given("--grace 30s --drain hang");
	expect(starts(MAIN));
	at(0, asked());
	expect(starts(DRAIN));
	at(2 * SEC, ended(MAIN, 3));
	expect_nothing();
	pass_until(29250 * MSEC);
	at(29250 * MSEC, time_passes());
	expect(signals(EVERYONE, SIGKILL), answers(1), exits(3));
}
END_TEST

START_TEST(a_main_child_that_ends_while_the_signal_is_awaited_is_swept_after)
{
	given("--grace 30s");
	expect(starts(MAIN));
	at(0, asked());
	expect(answers(0));
	at(3 * SEC, ended(MAIN, 4));
	expect_nothing();
	at(3 * SEC, time_passes());
	expect(stops(LEFTOVERS, SIGTERM));
	at(3 * SEC, received(SIGTERM));
	expect_nothing();
	at(3 * SEC, nobody_left());
	expect(exits(4));
}
END_TEST

START_TEST(in_a_wait_it_is_answered_0_and_nothing_is_started)
{
	given("--stop-signals QUIT,TERM --drain let-go --after tell --wait-for "
	      "http://localhost");
	expect(starts(WAIT));
	at(2 * SEC, asked());
	expect(signals(WAIT, SIGKILL), answers(0), exits(131));
	expect_asleep();
}
END_TEST

START_TEST(in_a_sweep_that_nobody_asked_for_there_is_nothing_to_drain)
{
	given("--grace 10s --linger 60s --drain let-go");
	expect(starts(MAIN));
	at(0, ended(MAIN, 5));
	expect_nothing();
	at(0, time_passes());
	expect(stops(LEFTOVERS, SIGTERM));
	at(20 * SEC, asked());
	expect(answers(0));
	pass_until(29500 * MSEC);
	at(29500 * MSEC, time_passes());
	expect(kills(EVERYONE));
}
END_TEST

START_TEST(stop_status_is_for_the_signal_that_was_sent_on)
{
	given("--grace 30s --stop-status 0");
	expect(starts(MAIN));
	at(0, asked());
	expect(answers(0));
	at(2 * SEC, received(SIGINT));
	expect(stops(GROUP, SIGINT));
	at(3 * SEC, ended(MAIN, 130));
	expect_nothing();
	at(3 * SEC, nobody_left());
	expect(exits(0));
}
END_TEST

SUITE("scenario hook", the_drain_begins_and_the_hook_is_answered_when_it_is_over,
        the_signal_that_follows_continues_the_shutdown, whichever_of_the_stop_signals_it_is,
        in_the_drain_it_is_not_a_further_one, one_after_it_ends_the_drain_as_ever,
        a_signal_while_the_hook_waits_ends_the_drain, a_failed_command_is_answered_with_1,
        a_retry_that_succeeds_is_answered_with_0, a_budget_that_ends_is_answered_with_1,
        open_connections_at_its_end_are_answered_with_1, idle_connections_are_answered_with_0,
        with_nothing_to_drain_it_is_answered_at_once,
        one_that_comes_after_the_drain_has_its_outcome_at_once,
        also_while_a_command_that_was_cut_short_finishes, a_second_hook_joins_the_first,
        one_that_comes_after_the_signal_joins_its_drain,
        without_a_signal_it_serves_as_long_as_the_stop_phase_allows,
        with_infinite_grace_the_signal_is_awaited_without_limit,
        after_a_freeze_the_main_child_has_its_signal_before_the_kill,
        other_signals_are_forwarded_while_it_is_awaited,
        the_ready_file_may_stay_until_the_signal,
        a_main_child_that_ends_well_in_the_drain_is_a_success,
        one_that_fails_in_it_is_a_failure, but_a_running_attempt_may_finish_and_then_counts,
        one_that_cannot_finish_is_a_failure_before_the_exit,
        a_main_child_that_ends_while_the_signal_is_awaited_is_swept_after,
        in_a_wait_it_is_answered_0_and_nothing_is_started,
        in_a_sweep_that_nobody_asked_for_there_is_nothing_to_drain,
        stop_status_is_for_the_signal_that_was_sent_on)
