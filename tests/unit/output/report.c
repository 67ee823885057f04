#include "output/report.h"

#include <signal.h>
#include <string.h>

#include "options/drainit.h"
#include "unit/suite.h"

static struct options options;
static struct plan plan;
static struct machine machine;
static struct record record;
static struct survivors survivors;
static struct watched watched;
static struct findings findings;
static char text[REPORT_BYTES + 1];

/* Stopped by TERM at 100 s, over 3.4 s later, after a drain of two attempts. */
static void given(void)
{
	struct problem problem;

	options = (struct options){ .habits = drainit_program.habits, .stop_status = -1 };
	options.grace = (struct duration){ DURATION_SPAN, SOURCE_OPTION, 30 * SEC };
	options.spent = (struct duration){ DURATION_SPAN, SOURCE_OPTION, SEC };
	options.drain = "leave";
	options.rewrite[SIGTERM] = SIGTERM;
	ck_assert(plan_make(&options, &plan, &problem));
	machine_init(&machine, &plan);
	machine.at.stop = 100 * SEC;
	machine.reason = machine.stop_as = SIGTERM;
	machine.drain_ok = machine.idle = true;
	machine.drain_end = DRAIN_DONE;
	record_init(&record);
	record.drain = (struct period){ 100 * SEC, 103 * SEC };
	record.stop = (struct period){ 103 * SEC, 103400 * MSEC };
	record.sweep = (struct period){ 103400 * MSEC, NEVER };
	record.attempts = 2;
	record.drain_status = 0;
	record.signals[SIGTERM] = 2;
	watched = (struct watched){ .at_start = -1, .now = -1 };
	findings = (struct findings){ .watched = &watched, .now = 103400 * MSEC, .by_oom = 0 };
}

static const char *written(void)
{
	struct writer writer = writer_on(text, REPORT_BYTES);

	report_write(&writer, &machine, &record, &findings);
	ck_assert(!writer.full);
	text[writer.length] = '\0';
	return text;
}

static void expect_part(const char *part)
{
	ck_assert_msg(strstr(written(), part), "no %s in %s", part, text);
}

START_TEST(a_clean_stop_in_full)
{
	given();
	ck_assert_str_eq(written(),
	        "{\"outcome\":\"clean\",\"exit_status\":0,\"reason\":\"TERM\",\"grace_ms\":"
	        "30000,"
	        "\"grace_source\":\"option\",\"spent_ms\":1000,\"used_ms\":4400,\"used_share\":"
	        "0.146,"
	        "\"drain\":{\"start_ms\":0,\"ms\":3000,\"ok\":true,\"attempts\":2,\"status\":0,"
	        "\"killed\":false,\"ended_by\":\"done\"},\"stop\":{\"start_ms\":3000,\"ms\":"
	        "400},"
	        "\"sweep\":null,\"after\":null,"
	        "\"connections\":{\"at_stop\":null,\"after_drain\":null,\"cut\":0},\"killed_"
	        "by\":null,"
	        "\"signals\":{\"TERM\":2},\"survivors_total\":0,\"survivors\":[]}");
}
END_TEST

START_TEST(an_end_that_nobody_asked_for)
{
	given();
	machine.at.stop = NEVER;
	machine.reason = 0;
	record_init(&record);
	expect_part("{\"outcome\":\"ended\",\"exit_status\":0,\"reason\":null,");
	expect_part("\"used_ms\":null,\"used_share\":null,\"drain\":null,\"stop\":null,"
	            "\"sweep\":null,");
}
END_TEST

START_TEST(a_hook_is_a_reason_and_without_an_end_there_is_no_share)
{
	given();
	machine.reason = 0;
	plan.grace = NEVER;
	expect_part("\"reason\":\"prestop\",\"grace_ms\":null,");
	expect_part("\"used_share\":null");
}
END_TEST

START_TEST(a_drain_tells_how_it_ended)
{
	given();
	machine.idle = false;
	machine.drain_end = DRAIN_BUDGET;
	record.drain_status = -1;
	record.drain_killed = true;
	watched = (struct watched){ .at_start = 12, .now = 3, .seen = true };
	expect_part("\"ok\":false,\"attempts\":2,\"status\":null,\"killed\":true,"
	            "\"ended_by\":\"budget\"}");
	expect_part("{\"at_stop\":12,\"after_drain\":3,\"cut\":0}");
	machine.drain_end = DRAIN_SIGNAL;
	expect_part("\"ended_by\":\"signal\"");
	machine.drain_end = DRAIN_MAIN_CHILD;
	expect_part("\"ended_by\":\"main child\"");
}
END_TEST

