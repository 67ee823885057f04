#include "rehearse/show.h"

#include "unit/rehearse/rehearsed.h"

static char text[SHOW_BYTES + 1];
static struct chart chart;

static const char *shown(int columns, bool utf8, bool colour)
{
	struct writer writer = writer_on(text, SHOW_BYTES);

	chart = (struct chart){ columns, utf8, colour, 0 };
	conclude();
	show_write(&writer, &facts, &verdict, &advice, &chart);
	ck_assert(!writer.full);
	text[writer.length] = '\0';
	return text;
}

/* Every line: so many characters at most, without what colours it; no blank at its end. */
static void expect_fits(size_t columns)
{
	for (const char *line = text; *line != '\0';) {
		size_t length = strcspn(line, "\n"), count = 0;

		for (size_t at = 0; at < length; at++) {
			if (line[at] == '\x1b')
				at += strcspn(line + at, "m");
			else
				count += (line[at] & 0xc0) != 0x80;
		}
		ck_assert_msg(count <= columns, "%zu: %.*s", count, (int)length, line);
		ck_assert_msg(length == 0 || line[length - 1] != ' ', "blank: %.*s|",
		        (int)length, line);
		ck_assert_int_eq(line[length], '\n');
		line += length + 1;
	}
}

static const char *expect_part(const char *after, const char *part)
{
	const char *found = strstr(after, part);

	ck_assert_msg(found != NULL, "no '%s' in:\n%s", part, after);
	return found + strlen(part);
}

static void expect_none(const char *part)
{
	ck_assert_msg(!strstr(text, part), "'%s' in:\n%s", part, text);
}

/* All that can be bad, and long. */
static void given_the_worst(void)
{
	char command[SEEN_COMMAND];

	in_order("--grace|87600h|--spent|1h1m1s|--drain|x|--drain-min|1ms|--drain-retry|1m|"
	         "--after|y|--ready-file|r|--escalate|ABRT@1ms,QUIT@2ms,USR1@3ms,USR2@4ms|x",
	        3 * 3600 * SEC + 25 * 60 * SEC + 45678 * MSEC);
	memset(command, 'x', sizeof command - 1);
	command[sizeof command - 1] = '\0';
	for (int i = 0; i < LEFT_MOST; i++)
		leftover(4194304, command);
	facts.main_name = "busybox";
	facts.main_child = "a-long-name-of-";
	facts.server = "apache2";
	facts.exit_status = 143;
	facts.connections = (struct flow_counts){ 1000, 1000, 1000, 1000 };
	request(0, 3 * 3600 * SEC, FATE_CUT);
	facts.told.sweep = SEC;
	facts.port_count = 16;
	ports[1] = 65535;
}

START_TEST(it_fits_lines_of_60_80_and_200_columns)
{
	static const int columns[] = { 60, 80, 200 };

	for (size_t i = 0; i < sizeof columns / sizeof *columns; i++) {
		for (int looks = 0; looks < 4; looks++) {
			in_order(DRAINS, 5 * SEC);
			shown(columns[i], looks & 1, looks & 2);
			expect_fits((size_t)columns[i]);
			in_order(THIRTY, 0);
			facts.told.forced = true;
			facts.exit_status = 137;
			leftover(11, "worker");
			shown(columns[i], looks & 1, looks & 2);
			expect_fits((size_t)columns[i]);
			given_the_worst();
			shown(columns[i], looks & 1, looks & 2);
			expect_fits((size_t)columns[i]);
		}
	}
}
END_TEST

