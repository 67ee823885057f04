#include "output/log.h"

#include <errno.h>
#include <signal.h>

#include "unit/options/given.h"

/* The machine is stepped as the loop steps it; each test reads what was said. */
static struct plan plan;
static struct machine machine;
static struct record record;
static struct survivors survivors;
static struct watched watched;
static const char *heard;
static char text[4 * LOG_BYTES + 1];
static struct writer told;
static nsec_t now;

static void happens(struct event event)
{
	struct actions actions;
	struct step step = {
		.machine = &machine,
		.before = machine.phase,
		.event = &event,
		.actions = &actions,
		.heard = heard,
		.watched = &watched,
	};

	event.now = now;
	machine_step(&machine, &event, &actions);
	record_step(&record, &step);
	log_step(&told, &record, &step, &survivors);
}

static void time_passes(nsec_t span)
{
	now += span;
	happens((struct event){ .kind = EVENT_TIME });
}

static void runs_in(const char *environment, const char *arguments)
{
	struct problem problem;

	ck_assert(plan_make(expect_taken(environment, arguments), &plan, &problem));
	machine_init(&machine, &plan);
	memset(&record, 0, sizeof(record));
	memset(&survivors, 0, sizeof(survivors));
	watched = (struct watched){ .at_start = -1, .now = -1 };
	heard = "";
	told = writer_on(text, sizeof(text) - 1);
	now = 1000 * SEC;
	time_passes(0);
}

static void runs(const char *arguments)
{
	runs_in("", arguments);
}

static void gets(int signal)
{
	happens((struct event){ .kind = EVENT_SIGNAL, .signal = signal });
}

static void hook_asks(void)
{
	happens((struct event){ .kind = EVENT_ASKED });
}

static void ends(enum role role, int status)
{
	happens((struct event){ .kind = EVENT_ENDED, .role = role, .status = status });
}

static void is_killed(enum role role, int signal)
{
	happens((struct event){ .kind = EVENT_ENDED,
	        .role = role,
	        .status = 128 + signal,
	        .killed_by = signal });
}

static void does_not_start(enum role role, int error, bool in_exec)
{
	happens((struct event){
	        .kind = EVENT_NOT_STARTED, .role = role, .error = error, .in_exec = in_exec });
}

static void nobody_is_left(void)
{
	happens((struct event){ .kind = EVENT_NO_CHILD });
}

static void survives(int pid, char state, int age_s, const char *wchan, const char *command)
{
	struct survivor *survivor = &survivors.list[survivors.count++];

	survivors.total++;
	survivor->pid = pid;
	survivor->state = state;
	survivor->age_s = age_s;
	strcpy(survivor->wchan, wchan);
	strcpy(survivor->command, command);
}

/* What was said since the last look. */
static void expect_said(const char *expected)
{
	ck_assert(!told.full);
	expect_text(told, expected);
	told.length = 0;
}

START_TEST(a_normal_life_is_quiet)
{
	runs("--|app");
	gets(SIGHUP);
	ends(ROLE_NONE, 3);
	ends(ROLE_MAIN, 1);
	nobody_is_left();
	expect_said("");
}
END_TEST

START_TEST(a_stop_without_a_drain_is_three_lines)
{
	runs("--|app");
	gets(SIGTERM);
	expect_said("drainit: +0s TERM received: stop signal sent; "
	            "SIGKILL in 9.5s; grace period 10s (default of docker, podman)\n");
	now += 1200 * MSEC;
	ends(ROLE_MAIN, 0);
	expect_said("drainit: +1.2s main child ended with 0; 8.3s left\n");
	nobody_is_left();
	expect_said("drainit: +1.2s exit 0; 1.2s of 10s used\n");
}
END_TEST

START_TEST(the_grace_period_is_told_with_its_source)
{
	runs_in("KUBERNETES_SERVICE_HOST=10.0.0.1", "-c|--|app");
	gets(SIGINT);
	expect_said("drainit: +0s INT received: stop signal sent; SIGKILL in "
	            "28.5s; grace period 30s (default of Kubernetes)\n");
	runs_in("DRAINIT_GRACE=20s", "--spent|5s|--|app");
	gets(SIGTERM);
	expect_said("drainit: +0s TERM received: stop signal sent; "
	            "SIGKILL in 14.25s; grace period 20s (DRAINIT_GRACE), 5s of it spent "
	            "before\n");
	now += SEC;
	ends(ROLE_MAIN, 0);
	nobody_is_left();
	expect_said("drainit: +1s main child ended with 0; 13.25s left\n"
	            "drainit: +1s exit 0; 6s of 20s used\n");
}
END_TEST

