#include "options/drainit.h"

#include <signal.h>
#include <stdio.h>

#include "unit/options/given.h"

/* A field of the options as a number, so that one table can hold them all. */
#define FIELD(name, expression)                                                                \
	static int64_t name(const struct options *options)                                     \
	{                                                                                      \
		return (int64_t)(expression);                                                  \
	}

#define DURATION_FIELD(name)                                                                   \
	FIELD(name, options->name.kind * 100 * SEC +                                           \
	                    (options->name.value == NEVER ? 0 : options->name.value))
#define TEXT_FIELD(name) FIELD(name, options->name ? options->name[0] : 0)

#define SPAN(value)  (DURATION_SPAN * 100 * SEC + (value))
#define SHARE(value) (DURATION_SHARE * 100 * SEC + (value) * (SHARE_WHOLE / 100))

DURATION_FIELD(wait_for_max)
DURATION_FIELD(grace)
DURATION_FIELD(spent)
DURATION_FIELD(margin)
DURATION_FIELD(drain_delay)
DURATION_FIELD(drain_min)
DURATION_FIELD(drain_max)
DURATION_FIELD(drain_retry)
DURATION_FIELD(drain_quiet)
DURATION_FIELD(linger)
DURATION_FIELD(after_max)
TEXT_FIELD(wait_for)
TEXT_FIELD(drain)
TEXT_FIELD(after)
TEXT_FIELD(ready_file)
TEXT_FIELD(report)
FIELD(drain_idle,
        options->drain_idle + options->idle_port_count * 100000 + options->idle_ports[0] * 10)
FIELD(drain_idle_max, options->drain_idle_max)
FIELD(ready_until, options->ready_until)
FIELD(stop_signals, options->stop_signals)
FIELD(rewrite, options->rewrite[SIGTERM] * 100 + options->rewrite[SIGHUP])
FIELD(forward_to, options->forward_to)
FIELD(escalate, options->escalations * 100 + options->escalate[0].signal)
FIELD(parent_death_signal, options->parent_death_signal)
FIELD(after_on, options->after_on)
FIELD(stop_status, options->stop_status)
FIELD(zero_exit, options->zero_exit[2])
FIELD(log_format, options->log)
FIELD(verbosity, options->verbosity)
FIELD(warn_reaped, options->warn_reaped)
FIELD(nothing, options->command[0][0])

/*
 * A case for each row that is no mode: what holds if nothing is given, a good value, another one
 * for the twin that is to lose, and a bad one.
 */