START_TEST(it_tells_the_plan_what_was_measured_and_the_verdict_in_this_order)
{
	const char *at;

	in_order(DRAINS, 5 * SEC);
	facts.told.sweep = 10 * MSEC;
	at = shown(200, false, false);
	at = expect_part(at, "Planned:\ngrace period      30s (--grace)\n");
	at = expect_part(at, "runtime's SIGKILL");
	at = expect_part(at, "\n\nMeasured:\n");
	at = expect_part(at, "\ndrain ");
	at = expect_part(at, "\n                  +0s to +5s\n");
	at = expect_part(at, "stop signal ");
	at = expect_part(at, "\n                  +5s to +5.3s\n");
	at = expect_part(at, "listener ");
	at = expect_part(at, "\n                  +0s to +5.02s\n");
	at = expect_part(at, "requests ");
	at = expect_part(at, "\n                  +0s to +5.2s\n");
	at = expect_part(at, "leftovers ");
	at = expect_part(at, "\n                  +5.3s to +5.31s\n");
	at = expect_part(at, "exit ");
	at = expect_part(at, "^\n                  +5.31s\n\n");
	at = expect_part(at, "1. New requests refused at once? yes\n"
	                     "                  stop signal at +5s, refused from +5.02s on; "
	                     "the last was taken at +4.95s\n"
	                     "2. Requests in flight completed? yes\n"
	                     "                  1 request was in flight at the stop signal and "
	                     "came to the end\n"
	                     "3. Resources released? yes\n"
	                     "                  no process and no listener outlived the main "
	                     "child, gone at +5.3s\n"
	                     "4. Exit status 0? yes\n"
	                     "                  0 after 5.31s of 30s\n"
	                     "\nVerdict: server stops gracefully\n");
	ck_assert_str_eq(at, "");
}
END_TEST

START_TEST(what_there_was_not_has_no_row)
{
	const char *measured;

	in_order(THIRTY, 0);
	facts.listened = NEVER;
	facts.requests = (struct requests){ .made = false };
	request(SEC, SEC, FATE_REFUSED);
	shown(80, false, false);
	measured = expect_part(text, "Measured:\n");
	ck_assert_ptr_null(strstr(measured, "\ndrain"));
	ck_assert_ptr_null(strstr(measured, "\nlistener"));
	ck_assert_ptr_null(strstr(measured, "\nrequests"));
	ck_assert_ptr_null(strstr(measured, "\nleftovers"));
	expect_part(measured, "\nstop signal");
	expect_part(measured, "\nexit");
	expect_none("What to change:");
}
END_TEST

START_TEST(what_is_bad_says_so_and_what_to_change)
{
	const char *at;

	in_order(DRAINS, 5 * SEC);
	facts.exit_status = 143;
	facts.requests = (struct requests){ .made = false };
	at = expect_part(
	        shown(200, false, false), "2. Requests in flight completed? not tried\n");
	at = expect_part(
	        at, "4. Exit status 0? NO\n                  143, which is 128 + TERM");
	at = expect_part(at, "\nVerdict: server does not stop gracefully\n\nWhat to change:\n- "
	                     "exit status 143: it has no handler for TERM");
	ck_assert_ptr_null(strstr(at, "\n- "));
	ck_assert_str_eq(text + strlen(text) - 1, "\n");
}
END_TEST

START_TEST(an_exit_that_sigkill_made_is_marked_so)
{
	for (int i = 0; i < 2; i++) {
		in_order(DRAINS, 5 * SEC);
		facts.told.forced = i == 0;
		facts.killed_by_runtime = i == 1;
		facts.exited = 30 * SEC;
		expect_part(shown(80, false, false), "X\n                  +30s\n");
	}
}
END_TEST

START_TEST(what_goes_on_after_the_grace_period_and_a_main_child_that_was_not_seen_to_end)
{
	in_order(DRAINS, 5 * SEC);
	facts.killed_by_runtime = true;
	facts.main_gone = facts.listener_closed = NEVER;
	facts.exited = 31 * SEC;
	facts.told.sweep = SEC;
	shown(80, false, false);
	expect_fits(80);
	expect_part(text, "+5s to +31s\n");
	expect_none("infinity");
}
END_TEST

START_TEST(without_an_end_it_has_an_axis_too)
{
	in_order("--grace|infinity|x", 0);
	facts.exited = 3600 * SEC;
	shown(80, true, false);
	expect_fits(80);
	expect_part(text, "0 after 1h\n");
}
END_TEST

START_TEST(the_commands_name_is_shown_without_what_a_terminal_would_obey)
{
	in_order(DRAINS, 5 * SEC);
	facts.command = "a\x1b[2Jb";
	expect_part(shown(80, false, false), "Verdict: a?[2Jb stops");
}
END_TEST

SUITE("show", it_fits_lines_of_60_80_and_200_columns,
        it_tells_the_plan_what_was_measured_and_the_verdict_in_this_order,
        what_there_was_not_has_no_row, what_is_bad_says_so_and_what_to_change,
        an_exit_that_sigkill_made_is_marked_so,
        what_goes_on_after_the_grace_period_and_a_main_child_that_was_not_seen_to_end,
        without_an_end_it_has_an_axis_too,
        the_commands_name_is_shown_without_what_a_terminal_would_obey)
