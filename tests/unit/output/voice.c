#include "output/voice.h"

#include <errno.h>
#include <signal.h>

#include "options/compat.h"
#include "options/scan.h"
#include "unit/suite.h"

/* A machine under another program's name; each test reads what was said. */
static struct options options;
static struct plan plan;
static struct machine machine;
static struct mouths mouths;
static struct places places;
static char out_text[2048], err_text[2048], words[256];
static char *argv[16];

static void happens(struct event event)
{
	struct actions actions;
	struct step step = {
		.machine = &machine,
		.before = machine.phase,
		.event = &event,
		.actions = &actions,
	};

	event.now = SEC;
	machine_step(&machine, &event, &actions);
	voice_step(&mouths, &step, &places);
}

static void expect_said(const char *out, const char *err)
{
	expect_text(mouths.out, out);
	expect_text(mouths.err, err);
	mouths.out.length = mouths.err.length = 0;
}

/* Its words with '|' between; the first is its name. */
static void starts_as(int pid, const char *command_line)
{
	static char *no_environment[] = { NULL };
	char unheard[256];
	struct writer problem = writer_on(unheard, sizeof(unheard));
	struct problem misfit;
	enum mode mode;
	int argc = 0;

	strcpy(words, command_line);
	for (char *word = strtok(words, "|"); word; word = strtok(NULL, "|"))
		argv[argc++] = word;
	argv[argc] = NULL;
	const struct invocation invocation = { argc, argv, no_environment, pid };
	ck_assert(scan(
	        compat_program(argv[0]), &invocation, &options, &mode, &problem, &problem));
	ck_assert(plan_make(&options, &plan, &misfit));
	machine_init(&machine, &plan);
	places =
	        (struct places){ .path = argv[0], .program = argv[0], .pid = pid, .child = 42 };
	mouths.out = writer_on(out_text, sizeof(out_text) - 1);
	mouths.err = writer_on(err_text, sizeof(err_text) - 1);
	happens((struct event){ .kind = EVENT_TIME });
}

static void gets(int signal)
{
	happens((struct event){ .kind = EVENT_SIGNAL, .signal = signal });
}

static void ends(enum role role, int pid, int status)
{
	happens((struct event){
	        .kind = EVENT_ENDED, .role = role, .pid = pid, .status = status });
}

static void is_killed(enum role role, int pid, int signal)
{
	happens((struct event){ .kind = EVENT_ENDED,
	        .role = role,
	        .pid = pid,
	        .status = 128 + signal,
	        .killed_by = signal });
}

static void does_not_start(int error)
{
	happens((struct event){ .kind = EVENT_NOT_STARTED,
	        .role = ROLE_MAIN,
	        .pid = 42,
	        .error = error,
	        .in_exec = true });
}

START_TEST(tini_is_quiet_unless_it_is_asked)
{
	starts_as(1, "tini|app");
	gets(SIGHUP);
	voice_child_signal(&mouths, &options, &places);
	ends(ROLE_NONE, 50, 3);
	ends(ROLE_MAIN, 42, 0);
	expect_said("", "");
}
END_TEST

START_TEST(tini_warns_where_orphans_go_elsewhere)
{
	static const char warning[] =
	        "[WARN  tini (7)] Tini is not running as PID 1 and isn't registered as a child "
	        "subreaper.\n"
	        "Zombie processes will not be re-parented to Tini, so zombie reaping won't "
	        "work.\n"
	        "To fix the problem, use the -s option or set the environment variable "
	        "TINI_SUBREAPER to register Tini as a child subreaper, or run Tini as PID 1.\n";

	starts_as(7, "tini|app");
	expect_said("", warning);
	starts_as(7, "tini|-s|app");
	expect_said("", "");
}
END_TEST

START_TEST(tini_tells_each_step_to_who_asks)
{
	starts_as(7, "tini|-svvv|-w|app");
	expect_said("[TRACE tini (7)] Registered as child subreaper\n"
	            "[INFO  tini (7)] Spawned child process 'app' with pid '42'\n",
	        "");
	gets(SIGHUP);
	expect_said("[DEBUG tini (7)] Passing signal: 'Hangup'\n", "");
	/* One that is dropped is not told. */
	gets(SIGTTIN);
	expect_said("", "");
	voice_child_signal(&mouths, &options, &places);
	ends(ROLE_NONE, 50, 3);
	expect_said("[DEBUG tini (7)] Received SIGCHLD\n"
	            "[DEBUG tini (7)] Reaped child with pid: '50'\n",
	        "[WARN  tini (7)] Reaped zombie process with pid=50\n");
	ends(ROLE_MAIN, 42, 3);
	expect_said("[DEBUG tini (7)] Reaped child with pid: '42'\n"
	            "[INFO  tini (7)] Main child exited normally (with status '3')\n"
	            "[TRACE tini (7)] Exiting: child has exited\n",
	        "");
	starts_as(1, "tini|-v|app");
	mouths.out.length = 0;
	is_killed(ROLE_NONE, 50, SIGTERM);
	is_killed(ROLE_MAIN, 42, SIGTERM);
	expect_said("[INFO  tini (1)] Main child exited with signal (with signal "
	            "'Terminated')\n",
	        "");
}
END_TEST

