#include "options/compat.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "options/scan.h"
#include "unit/suite.h"

/* The options of a command line and an environment, under the name that comes first. */
static struct {
	struct options options;
	enum mode mode;
	bool good;
	char problem[4096];
	char words[512], variables[512];
	char *argv[16], *environment[16];
} seen;

static int split(char *bytes, const char *text, char **words)
{
	int count = 0;

	strcpy(bytes, text);
	for (char *word = strtok(bytes, "|"); word; word = strtok(NULL, "|"))
		words[count++] = word;
	words[count] = NULL;
	return count;
}

static void given(const char *variables, const char *command_line)
{
	char unheard[512];
	struct writer problem = writer_on(seen.problem, sizeof(seen.problem) - 1);
	struct writer warnings = writer_on(unheard, sizeof(unheard));
	int argc = split(seen.words, command_line, seen.argv);

	split(seen.variables, variables, seen.environment);
	const struct invocation invocation = { argc, seen.argv, seen.environment, 7 };
	seen.good = scan(compat_program(seen.argv[0]), &invocation, &seen.options, &seen.mode,
	        &problem, &warnings);
	seen.problem[problem.length] = '\0';
}

static void expect_problem(const char *command_line, const char *begins)
{
	given("", command_line);
	ck_assert_msg(!seen.good, "%s", command_line);
	ck_assert_msg(strncmp(seen.problem, begins, strlen(begins)) == 0, "%s", seen.problem);
}

START_TEST(the_last_component_of_the_name_decides)
{
	ck_assert_str_eq(compat_program("/sbin/docker-init")->name, "tini");
	ck_assert_str_eq(compat_program("tini-static")->name, "tini");
	ck_assert_str_eq(compat_program("./dumb-init")->name, "dumb-init");
	ck_assert_str_eq(compat_program("/run/podman-init")->name, "catatonit");
	ck_assert_str_eq(compat_program("/tini/drainit")->name, "drainit");
	ck_assert_str_eq(compat_program("")->name, "drainit");
}
END_TEST

START_TEST(without_a_grace_period_there_is_no_stop_and_no_word_of_ours)
{
	given("DRAINIT_LINGER=bad|DRAINIT_GRACE=", "tini|x");
	ck_assert(seen.good);
	ck_assert(seen.options.habits.mute);
	ck_assert_uint_eq(seen.options.stop_signals, 0);
	ck_assert_int_eq(seen.options.habits.main_exit, MAIN_EXIT_LEAVE);
	ck_assert_int_eq(seen.options.forward_to, FORWARD_MAIN);
	ck_assert_int_eq(seen.options.verbosity, 1);
}
END_TEST

START_TEST(one_variable_turns_the_shutdown_on)
{
	static const char *const signs[] = { "DRAINIT_GRACE=5s", "DRAINIT_DRAIN=true",
		"DRAINIT_DRAIN_MIN=1s", "DRAINIT_READY_FILE=/r" };

	for (size_t i = 0; i < sizeof(signs) / sizeof(signs[0]); i++) {
		given(signs[i], "dumb-init|x");
		ck_assert(seen.good && !seen.options.habits.mute);
		ck_assert_uint_ne(seen.options.stop_signals, 0);
		ck_assert_int_eq(seen.options.habits.main_exit, MAIN_EXIT_SWEEP);
		ck_assert_int_eq(seen.options.habits.not_found, 2);
	}
}
END_TEST

START_TEST(a_bad_variable_of_ours_is_an_error_of_that_program)
{
	given("DRAINIT_GRACE=3x", "tini|x");
	ck_assert(!seen.good);
	ck_assert_ptr_nonnull(strstr(seen.problem, "DRAINIT_GRACE=3x: not a duration"));
	ck_assert_int_eq(compat_program("tini")->habits.own_error, 1);
}
END_TEST

