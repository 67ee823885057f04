#include "rehearse/told.h"

#include "unit/suite.h"

static struct told told(const char *report)
{
	char *copy = heap_copy(report, strlen(report) + 1);
	struct told out = told_read(copy);

	free(copy);
	return out;
}

#define SUM                                                                                    \
	"\"exit_status\":0,\"reason\":\"TERM\",\"grace_ms\":30000,\"grace_source\":"           \
	"\"option\",\"spent_ms\":1000,\"used_ms\":4400,\"used_share\":0.146,"

static const char clean[] =
        "{\"outcome\":\"clean\"," SUM
        "\"drain\":{\"start_ms\":0,\"ms\":3000,\"ok\":true,\"attempts\":2,\"status\":0,"
        "\"killed\":false,\"ended_by\":\"done\"},\"stop\":{\"start_ms\":3001,\"ms\":400},"
        "\"sweep\":{\"start_ms\":3401,\"ms\":12},\"after\":null,\"signals\":{\"TERM\":2},"
        "\"survivors_total\":0,\"survivors\":[]}\n";

START_TEST(a_report_tells_each_phase)
{
	struct told out = told(clean);

	ck_assert(out.there);
	ck_assert(!out.forced);
	ck_assert(!out.drain_failed);
	ck_assert_int_eq(out.drain, 3 * SEC);
	ck_assert_int_eq(out.stop, 3001 * MSEC);
	ck_assert_int_eq(out.stop_length, 400 * MSEC);
	ck_assert_int_eq(out.sweep, 12 * MSEC);
}
END_TEST

START_TEST(a_phase_that_there_was_not_is_never)
{
	struct told out = told("{\"outcome\":\"clean\"," SUM
	                       "\"drain\":null,\"stop\":{\"start_ms\":0,\"ms\":7},"
	                       "\"sweep\":null,\"after\":null}");

	ck_assert(out.there);
	ck_assert(!out.drain_failed);
	ck_assert(out.drain == NEVER);
	ck_assert_int_eq(out.stop, 0);
	ck_assert_int_eq(out.stop_length, 7 * MSEC);
	ck_assert(out.sweep == NEVER);
}
END_TEST

START_TEST(an_instant_that_is_null_is_never)
{
	struct told out = told("{\"outcome\":\"ended\",\"drain\":null,"
	                       "\"stop\":{\"start_ms\":null,\"ms\":7},\"sweep\":null}");

	ck_assert(out.there);
	ck_assert(out.stop == NEVER);
	ck_assert_int_eq(out.stop_length, 7 * MSEC);
}
END_TEST

START_TEST(a_stop_that_sigkill_ended_was_forced)
{
	ck_assert(told("{\"outcome\":\"forced\"," SUM "\"drain\":null}").forced);
	ck_assert(told("{\"outcome\":\"forced\"," SUM "\"drain\":null}").there);
}
END_TEST

START_TEST(a_drain_that_failed_says_so)
{
	ck_assert(told("{\"outcome\":\"clean\",\"drain\":{\"start_ms\":0,\"ms\":3,\"ok\":false,"
	               "\"attempts\":1}}")
	                  .drain_failed);
	ck_assert(!told("{\"outcome\":\"clean\",\"drain\":{\"start_ms\":0,\"ms\":3}}")
	                   .drain_failed);
	ck_assert(!told("{\"outcome\":\"clean\",\"ok\":false}").drain_failed);
}
END_TEST

START_TEST(no_report_tells_nothing)
{
	static const char *const cases[] = { "", "{}", "drainit: no such file", "{\"outcome" };

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct told out = told(cases[i]);

		ck_assert(!out.there);
		ck_assert(!out.forced);
		ck_assert(out.drain == NEVER);
		ck_assert(out.stop == NEVER);
		ck_assert(out.stop_length == NEVER);
		ck_assert(out.sweep == NEVER);
	}
}
END_TEST

START_TEST(a_report_that_is_cut_tells_only_what_is_there)
{
	for (size_t length = 0; length < sizeof clean; length++) {
		char *copy = heap_copy(clean, length + 1);
		struct told out;

		copy[length] = '\0';
		out = told_read(copy);
		free(copy);
		ck_assert(out.drain == NEVER || out.drain <= 3 * SEC);
		ck_assert(out.stop == NEVER || out.stop <= 3001 * MSEC);
		ck_assert(out.stop_length == NEVER || out.stop_length <= 400 * MSEC);
		ck_assert(out.sweep == NEVER || out.sweep <= 12 * MSEC);
	}
}
END_TEST

START_TEST(a_text_in_a_string_is_no_key)
{
	struct told out = told("{\"outcome\":\"clean\",\"drain\":null,\"stop\":null,"
	                       "\"sweep\":null,\"survivors\":[{\"command\":"
	                       "\"x \\\"outcome\\\":\\\"forced\\\" \\\"stop\\\":{"
	                       "\\\"start_ms\\\":5\"}]}");

	ck_assert(out.there);
	ck_assert(!out.forced);
	ck_assert(out.stop == NEVER);
}
END_TEST

START_TEST(a_number_of_years_is_read_and_one_of_any_length_is_no_overflow)
{
	struct told out = told("{\"outcome\":\"clean\",\"stop\":{\"start_ms\":315360000000,"
	                       "\"ms\":99999999999999999999999999}}");

	ck_assert_int_eq(out.stop, 315360000000 * MSEC);
	ck_assert_int_gt(out.stop_length, 0);
}
END_TEST

SUITE("told", a_report_tells_each_phase, a_phase_that_there_was_not_is_never,
        an_instant_that_is_null_is_never, a_stop_that_sigkill_ended_was_forced,
        a_drain_that_failed_says_so, no_report_tells_nothing,
        a_report_that_is_cut_tells_only_what_is_there, a_text_in_a_string_is_no_key,
        a_number_of_years_is_read_and_one_of_any_length_is_no_overflow)
