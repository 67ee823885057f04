#include "rehearse/rehearsal.h"

#include "unit/options/given.h"

/* What a command line and an environment come to; the struct points into itself, so it stays where it is. */
static struct rehearsal rehearsal;
static enum mode mode;
static char problem[512], warnings[512];
static char bytes[1024];
static char *argv[32], *environment[32];
static int argc;

/* Words are separated by '|'. */
static bool scanned(const char *variables, const char *arguments)
{
	struct writer wrong = writer_on(problem, sizeof problem - 1);
	struct writer odd = writer_on(warnings, sizeof warnings - 1);
	char line[512] = "drainit-rehearse|";
	bool good;

	argc = given_words(bytes, strcat(line, arguments), argv);
	given_words(bytes + sizeof bytes / 2, variables, environment);
	mode = MODE_RUN;
	memset(&rehearsal, 0x5a, sizeof rehearsal);
	good = rehearsal_scan(argc, argv, environment, &rehearsal, &mode, &wrong, &odd);
	problem[wrong.length] = '\0';
	warnings[odd.length] = '\0';
	return good;
}

static void taken(const char *variables, const char *arguments)
{
	ck_assert_msg(
	        scanned(variables, arguments), "%s %s: %s", variables, arguments, problem);
	ck_assert_str_eq(problem, "");
}

static void refused(const char *variables, const char *arguments, const char *expected)
{
	ck_assert_msg(!scanned(variables, arguments), "taken: %s %s", variables, arguments);
	ck_assert_str_eq(problem, expected);
}

START_TEST(without_options_the_presets_hold)
{
	taken("", "x");
	ck_assert_int_eq(mode, MODE_RUN);
	ck_assert_int_eq(rehearsal.after_start.kind, DURATION_UNSET);
	ck_assert_int_eq(rehearsal.start_max.value, 30 * SEC);
	ck_assert_ptr_null(rehearsal.url);
	ck_assert_int_eq(rehearsal.requests, 4);
	ck_assert_int_eq(rehearsal.slow.value, 2 * SEC);
	ck_assert_int_eq(rehearsal.traffic.value, SEC);
	ck_assert(!rehearsal.json);
	/* drainit's own hold as well. */
	ck_assert_int_eq(rehearsal.options.linger.value, 2 * SEC);
	ck_assert_int_eq(rehearsal.options.stop_status, -1);
	ck_assert_str_eq(rehearsal.options.command[0], "x");
	ck_assert_int_eq(rehearsal.options.habits.own_error, 125);
}
END_TEST

START_TEST(each_option_of_its_own_is_taken)
{
	taken("", "--after-start|3s|--start-max=1m|--url|http://localhost:8080/slow|"
	          "--requests=16|--slow|500ms|--traffic|0|--json|--grace|20s|-c|--|server|-x");
	ck_assert_int_eq(rehearsal.after_start.value, 3 * SEC);
	ck_assert_int_eq(rehearsal.start_max.value, 60 * SEC);
	ck_assert_str_eq(rehearsal.url, "http://localhost:8080/slow");
	ck_assert_int_eq(rehearsal.requests, 16);
	ck_assert_int_eq(rehearsal.slow.value, 500 * MSEC);
	ck_assert_int_eq(rehearsal.traffic.value, 0);
	ck_assert(rehearsal.json);
	ck_assert_int_eq(rehearsal.options.grace.value, 20 * SEC);
	ck_assert_int_eq(rehearsal.options.forward_to, FORWARD_MAIN);
	ck_assert_str_eq(rehearsal.options.command[0], "server");
	ck_assert_str_eq(rehearsal.options.command[1], "-x");
}
END_TEST

START_TEST(what_is_wrong_is_refused_with_what_would_be_right)
{
	refused("", "--requests|many|x", "--requests=many: not a number; write 0 to 1000000");
	refused("", "--slow|3x|x", "--slow=3x: not a duration; write 500ms, 10s, 1m30s or 2h");
	refused("", "--slow|infinity|x",
	        "--slow=infinity: it must have an end; write 500ms, 10s, 1m30s or 2h");
	refused("", "--traffic|40%|x",
	        "--traffic=40%: a share does not fit here; write 500ms, 10s, 1m30s or 2h");
	refused("", "--start-max|0|x",
	        "--start-max=0: it must be more than 0; write 500ms, 10s, 1m30s or 2h");
	refused("", "--json=yes|x", "--json=yes: takes no value");
	refused("", "--request|4|x", "--request: unknown option; did you mean --requests?");
	refused("", "--json", "COMMAND is missing; see --help");
	ck_assert(!scanned("", "--url|https://localhost/|x"));
	ck_assert_ptr_nonnull(strstr(problem, "--url=https://localhost/: "));
	ck_assert(!scanned("", "--url"));
	ck_assert_ptr_nonnull(strstr(problem, "--url: needs a value"));
}
END_TEST