START_TEST(tini_has_its_options)
{
	given("", "tini|-sgvv|-w|-e|143|-pSIGTERM|--|x|-v");
	ck_assert(seen.good && seen.options.habits.adopts && seen.options.warn_reaped);
	ck_assert_int_eq(seen.options.forward_to, FORWARD_GROUP);
	ck_assert_int_eq(seen.options.verbosity, 3);
	ck_assert_int_eq(seen.options.parent_death_signal, SIGTERM);
	ck_assert_uint_eq(seen.options.zero_exit[2], (uint64_t)1 << (143 - 128));
	ck_assert_str_eq(seen.options.command[1], "-v");
	expect_problem(
	        "/bin/tini|-x|y", "/bin/tini: invalid option -- 'x'\ntini (tini version ");
	expect_problem("tini|--help", "tini: invalid option -- '-'\n");
	expect_problem("tini|-p|TERM|x", "[FATAL tini (7)] Not a valid option for -p: TERM\n");
	expect_problem("tini|-e|256|x", "[FATAL tini (7)] Not a valid option for -e: 256\n");
	expect_problem("tini|-p", "tini: option requires an argument -- 'p'\n");
	expect_problem("tini", "tini (tini version 0.19.0)\nUsage: tini [OPTIONS]");
}
END_TEST

START_TEST(tini_tells_its_version_only_to_a_lone_question)
{
	given("", "docker-init|--version");
	ck_assert(seen.good);
	ck_assert_int_eq(seen.mode, MODE_VERSION);
	expect_problem("tini|--version|x", "tini: invalid option -- '-'\n");
}
END_TEST

START_TEST(a_lone_question_of_ours_is_answered_under_every_name)
{
	static const char *const names[] = { "tini", "docker-init", "dumb-init", "catatonit" };
	char words[64];

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		snprintf(words, sizeof(words), "%s|--prestop", names[i]);
		given("", words);
		ck_assert(seen.good);
		ck_assert_int_eq(seen.mode, MODE_PRESTOP);
		snprintf(words, sizeof(words), "%s|--status", names[i]);
		given("DRAINIT_GRACE=20s", words);
		ck_assert(seen.good);
		ck_assert_int_eq(seen.mode, MODE_STATUS);
		snprintf(words, sizeof(words), "%s|--status|x", names[i]);
		given("", words);
		ck_assert(!seen.good);
	}
}
END_TEST

START_TEST(tini_has_its_variables_and_they_win)
{
	given("TINI_SUBREAPER=|TINI_KILL_PROCESS_GROUP=0|TINI_VERBOSITY=abc", "tini|-vv|x");
	ck_assert(seen.options.habits.adopts);
	ck_assert_int_eq(seen.options.forward_to, FORWARD_GROUP);
	ck_assert_int_eq(seen.options.verbosity, 0);
}
END_TEST

static int verbosity_of(const char *variable)
{
	given(variable, "tini|x");
	ck_assert(seen.good);
	return seen.options.verbosity;
}

START_TEST(tini_reads_its_verbosity_as_atoi_does)
{
	ck_assert_int_eq(verbosity_of("TINI_VERBOSITY=3"), 3);
	ck_assert_int_eq(verbosity_of("TINI_VERBOSITY= \t+2x"), 2);
	ck_assert_int_eq(verbosity_of("TINI_VERBOSITY=/"), 0);
	ck_assert_int_eq(verbosity_of("TINI_VERBOSITY=-0"), 0);
	ck_assert_int_eq(verbosity_of("TINI_VERBOSITY=4000000000"), 40);
	/* It is taken without a sign. */
	ck_assert_int_eq(verbosity_of("TINI_VERBOSITY=-1"), 99);
	ck_assert_int_eq(verbosity_of("TINI_VERBOSITY_=3|TINI_VERBOSITY"), 1);
}
END_TEST

START_TEST(what_is_no_variable_asks_for_nothing)
{
	given("DRAINIT_GRACE|DRAINIT_READY_FILE=|PATH=/bin", "tini|x");
	ck_assert(seen.good);
	ck_assert(seen.options.habits.mute);
}
END_TEST

