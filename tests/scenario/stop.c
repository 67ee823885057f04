/*
 * Stop and escalation: the main child has its stop signal and is finishing, or is made to.
 */
#include "scenario/scenario.h"

START_TEST(without_a_drain_the_stop_signal_goes_out_at_once)
{
	given("--grace 30s");
	expect(starts(MAIN));
	at(0, received(SIGTERM));
	expect(stops(GROUP, SIGTERM));
	at(3 * SEC, ended(MAIN, 0));
	expect_nothing();
	at(3 * SEC, nobody_left());
	expect(exits(0));
	expect_asleep();
}
END_TEST

START_TEST(who_ignores_it_is_killed_at_the_deadline)
{
	given("--grace 10s");
	expect(starts(MAIN));
	at(0, received(SIGTERM));
	expect(stops(GROUP, SIGTERM));
	at(9250 * MSEC, time_passes());
	expect(starts(SURVEY));
	at(9260 * MSEC, ended(SURVEY, 0));
	expect_nothing();
	at(9500 * MSEC, time_passes());
	expect(kills(EVERYONE));
	at(9501 * MSEC, killed_by_signal(MAIN, SIGKILL));
	expect_nothing();
	at(9501 * MSEC, nobody_left());
	expect(exits(137));
}
END_TEST

START_TEST(who_is_forked_meanwhile_is_met_by_the_next_round)
{
	given("--grace 10s");
	expect(starts(MAIN));
	at(0, received(SIGTERM));
	expect(stops(GROUP, SIGTERM));
	pass_until(9500 * MSEC);
	at(9500 * MSEC, time_passes());
	expect(kills(EVERYONE));
	at(9510 * MSEC, time_passes());
	expect(signals(EVERYONE, SIGKILL));
	at(9520 * MSEC, time_passes());
	expect(signals(EVERYONE, SIGKILL));
}
END_TEST

START_TEST(a_process_that_cannot_die_holds_up_nothing)
{
	given("--grace 10s");
	expect(starts(MAIN));
	at(0, received(SIGTERM));
	expect(stops(GROUP, SIGTERM));
	pass_until(9750 * MSEC);
	at(9750 * MSEC, time_passes());
	expect(signals(EVERYONE, SIGKILL), exits(137));
}
END_TEST

START_TEST(the_stop_signal_is_rewritten_too)
{
	given("--rewrite TERM:QUIT");
	expect(starts(MAIN));
	at(0, received(SIGTERM));
	expect(stops(GROUP, SIGQUIT));
}
END_TEST

START_TEST(dropping_the_stop_signal_does_not_drop_the_shutdown)
{
	given("--grace 10s --rewrite TERM:0");
	expect(starts(MAIN));
	at(0, received(SIGTERM));
	expect_nothing();
	pass_until(9500 * MSEC);
	at(9500 * MSEC, time_passes());
	expect(kills(EVERYONE));
}
END_TEST

START_TEST(rewritten_to_kill_it_kills_at_once)
{
	given("--grace 10s --rewrite TERM:KILL");
	expect(starts(MAIN));
	at(0, received(SIGTERM));
	expect(stops(GROUP, SIGKILL));
}
END_TEST

START_TEST(a_duplicate_is_passed_over_a_later_one_is_forwarded)
{
	given("--grace 10s");
	expect(starts(MAIN));
	at(0, received(SIGTERM));
	expect(stops(GROUP, SIGTERM));
	at(500 * MSEC, received(SIGTERM));
	expect_nothing();
	at(1 * SEC, received(SIGTERM));
	expect(signals(GROUP, SIGTERM));
	at(1 * SEC, received(SIGINT));
	expect(signals(GROUP, SIGINT));
}
END_TEST

START_TEST(escalation_steps_come_before_the_kill_in_their_order)
{
	given("--grace 30s --escalate QUIT@3s --escalate INT@10s");
	expect(starts(MAIN));
	at(0, received(SIGTERM));
	expect(stops(GROUP, SIGTERM));
	at(18500 * MSEC, time_passes());
	expect(signals(GROUP, SIGINT));
	at(25500 * MSEC, time_passes());
	expect(signals(GROUP, SIGQUIT));
	at(28250 * MSEC, time_passes());
	expect(starts(SURVEY));
	at(28500 * MSEC, time_passes());
	expect(kills(EVERYONE));
}
END_TEST

START_TEST(a_step_that_falls_on_the_end_of_the_drain_comes_after_the_stop_signal)
{
	given("--grace 30s --drain hang --escalate QUIT@10.5s");
	expect(starts(MAIN));
	at(0, received(SIGTERM));
	expect(starts(DRAIN));
	pass_until(18 * SEC);
	at(18 * SEC, time_passes());
	expect(signals(DRAIN, SIGKILL), stops(GROUP, SIGTERM), signals(GROUP, SIGQUIT));
}
END_TEST