static const struct row_case {
	const char *name;
	int64_t (*field)(const struct options *options);
	int64_t preset;
	const char *value;
	int64_t holds;
	const char *weaker;
	int64_t weaker_holds;
	const char *bad;
	const char *remedy;
} cases[] = {
#define SWITCH "1, true, yes, on, 0, false, no or off"
#define BIT(n) ((int64_t)1 << (n))
#define COMMAND_FORM                                                                           \
	"a command, its words quoted as for a shell, or [POST ]http://HOST[:PORT]/PATH"
	{ "wait-for", wait_for, 0, "http://localhost:15021/healthz", 'h', "POST http://[::1]",
	        'P', "localhost", "http://HOST[:PORT]/PATH" },
	{ "wait-for-max", wait_for_max, SPAN(30 * SEC), "2m", SPAN(120 * SEC), "1s", SPAN(SEC),
	        "10%", "500ms, 10s, 1m30s or 2h" },
	{ "grace", grace, 0, "25s", SPAN(25 * SEC), "infinity", DURATION_INFINITE * 100 * SEC,
	        "40%", "500ms, 10s, 1m30s, 2h or infinity" },
	{ "spent", spent, SPAN(0), "15", SPAN(15 * SEC), "1s", SPAN(SEC), "10%",
	        "500ms, 10s, 1m30s or 2h" },
	{ "margin", margin, 0, "5%", SHARE(5), "1s", SPAN(SEC), "0",
	        "500ms, 10s, 1m30s, 2h or 40%" },
	{ "drain", drain, 0, "curl -f x", 'c', "true", 't', "a 'b", COMMAND_FORM },
	{ "drain-delay", drain_delay, SPAN(0), "2s", SPAN(2 * SEC), "3%", SHARE(3), "-1s",
	        "500ms, 10s, 1m30s, 2h or 40%" },
	{ "drain-min", drain_min, SPAN(0), "5s", SPAN(5 * SEC), "30%", SHARE(30), "infinity",
	        "500ms, 10s, 1m30s, 2h or 40%" },
	{ "drain-max", drain_max, 0, "60%", SHARE(60), "9s", SPAN(9 * SEC), "0%",
	        "500ms, 10s, 1m30s, 2h or 40%" },
	{ "drain-retry", drain_retry, 0, "100ms", SPAN(100 * MSEC), "1s", SPAN(SEC), "99ms",
	        "500ms, 10s, 1m30s, 2h or 40%" },
	{ "drain-idle", drain_idle, 0, "8080,8443", 200000 + 80800 + 1, "on", 1, "8080,",
	        "1, 0, or ports as 8080,8443" },
	{ "drain-quiet", drain_quiet, 0, "5s", SPAN(5 * SEC), "10%", SHARE(10), "0",
	        "500ms, 10s, 1m30s, 2h or 40%" },
	{ "drain-idle-max", drain_idle_max, 0, "2", 2, "1000000", 1000000, "1000001",
	        "0 to 1000000" },
	{ "ready-file", ready_file, 0, "/run/ready", '/', "ready", 'r', NULL, "a path" },
	{ "ready-until", ready_until, READY_UNTIL_DRAIN, "stop", READY_UNTIL_STOP, "drain",
	        READY_UNTIL_DRAIN, "stopp", "drain or stop" },
	{ "stop-signals", stop_signals, BIT(14) | BIT(1), "QUIT,RTMIN+3", BIT(2) | BIT(36),
	        "WINCH", BIT(27), "TERM,KILL", "signals that can be received, as TERM,INT" },
	{ "rewrite", rewrite, 1501, "TERM:QUIT", 301, "HUP:0,TERM:9", 900, "STOP:TERM",
	        "TERM:QUIT, 15:3, or HUP:0 to drop it" },
	{ "group", forward_to, FORWARD_GROUP, "yes", FORWARD_GROUP, "off", FORWARD_MAIN, "2",
	        SWITCH },
	{ "single-child", forward_to, FORWARD_GROUP, "true", FORWARD_MAIN, "false",
	        FORWARD_GROUP, "TRUE", SWITCH },
	{ "escalate", escalate, 0, "QUIT@3s", 103, "ABRT@10%,USR1@1s", 206, "QUIT@0",
	        "QUIT@3s or QUIT@10%" },
	{ "parent-death-signal", parent_death_signal, 0, "HUP", SIGHUP, "9", SIGKILL, "33",
	        "TERM, SIGTERM, 15 or RTMIN+3" },
	{ "linger", linger, SPAN(2 * SEC), "0", SPAN(0), "1%", SHARE(1), "2 s",
	        "500ms, 10s, 1m30s, 2h or 40%" },
	{ "after", after, 0, "true", 't', "\"x\"", '"', "\\", COMMAND_FORM },
	{ "after-max", after_max, SPAN(5 * SEC), "1s", SPAN(SEC), "50%", SHARE(50), "0ms",
	        "500ms, 10s, 1m30s, 2h or 40%" },
	{ "after-on", after_on, AFTER_ALWAYS, "success", AFTER_SUCCESS, "always", AFTER_ALWAYS,
	        "never", "always or success" },
	{ "stop-status", stop_status, -1, "0", 0, "255", 255, "256", "0 to 255" },
	{ "exit-zero", zero_exit, 0, "143", BIT(15), "130,131", BIT(2) | BIT(3), "143,",
	        "0 to 255" },
	{ "report", report, 0, "/report.json", '/', "none", 'n', NULL, "a path" },
	{ "log", log_format, LOG_TEXT, "json", LOG_JSON, "text", LOG_TEXT, "xml",
	        "text or json" },
	{ "verbose", verbosity, 0, "1", 1, "3", 3, "10", SWITCH },
	{ "warn-reaped", warn_reaped, 0, "on", 1, "0", 0, "2", SWITCH },
	{ "subreaper", nothing, 'C', "1", 'C', "no", 'C', "maybe", SWITCH },
};

#define CASES (sizeof(cases) / sizeof(cases[0]))

static const struct row *row_of(const char *name)
{
	for (size_t i = 0; i < drainit_program.count; i++) {
		if (strcmp(drainit_program.rows[i].name, name) == 0)
			return &drainit_program.rows[i];
	}
	ck_abort_msg("no row %s", name);
}

