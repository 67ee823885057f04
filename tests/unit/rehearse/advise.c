#include "rehearse/advise.h"

#include <stdarg.h>

#include "unit/rehearse/rehearsed.h"

/* Judges too. NULL ends the list. */
static void expect_advice(const char *first, ...)
{
	va_list list;
	int count = 0;

	conclude();
	va_start(list, first);
	for (const char *text = first; text; text = va_arg(list, const char *), count++) {
		ck_assert_msg(count < advice.count, "missing: %s", text);
		ck_assert_str_eq(advice.list[count], text);
	}
	va_end(list);
	ck_assert_msg(advice.count == count, "too much: %s", advice.list[count]);
}

#define LISTENER "close the listener when the stop signal comes, not before and not after"
#define NO_DRAIN                                                                               \
	"no drain is configured: behind a Service or a balancer new requests still come for "  \
	"some seconds after the stop request: --drain-min 5s"
#define FINISH                                                                                 \
	"on the stop signal close the listener, finish what is in flight, then exit; "         \
	"--drain-idle --drain-quiet 2s waits for it before the stop signal"
#define IDLE                                                                                   \
	"clients keep their connections: close idle ones at the stop signal (HTTP: "           \
	"'Connection: close'), and let --drain-idle with --drain-quiet 2s wait for the busy "  \
	"ones before it"
#define FOREGROUND                                                                             \
	"run it in the foreground ('daemon off;', -DFOREGROUND, --nodaemon): what leaves the " \
	"process group is found out only in the sweep, and has --linger"
#define HANDLER                                                                                \
	": give it a handler that closes the listener, finishes and exits; or, if it knows "   \
	"another signal for that, -r "
#define NGINX "nginx finishes what is in flight, not on TERM, but on QUIT: -r TERM:QUIT"

static void cut_one(void)
{
	facts.requests.list[0].fate = FATE_CUT;
}

START_TEST(where_all_is_well_nothing_is_to_change)
{
	in_order(DRAINS, 5 * SEC);
	expect_advice(NULL);
	/* Also of a shell and of a known server. */
	facts.main_name = "sh";
	facts.main_child = facts.server = "nginx";
	expect_advice(NULL);
}
END_TEST

START_TEST(requests_without_a_drain_are_told_of_it)
{
	in_order(THIRTY, 0);
	expect_advice(NO_DRAIN, NULL);
	facts.requests = (struct requests){ .made = false };
	expect_advice(NULL);
}
END_TEST

START_TEST(a_listener_that_closes_at_another_time_is_told_of)
{
	in_order(DRAINS, 5 * SEC);
	probe(7 * SEC, PROBE_TAKEN);
	expect_advice(LISTENER, NULL);
	/* Who does not end at all has another trouble. */
	facts.told.forced = true;
	facts.exit_status = 143;
	expect_advice("it does not end on TERM" HANDLER "TERM:SIGNAL", NULL);
}
END_TEST

START_TEST(cut_requests_of_an_unknown_program_want_an_orderly_end)
{
	in_order(DRAINS, 5 * SEC);
	cut_one();
	expect_advice(FINISH, NULL);
	facts.connections.reset = 1;
	expect_advice(FINISH, NULL);
	facts.connections.open_at_end = 1;
	expect_advice(IDLE, NULL);
}
END_TEST

START_TEST(a_known_server_is_told_its_orderly_signal)
{
	static const struct {
		const char *name, *options, *text;
	} cases[] = {
		{ "nginx", DRAINS, NGINX },
		{ "apache2", DRAINS,
		        "apache2 finishes what is in flight, not on TERM, but on WINCH: -r "
		        "TERM:WINCH" },
		{ "httpd", DRAINS,
		        "httpd finishes what is in flight, not on TERM, but on WINCH: -r "
		        "TERM:WINCH" },
		{ "haproxy", DRAINS,
		        "haproxy finishes what is in flight, not on TERM, but on USR1: -r "
		        "TERM:USR1" },
		{ "php-fpm8.2", DRAINS,
		        "php-fpm finishes what is in flight, not on TERM, but on QUIT: -c -r "
		        "TERM:QUIT" },
		{ "php-fpm", "--grace|30s|--drain-min|5s|-c|x",
		        "php-fpm finishes what is in flight, not on TERM, but on QUIT: -r "
		        "TERM:QUIT" },
		{ "postgres", DRAINS,
		        "postgres waits on TERM until every client has left; it stops in time "
		        "on "
		        "INT: -c -r TERM:INT" },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		in_order(cases[i].options, 5 * SEC);
		cut_one();
		facts.server = cases[i].name;
		expect_advice(cases[i].text, NULL);
	}
}
END_TEST

