#include "rehearse/judge.h"

#include "unit/rehearse/rehearsed.h"

/* ---- when the stop signal was sent ---- */

START_TEST(the_stop_signal_is_where_the_report_says_else_where_it_was_seen)
{
	in_order(DRAINS, 5 * SEC);
	facts.signalled = 5020 * MSEC;
	ck_assert_int_eq(judge_signalled(&facts), 5 * SEC);
	facts.told.stop = NEVER;
	ck_assert_int_eq(judge_signalled(&facts), 5020 * MSEC);
	facts.told = (struct told){ .stop = 5 * SEC };
	ck_assert_int_eq(judge_signalled(&facts), 5020 * MSEC);
}
END_TEST

START_TEST(who_did_not_live_to_have_a_stop_signal_has_its_end_for_one)
{
	in_order(DRAINS, 5 * SEC);
	facts.told.there = false;
	facts.signalled = NEVER;
	facts.main_gone = 2 * SEC;
	ck_assert_int_eq(judge_signalled(&facts), 2 * SEC);
	facts.main_gone = NEVER;
	facts.exited = 3 * SEC;
	ck_assert_int_eq(judge_signalled(&facts), 3 * SEC);
}
END_TEST

/* ---- the whole ---- */

START_TEST(a_stop_in_order_is_four_times_yes)
{
	in_order(DRAINS, 5 * SEC);
	judge(&facts, &verdict);
	ck_assert(verdict.good);
	expect(ASK_REFUSED, ANSWER_YES,
	        "stop signal at +5s, refused from +5.02s on; the last was taken at +4.95s");
	expect(ASK_COMPLETED, ANSWER_YES,
	        "1 request was in flight at the stop signal and came to the end");
	expect(ASK_RELEASED, ANSWER_YES,
	        "no process and no listener outlived the main child, gone at +5.3s");
	expect(ASK_EXIT, ANSWER_YES, "0 after 5.31s of 30s");
}
END_TEST

START_TEST(one_answer_that_is_not_yes_makes_the_whole_bad)
{
	for (int i = 0; i < QUESTIONS; i++) {
		in_order(THIRTY, 0);
		if (i == ASK_REFUSED)
			probe(SEC, PROBE_TAKEN);
		if (i == ASK_COMPLETED)
			facts.requests = (struct requests){ .made = false };
		if (i == ASK_RELEASED)
			leftover(7, "x");
		if (i == ASK_EXIT)
			facts.exit_status = 1;
		judge(&facts, &verdict);
		ck_assert(!verdict.good);
		for (int other = 0; other < QUESTIONS; other++)
			ck_assert_int_eq(verdict.answers[other] == ANSWER_YES, other != i);
	}
}
END_TEST

/* ---- new requests refused at once? ---- */

START_TEST(without_a_drain_the_stop_signal_is_the_stop_request)
{
	in_order(THIRTY, 0);
	expect(ASK_REFUSED, ANSWER_YES, "stop signal at +0s, refused from +20ms on");
}
END_TEST

START_TEST(within_half_a_second_of_the_stop_signal_is_at_once)
{
	rehearsed(THIRTY, 0);
	probe(-50 * MSEC, PROBE_TAKEN);
	probe(AT_ONCE, PROBE_TAKEN);
	probe(550 * MSEC, PROBE_REFUSED);
	expect(ASK_REFUSED, ANSWER_YES,
	        "stop signal at +0s, refused from +550ms on; the last was taken at +500ms");
	facts.probes[1].at = AT_ONCE + MSEC;
	expect(ASK_REFUSED, ANSWER_NO,
	        "taken until +501ms, and the stop signal was sent at +0s");
	facts.probes[1].at = AT_ONCE + 1;
	judge(&facts, &verdict);
	ck_assert_int_eq(verdict.answers[ASK_REFUSED], ANSWER_NO);
}
END_TEST