START_TEST(without_an_end_nothing_is_said_to_be_left)
{
	runs("--grace|infinity|--|app");
	gets(SIGTERM);
	now += SEC;
	ends(ROLE_MAIN, 0);
	nobody_is_left();
	expect_said("drainit: +0s TERM received: stop signal sent; "
	            "no SIGKILL; grace period infinity (--grace)\n"
	            "drainit: +1s main child ended with 0; no deadline\n"
	            "drainit: +1s exit 0; 1s used\n");
}
END_TEST

START_TEST(a_stop_signal_that_is_dropped_is_said_not_to_be_sent)
{
	runs("--grace|10s|-r|TERM:0|--|app");
	gets(SIGTERM);
	expect_said("drainit: +0s TERM received: stop signal not sent on (rewritten to 0); "
	            "SIGKILL in 9.5s; grace period 10s (--grace)\n");
}
END_TEST

START_TEST(a_drain_that_succeeds_says_how_long_it_took)
{
	runs("--grace|10s|--drain|let-go|--|app");
	gets(SIGTERM);
	expect_said("drainit: +0s TERM received: drain for at most 6s; SIGKILL in 9.5s; grace "
	            "period 10s (--grace)\n");
	now += 2 * SEC;
	ends(ROLE_DRAIN, 0);
	expect_said("drainit: +2s drained after 2s; stop signal sent; 7.5s left\n");
}
END_TEST

START_TEST(a_drain_command_that_is_done_early_says_what_is_waited_for)
{
	runs("--grace|10s|--drain|let-go|--drain-min|3s|--|app");
	gets(SIGTERM);
	told.length = 0;
	now += SEC;
	ends(ROLE_DRAIN, 0);
	expect_said("drainit: +1s drain command succeeded; the drain lasts 2s more\n");
	time_passes(2 * SEC);
	expect_said("drainit: +3s drained after 3s; stop signal sent; 6.5s left\n");
}
END_TEST

START_TEST(a_drain_without_a_command_is_its_least_time)
{
	runs("--grace|10s|--drain-min|2s|--|app");
	gets(SIGTERM);
	time_passes(2 * SEC);
	expect_said("drainit: +0s TERM received: drain for 2s; SIGKILL in 9.5s; grace period "
	            "10s (--grace)\n"
	            "drainit: +2s drained after 2s; stop signal sent; 7.5s left\n");
}
END_TEST

START_TEST(a_drain_command_that_hangs_costs_its_budget)
{
	runs("--grace|10s|--drain|let-go|--|app");
	gets(SIGTERM);
	told.length = 0;
	time_passes(5400 * MSEC);
	expect_said("drainit: +5.4s TERM to the drain command; 4.1s left\n");
	time_passes(600 * MSEC);
	expect_said("drainit: +6s drain failed: budget used up after 6s; stop signal sent; "
	            "3.5s left\n"
	            "drainit: +6s KILL to the drain command; 3.5s left\n");
	is_killed(ROLE_DRAIN, SIGKILL);
	expect_said("drainit: +6s drain command was killed by KILL\n");
}
END_TEST

START_TEST(a_drain_command_that_fails_says_how)
{
	runs("--grace|10s|--drain|let-go|--|app");
	gets(SIGTERM);
	told.length = 0;
	ends(ROLE_DRAIN, 7);
	expect_said("drainit: +0s drain command ended with 7\n"
	            "drainit: +0s drain failed after 0s; stop signal sent; 9.5s left\n");
	runs("--grace|10s|--drain|let-go|--|app");
	gets(SIGTERM);
	told.length = 0;
	does_not_start(ROLE_DRAIN, ENOENT, true);
	expect_said("drainit: +0s drain command could not be started: No such file or "
	            "directory\n"
	            "drainit: +0s drain failed after 0s; stop signal sent; 9.5s left\n");
}
END_TEST

START_TEST(of_many_attempts_the_first_few_and_the_last_are_told)
{
	runs("--grace|10s|--drain|let-go|--drain-retry|1s|--|app");
	gets(SIGTERM);
	told.length = 0;
	ends(ROLE_DRAIN, 1);
	for (int i = 0; i < 5; i++) {
		time_passes(SEC);
		ends(ROLE_DRAIN, 1);
	}
	expect_said("drainit: +0s drain command (attempt 1) ended with 1; again in 1s\n"
	            "drainit: +1s drain command (attempt 2) ended with 1; again in 1s\n"
	            "drainit: +3s drain command (attempt 4) ended with 1; again in 1s\n"
	            "drainit: +5s drain command (attempt 6) ended with 1\n"
	            "drainit: +5s drain failed after 5s; stop signal sent; 4.5s left\n");
}
END_TEST