START_TEST(a_known_server_that_did_not_end_is_told_it_too)
{
	in_order(DRAINS, 5 * SEC);
	facts.server = "nginx";
	facts.told.forced = true;
	expect_advice(NGINX, NULL);
	facts.told.forced = false;
	facts.killed_by_runtime = true;
	expect_advice(NGINX, NULL);
}
END_TEST

START_TEST(a_known_server_that_has_its_signal_is_not_told_it)
{
	in_order("--grace|30s|--drain-min|5s|-r|TERM:QUIT|x", 5 * SEC);
	facts.server = "nginx";
	cut_one();
	expect_advice(FINISH, NULL);
}
END_TEST

START_TEST(known_is_who_bears_a_servers_name)
{
	static const char *const known[] = { "nginx", "apache2", "httpd", "haproxy", "php-fpm",
		"php-fpm8.2", "php-fpm7", "postgres" };
	static const char *const unknown[] = { "", "ngin", "my-nginx", "NGINX",
		"postgres_export", "haproxy_exporte", "nginx-prometheu", "node" };

	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		ck_assert_msg(advise_known(known[i]), "%s", known[i]);
	for (size_t i = 0; i < sizeof unknown / sizeof *unknown; i++)
		ck_assert_msg(!advise_known(unknown[i]), "%s", unknown[i]);
	ck_assert(!advise_known(NULL));
}
END_TEST

#define EXEC_NODE                                                                              \
	"the main child is a shell (sh) and the program its child, so the exit status is the " \
	"shell's: write 'exec node ...' in the script"

START_TEST(a_shell_before_the_program_is_told_to_exec)
{
	in_order(DRAINS, 5 * SEC);
	facts.main_name = "sh";
	facts.main_child = "node";
	cut_one();
	expect_advice(EXEC_NODE, NULL);
	facts.server = "nginx";
	expect_advice(NGINX, EXEC_NODE, NULL);
	facts.server = NULL;
	/* A shell without a child is the program. */
	facts.main_child = NULL;
	expect_advice(FINISH, NULL);
	/* A program with a child is no shell. */
	facts.main_name = "fish-server";
	facts.main_child = "node";
	expect_advice(FINISH, NULL);
	facts.main_name = NULL;
	expect_advice(FINISH, NULL);
}
END_TEST

START_TEST(every_shell_is_known)
{
	static const char *const shells[] = { "sh", "bash", "dash", "ash", "ksh", "zsh",
		"busybox" };

	for (size_t i = 0; i < sizeof shells / sizeof *shells; i++) {
		in_order(DRAINS, 5 * SEC);
		facts.told.forced = true;
		facts.main_name = shells[i];
		facts.main_child = "x";
		conclude();
		ck_assert_int_eq(advice.count, 1);
		ck_assert_ptr_nonnull(strstr(advice.list[0], "write 'exec x ...'"));
	}
}
END_TEST

START_TEST(a_name_is_shown_without_what_a_terminal_would_obey)
{
	in_order(DRAINS, 5 * SEC);
	facts.main_name = "sh";
	facts.main_child = "\x1b[31mx";
	cut_one();
	conclude();
	ck_assert_ptr_nonnull(strstr(advice.list[0], "'exec ?[31mx ...'"));
}
END_TEST

START_TEST(who_does_not_end_on_the_stop_signal_is_told_by_its_name)
{
	in_order(DRAINS, 5 * SEC);
	facts.told.forced = true;
	facts.exit_status = 143;
	expect_advice("it does not end on TERM" HANDLER "TERM:SIGNAL", NULL);
	facts.told.forced = false;
	facts.killed_by_runtime = true;
	leftover(7, "x");
	expect_advice("it does not end on TERM" HANDLER "TERM:SIGNAL", NULL);
}
END_TEST

START_TEST(a_rewrite_is_minded_and_one_that_drops_is_told_of)
{
	in_order("--grace|30s|--drain-min|5s|-r|TERM:QUIT|x", 5 * SEC);
	facts.told.forced = true;
	expect_advice("it does not end on QUIT" HANDLER "TERM:SIGNAL", NULL);
	in_order("--grace|30s|--drain-min|5s|-r|TERM:0|x", 5 * SEC);
	facts.told.forced = true;
	expect_advice("it does not end on a stop signal that is dropped (-r)" HANDLER
	              "TERM:SIGNAL",
	        NULL);
}
END_TEST

