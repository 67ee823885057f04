/*
 * The exit status: the main child's, or what stands in for it.
 */
#include "scenario/scenario.h"

/* The exit status of a drainit with these options whose main child ends so. */
static void expect_exit(const char *arguments, struct event end, int status)
{
	given(arguments);
	expect(starts(MAIN));
	at(0, end);
	expect_nothing();
	at(0, nobody_left());
	expect(exits(status));
}

static void expect_exit_after_stop(const char *arguments, struct event end, int status)
{
	given(arguments);
	expect(starts(MAIN));
	at(0, received(SIGTERM));
	expected = actions.count;
	at(1 * SEC, end);
	expect_nothing();
	at(1 * SEC, nobody_left());
	expect(exits(status));
}

START_TEST(it_is_the_main_childs)
{
	expect_exit("", ended(MAIN, 0), 0);
	expect_exit("", ended(MAIN, 255), 255);
	expect_exit("", killed_by_signal(MAIN, SIGSEGV), 139);
	expect_exit_after_stop("", killed_by_signal(MAIN, SIGTERM), 143);
}
END_TEST

START_TEST(a_command_that_cannot_be_started_tells_why)
{
	expect_exit("", not_executed(MAIN, ENOENT), 127);
	expect_exit("", not_executed(MAIN, ENOTDIR), 127);
	expect_exit("", not_executed(MAIN, EACCES), 126);
	expect_exit("", not_executed(MAIN, ENOEXEC), 126);
	expect_exit("", not_started(MAIN, ENOENT), 125);
	expect_exit("", not_started(MAIN, EAGAIN), 125);
}
END_TEST

START_TEST(a_stop_that_went_as_asked_has_the_stop_status)
{
	expect_exit_after_stop("--stop-status 0", killed_by_signal(MAIN, SIGTERM), 0);
	expect_exit_after_stop("--stop-status 7", ended(MAIN, 143), 7);
	expect_exit_after_stop(
	        "--stop-status 0 --rewrite TERM:INT", killed_by_signal(MAIN, SIGINT), 0);
}
END_TEST

START_TEST(another_end_has_its_own)
{
	expect_exit_after_stop("--stop-status 0", ended(MAIN, 1), 1);
	expect_exit_after_stop("--stop-status 0", killed_by_signal(MAIN, SIGKILL), 137);
	expect_exit("--stop-status 0", killed_by_signal(MAIN, SIGTERM), 143);
	expect_exit_after_stop("--stop-status 0 --rewrite TERM:0", ended(MAIN, 143), 143);
}
END_TEST

START_TEST(a_status_can_be_made_0)
{
	expect_exit("-e 3 -e 143", ended(MAIN, 3), 0);
	expect_exit_after_stop("-e 3 -e 143", killed_by_signal(MAIN, SIGTERM), 0);
	expect_exit("-e 3", ended(MAIN, 4), 4);
}
END_TEST

START_TEST(a_late_stop_request_brings_no_stop_status)
{
	given("--stop-status 0");
	expect(starts(MAIN));
	at(0, killed_by_signal(MAIN, SIGTERM));
	expect_nothing();
	at(0, received(SIGTERM));
	expect_nothing();
	at(0, nobody_left());
	expect(exits(143));
}
END_TEST

START_TEST(an_end_that_is_seen_only_after_a_freeze_counts)
{
	given("--grace 10s");
	expect(starts(MAIN));
	at(0, received(SIGTERM));
	expect(stops(GROUP, SIGTERM));
	frozen_until(60 * SEC, ended(MAIN, 5));
	expect(stops(DAEMONS, SIGTERM), kills(EVERYONE), exits(5));
}
END_TEST

SUITE("scenario status", it_is_the_main_childs, a_command_that_cannot_be_started_tells_why,
        a_stop_that_went_as_asked_has_the_stop_status, another_end_has_its_own,
        a_status_can_be_made_0, a_late_stop_request_brings_no_stop_status,
        an_end_that_is_seen_only_after_a_freeze_counts)