START_TEST(it_is_the_stop_signal_that_counts_not_the_stop_request)
{
	rehearsed(DRAINS, 5 * SEC);
	probe(-50 * MSEC, PROBE_TAKEN);
	probe(5500 * MSEC, PROBE_TAKEN);
	probe(5550 * MSEC, PROBE_SILENT);
	expect(ASK_REFUSED, ANSWER_YES,
	        "stop signal at +5s, refused from +5.55s on; the last was taken at +5.5s");
	probe(6200 * MSEC, PROBE_TAKEN);
	expect(ASK_REFUSED, ANSWER_NO,
	        "taken until +6.2s, and the stop signal was sent at +5s");
}
END_TEST

START_TEST(who_is_gone_before_the_next_try_was_never_seen_to_refuse)
{
	rehearsed(THIRTY, 0);
	probe(-50 * MSEC, PROBE_TAKEN);
	expect(ASK_REFUSED, ANSWER_YES, "stop signal at +0s");
	probe(0, PROBE_TAKEN);
	expect(ASK_REFUSED, ANSWER_YES, "stop signal at +0s; the last was taken at +0s");
}
END_TEST

START_TEST(who_refuses_while_the_drain_goes_on_refuses_too_early)
{
	rehearsed(DRAINS, 5 * SEC);
	probe(-50 * MSEC, PROBE_TAKEN);
	probe(30 * MSEC, PROBE_REFUSED);
	probe(80 * MSEC, PROBE_REFUSED);
	expect(ASK_REFUSED, ANSWER_NO,
	        "too early: refused from +30ms on, while traffic was to be served until the "
	        "stop signal at +5s");
}
END_TEST

START_TEST(what_came_within_two_looks_of_the_stop_signal_is_not_too_early)
{
	rehearsed(DRAINS, 5 * SEC);
	probe(-50 * MSEC, PROBE_TAKEN);
	probe(4900 * MSEC, PROBE_REFUSED);
	expect(ASK_REFUSED, ANSWER_YES, "stop signal at +5s, refused from +4.9s on");
	facts.probes[1].at -= MSEC;
	expect(ASK_REFUSED, ANSWER_NO,
	        "too early: refused from +4.899s on, while traffic was to be served until the "
	        "stop signal at +5s");
}
END_TEST

START_TEST(silence_is_no_refusal_before_the_stop_signal)
{
	rehearsed(DRAINS, 5 * SEC);
	probe(-50 * MSEC, PROBE_TAKEN);
	probe(2 * SEC, PROBE_SILENT);
	probe(2050 * MSEC, PROBE_TAKEN);
	probe(5050 * MSEC, PROBE_REFUSED);
	expect(ASK_REFUSED, ANSWER_YES,
	        "stop signal at +5s, refused from +5.05s on; the last was taken at +2.05s");
}
END_TEST

START_TEST(where_none_was_taken_before_nothing_is_told_by_a_refusal)
{
	rehearsed(THIRTY, 0);
	expect(ASK_REFUSED, ANSWER_UNTRIED,
	        "no connection could be made before the stop request either");
	probe(-50 * MSEC, PROBE_REFUSED);
	probe(-10 * MSEC, PROBE_SILENT);
	probe(50 * MSEC, PROBE_TAKEN);
	expect(ASK_REFUSED, ANSWER_UNTRIED,
	        "no connection could be made before the stop request either");
}
END_TEST

START_TEST(who_listens_on_nothing_takes_no_request)
{
	rehearsed(THIRTY, 0);
	facts.listened = NEVER;
	facts.port_count = 0;
	expect(ASK_REFUSED, ANSWER_YES, "it listens on nothing");
	expect(ASK_COMPLETED, ANSWER_YES, "it listens on nothing");
}
END_TEST