/* What the watcher has seen by now. */
static void is_seen(int at_start, int open)
{
	watched = (struct watched){ .at_start = at_start, .now = open, .seen = true };
}

START_TEST(a_drain_that_waits_for_connections_tells_how_many_there_were)
{
	runs("--grace|10s|--drain-idle|--|app");
	gets(SIGTERM);
	expect_said("drainit: +0s TERM received: drain for at most 6s; SIGKILL in 9.5s; grace "
	            "period 10s (--grace)\n");
	is_seen(12, 0);
	now += 3 * SEC;
	ends(ROLE_WATCHER, 0);
	expect_said("drainit: +3s drained after 3s; 0 connections open, 12 at its start; stop "
	            "signal sent; 6.5s left\n");
}
END_TEST

START_TEST(one_that_was_not_seen_idle_has_failed)
{
	runs("--grace|10s|--drain-idle|--|app");
	gets(SIGTERM);
	told.length = 0;
	is_seen(12, 3);
	time_passes(6 * SEC);
	expect_said("drainit: +6s drain failed: budget used up after 6s; 3 connections open, "
	            "12 at its start; stop signal sent; 3.5s left\n");
	is_killed(ROLE_WATCHER, SIGKILL);
	expect_said("");
}
END_TEST

START_TEST(one_that_is_cut_short_tells_what_was_still_open)
{
	runs("--grace|10s|--drain-idle|--|app");
	gets(SIGTERM);
	told.length = 0;
	is_seen(12, 3);
	watched.quiet_blind = true;
	now += 2 * SEC;
	gets(SIGTERM);
	expect_said("drainit: +2s drain cut short by a further stop signal after 2s; 3 "
	            "connections open, 12 at its start (how long they were quiet could not be "
	            "seen); stop signal sent; 7.5s left\n");
}
END_TEST

START_TEST(a_watcher_that_sees_nothing_says_so)
{
	runs("--grace|10s|--drain-idle|--|app");
	gets(SIGTERM);
	told.length = 0;
	ends(ROLE_WATCHER, 1);
	expect_said("drainit: +0s the watcher of connections sees nothing here; the drain "
	            "lasts to its budget\n");
	time_passes(6 * SEC);
	expect_said("drainit: +6s drain failed: budget used up after 6s; connections could not "
	            "be seen; stop signal sent; 3.5s left\n");
	runs("--grace|10s|--drain-idle|--|app");
	gets(SIGTERM);
	told.length = 0;
	does_not_start(ROLE_WATCHER, EAGAIN, false);
	expect_said("drainit: +0s the watcher of connections could not be started: Resource "
	            "temporarily unavailable; the drain lasts to its budget\n");
}
END_TEST

START_TEST(a_command_that_is_done_before_the_connections_says_so)
{
	runs("--grace|10s|--drain|let-go|--drain-idle|--|app");
	gets(SIGTERM);
	told.length = 0;
	now += SEC;
	ends(ROLE_DRAIN, 0);
	expect_said("drainit: +1s drain command succeeded; connections are waited for\n");
}
END_TEST

START_TEST(a_request_that_fails_tells_what_the_server_said)
{
	runs("--grace|10s|--drain|http://x/drain|--drain-retry|1s|--after|http://x/"
	     "quit|--|app");
	gets(SIGTERM);
	told.length = 0;
	heard = "503 Service Unavailable: not yet";
	ends(ROLE_DRAIN, 1);
	expect_said("drainit: +0s drain command (attempt 1) ended with 1: 503 Service "
	            "Unavailable: not yet; again in 1s\n");
	heard = "";
	time_passes(SEC);
	ends(ROLE_DRAIN, 0);
	ends(ROLE_MAIN, 0);
	nobody_is_left();
	told.length = 0;
	heard = "Connection refused";
	ends(ROLE_AFTER, 1);
	expect_said("drainit: +1s after command ended with 1: Connection refused\n");
}
END_TEST

#define WAITS "--wait-for|http://127.0.0.1:15021/ready"

START_TEST(an_answer_that_was_waited_for_is_not_told)
{
	runs("--grace|10s|" WAITS "|--|app");
	ends(ROLE_WAIT, 0);
	expect_said("");
	gets(SIGTERM);
	expect_said("drainit: +0s TERM received: stop signal sent; SIGKILL in 9.5s; grace "
	            "period 10s (--grace)\n");
}
END_TEST