static const struct row_case *case_of(const struct row *row)
{
	for (size_t i = 0; i < CASES; i++) {
		if (strcmp(cases[i].name, row->name) == 0)
			return &cases[i];
	}
	return NULL;
}

/* DRAINIT_DRAIN_MAX=value, and, where there is one, a second value by the command line. */
static const char *twin_of(const struct row_case *row, const char *value)
{
	static char text[256];
	char *c = text;

	strcpy(text, "DRAINIT_");
	c += strlen(text);
	for (const char *name = row->name; *name != '\0'; name++)
		*c++ = *name == '-' ? '_' : (char)(*name - 'a' + 'A');
	*c++ = '=';
	strcpy(c, value);
	return text;
}

static const char *option_of(const struct row_case *row, const char *join, const char *value)
{
	static char text[256];
	bool takes = row_of(row->name)->takes != NULL;

	snprintf(text, sizeof(text), "--%s%s%s|COMMAND", row->name, takes ? join : "",
	        takes ? value : "");
	return text;
}

static const char *letter_of(const struct row_case *row, const char *join)
{
	static char text[256];
	const struct row *found = row_of(row->name);

	snprintf(text, sizeof(text), "-%c%s%s|COMMAND", found->letter, found->takes ? join : "",
	        found->takes ? row->value : "");
	return text;
}

START_TEST(every_row_but_the_modes_has_a_case)
{
	size_t modes = 0;

	for (size_t i = 0; i < drainit_program.count; i++) {
		const struct row *row = &drainit_program.rows[i];
		modes += row->kind == KIND_MODE;
		if (row->kind != KIND_MODE)
			ck_assert_msg(case_of(row) != NULL, "no case for --%s", row->name);
	}
	ck_assert_uint_eq(modes + CASES, drainit_program.count);
}
END_TEST

START_TEST(names_and_letters_are_unique)
{
	for (size_t i = 0; i < drainit_program.count; i++) {
		const struct row *one = &drainit_program.rows[i];
		ck_assert_uint_le(strlen(one->name), ROW_NAME_MAX);
		ck_assert_uint_eq(
		        strspn(one->name, "abcdefghijklmnopqrstuvwxyz-"), strlen(one->name));
		ck_assert_ptr_nonnull(one->help);
		for (size_t j = 0; j < i; j++) {
			const struct row *other = &drainit_program.rows[j];
			ck_assert_str_ne(one->name, other->name);
			ck_assert(!one->letter || one->letter != other->letter);
		}
	}
}
END_TEST

START_TEST(a_row_has_its_preset_if_nothing_is_given)
{
	ck_assert_int_eq(cases[_i].field(expect_taken("", "COMMAND")), cases[_i].preset);
}
END_TEST

START_TEST(a_row_takes_a_good_value)
{
	const struct row_case *row = &cases[_i];

	ck_assert_int_eq(
	        row->field(expect_taken("", option_of(row, "=", row->value))), row->holds);
	if (!row_of(row->name)->optional)
		ck_assert_int_eq(row->field(expect_taken("", option_of(row, "|", row->value))),
		        row->holds);
	if (!row_of(row->name)->letter)
		return;
	ck_assert_int_eq(row->field(expect_taken("", letter_of(row, ""))), row->holds);
	ck_assert_int_eq(row->field(expect_taken("", letter_of(row, "|"))), row->holds);
}
END_TEST

START_TEST(a_twin_takes_a_good_value)
{
	const struct row_case *row = &cases[_i];

	ck_assert_int_eq(
	        row->field(expect_taken(twin_of(row, row->value), "COMMAND")), row->holds);
	ck_assert_int_eq(row->field(expect_taken(twin_of(row, row->weaker), "COMMAND")),
	        row->weaker_holds);
}
END_TEST

START_TEST(an_empty_twin_is_not_set)
{
	const struct row_case *row = &cases[_i];

	ck_assert_int_eq(row->field(expect_taken(twin_of(row, ""), "COMMAND")), row->preset);
}
END_TEST

START_TEST(the_command_line_wins_over_the_twin)
{
	const struct row_case *row = &cases[_i];
	const char *twin = twin_of(row, row->weaker);

	ck_assert_int_eq(
	        row->field(expect_taken(twin, option_of(row, "=", row->value))), row->holds);
}
END_TEST