START_TEST(modes_that_need_a_drainit_are_unknown_and_the_others_are_taken)
{
	static const char *const gone[] = { "--plan", "--prestop", "--status", "--pause" };

	for (size_t i = 0; i < sizeof gone / sizeof *gone; i++) {
		char arguments[32];

		strcat(strcpy(arguments, gone[i]), "|x");
		ck_assert_msg(!scanned("", arguments), "%s", gone[i]);
		ck_assert_ptr_nonnull(strstr(problem, ": unknown option"));
	}
	refused("", "-P|x", "-P: unknown option; see --help");
	taken("", "--help");
	ck_assert_int_eq(mode, MODE_HELP);
	taken("", "-V");
	ck_assert_int_eq(mode, MODE_VERSION);
	taken("", "--license");
	ck_assert_int_eq(mode, MODE_LICENSE);
}
END_TEST

START_TEST(each_option_of_its_own_has_an_environment_twin)
{
	taken("DRAINIT_AFTER_START=3s|DRAINIT_START_MAX=1m|DRAINIT_URL=http://a/|"
	      "DRAINIT_REQUESTS=7|DRAINIT_SLOW=1s|DRAINIT_TRAFFIC=2s|DRAINIT_JSON=1",
	        "x");
	ck_assert_str_eq(warnings, "");
	ck_assert_int_eq(rehearsal.after_start.value, 3 * SEC);
	ck_assert_int_eq(rehearsal.start_max.value, 60 * SEC);
	ck_assert_str_eq(rehearsal.url, "http://a/");
	ck_assert_int_eq(rehearsal.requests, 7);
	ck_assert_int_eq(rehearsal.slow.value, SEC);
	ck_assert_int_eq(rehearsal.traffic.value, 2 * SEC);
	ck_assert(rehearsal.json);
	/* The command line wins. */
	taken("DRAINIT_REQUESTS=7|DRAINIT_JSON=0", "--requests|9|x");
	ck_assert_int_eq(rehearsal.requests, 9);
	ck_assert(!rehearsal.json);
	refused("DRAINIT_REQUESTS=x", "x",
	        "DRAINIT_REQUESTS=x: not a number; write 0 to 1000000");
}
END_TEST

START_TEST(drainit_meets_only_the_variables_that_it_knows)
{
	taken("PATH=/bin|DRAINIT_SLOW=1s|DRAINIT_GRACE=20s|DRAINIT_JSON=|DRAINIT_URL=http://a/|"
	      "DRAINIT_SLOWER=1|HOME=/|DRAINIT_TRAFFIC=1s",
	        "x");
	ck_assert_int_eq(rehearsal.options.grace.value, 20 * SEC);
	ck_assert_str_eq(
	        warnings, "DRAINIT_SLOWER: unknown variable; did you mean DRAINIT_SLOW?\n");
	ck_assert_str_eq(environment[0], "PATH=/bin");
	ck_assert_str_eq(environment[1], "DRAINIT_GRACE=20s");
	ck_assert_str_eq(environment[2], "DRAINIT_SLOWER=1");
	ck_assert_str_eq(environment[3], "HOME=/");
	ck_assert_ptr_null(environment[4]);
}
END_TEST

START_TEST(its_table_is_drainits_less_the_modes_and_its_own)
{
	const struct row *row;

	taken("", "x");
	row = rehearsal.program.rows;
	ck_assert_uint_le(rehearsal.program.count, ROWS_MAX);
	ck_assert_uint_eq(rehearsal.theirs, drainit_program.count - 4);
	ck_assert_str_eq(row[0].name, drainit_program.rows[0].name);
	ck_assert_str_eq(row[rehearsal.theirs].heading, "Rehearsal");
	ck_assert_str_eq(row[rehearsal.program.count - 1].name, "json");
	for (size_t i = 0; i < rehearsal.program.count; i++) {
		for (size_t other = 0; other < i; other++)
			ck_assert_str_ne(row[i].name, row[other].name);
	}
}
END_TEST

START_TEST(the_span_of_what_was_not_set_is_nothing)
{
	taken("", "--slow|500ms|x");
	ck_assert_int_eq(rehearsal_span(&rehearsal.slow), 500 * MSEC);
	ck_assert_int_eq(rehearsal_span(&rehearsal.after_start), 0);
}
END_TEST

/* ---- passed on ---- */

/* To drainit, joined as they were given. */
static void passes_on(const char *arguments, const char *expected)
{
	static char *const none[] = { NULL };
	char *words[sizeof argv / sizeof *argv + REHEARSAL_WORDS];
	char joined[512] = "";

	taken("", arguments);
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		words[i] = bytes;
	rehearsal_pass_on(&rehearsal, argv, none, words);
	for (size_t i = 0; words[i]; i++) {
		ck_assert_uint_lt(i, (size_t)argc + REHEARSAL_WORDS);
		strcat(strcat(joined, i > 0 ? "|" : ""), words[i]);
	}
	ck_assert_str_eq(joined, expected);
}

