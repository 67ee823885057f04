#include "options/scan.h"

#include <signal.h>
#include <stdlib.h>

#include "unit/options/given.h"

START_TEST(a_usage_error_names_where_the_value_and_what_would_be_right)
{
	static const struct {
		const char *environment, *arguments, *problem;
	} cases[] = {
		{ "", "--grace=3x|x",
		        "--grace=3x: not a duration; write 500ms, 10s, 1m30s, 2h or infinity" },
		{ "", "--grace|3x|x",
		        "--grace=3x: not a duration; write 500ms, 10s, 1m30s, 2h or infinity" },
		{ "DRAINIT_GRACE=3x", "x",
		        "DRAINIT_GRACE=3x: not a duration; write 500ms, 10s, 1m30s, 2h or "
		        "infinity" },
		{ "", "--grace",
		        "--grace: needs a value; write 500ms, 10s, 1m30s, 2h or infinity" },
		{ "", "--spent=10%|x",
		        "--spent=10%: a share does not fit here; write 500ms, 10s, 1m30s or "
		        "2h" },
		{ "", "--linger=infinity|x",
		        "--linger=infinity: it must have an end; write 500ms, 10s, 1m30s, 2h "
		        "or 40%" },
		{ "", "--drain-retry=99ms|x",
		        "--drain-retry=99ms: under 100ms; write 500ms, 10s, 1m30s, 2h or 40%" },
		{ "", "--drain-max=0|x",
		        "--drain-max=0: it must be more than 0; write 500ms, 10s, 1m30s, 2h or "
		        "40%" },
		{ "", "--drain-min=101%|x",
		        "--drain-min=101%: over 100%; write 500ms, 10s, 1m30s, 2h or 40%" },
		{ "", "--log=xml|x", "--log=xml: not a choice; write text or json" },
		{ "", "--drain=a 'b|x",
		        "--drain=a 'b: a quote is not closed; write a command, its words "
		        "quoted as for a shell, or [POST ]http://HOST[:PORT]/PATH" },
		{ "", "-p|FOO|x", "-p FOO: not a signal; write TERM, SIGTERM, 15 or RTMIN+3" },
		{ "", "-pFOO|x", "-p FOO: not a signal; write TERM, SIGTERM, 15 or RTMIN+3" },
		{ "", "-vr|KILL:TERM|x",
		        "-r KILL:TERM: KILL, STOP and CHLD are never forwarded; "
		        "write TERM:QUIT, 15:3, or HUP:0 to drop it" },
		{ "", "--rewrite=32:TERM|x",
		        "--rewrite=32:TERM: not a rewrite; write TERM:QUIT, 15:3, or HUP:0 to "
		        "drop it" },
		{ "DRAINIT_STOP_SIGNALS=TERM,,INT", "x",
		        "DRAINIT_STOP_SIGNALS=TERM,,INT: not a list of signals; "
		        "write signals that can be received, as TERM,INT" },
		{ "", "--escalate=A@1s,QUIT|x",
		        "--escalate=A@1s,QUIT: not an escalation; "
		        "write QUIT@3s or QUIT@10%" },
		{ "", "--group=1|x", "--group=1: takes no value" },
		{ "", "--help=1|x", "--help=1: takes no value" },
		{ "DRAINIT_WARN_REAPED=2", "x",
		        "DRAINIT_WARN_REAPED=2: not a switch; "
		        "write 1, true, yes, on, 0, false, no or off" },
		{ "", "-e|256|x", "-e 256: not an exit status; write 0 to 255" },
		{ "", "--stop-signals=STOP|x",
		        "--stop-signals=STOP: KILL, STOP and CHLD start no shutdown; "
		        "write signals that can be received, as TERM,INT" },
		{ "", "--stop-signals=TERM,CHLD|x",
		        "--stop-signals=TERM,CHLD: KILL, STOP and CHLD start no shutdown; "
		        "write signals that can be received, as TERM,INT" },
		{ "", "-r|TERM:QUITS|x",
		        "-r TERM:QUITS: not a rewrite; "
		        "write TERM:QUIT, 15:3, or HUP:0 to drop it" },
		{ "", "--escalate=QUIT@00000000000000000000000000000003s|x",
		        "--escalate=QUIT@00000000000000000000000000000003s: not an escalation; "
		        "write QUIT@3s or QUIT@10%" },
		{ "", "--escalate=QUITS@3s|x",
		        "--escalate=QUITS@3s: not an escalation; write QUIT@3s or QUIT@10%" },
		{ "DRAINIT_VERBOSE=x", "x",
		        "DRAINIT_VERBOSE=x: not a switch or a digit; "
		        "write 1, true, yes, on, 0, false, no or off" },
		{ "DRAINIT_VERBOSE=10", "x",
		        "DRAINIT_VERBOSE=10: not a switch or a digit; "
		        "write 1, true, yes, on, 0, false, no or off" },
		{ "", "--stop-status=-1|x",
		        "--stop-status=-1: not an exit status; write 0 to 255" },
		{ "", "", "COMMAND is missing; see --help" },
		{ "", "--grace=3s|--", "COMMAND is missing; see --help" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		expect_refused(cases[i].environment, cases[i].arguments, cases[i].problem);
}
END_TEST

START_TEST(an_unknown_option_is_answered_with_the_nearest_name)
{
	expect_refused(
	        "", "--drain-mx|x", "--drain-mx: unknown option; did you mean --drain-max?");
	expect_refused(
	        "", "--drain-mx=5s|x", "--drain-mx: unknown option; did you mean --drain-max?");
	expect_refused("", "--garce|5s|x", "--garce: unknown option; did you mean --grace?");
	expect_refused("", "--Grace=5s|x", "--Grace: unknown option; did you mean --grace?");
	expect_refused("", "--drain_min=5s|x",
	        "--drain_min: unknown option; did you mean --drain-min?");
	expect_refused("", "--hepl", "--hepl: unknown option; did you mean --help?");
	expect_refused("", "--colour|x", "--colour: unknown option; see --help");
	expect_refused("", "--parent-death-signals-of-all-parents|x",
	        "--parent-death-signals-of-all-parents: unknown option; see --help");
	expect_refused("", "--x|x", "--x: unknown option; see --help");
	expect_refused("", "--=3|x", "--: unknown option; see --help");
	expect_refused("", "-x|x", "-x: unknown option; see --help");
	expect_refused("", "-vx|x", "-x: unknown option; see --help");
}
END_TEST

START_TEST(an_abbreviation_is_unknown)
{
	ck_assert(!given("", "--rew|TERM:QUIT|x")->good);
	ck_assert(!given("", "--gra=3s|x")->good);
}
END_TEST

START_TEST(the_first_problem_is_the_one_that_is_told)
{
	expect_refused("DRAINIT_LOG=xml", "--grace=3x|x",
	        "DRAINIT_LOG=xml: not a choice; write text or json");
	expect_refused("DRAINIT_LOG=xml", "--bad|x",
	        "DRAINIT_LOG=xml: not a choice; write text or json");
	expect_refused(
	        "DRAINIT_LOG=xml", "", "DRAINIT_LOG=xml: not a choice; write text or json");
}
END_TEST

START_TEST(no_value_can_command_the_terminal_or_flood_it)
{
	char long_value[400] = "--log=";

	expect_refused(
	        "", "--log=\x1b[2J\n|x", "--log=?[2J?: not a choice; write text or json");
	expect_refused("", "--\x1b[2J|x", "--?[2J: unknown option; see --help");
	expect_refused("", "-\x9b|x", "-?: unknown option; see --help");

	/* No character begins in it. */
	memset(long_value + 6, '\x80', 100);
	expect_refused("", long_value, "--log=...: not a choice; write text or json");

	for (int i = 6; i < 399; i += 3)
		strcpy(long_value + i, "\xe2\x82\xac");
	const struct given *seen = given("", long_value);
	ck_assert(!seen->good);
	ck_assert_uint_lt(strlen(seen->problem), 150);
	ck_assert_ptr_nonnull(strstr(seen->problem, "\xac...: not a choice; "));
	ck_assert_ptr_null(strchr(seen->problem, '?'));
}
END_TEST

START_TEST(command_words_are_never_taken_for_options)
{
	const struct given *seen = given("", "-v|sleep|--grace=3x|-g|--|-c");

	ck_assert(seen->good);
	ck_assert_str_eq(seen->options.command[0], "sleep");
	ck_assert_str_eq(seen->options.command[1], "--grace=3x");
	ck_assert_str_eq(seen->options.command[4], "-c");
	ck_assert_ptr_null(seen->options.command[5]);

	ck_assert_str_eq(expect_taken("", "--|--help")->command[0], "--help");
	ck_assert_str_eq(expect_taken("", "--|--|x")->command[0], "--");
	ck_assert_str_eq(expect_taken("", "-|x")->command[0], "-");
	ck_assert_str_eq(expect_taken("", "--ready-file|--|x")->command[0], "x");
}
END_TEST

START_TEST(short_options_can_be_bundled)
{
	const struct options *options = expect_taken("", "-vvwc|-vpTERM|-e143|-sr|HUP:0|x");

	ck_assert_int_eq(options->verbosity, 3);
	ck_assert(options->warn_reaped);
	ck_assert_int_eq(options->forward_to, FORWARD_MAIN);
	ck_assert_int_eq(options->parent_death_signal, SIGTERM);
	ck_assert_uint_eq(options->zero_exit[2], 1u << 15);
	ck_assert_int_eq(options->rewrite[SIGHUP], 0);
}
END_TEST

START_TEST(the_later_of_group_and_single_child_wins)
{
	ck_assert_int_eq(expect_taken("", "-gc|x")->forward_to, FORWARD_MAIN);
	ck_assert_int_eq(expect_taken("", "-c|-g|x")->forward_to, FORWARD_GROUP);
	ck_assert_int_eq(expect_taken("DRAINIT_SINGLE_CHILD=1", "x")->forward_to, FORWARD_MAIN);
	ck_assert_int_eq(
	        expect_taken("DRAINIT_SINGLE_CHILD=1", "-g|x")->forward_to, FORWARD_GROUP);
	ck_assert_int_eq(expect_taken("DRAINIT_GROUP=1", "-c|x")->forward_to, FORWARD_MAIN);
}
END_TEST

START_TEST(a_list_grows_in_its_source_and_is_replaced_by_a_stronger_one)
{
	const char *twin = "DRAINIT_REWRITE=TERM:QUIT,HUP:0";

	const struct options *options = expect_taken(twin, "x");
	ck_assert_int_eq(options->rewrite[SIGTERM], SIGQUIT);
	ck_assert_int_eq(options->rewrite[SIGHUP], 0);
	options = expect_taken(twin, "-rUSR1:USR2|-r|INT:1,34:RTMIN+1|x");
	ck_assert_int_eq(options->rewrite[SIGTERM], SIGTERM);
	ck_assert_int_eq(options->rewrite[SIGHUP], SIGHUP);
	ck_assert_int_eq(options->rewrite[SIGUSR1], SIGUSR2);
	ck_assert_int_eq(options->rewrite[SIGINT], SIGHUP);
	ck_assert_int_eq(options->rewrite[34], 35);

	options = expect_taken("DRAINIT_EXIT_ZERO=1,2", "-e3|-e|255|x");
	ck_assert_uint_eq(options->zero_exit[0], 1u << 3);
	ck_assert_uint_eq(options->zero_exit[3], (uint64_t)1 << 63);

	ck_assert_int_eq(expect_taken("DRAINIT_VERBOSE=3", "-v|x")->verbosity, 1);
	ck_assert_int_eq(expect_taken("DRAINIT_VERBOSE=true", "x")->verbosity, 1);
	ck_assert_int_eq(expect_taken("DRAINIT_VERBOSE=no", "x")->verbosity, 0);
}
END_TEST

START_TEST(escalations_are_kept_in_order_and_are_at_most_four)
{
	const struct options *options = expect_taken("DRAINIT_ESCALATE=1@1,2@1,3@1,4@1",
	        "--escalate=QUIT@3s,ABRT@10%|--escalate=9@500ms|x");

	ck_assert_int_eq(options->escalations, 3);
	ck_assert_int_eq(options->escalate[0].signal, SIGQUIT);
	ck_assert_int_eq(options->escalate[0].before.value, 3 * SEC);
	ck_assert_int_eq(options->escalate[1].signal, SIGABRT);
	ck_assert_int_eq(options->escalate[1].before.kind, DURATION_SHARE);
	ck_assert_int_eq(options->escalate[2].before.source, SOURCE_OPTION);
	expect_refused("DRAINIT_ESCALATE=1@1,2@1,3@1,4@1,5@1", "x",
	        "DRAINIT_ESCALATE=1@1,2@1,3@1,4@1,5@1: over 4 of them; write QUIT@3s or "
	        "QUIT@10%");
}
END_TEST

START_TEST(a_duration_knows_where_it_came_from)
{
	ck_assert_int_eq(expect_taken("", "x")->linger.source, SOURCE_PRESET);
	ck_assert_int_eq(
	        expect_taken("DRAINIT_LINGER=1s", "x")->linger.source, SOURCE_ENVIRONMENT);
	ck_assert_int_eq(expect_taken("DRAINIT_LINGER=1s", "--linger=2s|x")->linger.source,
	        SOURCE_OPTION);
}
END_TEST

START_TEST(the_environment_tells_the_platform)
{
	static const struct {
		const char *environment;
		enum platform platform;
	} cases[] = {
		{ "", PLATFORM_DOCKER },
		{ "PATH=/bin|K_SERVICE=s", PLATFORM_CLOUD_RUN },
		{ "NOMAD_ALLOC_ID=1|K_SERVICE=s", PLATFORM_NOMAD },
		{ "ECS_CONTAINER_METADATA_URI_V4=http", PLATFORM_ECS },
		{ "NOMAD_ALLOC_ID=1|KUBERNETES_SERVICE_HOST=10.0.0.1|ECS_CONTAINER_METADATA_"
		  "URI_V4=h",
		        PLATFORM_KUBERNETES },
		{ "KUBERNETES_SERVICE_HOST=|K_SERVICE=", PLATFORM_DOCKER },
		{ "KUBERNETES_SERVICE_HOSTS=1|NOMAD_ALLOC=1|EDITOR=ed|K=", PLATFORM_DOCKER },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		ck_assert_int_eq(
		        expect_taken(cases[i].environment, "x")->platform, cases[i].platform);
}
END_TEST

START_TEST(an_unknown_variable_is_warned_of_with_the_nearest_name)
{
	ck_assert_str_eq(given("DRAINIT_DRAIN_MX=5s", "x")->warnings,
	        "DRAINIT_DRAIN_MX: unknown variable; did you mean DRAINIT_DRAIN_MAX?\n");
	ck_assert_str_eq(given("DRAINIT_COLOUR=1|DRAINIT_=2", "x")->warnings,
	        "DRAINIT_COLOUR: unknown variable; see --help\n"
	        "DRAINIT_: unknown variable; see --help\n");
	ck_assert_str_eq(given("DRAINIT_\x1b[2J=1", "x")->warnings,
	        "DRAINIT_?[2J: unknown variable; see --help\n");
	ck_assert_str_eq(given("DRAINIT_PORTS=1", "x")->warnings,
	        "DRAINIT_PORTS: unknown variable; see --help\n");
}
END_TEST

START_TEST(what_others_set_is_passed_over_in_silence)
{
	const struct given *seen = given(
	        "DRAINIT_VERSION=1|DRAINIT_SERVICE_HOST=10.0.0.1|"
	        "DRAINIT_SERVICE_PORT=80|DRAINIT_SERVICE_PORT_HTTP=80|"
	        "DRAINIT_PORT=tcp://10.0.0.1:80|DRAINIT_PORT_80_TCP_ADDR=10.0.0.1|"
	        "DRAINIT_BUDGET_SECONDS=3|DRAINIT_CHILD_PID=2|DRAINIT_REASON=TERM|"
	        "DRAINIT_ATTEMPT=1|DRAINIT_EXIT_STATUS=0|DRAINIT|DRAINIT_GRACE|drainit_x=1",
	        "x");

	ck_assert(seen->good);
	ck_assert_str_eq(seen->warnings, "");
}
END_TEST

START_TEST(dropping_a_stop_signal_is_warned_of)
{
	ck_assert_str_eq(given("", "-r|TERM:0|x")->warnings,
	        "--rewrite=TERM:0: a stop signal; it still starts the shutdown, "
	        "the main child does not get it\n");
	ck_assert_str_eq(given("", "-r|HUP:0|x")->warnings, "");
	ck_assert_str_eq(given("", "--stop-signals=QUIT|-r|TERM:0|x")->warnings, "");
}
END_TEST

START_TEST(help_comes_in_spite_of_a_bad_environment_and_of_what_follows)
{
	const struct given *seen = given("DRAINIT_GRACE=3x", "-v|--help|--grace=4x");

	ck_assert(seen->good);
	ck_assert_int_eq(seen->mode, MODE_HELP);
	ck_assert_str_eq(seen->problem, "");
	ck_assert(!given("", "--grace=4x|--help")->good);
	ck_assert(!given("DRAINIT_GRACE=3x", "--plan")->good);
	ck_assert_int_eq(given("", "--plan|--version")->mode, MODE_VERSION);
}
END_TEST

START_TEST(a_plan_needs_no_command_but_may_have_one)
{
	ck_assert_ptr_null(expect_taken("", "--plan")->command[0]);
	ck_assert_str_eq(expect_taken("", "--plan|x")->command[0], "x");
}
END_TEST

START_TEST(no_argument_at_all_is_a_usage_error_like_any_other)
{
	char *argv[] = { NULL }, *environment[] = { NULL };
	char bytes[64];
	struct writer writer = writer_on(bytes, sizeof(bytes) - 1);
	struct options options;
	enum mode mode;

	const struct invocation invocation = { 0, argv, environment, 1 };
	ck_assert(!scan(&drainit_program, &invocation, &options, &mode, &writer, &writer));
	expect_text(writer, "COMMAND is missing; see --help");
}
END_TEST

static void expect_left(char **environment, const char *expected)
{
	char left[512] = "";

	scan_strip(&drainit_program, environment);
	for (; *environment; environment++) {
		strcat(left, *environment);
		strcat(left, "|");
	}
	ck_assert_str_eq(left, expected);
}

START_TEST(our_variables_are_stripped_and_no_others)
{
	char *mixed[] = { "DRAINIT_GRACE=3s", "PATH=/bin", "DRAINIT_LOG=", "DRAINIT_VERSION=1",
		"DRAINIT_GRACES=1", "DRAINIT_GRACE", "DRAINIT_PLAN=1", "HOME=/",
		"DRAINIT_EXIT_ZERO=143", "DRAINIT_PORT=1", NULL };
	char *none[] = { NULL };
	char *all[] = { "DRAINIT_GRACE=3s", "DRAINIT_DRAIN=x", NULL };

	expect_left(mixed, "PATH=/bin|DRAINIT_VERSION=1|DRAINIT_GRACES=1|DRAINIT_GRACE|"
	                   "DRAINIT_PLAN=1|HOME=/|DRAINIT_PORT=1|");
	expect_left(none, "");
	expect_left(all, "");
}
END_TEST

SUITE("scan", a_usage_error_names_where_the_value_and_what_would_be_right,
        an_unknown_option_is_answered_with_the_nearest_name, an_abbreviation_is_unknown,
        the_first_problem_is_the_one_that_is_told,
        no_value_can_command_the_terminal_or_flood_it,
        command_words_are_never_taken_for_options, short_options_can_be_bundled,
        the_later_of_group_and_single_child_wins,
        a_list_grows_in_its_source_and_is_replaced_by_a_stronger_one,
        escalations_are_kept_in_order_and_are_at_most_four, a_duration_knows_where_it_came_from,
        the_environment_tells_the_platform,
        an_unknown_variable_is_warned_of_with_the_nearest_name,
        what_others_set_is_passed_over_in_silence, dropping_a_stop_signal_is_warned_of,
        help_comes_in_spite_of_a_bad_environment_and_of_what_follows,
        a_plan_needs_no_command_but_may_have_one,
        no_argument_at_all_is_a_usage_error_like_any_other,
        our_variables_are_stripped_and_no_others)