/* where=value: what is wrong; write what would be right */
static void expect_form(const struct given *seen, const char *where, const char *remedy)
{
	char form[256];

	ck_assert_msg(!seen->good, "%s was taken", where);
	snprintf(form, sizeof(form), "%s: ", where);
	ck_assert_msg(strncmp(seen->problem, form, strlen(form)) == 0, "%s", seen->problem);
	int length = snprintf(form, sizeof(form), "; write %s", remedy);
	size_t problem = strlen(seen->problem);
	ck_assert_uint_gt(problem, (size_t)length);
	ck_assert_str_eq(seen->problem + problem - length, form);
}

START_TEST(a_row_refuses_a_bad_value)
{
	const struct row_case *row = &cases[_i];
	const char *bad = row->bad ? row->bad : "";
	char where[256];

	if (!row_of(row->name)->takes)
		snprintf(where, sizeof(where), "--%s=1|COMMAND", row->name);
	else
		snprintf(where, sizeof(where), "--%s=%s|COMMAND", row->name, bad);
	const struct given *seen = given("", where);
	where[strlen(where) - strlen("|COMMAND")] = '\0';
	if (row_of(row->name)->takes)
		expect_form(seen, where, row->remedy);
	else
		ck_assert_pstr_eq(strstr(seen->problem, ": "), ": takes no value");
}
END_TEST

START_TEST(a_twin_refuses_a_bad_value)
{
	const struct row_case *row = &cases[_i];

	if (!row->bad)
		return;
	char where[256];
	strcpy(where, twin_of(row, row->bad));
	expect_form(given(where, "COMMAND"), where, row->remedy);
}
END_TEST

START_TEST(a_row_that_takes_a_value_does_not_go_without)
{
	const struct row_case *row = &cases[_i];
	char option[64];

	if (!row_of(row->name)->takes)
		return;
	snprintf(option, sizeof(option), "--%s", row->name);
	if (!row_of(row->name)->optional) {
		expect_form(given("", option), option, row->remedy);
		ck_assert_ptr_nonnull(strstr(given("", option)->problem, ": needs a value; "));
	}
	/* An empty value is one, and no row takes it. */
	strcat(option, "=");
	expect_form(given("", option), option, row->remedy);
}
END_TEST

START_TEST(a_mode_is_asked_for_by_name_and_letter)
{
	ck_assert_int_eq(given("", "COMMAND")->mode, MODE_RUN);
	ck_assert_int_eq(given("", "--plan")->mode, MODE_PLAN);
	ck_assert_int_eq(given("", "--prestop")->mode, MODE_PRESTOP);
	ck_assert_int_eq(given("", "--status")->mode, MODE_STATUS);
	ck_assert_int_eq(given("", "--help")->mode, MODE_HELP);
	ck_assert_int_eq(given("", "-h")->mode, MODE_HELP);
	ck_assert_int_eq(given("", "--version")->mode, MODE_VERSION);
	ck_assert_int_eq(given("", "-V")->mode, MODE_VERSION);
	ck_assert_int_eq(given("", "--license")->mode, MODE_LICENSE);
	ck_assert_int_eq(given("", "-l")->mode, MODE_LICENSE);
	ck_assert_str_eq(given("DRAINIT_HELP=1", "x")->warnings,
	        "DRAINIT_HELP: unknown variable; see --help\n");
}
END_TEST

START_TEST(an_optional_value_comes_after_a_sign_of_equality)
{
	const struct given *seen = given("DRAINIT_DRAIN_IDLE=9000", "--drain-idle|8080");

	ck_assert(seen->good);
	ck_assert(seen->options.drain_idle);
	/* The twin's list too is replaced whole. */
	ck_assert_int_eq(seen->options.idle_port_count, 0);
	ck_assert_str_eq(seen->options.command[0], "8080");
}
END_TEST

static void expect_idle_ports(const char *value, bool on, int count, uint16_t last)
{
	char option[256];

	snprintf(option, sizeof(option), "--drain-idle=%s|COMMAND", value);
	const struct options *seen = expect_taken("DRAINIT_DRAIN_IDLE=9000", option);
	ck_assert(seen->drain_idle == on);
	ck_assert_int_eq(seen->idle_port_count, count);
	if (count > 0)
		ck_assert_uint_eq(seen->idle_ports[count - 1], last);
}

START_TEST(idle_ports_are_a_switch_or_a_list)
{
	expect_idle_ports("1", true, 0, 0);
	expect_idle_ports("yes", true, 0, 0);
	expect_idle_ports("0", false, 0, 0);
	expect_idle_ports("off", false, 0, 0);
	expect_idle_ports("2", true, 1, 2);
	expect_idle_ports("80,65535", true, 2, 65535);
	expect_idle_ports("2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17", true, 16, 17);
}
END_TEST