START_TEST(the_stop_request_is_term_where_that_is_one_else_the_first)
{
	in_order("--grace|30s|--drain-min|5s|--stop-signals|QUIT,TERM|x", 5 * SEC);
	facts.told.forced = true;
	expect_advice("it does not end on TERM" HANDLER "TERM:SIGNAL", NULL);
	in_order("--grace|30s|--drain-min|5s|--stop-signals|QUIT,INT|x", 5 * SEC);
	facts.told.forced = true;
	expect_advice("it does not end on QUIT" HANDLER "QUIT:SIGNAL", NULL);
}
END_TEST

#define NO_HANDLER(status, name)                                                               \
	"exit status " status ": it has no handler for " name                                  \
	", or its runtime exits so on purpose (a JVM does). Add a handler; "
#define ORDERLY "if the stop is orderly, --stop-status 0"
#define HIDES   "--stop-status 0 would only hide it"

START_TEST(a_status_of_the_stop_signal_wants_a_handler)
{
	in_order(DRAINS, 5 * SEC);
	facts.exit_status = 143;
	expect_advice(NO_HANDLER("143", "TERM") ORDERLY, NULL);
	cut_one();
	expect_advice(FINISH, NO_HANDLER("143", "TERM") HIDES, NULL);
	in_order("--grace|30s|--drain-min|5s|-r|TERM:QUIT|x", 5 * SEC);
	facts.exit_status = 131;
	expect_advice(NO_HANDLER("131", "QUIT") ORDERLY, NULL);
	in_order("--grace|30s|--drain-min|5s|--stop-signals|INT,TERM|x", 5 * SEC);
	facts.exit_status = 143;
	expect_advice(NO_HANDLER("143", "TERM") ORDERLY, NULL);
}
END_TEST

#define FAILURE(status)                                                                        \
	"exit status " status                                                                  \
	" after a stop that was asked for looks like a failure to Jobs and alerts: exit with " \
	"0, or -e " status

START_TEST(another_status_looks_like_a_failure)
{
	in_order(DRAINS, 5 * SEC);
	facts.exit_status = 1;
	expect_advice(FAILURE("1"), NULL);
	/* It came from elsewhere: the stop signal is another, or was dropped. */
	facts.exit_status = 130;
	expect_advice(FAILURE("130"), NULL);
	in_order("--grace|30s|--drain-min|5s|-r|TERM:0|x", 5 * SEC);
	facts.exit_status = 128;
	expect_advice(FAILURE("128"), NULL);
}
END_TEST

START_TEST(who_leaves_processes_behind_runs_in_the_background)
{
	in_order(DRAINS, 5 * SEC);
	leftover(7, "worker");
	expect_advice(FOREGROUND, NULL);
	/* The shell's advice is the cause of it. */
	facts.main_name = "bash";
	facts.main_child = "node";
	conclude();
	ck_assert_int_eq(advice.count, 1);
}
END_TEST

START_TEST(the_most_telling_comes_first_and_each_is_whole)
{
	in_order(THIRTY, 0);
	cut_one();
	probe(2 * SEC, PROBE_TAKEN);
	facts.exit_status = 143;
	leftover(7, "worker");
	expect_advice(
	        LISTENER, FINISH, NO_HANDLER("143", "TERM") HIDES, FOREGROUND, NO_DRAIN, NULL);
	facts.server = "nginx";
	facts.main_name = "sh";
	facts.main_child = "node";
	expect_advice(
	        NGINX, EXEC_NODE, LISTENER, NO_HANDLER("143", "TERM") HIDES, NO_DRAIN, NULL);
}
END_TEST

SUITE("advise", where_all_is_well_nothing_is_to_change, requests_without_a_drain_are_told_of_it,
        a_listener_that_closes_at_another_time_is_told_of,
        cut_requests_of_an_unknown_program_want_an_orderly_end,
        a_known_server_is_told_its_orderly_signal,
        a_known_server_that_did_not_end_is_told_it_too,
        a_known_server_that_has_its_signal_is_not_told_it, known_is_who_bears_a_servers_name,
        a_shell_before_the_program_is_told_to_exec, every_shell_is_known,
        a_name_is_shown_without_what_a_terminal_would_obey,
        who_does_not_end_on_the_stop_signal_is_told_by_its_name,
        a_rewrite_is_minded_and_one_that_drops_is_told_of,
        the_stop_request_is_term_where_that_is_one_else_the_first,
        a_status_of_the_stop_signal_wants_a_handler, another_status_looks_like_a_failure,
        who_leaves_processes_behind_runs_in_the_background,
        the_most_telling_comes_first_and_each_is_whole)