START_TEST(of_several_ports_the_one_that_is_wrong_is_named)
{
	in_order(THIRTY, 0);
	ports[1] = 9090;
	facts.port_count = 2;
	expect(ASK_REFUSED, ANSWER_UNTRIED,
	        "port 9090: no connection could be made before the stop request either");
	probe_port(-50 * MSEC, 9090, PROBE_TAKEN);
	expect(ASK_REFUSED, ANSWER_YES, "stop signal at +0s, refused from +20ms on");
	probe_port(2 * SEC, 9090, PROBE_TAKEN);
	expect(ASK_REFUSED, ANSWER_NO,
	        "port 9090: taken until +2s, and the stop signal was sent at +0s");

	in_order(DRAINS, 5 * SEC);
	ports[1] = 9090;
	facts.port_count = 2;
	probe_port(-50 * MSEC, 9090, PROBE_TAKEN);
	probe_port(50 * MSEC, 9090, PROBE_REFUSED);
	expect(ASK_REFUSED, ANSWER_NO,
	        "port 9090: too early: refused from +50ms on, while traffic was to be served "
	        "until the stop signal at +5s");
}
END_TEST

/* ---- requests in flight completed? ---- */

static void expect_requests(struct request_counts expected)
{
	struct request_counts counts = judge_requests(&facts);

	ck_assert_int_eq(counts.made, expected.made);
	ck_assert_int_eq(counts.in_flight, expected.in_flight);
	ck_assert_int_eq(counts.completed, expected.completed);
	ck_assert_int_eq(counts.refused, expected.refused);
	ck_assert_int_eq(counts.cut, expected.cut);
}

START_TEST(a_request_is_in_flight_from_its_begin_to_its_end)
{
	in_order(DRAINS, 5 * SEC);
	facts.requests.count = 0;
	facts.requests.failed_before = 1;
	request(SEC, 5 * SEC, FATE_WHOLE);
	expect_requests((struct request_counts){ 14, 0, 13, 0, 0 });
	request(5 * SEC, 6 * SEC, FATE_WHOLE);
	expect_requests((struct request_counts){ 15, 1, 14, 0, 0 });
	request(5 * SEC + 1, 6 * SEC, FATE_WHOLE);
	expect_requests((struct request_counts){ 16, 1, 15, 0, 0 });
	request(4 * SEC, 5 * SEC + 1, FATE_CUT);
	expect_requests((struct request_counts){ 17, 2, 15, 0, 1 });
	request(4 * SEC, 7 * SEC, FATE_FAILED);
	expect_requests((struct request_counts){ 18, 3, 15, 0, 2 });
	request(6 * SEC, 6 * SEC, FATE_REFUSED);
	expect_requests((struct request_counts){ 19, 3, 15, 1, 2 });
}
END_TEST

START_TEST(a_request_of_right_before_the_stop_signal_may_come_too_late)
{
	in_order(DRAINS, 5 * SEC);
	facts.requests.count = 0;
	request(4990 * MSEC, 5010 * MSEC, FATE_CUT)->status = 0;
	expect_requests((struct request_counts){ 13, 0, 12, 1, 0 });
	expect(ASK_COMPLETED, ANSWER_YES,
	        "12 requests were answered, none was in flight at the stop signal");
	/* It had an answer: it was taken up. */
	facts.requests.list[0].status = 200;
	expect_requests((struct request_counts){ 13, 1, 12, 0, 1 });
	/* It came early enough to be taken up. */
	facts.requests.list[0].status = 0;
	facts.requests.list[0].at = 4980 * MSEC;
	expect_requests((struct request_counts){ 13, 1, 12, 0, 1 });
}
END_TEST

START_TEST(several_in_flight_are_counted)
{
	in_order(THIRTY, 0);
	request(-MSEC, SEC, FATE_WHOLE);
	expect(ASK_COMPLETED, ANSWER_YES,
	        "2 requests were in flight at the stop signal and came to the end");
}
END_TEST

START_TEST(a_fast_server_has_none_in_flight)
{
	in_order(THIRTY, 0);
	facts.requests = (struct requests){ .made = true, .before = 1 };
	expect(ASK_COMPLETED, ANSWER_YES,
	        "1 request was answered, none was in flight at the stop signal");
}
END_TEST