START_TEST(a_wait_without_an_answer_tells_what_the_server_said)
{
	runs(WAITS "|--|app");
	heard = "503 Service Unavailable: warming up";
	ends(ROLE_WAIT, 1);
	expect_said(
	        "drainit: http://127.0.0.1:15021/ready did not answer with 2xx in time: 503 "
	        "Service Unavailable: warming up; COMMAND is not started\n");
	/* It hung, and had no last words. */
	runs(WAITS "|--|app");
	time_passes(30 * SEC);
	expect_said("");
	is_killed(ROLE_WAIT, SIGKILL);
	expect_said("drainit: http://127.0.0.1:15021/ready did not answer with 2xx in time; "
	            "COMMAND is not started\n");
	runs(WAITS "|--|app");
	does_not_start(ROLE_WAIT, EAGAIN, false);
	expect_said("drainit: the wait-for helper could not be started: Resource temporarily "
	            "unavailable; COMMAND is not started\n");
}
END_TEST

START_TEST(a_stop_request_while_it_waits_is_told)
{
	runs("--grace|10s|--log|json|" WAITS "|--|app");
	gets(SIGHUP);
	expect_said("");
	runs("--grace|10s|" WAITS "|--|app");
	gets(SIGINT);
	expect_said("drainit: +0s INT received: COMMAND is not started; SIGKILL in 9.5s; grace "
	            "period 10s (--grace)\n"
	            "drainit: +0s exit 130; 0s of 10s used\n");
}
END_TEST

START_TEST(a_further_stop_signal_cuts_the_drain_short)
{
	runs("--grace|10s|--drain|let-go|--|app");
	gets(SIGTERM);
	gets(SIGTERM);
	told.length = 0;
	now += 2 * SEC;
	gets(SIGTERM);
	expect_said("drainit: +2s drain cut short by a further stop signal after 2s; stop "
	            "signal sent; 7.5s left\n"
	            "drainit: +2s TERM to the drain command; 7.5s left\n");
	now += SEC;
	gets(SIGTERM);
	expect_said("drainit: +3s TERM to the main child's group; 6.5s left\n"
	            "drainit: +3s KILL to the drain command; 6.5s left\n");
	ends(ROLE_DRAIN, 0);
	expect_said("drainit: +3s drain command succeeded\n");
}
END_TEST

START_TEST(a_main_child_that_ends_in_the_drain_is_told_so)
{
	runs("--grace|10s|--drain|let-go|--|app");
	gets(SIGTERM);
	told.length = 0;
	now += SEC;
	ends(ROLE_MAIN, 0);
	expect_said("drainit: +1s main child ended with 0 during the drain; 8.5s left\n");
}
END_TEST

START_TEST(a_hook_is_told_from_its_ask_to_its_signal)
{
	runs("--grace|10s|--drain|let-go|--|app");
	hook_asks();
	expect_said("drainit: +0s the preStop hook asks: drain for at most 6s; SIGKILL in "
	            "9.5s; grace period 10s (--grace)\n");
	now += 1500 * MSEC;
	ends(ROLE_DRAIN, 0);
	expect_said(
	        "drainit: +1.5s drained after 1.5s; serving until the signal comes; 8s left\n"
	        "drainit: +1.5s preStop hook answered 0\n");
	now += 2 * SEC;
	gets(SIGINT);
	expect_said("drainit: +3.5s INT received: stop signal sent; 6s left\n");
}
END_TEST

START_TEST(a_hook_that_no_signal_follows_is_told)
{
	runs("--grace|10s|--|app");
	hook_asks();
	expect_said("drainit: +0s the preStop hook asks: serving until the signal comes; "
	            "SIGKILL in 9.5s; grace period 10s (--grace)\n"
	            "drainit: +0s preStop hook answered 0\n");
	time_passes(8500 * MSEC);
	expect_said("drainit: +8.5s no signal followed the hook: stop signal sent; 1s left\n");
	gets(SIGTERM);
	expect_said("");
	runs("--grace|10s|-r|TERM:0|--|app");
	hook_asks();
	told.length = 0;
	time_passes(8500 * MSEC);
	expect_said("drainit: +8.5s no signal followed the hook: stop signal not sent on "
	            "(rewritten to 0); 1s left\n");
}
END_TEST

