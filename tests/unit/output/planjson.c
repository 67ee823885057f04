#include "output/planjson.h"

#include "output/advice.h"
#include "unit/output/drawn.h"

static char text[PLANJSON_BYTES + 1];
static char lines[ADVICE_BYTES];

static const char *written(const struct plan *plan, const struct writer *notes)
{
	struct writer writer = writer_on(text, PLANJSON_BYTES);

	planjson_write(&writer, plan, notes);
	ck_assert(!writer.full);
	text[writer.length] = '\0';
	return text;
}

static void expect_object(const char *environment, const char *arguments, const char *expected)
{
	const struct writer none = writer_on(lines, sizeof lines);

	ck_assert_str_eq(written(plan_of(environment, arguments), &none), expected);
}

START_TEST(a_plan_without_options)
{
	expect_object("KUBERNETES_SERVICE_HOST=10.0.0.1", "--plan",
	        "{\"fits\":true,\"grace_ms\":30000,\"grace_source\":\"kubernetes\",\"spent_"
	        "ms\":0,"
	        "\"spent_source\":\"default\",\"margin_ms\":1500,\"margin_source\":\"derived\","
	        "\"allowance_ms\":30000,\"deadline_ms\":28500,\"reserve_ms\":3000,\"drain\":"
	        "null,"
	        "\"ready_file_ms\":null,\"stop_ms\":0,\"escalations\":[],\"kill_ms\":28500,"
	        "\"linger_ms\":2000,\"linger_source\":\"default\",\"after\":null,"
	        "\"exit_by_ms\":29250,\"runtime_kill_ms\":30000,\"notes\":[]}\n");
}
END_TEST

START_TEST(a_plan_with_all_there_is)
{
	expect_object(samples[4].environment, samples[4].arguments,
	        "{\"fits\":true,\"grace_ms\":60000,\"grace_source\":\"environment\","
	        "\"spent_ms\":10000,\"spent_source\":\"option\",\"margin_ms\":2000,"
	        "\"margin_source\":\"option\",\"allowance_ms\":50000,\"deadline_ms\":48000,"
	        "\"reserve_ms\":5000,\"drain\":{\"min_ms\":5000,\"min_source\":\"environment\","
	        "\"max_ms\":20000,\"max_source\":\"option\",\"command\":{\"start_ms\":1000,"
	        "\"term_ms\":19000,\"kill_ms\":20000,\"retry_ms\":2000},\"idle\":false},"
	        "\"ready_file_ms\":0,\"stop_ms\":20000,\"escalations\":[{\"signal\":\"USR1\","
	        "\"at_ms\":37000},{\"signal\":\"QUIT\",\"at_ms\":40000}],\"kill_ms\":45000,"
	        "\"linger_ms\":4000,\"linger_source\":\"option\",\"after\":{\"start_ms\":45000,"
	        "\"max_ms\":3000,\"max_source\":\"environment\"},\"exit_by_ms\":49000,"
	        "\"runtime_kill_ms\":50000,\"notes\":[]}\n");
}
END_TEST

START_TEST(what_never_comes_is_null)
{
	expect_object("",
	        "--grace|infinity|--drain-min|10s|--drain-max|20s|--ready-file|r|"
	        "--ready-until|stop|--after|y",
	        "{\"fits\":true,\"grace_ms\":null,\"grace_source\":\"option\",\"spent_ms\":0,"
	        "\"spent_source\":\"default\",\"margin_ms\":500,\"margin_source\":\"derived\","
	        "\"allowance_ms\":null,\"deadline_ms\":null,\"reserve_ms\":0,\"drain\":{\"min_"
	        "ms\":"
	        "10000,\"min_source\":\"option\",\"max_ms\":10000,\"max_source\":\"option\","
	        "\"command\":null,\"idle\":false},\"ready_file_ms\":10000,\"stop_ms\":10000,"
	        "\"escalations\":[],\"kill_ms\":null,\"linger_ms\":2000,\"linger_source\":"
	        "\"default\",\"after\":{\"start_ms\":null,\"max_ms\":5000,\"max_source\":"
	        "\"default\"},\"exit_by_ms\":null,\"runtime_kill_ms\":null,\"notes\":[]}\n");
}
END_TEST

START_TEST(a_drain_that_watches_may_last_until_its_budget)
{
	const struct writer none = writer_on(lines, sizeof lines);

	ck_assert_ptr_nonnull(strstr(written(plan_of("", "--grace|30s|--drain-idle"), &none),
	        "\"drain\":{\"min_ms\":0,\"min_source\":\"default\",\"max_ms\":18000,"
	        "\"max_source\":\"derived\",\"command\":null,\"idle\":true}"));
}
END_TEST

START_TEST(notes_are_a_list)
{
	struct writer notes = writer_on(lines, sizeof lines);

	write_text(&notes, "one\na \"second\"\n");
	ck_assert_ptr_nonnull(strstr(written(plan_of("", "--plan"), &notes),
	        "\"notes\":[\"one\",\"a \\\"second\\\"\"]}\n"));
}
END_TEST

START_TEST(what_does_not_fit_is_an_object_too)
{
	static char bytes[] = "--drain-min=5s: \"too\" long";
	const struct writer problem = { .text = bytes, .length = sizeof bytes - 1 };
	struct writer writer = writer_on(text, PLANJSON_BYTES);

	planjson_refusal(&writer, &problem);
	expect_text(
	        writer, "{\"fits\":false,\"problem\":\"--drain-min=5s: \\\"too\\\" long\"}\n");
}
END_TEST

/* No string of ours holds a bracket or an escape here, so that they can be counted. */
static void expect_balance(const char *json)
{
	int depth = 0, quotes = 0;

	for (; *json != '\0'; json++) {
		quotes += *json == '"';
		if (quotes % 2 == 1)
			continue;
		depth += (*json == '{') + (*json == '[') - (*json == '}') - (*json == ']');
		ck_assert_msg(!strchr("{[,", *json) || !strchr(",]}", json[1]) ||
		                      (*json == '[' && json[1] == ']'),
		        "%s in %s", json, text);
	}
	ck_assert_int_eq(depth, 0);
	ck_assert_int_eq(quotes % 2, 0);
}

START_TEST(every_plan_is_an_object_with_its_notes)
{
	for (int i = 0; i < SAMPLES; i++) {
		const struct plan *plan = plan_of(samples[i].environment, samples[i].arguments);
		struct writer notes = writer_on(lines, sizeof lines);

		advice_write(&notes, plan);
		expect_balance(written(plan, &notes));
		ck_assert_uint_eq(strcspn(text, "\n"), strlen(text) - 1);
	}
}
END_TEST

SUITE("planjson", a_plan_without_options, a_plan_with_all_there_is, what_never_comes_is_null,
        a_drain_that_watches_may_last_until_its_budget, notes_are_a_list,
        what_does_not_fit_is_an_object_too, every_plan_is_an_object_with_its_notes)