START_TEST(a_request_that_was_cut_says_how_far_it_had_come)
{
	in_order(THIRTY, 0);
	facts.requests.count = 0;
	request(-SEC, 30 * MSEC, FATE_CUT)->got = 2560;
	expect(ASK_COMPLETED, ANSWER_NO,
	        "1 of 1 request was cut off, the first at +30ms after 2 of 64 KiB");
	facts.requests.list[0].of = -1;
	expect(ASK_COMPLETED, ANSWER_NO,
	        "1 of 1 request was cut off, the first at +30ms in its answer");
	facts.requests.list[0].status = 0;
	expect(ASK_COMPLETED, ANSWER_NO,
	        "1 of 1 request was cut off, the first at +30ms without an answer");
	facts.requests.list[0].ended = -5 * MSEC;
	expect(ASK_COMPLETED, ANSWER_NO,
	        "1 of 1 request was cut off, the first at -5ms without an answer");
}
END_TEST

START_TEST(the_first_that_was_cut_is_told_not_one_that_came_too_late)
{
	in_order(DRAINS, 5 * SEC);
	request(5100 * MSEC, 5100 * MSEC, FATE_REFUSED);
	request(4999 * MSEC, 5 * SEC, FATE_CUT)->status = 0;
	request(4500 * MSEC, 5020 * MSEC, FATE_CUT)->got = 1024;
	request(4500 * MSEC, 5030 * MSEC, FATE_CUT)->got = 2048;
	expect_requests((struct request_counts){ 17, 3, 13, 2, 2 });
	expect(ASK_COMPLETED, ANSWER_NO,
	        "2 of 3 requests were cut off, the first at +5.02s after 1 of 64 KiB");
}
END_TEST

START_TEST(a_request_that_failed_was_cut_and_says_with_what)
{
	in_order(DRAINS, 5 * SEC);
	request(SEC, 1050 * MSEC, FATE_FAILED)->status = 503;
	request(2 * SEC, 2050 * MSEC, FATE_FAILED)->status = 502;
	expect_requests((struct request_counts){ 15, 1, 13, 0, 2 });
	expect(ASK_COMPLETED, ANSWER_NO,
	        "2 of 2 requests were cut off, the first at +1.05s: answered 503");
}
END_TEST

START_TEST(without_requests_other_clients_connections_tell)
{
	in_order(THIRTY, 0);
	facts.requests = (struct requests){ .made = false };
	facts.connections.finished = 1;
	expect(ASK_COMPLETED, ANSWER_YES, "1 connection of another client was closed in order");
	facts.connections.finished = 2;
	expect(ASK_COMPLETED, ANSWER_YES,
	        "2 connections of other clients were closed in order");
	facts.connections.open_at_end = 1;
	expect(ASK_COMPLETED, ANSWER_NO, "1 connection was still open at SIGKILL");
	facts.connections.open_at_end = 3;
	expect(ASK_COMPLETED, ANSWER_NO, "3 connections were still open at SIGKILL");
	facts.connections.reset = 1;
	expect(ASK_COMPLETED, ANSWER_NO, "1 connection was reset");
	facts.connections.reset = 4;
	expect(ASK_COMPLETED, ANSWER_NO, "4 connections were reset");
}
END_TEST

START_TEST(requests_and_connections_are_told_of_and_either_may_be_bad)
{
	in_order(THIRTY, 0);
	facts.connections.finished = 1;
	expect(ASK_COMPLETED, ANSWER_YES,
	        "1 request was in flight at the stop signal and came to the end; 1 connection "
	        "of another client was closed in order");
	facts.connections.reset = 1;
	expect(ASK_COMPLETED, ANSWER_NO,
	        "1 request was in flight at the stop signal and came to the end; 1 connection "
	        "was reset");
	facts.connections.reset = 0;
	facts.requests.list[0].fate = FATE_CUT;
	expect(ASK_COMPLETED, ANSWER_NO,
	        "1 of 1 request was cut off, the first at +200ms after 64 of 64 KiB; 1 "
	        "connection of another client was closed in order");
}
END_TEST