START_TEST(a_hook_whose_drain_fails_is_told)
{
	runs("--grace|10s|--drain|let-go|--|app");
	hook_asks();
	told.length = 0;
	now += SEC;
	ends(ROLE_DRAIN, 7);
	expect_said("drainit: +1s drain command ended with 7\n"
	            "drainit: +1s drain failed after 1s; serving until the signal comes; 8.5s "
	            "left\n"
	            "drainit: +1s preStop hook answered 1\n");
	hook_asks();
	expect_said("drainit: +1s preStop hook answered 1\n");
	runs("--grace|10s|--log|json|--drain|let-go|--|app");
	hook_asks();
	told.length = 0;
	now += SEC;
	ends(ROLE_DRAIN, 7);
	expect_said("{\"source\":\"drainit\",\"phase\":\"failed\",\"since_stop_ms\":1000,"
	            "\"left_ms\":8500,\"message\":\"drain command ended with 7\"}\n"
	            "{\"source\":\"drainit\",\"phase\":\"failed\",\"since_stop_ms\":1000,"
	            "\"left_ms\":8500,\"message\":\"drain failed after 1s; serving until the "
	            "signal comes; 8.5s left\"}\n"
	            "{\"source\":\"drainit\",\"phase\":\"failed\",\"since_stop_ms\":1000,"
	            "\"left_ms\":8500,\"message\":\"preStop hook answered 1\"}\n");
}
END_TEST

START_TEST(a_signal_beside_the_hook_is_told)
{
	runs("--grace|10s|--drain|let-go|--|app");
	hook_asks();
	told.length = 0;
	now += 3 * SEC;
	happens((struct event){ .kind = EVENT_SIGNAL, .signal = SIGTERM, .hook_there = true });
	expect_said("drainit: +3s drain cut short by the stop signal after 3s; stop signal "
	            "sent; 6.5s left\n"
	            "drainit: +3s preStop hook answered 1\n"
	            "drainit: +3s TERM to the drain command; 6.5s left\n");
	runs("--grace|10s|--drain-min|3s|--|app");
	hook_asks();
	told.length = 0;
	now += SEC;
	gets(SIGTERM);
	expect_said("drainit: +1s TERM received: drain goes on; 8.5s left\n");
	now += 2 * SEC;
	time_passes(0);
	expect_said("drainit: +3s drained after 3s; stop signal sent; 6.5s left\n"
	            "drainit: +3s preStop hook answered 0\n");
	ends(ROLE_MAIN, 0);
	nobody_is_left();
	expect_said("drainit: +3s main child ended with 0; 6.5s left\n"
	            "drainit: +3s exit 0; 3s of 10s used\n");
}
END_TEST

START_TEST(a_hook_in_a_wait_or_a_sweep_is_told)
{
	runs("--grace|10s|" WAITS "|--|app");
	hook_asks();
	expect_said("drainit: +0s the preStop hook asks: COMMAND is not started; SIGKILL in "
	            "9.5s; grace period 10s (--grace)\n"
	            "drainit: +0s preStop hook answered 0\n"
	            "drainit: +0s exit 143; 0s of 10s used\n");
	runs("--grace|10s|--drain|let-go|--|app");
	hook_asks();
	told.length = 0;
	now += SEC;
	ends(ROLE_MAIN, 3);
	expect_said("drainit: +1s main child ended with 3 during the drain; 8.5s left\n");
	ends(ROLE_DRAIN, 1);
	expect_said("drainit: +1s drain command ended with 1\n"
	            "drainit: +1s preStop hook answered 1\n");
	runs("--grace|10s|--|app");
	ends(ROLE_MAIN, 0);
	told.length = 0;
	hook_asks();
	expect_said("drainit: +0s the preStop hook asks: the main child is gone already; "
	            "SIGKILL in 9.5s; grace period 10s (--grace)\n"
	            "drainit: +0s preStop hook answered 0\n");
}
END_TEST

START_TEST(a_main_child_that_is_killed_is_always_told)
{
	runs("--|app");
	is_killed(ROLE_MAIN, SIGSEGV);
	expect_said("drainit: main child was killed by SEGV\n");
	runs("--|app");
	gets(SIGUSR1);
	is_killed(ROLE_MAIN, SIGUSR1);
	expect_said("drainit: main child was killed by USR1, which drainit forwarded; as PID 1 "
	            "it would have been immune: -r USR1:0 drops it\n");
}
END_TEST