START_TEST(a_sweep_that_had_leftovers_is_told)
{
	given();
	machine.swept = true;
	expect_part("\"sweep\":{\"start_ms\":3400,\"ms\":0}");
	/* Nobody asked: there is no instant to count from. */
	machine.at.stop = NEVER;
	expect_part("\"sweep\":{\"start_ms\":null,\"ms\":0}");
}
END_TEST

START_TEST(each_killer_is_told_and_a_crash_has_none)
{
	given();
	machine.killed_by = SIGSEGV;
	expect_part("\"killed_by\":null");
	machine.killed_by = SIGKILL;
	expect_part("\"killed_by\":\"other\"");
	findings.by_oom = 1;
	expect_part("\"killed_by\":\"oom\"");
	findings.by_oom = -1;
	expect_part("\"killed_by\":null");
	record.main_killed = true;
	expect_part("\"killed_by\":\"drainit\"");
	/* Given up alive: it dies with us. */
	record.main_killed = false;
	machine.killed_by = 0;
	machine.live = 1u << ROLE_MAIN;
	expect_part("\"killed_by\":\"drainit\"");
}
END_TEST

START_TEST(the_after_command_has_its_status)
{
	given();
	record.after = (struct period){ 103400 * MSEC, 103900 * MSEC };
	record.after_status = 143;
	record.after_killed = false;
	expect_part("\"after\":{\"start_ms\":3400,\"ms\":500,\"status\":143,\"killed\":false}");
}
END_TEST

static void many_survivors(const char *command)
{
	record.forced = true;
	survivors =
	        (struct survivors){ .total = 100, .count = SURVIVORS_MAX, .connections = 7 };
	for (int i = 0; i < SURVIVORS_MAX; i++) {
		survivors.list[i] =
		        (struct survivor){ .pid = 4194304, .state = 'D', .age_s = 86400 };
		strcpy(survivors.list[i].wchan, "rpc_wait_bit_killable");
		strncpy(survivors.list[i].command, command,
		        sizeof survivors.list[i].command - 1);
	}
	findings.survivors = &survivors;
}

START_TEST(of_survivors_as_many_as_fit)
{
	given();
	many_survivors("nfs-client --hard");
	expect_part("{\"outcome\":\"forced\"");
	expect_part("\"cut\":7");
	expect_part("\"survivors_total\":100,\"survivors\":[{\"pid\":4194304,\"state\":\"D\","
	            "\"age_s\":86400,\"wchan\":\"rpc_wait_bit_killable\","
	            "\"command\":\"nfs-client --hard\"},{");
	ck_assert_uint_gt(strlen(text), REPORT_BYTES - 128);
	ck_assert_str_eq(text + strlen(text) - 3, "}]}");
}
END_TEST

START_TEST(what_is_not_known_of_a_survivor_is_null)
{
	given();
	record.forced = true;
	survivors = (struct survivors){ .total = 1, .count = 1, .connections = -1 };
	survivors.list[0] =
	        (struct survivor){ .pid = 7, .state = 'R', .age_s = -1, .command = "a" };
	findings.survivors = &survivors;
	expect_part("\"cut\":null");
	expect_part("\"survivors\":[{\"pid\":7,\"state\":\"R\",\"age_s\":null,\"wchan\":null,"
	            "\"command\":\"a\"}]}");
}
END_TEST

START_TEST(the_worst_of_all_is_whole)
{
	given();
	many_survivors(
	        "\"\\\"\\\"\\\"\\\"\\\"\\\"\\\"\\\"\\\"\\\"\\\"\\\"\\\"\\\"\\\"\\\"\\\"\\\"");
	for (int signal = 1; signal <= SIGNAL_LAST; signal++)
		record.signals[signal] = UINT32_MAX;
	record.after = record.stop;
	record.after_status = 255;
	record.drain_status = 255;
	record.attempts = 1000000;
	plan.grace = plan.spent = 10LL * 365 * 86400 * SEC;
	written();
	ck_assert_str_eq(text + strlen(text) - 2, "]}");
	ck_assert_ptr_nonnull(strstr(text, "},\"survivors_total\":100,\"survivors\":["));
}
END_TEST

SUITE("report", a_clean_stop_in_full, an_end_that_nobody_asked_for,
        a_hook_is_a_reason_and_without_an_end_there_is_no_share, a_drain_tells_how_it_ended,
        a_sweep_that_had_leftovers_is_told, each_killer_is_told_and_a_crash_has_none,
        the_after_command_has_its_status, of_survivors_as_many_as_fit,
        what_is_not_known_of_a_survivor_is_null, the_worst_of_all_is_whole)