START_TEST(without_either_it_is_untried)
{
	in_order(THIRTY, 0);
	facts.requests = (struct requests){ .made = false };
	expect(ASK_COMPLETED, ANSWER_UNTRIED,
	        "no request was in flight, no connection open: name a slow page with --url, or "
	        "let clients in meanwhile");
	facts.flows_seen = false;
	expect(ASK_COMPLETED, ANSWER_UNTRIED, "connections cannot be seen here");
}
END_TEST

START_TEST(where_no_request_was_ever_answered_it_is_untried)
{
	in_order(THIRTY, 0);
	facts.requests = (struct requests){ .made = true, .failed_before = 8 };
	expect(ASK_COMPLETED, ANSWER_UNTRIED,
	        "no request was answered before the stop request either");
	request(50 * MSEC, 50 * MSEC, FATE_REFUSED);
	expect(ASK_COMPLETED, ANSWER_UNTRIED,
	        "no request was answered before the stop request either");
	facts.connections.finished = 1;
	expect(ASK_COMPLETED, ANSWER_YES, "1 connection of another client was closed in order");
}
END_TEST

/* ---- resources released? ---- */

START_TEST(what_outlived_the_main_child_is_named_up_to_three)
{
	in_order(THIRTY, 0);
	leftover(11, "worker --slow");
	expect(ASK_RELEASED, ANSWER_NO,
	        "1 process outlived the main child: pid 11 worker --slow");
	leftover(12, "b");
	leftover(13, "c");
	leftover(14, "d");
	expect(ASK_RELEASED, ANSWER_NO,
	        "4 processes outlived the main child: pid 11 worker --slow, pid 12 b, pid 13 "
	        "c");
}
END_TEST

START_TEST(a_command_is_shown_without_what_a_terminal_would_obey)
{
	in_order(THIRTY, 0);
	leftover(11, "a\x1b[2Jb\n");
	expect(ASK_RELEASED, ANSWER_NO, "1 process outlived the main child: pid 11 a?[2Jb?");
}
END_TEST

START_TEST(a_stop_that_took_sigkill_released_nothing)
{
	in_order(THIRTY, 0);
	facts.told.forced = true;
	expect(ASK_RELEASED, ANSWER_NO, "SIGKILL ended what was still there at the deadline");
	leftover(11, "server");
	expect(ASK_RELEASED, ANSWER_NO,
	        "SIGKILL ended what was still there at the deadline: pid 11 server");
	facts.killed_by_runtime = true;
	expect(ASK_RELEASED, ANSWER_NO, "the runtime's SIGKILL ended it: pid 11 server");
}
END_TEST

START_TEST(a_main_child_that_was_not_seen_to_end_ended_with_drainit)
{
	in_order(THIRTY, 0);
	facts.main_gone = NEVER;
	expect(ASK_RELEASED, ANSWER_YES,
	        "no process and no listener outlived the main child, gone at +310ms");
}
END_TEST

START_TEST(evidence_that_is_too_long_is_cut_and_ends_with_nul)
{
	char command[SEEN_COMMAND];

	in_order(THIRTY, 0);
	facts.told.forced = true;
	memset(command, 'x', sizeof command - 1);
	command[sizeof command - 1] = '\0';
	for (int i = 0; i < LEFT_MOST; i++)
		leftover(4194304, command);
	memset(&verdict, 'y', sizeof verdict);
	judge(&facts, &verdict);
	ck_assert_uint_eq(strlen(verdict.evidence[ASK_RELEASED]), EVIDENCE_BYTES - 1);
	ck_assert_int_eq(verdict.answers[ASK_RELEASED], ANSWER_NO);
	ck_assert_ptr_nonnull(strstr(verdict.evidence[ASK_RELEASED], ", pid 4194304 xxx"));
}
END_TEST

/* ---- exit status 0? ---- */

