/*
 * Start and run: the main child serves, signals are forwarded, nothing wakes up.
 */
#include "scenario/scenario.h"

START_TEST(the_first_step_starts_the_main_child)
{
	given("");
	expect(starts(MAIN));
	expect_asleep();
}
END_TEST

START_TEST(a_signal_is_forwarded_to_the_group)
{
	given("");
	expect(starts(MAIN));
	at(1 * SEC, received(SIGHUP));
	expect(signals(GROUP, SIGHUP));
	expect_asleep();
}
END_TEST

START_TEST(with_single_child_only_the_main_child_has_it)
{
	given("--single-child");
	expect(starts(MAIN));
	at(1 * SEC, received(SIGHUP));
	expect(signals(MAIN, SIGHUP));
	at(2 * SEC, received(SIGTERM));
	expect(stops(MAIN, SIGTERM));
}
END_TEST

START_TEST(a_signal_is_rewritten_or_dropped_on_its_way)
{
	given("--rewrite HUP:USR2 --rewrite USR1:0");
	expect(starts(MAIN));
	at(1 * SEC, received(SIGHUP));
	expect(signals(GROUP, SIGUSR2));
	at(1 * SEC, received(SIGUSR1));
	expect_nothing();
}
END_TEST

START_TEST(which_signals_stop_can_be_chosen)
{
	given("--stop-signals QUIT");
	expect(starts(MAIN));
	at(1 * SEC, received(SIGTERM));
	expect(signals(GROUP, SIGTERM));
	expect_asleep();
	at(2 * SEC, received(SIGQUIT));
	expect(stops(GROUP, SIGQUIT));
}
END_TEST

START_TEST(a_stop_request_before_the_first_step_is_not_lost)
{
	before_start_with("");
	at(0, received(SIGTERM));
	expect(starts(MAIN), stops(GROUP, SIGTERM));
}
END_TEST

START_TEST(an_orphan_that_ends_is_nobodys_business)
{
	given("--drain-min 5s");
	expect(starts(MAIN));
	at(1 * SEC, ended(NONE, 1));
	expect_nothing();
	expect_asleep();
}
END_TEST

START_TEST(the_ready_file_is_created_when_the_main_child_runs)
{
	given("--ready-file ready");
	expect(starts(MAIN), starts(READY));
	at(1 * SEC, ended(READY, 0));
	expect_nothing();
	expect_asleep();
}
END_TEST

START_TEST(without_a_fork_there_is_no_group_to_signal)
{
	before_start_with("");
	/* As dumb-init ends. */
	options.habits.main_exit = MAIN_EXIT_TERM_GROUP;
	judge((struct event){ .kind = EVENT_TIME, .now = START_AT });
	expect(starts(MAIN));
	at(0, not_started(MAIN, EAGAIN));
	expect(exits(125));
}
END_TEST

SUITE("scenario run", without_a_fork_there_is_no_group_to_signal,
        the_first_step_starts_the_main_child, a_signal_is_forwarded_to_the_group,
        with_single_child_only_the_main_child_has_it,
        a_signal_is_rewritten_or_dropped_on_its_way, which_signals_stop_can_be_chosen,
        a_stop_request_before_the_first_step_is_not_lost,
        an_orphan_that_ends_is_nobodys_business,
        the_ready_file_is_created_when_the_main_child_runs)