START_TEST(what_is_no_idle_port_is_refused)
{
	static const char *const bad[] = { "65536", "80,1", "80,0", ",80", "80,,81", "http",
		"-80", "80 ", "99999999999999999999" };
	char option[64];

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		snprintf(option, sizeof(option), "--drain-idle=%s", bad[i]);
		expect_form(given("", option), option, "1, 0, or ports as 8080,8443");
	}
	expect_refused("", "--drain-idle=2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18",
	        "--drain-idle=2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18: over 16 ports; "
	        "write 1, 0, or ports as 8080,8443");
}
END_TEST

START_TEST(a_command_may_be_a_request)
{
	static const char *const good[] = { "http://127.0.0.1:15020/quitquitquit",
		"POST http://localhost/x?a=b", "PUT http://[::1]:8500",
		"DELETE http://consul/x", "GET http://a" };
	char option[128];

	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		snprintf(option, sizeof(option), "--drain|%s|COMMAND", good[i]);
		ck_assert_str_eq(expect_taken("", option)->drain, good[i]);
		snprintf(option, sizeof(option), "--after=%s|COMMAND", good[i]);
		ck_assert_str_eq(expect_taken("", option)->after, good[i]);
		snprintf(option, sizeof(option), "--wait-for=%s|COMMAND", good[i]);
		ck_assert_str_eq(expect_taken("", option)->wait_for, good[i]);
	}
}
END_TEST

START_TEST(what_only_looks_like_a_request_is_a_command)
{
	ck_assert_str_eq(
	        expect_taken("", "--drain|curl https://x|COMMAND")->drain, "curl https://x");
	ck_assert_str_eq(expect_taken("", "--drain|httpd://x|COMMAND")->drain, "httpd://x");
	ck_assert_str_eq(expect_taken("", "--drain|POST it|COMMAND")->drain, "POST it");
}
END_TEST

START_TEST(a_request_that_cannot_be_sent_is_refused_with_one_remedy)
{
	expect_refused("", "--drain=https://x/y",
	        "--drain=https://x/y: no TLS here; write http:// or a command, such as curl");
	expect_refused("DRAINIT_AFTER=POST https://x", "COMMAND",
	        "DRAINIT_AFTER=POST https://x: no TLS here; write http:// or a command, such "
	        "as curl");
	expect_refused(
	        "", "--after=http://x:0/", "--after=http://x:0/: not a port; write 1 to 65535");
	expect_refused("", "--drain=PATCH http://x",
	        "--drain=PATCH http://x: not a method that we send; write GET, POST, PUT or "
	        "DELETE");
	expect_refused("", "--drain=http://[x]/",
	        "--drain=http://[x]/: not an IPv6 address in [ ]; write " COMMAND_FORM);
	expect_refused("", "--wait-for=true",
	        "--wait-for=true: not an URL; write http://HOST[:PORT]/PATH");
}
END_TEST

START_TEST(our_own_errors_exit_with_125)
{
	ck_assert_int_eq(drainit_program.habits.own_error, 125);
	ck_assert_str_eq(drainit_program.name, "drainit");
}
END_TEST

int main(void)
{
	const TTest *const once[] = { every_row_but_the_modes_has_a_case,
		names_and_letters_are_unique, a_mode_is_asked_for_by_name_and_letter,
		an_optional_value_comes_after_a_sign_of_equality,
		idle_ports_are_a_switch_or_a_list, what_is_no_idle_port_is_refused,
		a_command_may_be_a_request, what_only_looks_like_a_request_is_a_command,
		a_request_that_cannot_be_sent_is_refused_with_one_remedy,
		our_own_errors_exit_with_125 };
	const TTest *const each[] = { a_row_has_its_preset_if_nothing_is_given,
		a_row_takes_a_good_value, a_twin_takes_a_good_value, an_empty_twin_is_not_set,
		the_command_line_wins_over_the_twin, a_row_refuses_a_bad_value,
		a_twin_refuses_a_bad_value, a_row_that_takes_a_value_does_not_go_without };

	return suite_run_rows("drainit", once, sizeof(once) / sizeof(once[0]), each,
	        sizeof(each) / sizeof(each[0]), (int)CASES);
}