START_TEST(a_command_that_does_not_start_is_named_with_the_reason)
{
	runs("--|app");
	does_not_start(ROLE_MAIN, ENOENT, true);
	expect_said("drainit: app: No such file or directory (looked for in PATH)\n");
	runs("--|/app/run.sh");
	does_not_start(ROLE_MAIN, ENOENT, true);
	expect_said("drainit: /app/run.sh: No such file or directory (it, or the interpreter "
	            "or loader that it names)\n");
	runs("--|/app/run");
	does_not_start(ROLE_MAIN, ENOEXEC, true);
	expect_said("drainit: /app/run: Exec format error\n");
	runs("--|app");
	does_not_start(ROLE_MAIN, EAGAIN, false);
	expect_said("drainit: app: cannot fork: Resource temporarily unavailable\n");
}
END_TEST

START_TEST(hostile_bytes_reach_neither_the_terminal_nor_the_json)
{
	runs("--|a\x1b[31m\n\xff\"b");
	does_not_start(ROLE_MAIN, EACCES, true);
	expect_said("drainit: a?[31m??\"b: Permission denied\n");
	runs("--log|json|--|a\x1b[31m\n\xff\"b\\");
	does_not_start(ROLE_MAIN, EACCES, true);
	expect_said("{\"source\":\"drainit\",\"phase\":\"sweep\",\"since_stop_ms\":null,\"left_"
	            "ms\":null,\"message\":\"a?[31m??\\\"b\\\\: Permission denied\"}\n");
}
END_TEST

START_TEST(a_long_name_does_not_crowd_out_what_is_wrong_with_it)
{
	char arguments[256] = "--|";

	memset(arguments + 3, '"', 200);
	arguments[203] = '\0';
	runs(arguments);
	does_not_start(ROLE_MAIN, ENAMETOOLONG, true);
	text[told.length] = '\0';
	ck_assert_ptr_nonnull(strstr(text, "\"\"...: File name too long\n"));
	ck_assert_uint_eq(told.length, strlen("drainit: ...: File name too long\n") + 160);
}
END_TEST

START_TEST(leftovers_are_told_what_they_have)
{
	runs("--grace|10s|--|app");
	gets(SIGTERM);
	told.length = 0;
	now += SEC;
	ends(ROLE_MAIN, 0);
	time_passes(0);
	expect_said("drainit: +1s main child ended with 0; 8.5s left\n"
	            "drainit: +1s TERM to leftovers outside the main child's group; 2s left, "
	            "in the main child's group 8.5s\n");
	runs("--|app");
	ends(ROLE_MAIN, 0);
	time_passes(0);
	expect_said("drainit: TERM to leftovers; 2s left\n");
}
END_TEST

START_TEST(who_is_killed_at_the_end_of_linger_is_named)
{
	runs("--linger|300ms|--|app");
	ends(ROLE_MAIN, 0);
	time_passes(0);
	told.length = 0;
	survives(17, 'S', 4000, "hrtimer_nanosleep", "sleep 1d");
	time_passes(300 * MSEC);
	expect_said("drainit: SIGKILL: pid 17, state S, 1h6m40s old, in hrtimer_nanosleep: "
	            "sleep 1d\n");
}
END_TEST

START_TEST(who_held_up_the_stop_is_named)
{
	runs("--grace|10s|--|app");
	gets(SIGTERM);
	told.length = 0;
	survives(7, 'D', 61, "nfs_wait", "/bin/cp a b");
	survives(8, 'R', -1, "", "spin");
	survivors.total = 5;
	time_passes(9500 * MSEC);
	is_killed(ROLE_MAIN, SIGKILL);
	expect_said("drainit: +9.5s SIGKILL: pid 7, state D, 1m1s old, in nfs_wait: /bin/cp a "
	            "b\n"
	            "drainit: +9.5s SIGKILL: pid 8, state R: spin\n"
	            "drainit: +9.5s SIGKILL: and 3 more\n"
	            "drainit: +9.5s main child was killed by KILL\n");
	nobody_is_left();
	expect_said("drainit: +9.5s exit 137; 9.5s of 10s used\n");
}
END_TEST

START_TEST(the_worst_survivors_fit_one_write)
{
	char command[72];

	memset(command, '"', sizeof(command) - 1);
	command[sizeof(command) - 1] = '\0';
	runs("--grace|10s|--log|json|--|app");
	gets(SIGTERM);
	for (int i = 0; i < SURVIVORS_MAX; i++)
		survives(4000000 + i, 'S', 2000000000, "a_function_of_21_byte", command);
	survivors.total = 2000000000;
	told = writer_on(text, LOG_BYTES);
	time_passes(9500 * MSEC);
	ck_assert(!told.full);
	text[told.length] = '\0';
	ck_assert_ptr_nonnull(strstr(text, " more\"}\n"));
	for (char *line = text; *line; line = strchr(line, '\n') + 1)
		ck_assert_int_eq(strncmp(line, "{\"source\":\"drainit\",", 20), 0);
}
END_TEST