START_TEST(a_command_alone_is_passed_on)
{
	passes_on("server", "drainit|--|server");
	passes_on("--|server", "drainit|--|server");
	passes_on("server|--json|--slow|1s|--|x", "drainit|--|server|--json|--slow|1s|--|x");
	passes_on("--|--json|-p|--", "drainit|--|--json|-p|--");
	passes_on("-", "drainit|--|-");
}
END_TEST

START_TEST(drainits_options_are_passed_on_as_they_were_given)
{
	passes_on("--grace=30s|x", "drainit|--grace=30s|--|x");
	passes_on("--grace|30s|x", "drainit|--grace|30s|--|x");
	passes_on("-pTERM|x", "drainit|-pTERM|--|x");
	passes_on("-p|TERM|x", "drainit|-p|TERM|--|x");
	passes_on("-vgpTERM|x", "drainit|-vgpTERM|--|x");
	passes_on("-vgp|TERM|x", "drainit|-vgp|TERM|--|x");
	passes_on("-v|-w|-vv|x", "drainit|-v|-w|-vv|--|x");
	passes_on("-r|TERM:QUIT|-rINT:QUIT|-e143|x",
	        "drainit|-r|TERM:QUIT|-rINT:QUIT|-e143|--|x");
	passes_on("--verbose|--single-child|x", "drainit|--verbose|--single-child|--|x");
}
END_TEST

START_TEST(its_own_options_are_left_out_with_their_values)
{
	passes_on("--json|x", "drainit|--|x");
	passes_on("--slow|1s|x", "drainit|--|x");
	passes_on("--slow=1s|x", "drainit|--|x");
	passes_on("--grace|9s|--url|http://a/?x=y|--requests=3|-v|--traffic|0|--json|x|--json",
	        "drainit|--grace|9s|-v|--|x|--json");
	passes_on("--after-start|1s|--start-max|2s|--|x", "drainit|--|x");
}
END_TEST

START_TEST(an_optional_value_comes_only_behind_an_equals_sign)
{
	passes_on("--drain-idle|x", "drainit|--drain-idle|--|x");
	passes_on("--drain-idle=8080|x", "drainit|--drain-idle=8080|--|x");
	passes_on("--drain-idle|--json|--drain-quiet|2s|8080",
	        "drainit|--drain-idle|--drain-quiet|2s|--|8080");
}
END_TEST

START_TEST(a_value_that_looks_like_an_option_is_a_value)
{
	passes_on("--drain|--json|--ready-file|--slow|x",
	        "drainit|--drain|--json|--ready-file|--slow|--|x");
	passes_on("--drain|--|x", "drainit|--drain|--|--|x");
	passes_on("--ready-file=--json|x", "drainit|--ready-file=--json|--|x");
	passes_on("--after|-p|-c|x", "drainit|--after|-p|-c|--|x");
	passes_on("--drain|kill -p --url=x|x", "drainit|--drain|kill -p --url=x|--|x");
}
END_TEST

START_TEST(further_options_come_last)
{
	static char *more[] = { "--report", "/tmp/r", NULL };
	char *words[8];

	taken("", "--report|none|--json|x");
	rehearsal_pass_on(&rehearsal, argv, more, words);
	ck_assert_str_eq(words[2], "none");
	ck_assert_str_eq(words[3], "--report");
	ck_assert_str_eq(words[4], "/tmp/r");
	ck_assert_str_eq(words[5], "--");
	ck_assert_str_eq(words[6], "x");
	ck_assert_ptr_null(words[7]);
}
END_TEST

/* The sanitizer sees a word too many. */
START_TEST(it_needs_no_more_room_than_it_says)
{
	static char *more[] = { "--report", "/tmp/r", NULL };
	static const char *const lines[] = { "x", "-v|x|y|z", "--grace|1s|x", "--|x" };

	for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
		char **words;

		taken("", lines[i]);
		words = calloc((size_t)argc + REHEARSAL_WORDS, sizeof *words);
		rehearsal_pass_on(&rehearsal, argv, more, words);
		free(words);
	}
}
END_TEST

SUITE("rehearsal", without_options_the_presets_hold, each_option_of_its_own_is_taken,
        what_is_wrong_is_refused_with_what_would_be_right,
        modes_that_need_a_drainit_are_unknown_and_the_others_are_taken,
        each_option_of_its_own_has_an_environment_twin,
        drainit_meets_only_the_variables_that_it_knows,
        its_table_is_drainits_less_the_modes_and_its_own,
        the_span_of_what_was_not_set_is_nothing, a_command_alone_is_passed_on,
        drainits_options_are_passed_on_as_they_were_given,
        its_own_options_are_left_out_with_their_values,
        an_optional_value_comes_only_behind_an_equals_sign,
        a_value_that_looks_like_an_option_is_a_value, further_options_come_last,
        it_needs_no_more_room_than_it_says)