START_TEST(a_status_that_stands_for_a_signal_says_so)
{
	static const struct {
		int status;
		const char *evidence;
	} cases[] = {
		{ 1, "1 after 310ms of 30s" },
		{ 128, "128 after 310ms of 30s" },
		{ 129, "129, which is 128 + HUP after 310ms of 30s" },
		{ 143, "143, which is 128 + TERM after 310ms of 30s" },
		{ 192, "192, which is 128 + RTMIN+30 after 310ms of 30s" },
		{ 193, "193 after 310ms of 30s" },
		{ 255, "255 after 310ms of 30s" },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		in_order(THIRTY, 0);
		facts.exit_status = cases[i].status;
		expect(ASK_EXIT, ANSWER_NO, cases[i].evidence);
	}
}
END_TEST

START_TEST(a_stop_status_is_what_was_asked_for)
{
	in_order("--grace|30s|--stop-status|0|x", 0);
	expect(ASK_EXIT, ANSWER_YES, "0 after 310ms of 30s");
	in_order("--grace|30s|--stop-status|3|x", 0);
	facts.exit_status = 3;
	expect(ASK_EXIT, ANSWER_NO, "3 after 310ms of 30s");
}
END_TEST

START_TEST(of_the_grace_period_counts_what_was_not_spent_before)
{
	in_order("--grace|30s|--spent|5s|x", 0);
	expect(ASK_EXIT, ANSWER_YES, "0 after 310ms of 25s");
	in_order("--grace|infinity|x", 0);
	expect(ASK_EXIT, ANSWER_YES, "0 after 310ms");
}
END_TEST

START_TEST(who_was_killed_by_the_runtime_has_its_status)
{
	in_order(THIRTY, 0);
	facts.killed_by_runtime = true;
	facts.exit_status = 137;
	facts.exited = 30 * SEC;
	expect(ASK_EXIT, ANSWER_NO, "137, which is 128 + KILL after 30s of 30s");
}
END_TEST

SUITE("judge", the_stop_signal_is_where_the_report_says_else_where_it_was_seen,
        who_did_not_live_to_have_a_stop_signal_has_its_end_for_one,
        a_stop_in_order_is_four_times_yes, one_answer_that_is_not_yes_makes_the_whole_bad,
        without_a_drain_the_stop_signal_is_the_stop_request,
        within_half_a_second_of_the_stop_signal_is_at_once,
        it_is_the_stop_signal_that_counts_not_the_stop_request,
        who_is_gone_before_the_next_try_was_never_seen_to_refuse,
        who_refuses_while_the_drain_goes_on_refuses_too_early,
        what_came_within_two_looks_of_the_stop_signal_is_not_too_early,
        silence_is_no_refusal_before_the_stop_signal,
        where_none_was_taken_before_nothing_is_told_by_a_refusal,
        who_listens_on_nothing_takes_no_request,
        of_several_ports_the_one_that_is_wrong_is_named,
        a_request_is_in_flight_from_its_begin_to_its_end,
        a_request_of_right_before_the_stop_signal_may_come_too_late,
        several_in_flight_are_counted, a_fast_server_has_none_in_flight,
        a_request_that_was_cut_says_how_far_it_had_come,
        the_first_that_was_cut_is_told_not_one_that_came_too_late,
        a_request_that_failed_was_cut_and_says_with_what,
        without_requests_other_clients_connections_tell,
        requests_and_connections_are_told_of_and_either_may_be_bad,
        without_either_it_is_untried, where_no_request_was_ever_answered_it_is_untried,
        what_outlived_the_main_child_is_named_up_to_three,
        a_command_is_shown_without_what_a_terminal_would_obey,
        a_stop_that_took_sigkill_released_nothing,
        a_main_child_that_was_not_seen_to_end_ended_with_drainit,
        evidence_that_is_too_long_is_cut_and_ends_with_nul,
        a_status_that_stands_for_a_signal_says_so, a_stop_status_is_what_was_asked_for,
        of_the_grace_period_counts_what_was_not_spent_before,
        who_was_killed_by_the_runtime_has_its_status)