START_TEST(dumb_init_tells_what_it_receives_and_what_becomes_of_it)
{
	starts_as(1, "dumb-init|-v|-r|1:0|-r|15:3|app");
	expect_said("", "[dumb-init] Child spawned with PID 42.\n"
	                "[dumb-init] setsid complete.\n");
	gets(SIGUSR1);
	expect_said("", "[dumb-init] Received signal 10.\n"
	                "[dumb-init] Forwarded signal 10 to children.\n");
	gets(SIGTERM);
	expect_said("", "[dumb-init] Received signal 15.\n"
	                "[dumb-init] Translating signal 15 to 3.\n"
	                "[dumb-init] Forwarded signal 3 to children.\n");
	gets(SIGHUP);
	expect_said("", "[dumb-init] Received signal 1.\n"
	                "[dumb-init] Translating signal 1 to 0.\n"
	                "[dumb-init] Not forwarding signal 0 to children (ignored).\n");
	gets(SIGTSTP);
	expect_said("", "[dumb-init] Received signal 20.\n"
	                "[dumb-init] Translating signal 20 to 19.\n"
	                "[dumb-init] Forwarded signal 19 to children.\n"
	                "[dumb-init] Suspending self due to TTY signal.\n");
	voice_child_signal(&mouths, &options, &places);
	is_killed(ROLE_NONE, 50, SIGKILL);
	expect_said("", "[dumb-init] Received signal 17.\n"
	                "[dumb-init] A child with PID 50 was terminated by signal 9.\n");
	ends(ROLE_MAIN, 42, 3);
	expect_said("", "[dumb-init] A child with PID 42 exited with exit status 3.\n"
	                "[dumb-init] Translating signal 15 to 3.\n"
	                "[dumb-init] Forwarded signal 3 to children.\n"
	                "[dumb-init] Child exited with status 3. Goodbye.\n");
}
END_TEST

START_TEST(catatonit_tells_who_was_started)
{
	starts_as(1, "catatonit|app");
	options.verbosity = 1;
	machine_init(&machine, &plan);
	happens((struct event){ .kind = EVENT_TIME });
	expect_said("", "DEBUG (catatonit:1): pid1 (42) spawned: app\n");
}
END_TEST

START_TEST(an_exec_that_fails_is_told_in_each_programs_words)
{
	starts_as(1, "tini|app");
	does_not_start(ENOENT);
	expect_said("", "[FATAL tini (42)] exec app failed: No such file or directory\n");
	starts_as(1, "dumb-init|app");
	does_not_start(EACCES);
	expect_said("", "[dumb-init] app: Permission denied\n");
	starts_as(1, "catatonit|app");
	does_not_start(ENOENT);
	expect_said(
	        "", "ERROR (catatonit:42): failed to exec pid1: No such file or directory\n");
}
END_TEST

static void is_not_forked_as(const char *command_line)
{
	starts_as(1, command_line);
	mouths.out.length = mouths.err.length = 0;
	places.child = 0;
	voice_step(&mouths,
	        &(struct step){ .machine = &machine,
	                .before = PHASE_START,
	                .event = &(struct event){ .kind = EVENT_TIME } },
	        &places);
	happens((struct event){
	        .kind = EVENT_NOT_STARTED, .role = ROLE_MAIN, .error = EAGAIN });
}

START_TEST(so_is_a_fork_that_fails_and_nobody_is_said_to_be_spawned)
{
	is_not_forked_as("tini|-vvvv|app");
	expect_said("", "[FATAL tini (1)] fork failed: Resource temporarily unavailable\n");
	is_not_forked_as("dumb-init|-v|app");
	expect_said("", "[dumb-init] Unable to fork. Exiting.\n");
	is_not_forked_as("catatonit|app");
	expect_said("",
	        "ERROR (catatonit:1): failed to fork child: Resource temporarily unavailable\n"
	        "ERROR (catatonit:1): failed to spawn pid1: Resource temporarily "
	        "unavailable\n");
}
END_TEST

START_TEST(under_its_own_name_there_is_no_other_voice)
{
	starts_as(1, "drainit|-vvvv|app");
	gets(SIGHUP);
	voice_child_signal(&mouths, &options, &places);
	ends(ROLE_MAIN, 42, 0);
	expect_said("", "");
}
END_TEST

SUITE("voice", tini_is_quiet_unless_it_is_asked, tini_warns_where_orphans_go_elsewhere,
        tini_tells_each_step_to_who_asks,
        dumb_init_tells_what_it_receives_and_what_becomes_of_it,
        catatonit_tells_who_was_started, an_exec_that_fails_is_told_in_each_programs_words,
        so_is_a_fork_that_fails_and_nobody_is_said_to_be_spawned,
        under_its_own_name_there_is_no_other_voice)