START_TEST(an_escalation_is_told)
{
	runs("--grace|10s|--escalate|QUIT@3s|--|app");
	gets(SIGTERM);
	told.length = 0;
	time_passes(6500 * MSEC);
	expect_said("drainit: +6.5s QUIT to the main child's group; 3s left\n");
}
END_TEST

START_TEST(the_after_command_is_told_when_it_fails)
{
	runs("--grace|10s|--after|bye|--|app");
	gets(SIGTERM);
	expect_said("drainit: +0s TERM received: stop signal sent; "
	            "SIGKILL in 8.5s; grace period 10s (--grace)\n");
	ends(ROLE_MAIN, 0);
	nobody_is_left();
	ends(ROLE_AFTER, 2);
	nobody_is_left();
	expect_said("drainit: +0s main child ended with 0; 8.5s left\n"
	            "drainit: +0s after command ended with 2\n"
	            "drainit: +0s exit 0; 0s of 10s used\n");
	runs("--grace|10s|--after|bye|--after-max|1s|--|app");
	ends(ROLE_MAIN, 0);
	nobody_is_left();
	time_passes(900 * MSEC);
	time_passes(100 * MSEC);
	is_killed(ROLE_AFTER, SIGKILL);
	expect_said("drainit: TERM to the after command\n"
	            "drainit: KILL to the after command\n"
	            "drainit: after command was killed by KILL\n");
}
END_TEST

START_TEST(a_stop_that_comes_late_is_told)
{
	runs("--grace|10s|--linger|9s|--|app");
	ends(ROLE_MAIN, 0);
	time_passes(0);
	told.length = 0;
	gets(SIGTERM);
	expect_said("drainit: +0s TERM received: the main child is gone already; SIGKILL in "
	            "9.5s; grace period 10s (--grace)\n");
}
END_TEST

START_TEST(a_ready_file_that_fails_is_told)
{
	runs("--grace|10s|--ready-file|/run/ready|--|app");
	ends(ROLE_READY, EROFS);
	expect_said("drainit: ready file /run/ready cannot be created: Read-only file "
	            "system\n");
	gets(SIGTERM);
	told.length = 0;
	ends(ROLE_UNREADY, EACCES);
	expect_said("drainit: +0s ready file /run/ready cannot be removed: Permission "
	            "denied\n");
	runs("--grace|10s|--ready-file|/run/ready|--|app");
	does_not_start(ROLE_READY, EAGAIN, false);
	expect_said("drainit: ready file /run/ready cannot be created: Resource temporarily "
	            "unavailable\n");
	runs("--grace|10s|--ready-file|/run/ready|--|app");
	is_killed(ROLE_READY, SIGKILL);
	ends(ROLE_UNREADY, 0);
	expect_said("");
}
END_TEST

START_TEST(a_stop_signal_that_we_do_not_take_for_one_is_told_once)
{
	struct event quit = { .kind = EVENT_SIGNAL, .signal = SIGQUIT, .outside = true };

	runs("--|app");
	happens(quit);
	happens(quit);
	expect_said("drainit: QUIT from outside is no stop signal here and was forwarded; if "
	            "it is the image's STOPSIGNAL: --stop-signals QUIT\n");
}
END_TEST

START_TEST(verbose_tells_what_is_forwarded_and_warn_reaped_who_is_reaped)
{
	runs("-v|--|app");
	gets(SIGHUP);
	expect_said("drainit: HUP to the main child's group\n");
	gets(SIGTERM);
	expect_said("drainit: +0s TERM received: stop signal sent; "
	            "SIGKILL in 9.5s; grace period 10s (default of docker, podman)\n"
	            "drainit: +0s TERM to the main child's group; 9.5s left\n"
	            "drainit: +0s CONT to the main child's group; 9.5s left\n");
	runs("-vc|--|app");
	gets(SIGHUP);
	expect_said("drainit: HUP to the main child\n");
	runs("-w|--|app");
	happens((struct event){ .kind = EVENT_ENDED, .role = ROLE_NONE, .pid = 42 });
	expect_said("drainit: reaped an orphan, pid 42\n");
}
END_TEST

