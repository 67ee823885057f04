#include "text/writer.h"

#include <stdlib.h>
#include <string.h>

#include "text/duration.h"
#include "unit/suite.h"

#define WRITER(name)                                                                           \
	char name##_bytes[256];                                                                \
	struct writer name = writer_on(name##_bytes, sizeof(name##_bytes) - 1)

START_TEST(what_does_not_fit_is_left_out_and_remembered)
{
	char *bytes = heap_copy("----", 4);
	struct writer writer = writer_on(bytes, 4);

	write_text(&writer, "abc");
	ck_assert(!writer.full);
	write_text(&writer, "de");
	ck_assert(writer.full);
	write_char(&writer, 'f');
	ck_assert_uint_eq(writer.length, 3);
	ck_assert_mem_eq(bytes, "abc", 3);
	free(bytes);
}
END_TEST

START_TEST(a_buffer_can_be_filled_to_its_last_byte)
{
	char bytes[3];
	struct writer writer = writer_on(bytes, sizeof(bytes));

	write_bytes(&writer, "abc", 3);
	ck_assert(!writer.full);
	write_bytes(&writer, "", 0);
	ck_assert(!writer.full);
	ck_assert_mem_eq(bytes, "abc", 3);
}
END_TEST

START_TEST(numbers_are_written_to_their_limits)
{
	WRITER(writer);

	write_number(&writer, 0);
	write_char(&writer, ' ');
	write_number(&writer, -1);
	write_char(&writer, ' ');
	write_number(&writer, INT64_MAX);
	write_char(&writer, ' ');
	write_number(&writer, INT64_MIN);
	expect_text(writer, "0 -1 9223372036854775807 -9223372036854775808");
}
END_TEST

START_TEST(spans_are_short_and_rounded_to_milliseconds)
{
	static const struct {
		nsec_t span;
		const char *text;
	} cases[] = {
		{ 0, "0s" },
		{ 1, "0s" },
		{ 499999, "0s" },
		{ 500000, "1ms" },
		{ 500 * MSEC, "500ms" },
		{ 999 * MSEC + 499999, "999ms" },
		{ 999 * MSEC + 500000, "1s" },
		{ 10 * SEC, "10s" },
		{ 1500 * MSEC, "1.5s" },
		{ 1050 * MSEC, "1.05s" },
		{ 1005 * MSEC, "1.005s" },
		{ 59999 * MSEC + 600000, "1m" },
		{ 90 * SEC, "1m30s" },
		{ 7200 * SEC, "2h" },
		{ 3601 * SEC, "1h1s" },
		{ 3660 * SEC + 20 * MSEC, "1h1m0.02s" },
		{ -300 * MSEC, "-300ms" },
		{ -90 * SEC, "-1m30s" },
		{ -1, "0s" },
		{ NEVER, "infinity" },
		{ NEVER - 1, "2562047h47m16.855s" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		WRITER(writer);
		write_span(&writer, cases[i].span);
		expect_text(writer, cases[i].text);
	}
}
END_TEST

START_TEST(a_written_span_is_read_back_as_the_same)
{
	for (int64_t ms = 1; ms < 400000000; ms += ms / 97 + 1) {
		WRITER(writer);
		struct duration duration;
		write_span(&writer, ms * MSEC);
		writer.text[writer.length] = '\0';
		ck_assert_msg(!duration_parse(writer.text, &duration), "%s", writer.text);
		ck_assert_int_eq(duration.kind, DURATION_SPAN);
		ck_assert_int_eq(duration.value, ms * MSEC);
	}
}
END_TEST

/* What write_json and write_plain make of bytes that hold no NUL. */
static const struct {
	const char *bytes;
	const char *json;
	const char *plain;
} texts[] = {
	{ "", "\"\"", "" },
	{ "plain", "\"plain\"", "plain" },
	{ "a\"b\\c/", "\"a\\\"b\\\\c/\"", "a\"b\\c/" },
	{ "tab\tnl\n\x1b[2J\x7f", "\"tab\\u0009nl\\u000a\\u001b[2J\\u007f\"", "tab?nl??[2J?" },
	{ "caf\xc3\xa9 \xe2\x82\xac \xf0\x9f\x90\xb3",
	        "\"caf\xc3\xa9 \xe2\x82\xac \xf0\x9f\x90\xb3\"",
	        "caf\xc3\xa9 \xe2\x82\xac \xf0\x9f\x90\xb3" },
	{ "csi \xc2\x9b"
	  "2J",
	        "\"csi \\u009b2J\"", "csi ?2J" },
	{ "nbsp \xc2\xa0", "\"nbsp \xc2\xa0\"", "nbsp \xc2\xa0" },
	{ "\xff", "\"\xef\xbf\xbd\"", "?" },
	{ "alone \x80", "\"alone \xef\xbf\xbd\"", "alone ?" },
	{ "cut \xc3", "\"cut \xef\xbf\xbd\"", "cut ?" },
	{ "cut \xe2\x82", "\"cut \xef\xbf\xbd\xef\xbf\xbd\"", "cut ??" },
	{ "cut \xc3x", "\"cut \xef\xbf\xbdx\"", "cut ?x" },
	{ "cut \xe2\x82x", "\"cut \xef\xbf\xbd\xef\xbf\xbdx\"", "cut ??x" },
	{ "cut \xf0\x9f\x90x", "\"cut \xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbdx\"", "cut ???x" },
	{ "\x80\x80\x80\x80", "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\"", "????" },
	{ "overlong \xc0\xaf", "\"overlong \xef\xbf\xbd\xef\xbf\xbd\"", "overlong ??" },
	{ "\xe0\x9f\xbf", "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\"", "???" },
	{ "\xe0\xa0\x80", "\"\xe0\xa0\x80\"", "\xe0\xa0\x80" },
	{ "\xed\x9f\xbf", "\"\xed\x9f\xbf\"", "\xed\x9f\xbf" },
	{ "\xed\xa0\x80", "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\"", "???" },
	{ "\xf0\x8f\xbf\xbf", "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\"", "????" },
	{ "\xf4\x8f\xbf\xbf", "\"\xf4\x8f\xbf\xbf\"", "\xf4\x8f\xbf\xbf" },
	{ "\xf4\x90\x80\x80", "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\"", "????" },
	{ "\xf5\x80\x80\x80", "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\"", "????" },
};

START_TEST(any_bytes_give_a_valid_json_string)
{
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		WRITER(writer);
		write_json(&writer, texts[i].bytes, strlen(texts[i].bytes));
		expect_text(writer, texts[i].json);
	}
}
END_TEST

START_TEST(no_bytes_can_command_a_terminal)
{
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		WRITER(writer);
		write_plain(&writer, texts[i].bytes, strlen(texts[i].bytes));
		expect_text(writer, texts[i].plain);
	}
}
END_TEST

START_TEST(nothing_behind_the_length_is_read)
{
	static const char whale[] = { '\xf0', '\x9f', '\x90', '\xb3' };

	for (size_t length = 0; length < sizeof(whale); length++) {
		char *bytes = heap_copy(whale, length);
		WRITER(writer);
		write_plain(&writer, bytes, length);
		ck_assert_uint_eq(writer.length, length);
		free(bytes);
	}
}
END_TEST

START_TEST(a_nul_is_a_control_byte)
{
	WRITER(writer);

	write_json(&writer, "a\0b", 3);
	write_plain(&writer, "a\0b", 3);
	expect_text(writer, "\"a\\u0000b\"a?b");
}
END_TEST

SUITE("writer", what_does_not_fit_is_left_out_and_remembered,
        a_buffer_can_be_filled_to_its_last_byte, numbers_are_written_to_their_limits,
        spans_are_short_and_rounded_to_milliseconds, a_written_span_is_read_back_as_the_same,
        any_bytes_give_a_valid_json_string, no_bytes_can_command_a_terminal,
        nothing_behind_the_length_is_read, a_nul_is_a_control_byte)