START_TEST(steps_go_where_the_stop_signal_went_and_in_the_sweep_to_leftovers)
{
	given("--grace 30s --single-child --escalate QUIT@3s --escalate INT@10s --linger 1m");
	expect(starts(MAIN));
	at(0, received(SIGTERM));
	expect(stops(MAIN, SIGTERM));
	at(18500 * MSEC, time_passes());
	expect(signals(MAIN, SIGINT));
	at(20 * SEC, ended(MAIN, 0));
	expect_nothing();
	at(20 * SEC, time_passes());
	expect(stops(LEFTOVERS, SIGTERM));
	at(25500 * MSEC, time_passes());
	expect(signals(LEFTOVERS, SIGQUIT));
}
END_TEST

START_TEST(an_escalation_as_the_main_child_ends_comes_after_the_term)
{
	given("--grace 30s --single-child --escalate QUIT@3s");
	expect(starts(MAIN));
	at(0, received(SIGTERM));
	expect(stops(MAIN, SIGTERM));
	at(25500 * MSEC, ended(MAIN, 0));
	expect(stops(LEFTOVERS, SIGTERM), signals(LEFTOVERS, SIGQUIT));
}
END_TEST

START_TEST(after_a_freeze_past_the_deadline_all_that_is_due_happens_at_once)
{
	given("--grace 30s --drain hang --escalate QUIT@3s");
	expect(starts(MAIN));
	at(0, received(SIGTERM));
	expect(starts(DRAIN));
	frozen_until(28600 * MSEC, time_passes());
	expect(signals(DRAIN, SIGKILL), stops(GROUP, SIGTERM), kills(EVERYONE));
	at(28600 * MSEC, killed_by_signal(DRAIN, SIGKILL));
	expect_nothing();
	at(28600 * MSEC, killed_by_signal(MAIN, SIGKILL));
	expect_nothing();
	at(28600 * MSEC, nobody_left());
	expect(exits(137));
}
END_TEST

START_TEST(after_a_freeze_past_its_end_it_exits_at_once)
{
	given("--grace 30s --drain hang");
	expect(starts(MAIN));
	at(0, received(SIGTERM));
	expect(starts(DRAIN));
	frozen_until(60 * SEC, time_passes());
	expect(signals(DRAIN, SIGKILL), stops(GROUP, SIGTERM), kills(EVERYONE), exits(137));
}
END_TEST

START_TEST(with_an_infinite_grace_the_main_child_is_never_killed)
{
	given("--grace infinity --drain hang --drain-max 10s");
	expect(starts(MAIN));
	at(0, received(SIGTERM));
	expect(starts(DRAIN));
	at(9 * SEC, time_passes());
	expect(stops(DRAIN, SIGTERM));
	at(10 * SEC, time_passes());
	expect(signals(DRAIN, SIGKILL), stops(GROUP, SIGTERM));
	expect_asleep();
	at(100000 * SEC, killed_by_signal(DRAIN, SIGKILL));
	expect_nothing();
	expect_asleep();
}
END_TEST

START_TEST(what_is_spent_is_not_there_any_more)
{
	given("--grace 30s --spent 15s");
	expect(starts(MAIN));
	at(0, received(SIGTERM));
	expect(stops(GROUP, SIGTERM));
	pass_until(14250 * MSEC);
	at(14250 * MSEC, time_passes());
	expect(kills(EVERYONE));
}
END_TEST

SUITE("scenario stop", without_a_drain_the_stop_signal_goes_out_at_once,
        who_ignores_it_is_killed_at_the_deadline,
        who_is_forked_meanwhile_is_met_by_the_next_round,
        a_process_that_cannot_die_holds_up_nothing, the_stop_signal_is_rewritten_too,
        dropping_the_stop_signal_does_not_drop_the_shutdown, rewritten_to_kill_it_kills_at_once,
        a_duplicate_is_passed_over_a_later_one_is_forwarded,
        escalation_steps_come_before_the_kill_in_their_order,
        a_step_that_falls_on_the_end_of_the_drain_comes_after_the_stop_signal,
        steps_go_where_the_stop_signal_went_and_in_the_sweep_to_leftovers,
        an_escalation_as_the_main_child_ends_comes_after_the_term,
        after_a_freeze_past_the_deadline_all_that_is_due_happens_at_once,
        after_a_freeze_past_its_end_it_exits_at_once,
        with_an_infinite_grace_the_main_child_is_never_killed,
        what_is_spent_is_not_there_any_more)