START_TEST(json_has_the_phase_and_milliseconds)
{
	runs("--grace|10s|--log|json|--drain|let-go|--|app");
	gets(SIGTERM);
	now += 1500 * MSEC;
	ends(ROLE_DRAIN, 0);
	ends(ROLE_MAIN, 0);
	nobody_is_left();
	expect_said(
	        "{\"source\":\"drainit\",\"phase\":\"drain\",\"since_stop_ms\":0,"
	        "\"left_ms\":9500,\"message\":\"TERM received: drain for at most 6s; SIGKILL "
	        "in "
	        "9.5s; grace period 10s (--grace)\"}\n"
	        "{\"source\":\"drainit\",\"phase\":\"stop\",\"since_stop_ms\":1500,"
	        "\"left_ms\":8000,\"message\":\"drained after 1.5s; stop signal sent; 8s "
	        "left\"}\n"
	        "{\"source\":\"drainit\",\"phase\":\"sweep\",\"since_stop_ms\":1500,"
	        "\"left_ms\":8000,\"message\":\"main child ended with 0; 8s left\"}\n"
	        "{\"source\":\"drainit\",\"phase\":\"sweep\",\"since_stop_ms\":1500,"
	        "\"left_ms\":8000,\"message\":\"exit 0; 1.5s of 10s used\"}\n");
	runs("--grace|infinity|--log|json|--|app");
	gets(SIGTERM);
	expect_said("{\"source\":\"drainit\",\"phase\":\"stop\",\"since_stop_ms\":0,"
	            "\"left_ms\":null,\"message\":\"TERM received: stop signal sent; no "
	            "SIGKILL; grace period infinity (--grace)\"}\n");
}
END_TEST

START_TEST(what_belongs_to_no_step_has_no_time)
{
	static const char message[] = "a \"warning\"";

	told = writer_on(text, sizeof(text) - 1);
	log_message(&told, LOG_TEXT, message, sizeof(message) - 1);
	expect_said("drainit: a \"warning\"\n");
	log_message(&told, LOG_JSON, message, sizeof(message) - 1);
	expect_said("{\"source\":\"drainit\",\"phase\":\"start\",\"since_stop_ms\":null,"
	            "\"left_ms\":null,\"message\":\"a \\\"warning\\\"\"}\n");
	log_lost_directory(&told, LOG_TEXT);
	expect_said("drainit: the directory that drainit was started in is gone: commands run "
	            "in /\n");
}
END_TEST

SUITE("log", a_drain_without_a_command_is_its_least_time, a_normal_life_is_quiet,
        a_stop_without_a_drain_is_three_lines, the_grace_period_is_told_with_its_source,
        without_an_end_nothing_is_said_to_be_left,
        a_stop_signal_that_is_dropped_is_said_not_to_be_sent,
        a_drain_that_succeeds_says_how_long_it_took,
        a_drain_command_that_is_done_early_says_what_is_waited_for,
        a_drain_that_waits_for_connections_tells_how_many_there_were,
        one_that_was_not_seen_idle_has_failed, one_that_is_cut_short_tells_what_was_still_open,
        a_watcher_that_sees_nothing_says_so,
        a_command_that_is_done_before_the_connections_says_so,
        a_request_that_fails_tells_what_the_server_said,
        an_answer_that_was_waited_for_is_not_told,
        a_wait_without_an_answer_tells_what_the_server_said,
        a_stop_request_while_it_waits_is_told, a_drain_command_that_hangs_costs_its_budget,
        a_drain_command_that_fails_says_how,
        of_many_attempts_the_first_few_and_the_last_are_told,
        a_further_stop_signal_cuts_the_drain_short,
        a_main_child_that_ends_in_the_drain_is_told_so,
        a_hook_is_told_from_its_ask_to_its_signal, a_hook_that_no_signal_follows_is_told,
        a_hook_whose_drain_fails_is_told, a_signal_beside_the_hook_is_told,
        a_hook_in_a_wait_or_a_sweep_is_told, a_main_child_that_is_killed_is_always_told,
        a_command_that_does_not_start_is_named_with_the_reason,
        hostile_bytes_reach_neither_the_terminal_nor_the_json,
        a_long_name_does_not_crowd_out_what_is_wrong_with_it, leftovers_are_told_what_they_have,
        who_is_killed_at_the_end_of_linger_is_named, who_held_up_the_stop_is_named,
        the_worst_survivors_fit_one_write, an_escalation_is_told,
        the_after_command_is_told_when_it_fails, a_stop_that_comes_late_is_told,
        a_ready_file_that_fails_is_told, a_stop_signal_that_we_do_not_take_for_one_is_told_once,
        verbose_tells_what_is_forwarded_and_warn_reaped_who_is_reaped,
        json_has_the_phase_and_milliseconds, what_belongs_to_no_step_has_no_time)
