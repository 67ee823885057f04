/*
 * Sweep: the main child is gone, in whichever phase; leftovers are stopped.
 */
#include "scenario/scenario.h"

START_TEST(a_main_child_that_ends_by_itself_has_no_drain)
{
	given("--drain hang --drain-min 5s");
	expect(starts(MAIN));
	at(0, ended(MAIN, 3));
	expect_nothing();
	at(0, nobody_left());
	expect(exits(3));
}
END_TEST

START_TEST(where_no_stop_was_asked_all_leftovers_have_linger)
{
	given("");
	expect(starts(MAIN));
	at(0, ended(MAIN, 0));
	expect_nothing();
	at(0, time_passes());
	expect(stops(LEFTOVERS, SIGTERM));
	at(1750 * MSEC, time_passes());
	expect(starts(SURVEY));
	at(1760 * MSEC, ended(SURVEY, 0));
	expect_nothing();
	at(2 * SEC, time_passes());
	expect(kills(LEFTOVERS));
	at(2010 * MSEC, time_passes());
	expect(signals(LEFTOVERS, SIGKILL));
	at(2011 * MSEC, nobody_left());
	expect(exits(0));
}
END_TEST

START_TEST(a_leftover_that_cannot_die_is_given_up)
{
	given("--grace 10s");
	expect(starts(MAIN));
	at(0, ended(MAIN, 0));
	expect_nothing();
	at(0, time_passes());
	expect(stops(LEFTOVERS, SIGTERM));
	pass_until(2250 * MSEC);
	at(2250 * MSEC, time_passes());
	expect(signals(LEFTOVERS, SIGKILL), exits(0));
}
END_TEST

START_TEST(in_a_shutdown_the_group_has_until_the_deadline)
{
	given("--grace 10s");
	expect(starts(MAIN));
	at(0, received(SIGTERM));
	expect(stops(GROUP, SIGTERM));
	at(1 * SEC, ended(MAIN, 0));
	expect_nothing();
	at(1 * SEC, time_passes());
	expect(stops(DAEMONS, SIGTERM));
	at(2750 * MSEC, time_passes());
	expect(starts(SURVEY));
	at(2760 * MSEC, ended(SURVEY, 0));
	expect_nothing();
	at(3 * SEC, time_passes());
	expect(kills(DAEMONS));
	pass_until(9250 * MSEC);
	at(9250 * MSEC, time_passes());
	expect(starts(SURVEY));
	at(9500 * MSEC, time_passes());
	expect(kills(EVERYONE));
}
END_TEST

START_TEST(who_was_not_told_with_the_main_child_is_told_now)
{
	given("--single-child");
	expect(starts(MAIN));
	at(0, received(SIGTERM));
	expect(stops(MAIN, SIGTERM));
	at(1 * SEC, ended(MAIN, 0));
	expect_nothing();
	at(1 * SEC, time_passes());
	expect(stops(LEFTOVERS, SIGTERM));
}
END_TEST

START_TEST(a_stop_request_in_a_sweep_adds_the_deadline)
{
	given("--grace 10s --linger 1m");
	expect(starts(MAIN));
	at(0, ended(MAIN, 0));
	expect_nothing();
	at(0, time_passes());
	expect(stops(LEFTOVERS, SIGTERM));
	at(5 * SEC, received(SIGTERM));
	expect_nothing();
	at(14250 * MSEC, time_passes());
	expect(starts(SURVEY));
	at(14500 * MSEC, time_passes());
	expect(kills(EVERYONE));
	pass_until(14750 * MSEC);
	at(14750 * MSEC, time_passes());
	expect(signals(EVERYONE, SIGKILL), exits(0));
}
END_TEST

START_TEST(it_gives_no_new_time)
{
	given("--grace 10s");
	expect(starts(MAIN));
	at(0, ended(MAIN, 0));
	expect_nothing();
	at(0, time_passes());
	expect(stops(LEFTOVERS, SIGTERM));
	at(1 * SEC, received(SIGTERM));
	expect_nothing();
	pass_until(2 * SEC);
	at(2 * SEC, time_passes());
	expect(kills(LEFTOVERS));
	pass_until(2250 * MSEC);
	at(2250 * MSEC, time_passes());
	expect(signals(LEFTOVERS, SIGKILL), exits(0));
}
END_TEST

START_TEST(no_linger_is_a_term_and_a_kill_at_once)
{
	given("--linger 0");
	expect(starts(MAIN));
	at(0, ended(MAIN, 0));
	expect(stops(LEFTOVERS, SIGTERM), kills(LEFTOVERS));
}
END_TEST

START_TEST(a_signal_is_forwarded_to_what_is_left_of_the_group)
{
	given("--grace 10s");
	expect(starts(MAIN));
	at(0, received(SIGTERM));
	expect(stops(GROUP, SIGTERM));
	at(1 * SEC, ended(MAIN, 0));
	expect_nothing();
	at(1 * SEC, received(SIGUSR1));
	expect(signals(GROUP, SIGUSR1));
}
END_TEST

START_TEST(but_nobody_is_left_to_have_it_with_single_child)
{
	given("--grace 10s --single-child");
	expect(starts(MAIN));
	at(0, received(SIGTERM));
	expect(stops(MAIN, SIGTERM));
	at(1 * SEC, ended(MAIN, 0));
	expect_nothing();
	at(1 * SEC, received(SIGUSR1));
	expect_nothing();
}
END_TEST

START_TEST(with_an_infinite_grace_every_leftover_has_linger)
{
	given("--grace infinity");
	expect(starts(MAIN));
	at(0, received(SIGTERM));
	expect(stops(GROUP, SIGTERM));
	at(1 * SEC, ended(MAIN, 0));
	expect_nothing();
	at(1 * SEC, time_passes());
	expect(stops(DAEMONS, SIGTERM));
	pass_until(3 * SEC);
	at(3 * SEC, time_passes());
	expect(kills(LEFTOVERS));
}
END_TEST

START_TEST(the_ready_file_goes_with_the_main_child)
{
	given("--ready-file ready");
	expect(starts(MAIN), starts(READY));
	at(0, ended(READY, 0));
	expect_nothing();
	at(1 * SEC, ended(MAIN, 1));
	expect(starts(UNREADY));
	at(1 * SEC, ended(UNREADY, 0));
	expect_nothing();
	at(1 * SEC, nobody_left());
	expect(exits(1));
}
END_TEST

SUITE("scenario sweep", a_main_child_that_ends_by_itself_has_no_drain,
        where_no_stop_was_asked_all_leftovers_have_linger,
        a_leftover_that_cannot_die_is_given_up, in_a_shutdown_the_group_has_until_the_deadline,
        who_was_not_told_with_the_main_child_is_told_now,
        a_stop_request_in_a_sweep_adds_the_deadline, it_gives_no_new_time,
        no_linger_is_a_term_and_a_kill_at_once,
        a_signal_is_forwarded_to_what_is_left_of_the_group,
        but_nobody_is_left_to_have_it_with_single_child,
        with_an_infinite_grace_every_leftover_has_linger,
        the_ready_file_goes_with_the_main_child)
