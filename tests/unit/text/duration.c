#include "text/duration.h"

#include "unit/suite.h"

START_TEST(what_people_write_is_a_duration)
{
	static const struct {
		const char *text;
		enum duration_kind kind;
		int64_t value;
	} cases[] = {
		{ "0", DURATION_SPAN, 0 },
		{ "0s", DURATION_SPAN, 0 },
		{ "10", DURATION_SPAN, 10 * SEC },
		{ "1.5", DURATION_SPAN, 1500 * MSEC },
		{ "500ms", DURATION_SPAN, 500 * MSEC },
		{ "0.5ms", DURATION_SPAN, MSEC / 2 },
		{ "10s", DURATION_SPAN, 10 * SEC },
		{ "1.5s", DURATION_SPAN, 1500 * MSEC },
		{ "0.05s", DURATION_SPAN, 50 * MSEC },
		{ "0.000000001s", DURATION_SPAN, 1 },
		{ "0.0000000019s", DURATION_SPAN, 1 },
		{ "1m30s", DURATION_SPAN, 90 * SEC },
		{ "1m30.25s", DURATION_SPAN, 90250 * MSEC },
		{ "1m500ms", DURATION_SPAN, 60500 * MSEC },
		{ "2h", DURATION_SPAN, 7200 * SEC },
		{ "1.5h", DURATION_SPAN, 5400 * SEC },
		{ "1h2m3s4ms", DURATION_SPAN, 3723004 * MSEC },
		{ "007s", DURATION_SPAN, 7 * SEC },
		{ "87600h", DURATION_SPAN, 87600 * 3600 * SEC },
		{ "0%", DURATION_SHARE, 0 },
		{ "40%", DURATION_SHARE, 400000 },
		{ "12.5%", DURATION_SHARE, 125000 },
		{ "0.0001%", DURATION_SHARE, 1 },
		{ "100%", DURATION_SHARE, SHARE_WHOLE },
		{ "100.0%", DURATION_SHARE, SHARE_WHOLE },
		{ "infinity", DURATION_INFINITE, NEVER },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct duration duration = { .source = SOURCE_OPTION };
		const char *wrong = duration_parse(cases[i].text, &duration);
		ck_assert_msg(!wrong, "%s: %s", cases[i].text, wrong);
		ck_assert_int_eq(duration.kind, cases[i].kind);
		ck_assert_int_eq(duration.value, cases[i].value);
		ck_assert_int_eq(duration.source, SOURCE_OPTION);
	}
}
END_TEST

static void expect_wrong(const char *text, const char *expected)
{
	struct duration duration = { DURATION_SHARE, SOURCE_OPTION, 42 };
	const char *wrong = duration_parse(text, &duration);

	ck_assert_msg(wrong != NULL, "'%s' was taken", text);
	ck_assert_str_eq(wrong, expected);
	ck_assert_int_eq(duration.kind, DURATION_SHARE);
	ck_assert_int_eq(duration.value, 42);
}

START_TEST(what_is_no_duration_is_refused)
{
	static const char *const cases[] = { "", " ", "3x", "s", "ms", ".5s", "5.s", "5.",
		"1,5s", "-1s", "+1s", " 1s", "1s ", "1 s", "1S", "1M", "1min", "1d", "1e3",
		"0x10", "1s1s", "1s1m", "1ms1s", "1m30", "30m5", "1.5m30s", "1m40%", "40%%",
		"1{", "40%s", "%", "1..5s", "1.5.5s", "inf", "Infinity", "infinity1",
		"infinitys", "nan", "1\xc3\xa9", "10s\n" };

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		expect_wrong(cases[i], "not a duration");
}
END_TEST

START_TEST(a_share_over_100_percent_is_refused)
{
	expect_wrong("101%", "over 100%");
	expect_wrong("100.0001%", "over 100%");
	expect_wrong("99999999999999999999999%", "over 100%");
}
END_TEST

START_TEST(more_than_ten_years_are_refused)
{
	expect_wrong("87601h", "over 10 years");
	expect_wrong("87600h1ms", "over 10 years");
	expect_wrong("87600.0001h", "over 10 years");
	expect_wrong("9223372036854775807", "over 10 years");
	expect_wrong("99999999999999999999999999999h", "over 10 years");
}
END_TEST

SUITE("duration", what_people_write_is_a_duration, what_is_no_duration_is_refused,
        a_share_over_100_percent_is_refused, more_than_ten_years_are_refused)