START_TEST(dumb_init_has_its_options)
{
	given("", "dumb-init|--verb|-r|15:3|--rewrite=1:0|--|x");
	ck_assert(seen.good);
	ck_assert_int_eq(seen.options.verbosity, 1);
	ck_assert_int_eq(seen.options.rewrite[SIGTERM], SIGQUIT);
	ck_assert_int_eq(seen.options.rewrite[SIGHUP], 0);
	ck_assert_int_eq(seen.options.rewrite[SIGTSTP], SIGSTOP);
	ck_assert_int_eq(seen.options.habits.isolation, ISOLATION_SESSION);
	expect_problem("dumb-init|-r|TERM:QUIT|x", "Usage: -r option takes <signum>:<signum>,");
	expect_problem("dumb-init|-r|15:3x|x", "Usage: -r option takes <signum>:<signum>,");
	expect_problem("dumb-init|-r|32:3|x", "Usage: -r option takes <signum>:<signum>,");
	expect_problem("/i/dumb-init|--nope|x", "/i/dumb-init: unrecognized option '--nope'\n");
	expect_problem("dumb-init", "Usage: dumb-init [option] program [args]\n");
	expect_problem("dumb-init|-r|15|x", "Usage: -r option takes <signum>:<signum>,");
	expect_problem("dumb-init|-r|15:32|x", "Usage: -r option takes <signum>:<signum>,");
	expect_problem("dumb-init|-r|0:3|x", "Usage: -r option takes <signum>:<signum>,");
	given("", "dumb-init|-r|20:0|-r|21:3|x");
	ck_assert_int_eq(seen.options.rewrite[SIGTSTP], 0);
	ck_assert_int_eq(seen.options.rewrite[SIGTTIN], SIGQUIT);
	ck_assert_int_eq(seen.options.rewrite[SIGTTOU], SIGSTOP);
}
END_TEST

START_TEST(dumb_init_takes_abbreviations_that_fit_one_option)
{
	expect_problem("dumb-init|--ver|x", "dumb-init: unrecognized option '--ver'\n");
	expect_problem("dumb-init|--verb=1|x",
	        "dumb-init: option '--verbose' doesn't allow an argument\n");
	given("", "dumb-init|--vers");
	ck_assert(seen.good);
	ck_assert_int_eq(seen.mode, MODE_VERSION);
}
END_TEST

START_TEST(dumb_init_without_a_session_forwards_to_the_child_alone)
{
	given("DUMB_INIT_SETSID=0|DUMB_INIT_DEBUG=1", "dumb-init|x");
	ck_assert_int_eq(seen.options.habits.isolation, ISOLATION_NONE);
	ck_assert_int_eq(seen.options.forward_to, FORWARD_MAIN);
	ck_assert_int_eq(seen.options.rewrite[SIGTSTP], SIGTSTP);
	ck_assert_int_eq(seen.options.verbosity, 1);
	given("DUMB_INIT_SETSID=false|DUMB_INIT_DEBUG=yes", "dumb-init|x");
	ck_assert_int_eq(seen.options.habits.isolation, ISOLATION_SESSION);
	ck_assert_int_eq(seen.options.verbosity, 0);
}
END_TEST

START_TEST(catatonit_has_its_options)
{
	given("CATATONIT_DEBUG=", "catatonit|-g|--|x");
	ck_assert(seen.good && seen.options.habits.adopts);
	ck_assert_int_eq(seen.options.forward_to, FORWARD_GROUP);
	ck_assert_int_eq(seen.options.verbosity, 1);
	ck_assert_int_eq(seen.options.rewrite[SIGTTIN], 0);
	given("", "catatonit|-P");
	ck_assert_int_eq(seen.mode, MODE_PAUSE);
	given("", "podman-init|--vers");
	ck_assert_int_eq(seen.mode, MODE_VERSION);
	expect_problem(
	        "catatonit", "ERROR (catatonit:7): missing program name\nusage: catatonit");
	given("CATATONIT_LOG=", "catatonit|x");
	ck_assert(!seen.good);
}
END_TEST

START_TEST(no_option_is_taken_out_of_the_commands_words)
{
	given("", "catatonit|echo|-V");
	ck_assert(seen.good);
	ck_assert_int_eq(seen.mode, MODE_RUN);
	given("", "tini|sh|-c|true");
	ck_assert(seen.good);
	ck_assert_str_eq(seen.options.command[2], "true");
}
END_TEST

SUITE("compat", the_last_component_of_the_name_decides,
        without_a_grace_period_there_is_no_stop_and_no_word_of_ours,
        one_variable_turns_the_shutdown_on, a_bad_variable_of_ours_is_an_error_of_that_program,
        tini_has_its_options, tini_tells_its_version_only_to_a_lone_question,
        a_lone_question_of_ours_is_answered_under_every_name,
        tini_has_its_variables_and_they_win, tini_reads_its_verbosity_as_atoi_does,
        what_is_no_variable_asks_for_nothing, dumb_init_has_its_options,
        dumb_init_takes_abbreviations_that_fit_one_option,
        dumb_init_without_a_session_forwards_to_the_child_alone, catatonit_has_its_options,
        no_option_is_taken_out_of_the_commands_words)
