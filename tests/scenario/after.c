/*
 * The after command: run once the main child and all leftovers are gone.
 */
#include "scenario/scenario.h"

START_TEST(it_runs_when_nobody_is_left)
{
	given("--after tell");
	expect(starts(MAIN));
	at(0, ended(MAIN, 3));
	expect_nothing();
	at(0, nobody_left());
	expect(starts(AFTER));
	at(1 * SEC, ended(AFTER, 1));
	expect_nothing();
	at(1 * SEC, nobody_left());
	expect(exits(3));
}
END_TEST

START_TEST(it_has_its_budget_and_no_more)
{
	given("--after hang");
	expect(starts(MAIN));
	at(0, ended(MAIN, 0));
	expect_nothing();
	at(0, nobody_left());
	expect(starts(AFTER));
	at(4500 * MSEC, time_passes());
	expect(stops(AFTER, SIGTERM));
	at(5 * SEC, time_passes());
	expect(signals(AFTER, SIGKILL));
	at(5 * SEC, killed_by_signal(AFTER, SIGKILL));
	expect_nothing();
	at(5 * SEC, nobody_left());
	expect(exits(0));
}
END_TEST

START_TEST(one_that_cannot_die_is_given_up)
{
	given("--grace 10s --after hang");
	expect(starts(MAIN));
	at(0, ended(MAIN, 0));
	expect_nothing();
	at(0, nobody_left());
	expect(starts(AFTER));
	pass_until(5250 * MSEC);
	at(5250 * MSEC, time_passes());
	expect(exits(0));
}
END_TEST

START_TEST(what_it_leaves_behind_is_killed)
{
	given("--grace 10s --after forks");
	expect(starts(MAIN));
	at(0, ended(MAIN, 0));
	expect_nothing();
	at(0, nobody_left());
	expect(starts(AFTER));
	at(1 * SEC, ended(AFTER, 0));
	expect_nothing();
	at(1 * SEC, time_passes());
	expect(signals(EVERYONE, SIGKILL));
	pass_until(1250 * MSEC);
	at(1250 * MSEC, time_passes());
	expect(signals(EVERYONE, SIGKILL), exits(0));
}
END_TEST

START_TEST(it_outlives_the_linger_of_a_sweep_that_is_over)
{
	given("--linger 1s --after slow");
	expect(starts(MAIN));
	at(0, ended(MAIN, 0));
	expect_nothing();
	at(0, nobody_left());
	expect(starts(AFTER));
	at(3 * SEC, received(SIGHUP));
	expect_nothing();
	at(4 * SEC, ended(AFTER, 0));
	expect_nothing();
	at(4 * SEC, nobody_left());
	expect(exits(0));
}
END_TEST

START_TEST(on_success_means_an_exit_with_0)
{
	given("--after tell --after-on success");
	expect(starts(MAIN));
	at(0, ended(MAIN, 1));
	expect_nothing();
	at(0, nobody_left());
	expect(exits(1));
}
END_TEST

START_TEST(also_an_exit_that_is_made_0)
{
	given("--after tell --after-on success --stop-status 0");
	expect(starts(MAIN));
	at(0, received(SIGTERM));
	expect(stops(GROUP, SIGTERM));
	at(1 * SEC, ended(MAIN, 143));
	expect_nothing();
	at(1 * SEC, nobody_left());
	expect(starts(AFTER));
}
END_TEST

START_TEST(it_runs_also_when_the_command_could_not_be_started)
{
	given("--after tell");
	expect(starts(MAIN));
	at(0, not_executed(MAIN, ENOENT));
	expect_nothing();
	at(0, nobody_left());
	expect(starts(AFTER));
	at(0, not_started(AFTER, EAGAIN));
	expect_nothing();
	at(0, nobody_left());
	expect(exits(127));
}
END_TEST

START_TEST(in_a_shutdown_the_kill_comes_its_budget_earlier)
{
	given("--grace 30s --after tell");
	expect(starts(MAIN));
	at(0, received(SIGTERM));
	expect(stops(GROUP, SIGTERM));
	pass_until(25500 * MSEC);
	at(25500 * MSEC, time_passes());
	expect(kills(EVERYONE));
	at(25501 * MSEC, killed_by_signal(MAIN, SIGKILL));
	expect_nothing();
	at(25501 * MSEC, nobody_left());
	expect(starts(AFTER));
	at(28200100 * (MSEC / 1000), time_passes());
	expect(stops(AFTER, SIGTERM));
	at(28500 * MSEC, time_passes());
	expect(signals(AFTER, SIGKILL));
}
END_TEST

START_TEST(it_runs_also_beside_one_that_cannot_die)
{
	given("--grace 30s --after tell");
	expect(starts(MAIN));
	at(0, received(SIGTERM));
	expect(stops(GROUP, SIGTERM));
	pass_until(25750 * MSEC);
	at(25750 * MSEC, time_passes());
	expect(signals(EVERYONE, SIGKILL), starts(AFTER));
	at(26 * SEC, killed_by_signal(MAIN, SIGKILL));
	expect_nothing();
	at(27 * SEC, ended(AFTER, 0));
	expect_nothing();
	at(27 * SEC, nobody_left());
	expect(exits(137));
}
END_TEST

START_TEST(it_is_not_started_after_the_deadline)
{
	given("--grace 30s --after tell");
	expect(starts(MAIN));
	at(0, received(SIGTERM));
	expect(stops(GROUP, SIGTERM));
	frozen_until(28600 * MSEC, ended(MAIN, 0));
	expect(stops(DAEMONS, SIGTERM), kills(EVERYONE), exits(0));
}
END_TEST

START_TEST(a_stop_request_meanwhile_shortens_it_to_the_deadline)
{
	given("--grace 2s --after hang");
	expect(starts(MAIN));
	at(0, ended(MAIN, 0));
	expect_nothing();
	at(0, nobody_left());
	expect(starts(AFTER));
	at(1 * SEC, received(SIGTERM));
	expect_nothing();
	at(2250 * MSEC, time_passes());
	expect(stops(AFTER, SIGTERM));
	at(2500 * MSEC, time_passes());
	expect(signals(AFTER, SIGKILL));
}
END_TEST

SUITE("scenario after", it_runs_when_nobody_is_left, it_has_its_budget_and_no_more,
        one_that_cannot_die_is_given_up, what_it_leaves_behind_is_killed,
        it_outlives_the_linger_of_a_sweep_that_is_over, on_success_means_an_exit_with_0,
        also_an_exit_that_is_made_0, it_runs_also_when_the_command_could_not_be_started,
        in_a_shutdown_the_kill_comes_its_budget_earlier,
        it_runs_also_beside_one_that_cannot_die, it_is_not_started_after_the_deadline,
        a_stop_request_meanwhile_shortens_it_to_the_deadline)
