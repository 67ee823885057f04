#include "options/compat.h"

#include <signal.h>
#include <string.h>

#include "core/voice.h"
#include "options/drainit.h"

#define S(signal) ((signals_t)1 << ((signal)-1))

/* What a kernel raises for a fault of the process itself; tini and catatonit leave them unblocked. */
#define FAULTS                                                                                 \
	(S(SIGFPE) | S(SIGILL) | S(SIGSEGV) | S(SIGBUS) | S(SIGABRT) | S(SIGTRAP) | S(SIGSYS))

#define ROWS_OF(table) .rows = (table), .count = sizeof(table) / sizeof((table)[0])

/* clang-format off */

/* ---- tini 0.19 ---- */

static const struct row tini_rows[] = {
	{ .name = "", .letter = 'h', .kind = KIND_MODE, .value = MODE_HELP, .help = "print this" },
	{ .name = "", .letter = 's', .kind = KIND_FLAG, .into = INTO(habits.adopts),
	  .help = "not PID 1: become a subreaper" },
	{ .name = "", .letter = 'p', .kind = KIND_SIGNAL_NAME, .takes = "SIGNAL",
	  .into = INTO(parent_death_signal), .help = "get SIGNAL when our own parent dies" },
	{ .name = "", .letter = 'v', .kind = KIND_COUNT, .into = INTO(verbosity),
	  .help = "say more; repeatable" },
	{ .name = "", .letter = 'w', .kind = KIND_FLAG, .into = INTO(warn_reaped),
	  .help = "say which orphans were reaped" },
	{ .name = "", .letter = 'g', .kind = KIND_FORWARD, .value = FORWARD_GROUP,
	  .into = INTO(forward_to), .help = "signal the main child's process group" },
	{ .name = "", .letter = 'e', .kind = KIND_STATUSES, .takes = "EXIT_CODE",
	  .into = INTO(zero_exit), .help = "exit 0 in place of EXIT_CODE" },
	{ .name = "", .letter = 'l', .kind = KIND_MODE, .value = MODE_LICENSE,
	  .help = "print the license" },
};

static const struct variable tini_variables[] = {
	{ .name = "TINI_SUBREAPER", .letter = 's' },
	{ .name = "TINI_KILL_PROCESS_GROUP", .letter = 'g' },
	{ .name = "TINI_VERBOSITY", .verbosity = VERBOSITY_OF_VALUE },
	{ .name = NULL },
};

static const struct voice tini_voice = { .lines = {
	[SAID_NOT_PID_1] = { .verbosity = 1, .text =
		"[WARN  tini ($p)] Tini is not running as PID 1 and isn't registered as a child subreaper.\n"
		"Zombie processes will not be re-parented to Tini, so zombie reaping won't work.\n"
		"To fix the problem, use the -s option or set the environment variable TINI_SUBREAPER"
		" to register Tini as a child subreaper, or run Tini as PID 1." },
	[SAID_ADOPTS] = { "[TRACE tini ($p)] Registered as child subreaper", 4, true },
	[SAID_SPAWNED] = { "[INFO  tini ($p)] Spawned child process '$v' with pid '$c'", 2, true },
	[SAID_FORK_FAILED] = { "[FATAL tini ($p)] fork failed: $e", 0, false },
	[SAID_EXEC_FAILED] = { "[FATAL tini ($c)] exec $v failed: $e", 0, false },
	[SAID_FORWARDED] = { "[DEBUG tini ($p)] Passing signal: '$s'", 3, true },
	[SAID_CHILD_SIGNAL] = { "[DEBUG tini ($p)] Received SIGCHLD", 3, true },
	[SAID_REAPED] = { "[DEBUG tini ($p)] Reaped child with pid: '$c'", 3, true },
	[SAID_REAPED_KILLED] = { "[DEBUG tini ($p)] Reaped child with pid: '$c'", 3, true },
	[SAID_ZOMBIE] = { "[WARN  tini ($p)] Reaped zombie process with pid=$c", 1, false },
	[SAID_EXITED] = { "[INFO  tini ($p)] Main child exited normally (with status '$n')", 2, true },
	[SAID_KILLED] = { "[INFO  tini ($p)] Main child exited with signal (with signal '$s')", 2, true },
	[SAID_LEFT] = { "[TRACE tini ($p)] Exiting: child has exited", 4, true },
} };

static const struct words tini_words = {
	.usage = "$0 (tini version 0.19.0)\nUsage: $0 [OPTIONS] PROGRAM -- [ARGS] | --version\n",
	.version = "tini version 0.19.0\n",
	.bad_value = "[FATAL tini ($p)] Not a valid option for -$o: $v\n",
	.bad_letter = "$a: invalid option -- '$o'\n",
	.bad_name = "$a: invalid option -- '-'\n",
	.no_value = "$a: option requires an argument -- '$o'\n",
	.no_command = "",
	.usage_follows = true,
};

static const char *const tini_names[] = { "tini", "tini-static", "docker-init", NULL };

static const struct program tini = {
	.name = "tini", .names = tini_names, ROWS_OF(tini_rows), .variables = tini_variables,
	.words = &tini_words, .lone_version = true, .forward_to = FORWARD_MAIN, .verbosity = 1,
	.dropped = FAULTS | S(SIGTTIN) | S(SIGTTOU),
	.habits = { .main_exit = MAIN_EXIT_LEAVE, .not_found = 127, .path_broken = 1,
		.not_executable = 126, .exec_failed = 1, .own_error = 1, .voice = &tini_voice },
};

/* ---- dumb-init 1.2.5 ---- */

static const struct row dumb_rows[] = {
	{ .name = "single-child", .letter = 'c', .kind = KIND_FORWARD, .value = FORWARD_MAIN,
	  .into = INTO(forward_to), .help = "signal only the main child; no session of its own" },
	{ .name = "rewrite", .letter = 'r', .kind = KIND_REWRITE_NUMBERS, .takes = "s:r",
	  .into = INTO(rewrite), .help = "forward s as r, 0 drops it; repeatable" },
	{ .name = "verbose", .letter = 'v', .kind = KIND_COUNT, .into = INTO(verbosity),
	  .help = "say what is received and sent on" },
	{ .name = "help", .letter = 'h', .kind = KIND_MODE, .value = MODE_HELP, .help = "print this" },
	{ .name = "version", .letter = 'V', .kind = KIND_MODE, .value = MODE_VERSION,
	  .help = "print the version" },
};

static const struct variable dumb_variables[] = {
	{ .name = "DUMB_INIT_DEBUG", .exactly = "1", .verbosity = 1 },
	{ .name = "DUMB_INIT_SETSID", .exactly = "0", .letter = 'c' },
	{ .name = NULL },
};

static const struct voice dumb_voice = { .lines = {
	[SAID_SPAWNED] = { "[dumb-init] Child spawned with PID $c.", 1, false },
	[SAID_ISOLATED] = { "[dumb-init] setsid complete.", 1, false },
	[SAID_FORK_FAILED] = { "[dumb-init] Unable to fork. Exiting.", 0, false },
	[SAID_EXEC_FAILED] = { "[dumb-init] $v: $e", 0, false },
	[SAID_RECEIVED] = { "[dumb-init] Received signal $n.", 1, false },
	[SAID_TRANSLATED] = { "[dumb-init] Translating signal $n to $m.", 1, false },
	[SAID_DROPPED] = { "[dumb-init] Not forwarding signal $m to children (ignored).", 1, false },
	[SAID_FORWARDED] = { "[dumb-init] Forwarded signal $m to children.", 1, false },
	[SAID_SUSPENDED] = { "[dumb-init] Suspending self due to TTY signal.", 1, false },
	[SAID_CHILD_SIGNAL] = { "[dumb-init] Received signal 17.", 1, false },
	[SAID_REAPED] = { "[dumb-init] A child with PID $c exited with exit status $n.", 1, false },
	[SAID_REAPED_KILLED] = { "[dumb-init] A child with PID $c was terminated by signal $m.", 1, false },
	[SAID_LEFT] = { "[dumb-init] Child exited with status $n. Goodbye.", 1, false },
} };

static const struct words dumb_words = {
	.usage = "dumb-init v1.2.5\nUsage: $a [option] command [[arg] ...]\n",
	.version = "dumb-init v1.2.5\n",
	.bad_value = "Usage: -r option takes <signum>:<signum>, where <signum> is between 1 and 31.\n"
		     "This option can be specified multiple times.\nUse --help for full usage.\n",
	.bad_letter = "$a: invalid option -- '$o'\n",
	.bad_name = "$a: unrecognized option '$v'\n",
	.no_argument = "$a: option '$v' doesn't allow an argument\n",
	.no_value = "$a: option requires an argument -- '$o'\n",
	.no_command = "Usage: $a [option] program [args]\nTry $a --help for full usage.\n",
	.on_stderr = true,
};

static const char *const dumb_names[] = { "dumb-init", NULL };

static const struct program dumb_init = {
	.name = "dumb-init", .names = dumb_names, ROWS_OF(dumb_rows), .variables = dumb_variables,
	.words = &dumb_words, .abbreviates = true, .forward_to = FORWARD_GROUP,
	.habits = { .isolation = ISOLATION_SESSION, .main_exit = MAIN_EXIT_TERM_GROUP,
		.fresh_signals = true, .suspends = true, .not_found = 2, .path_broken = 2,
		.not_executable = 2, .exec_failed = 2, .own_error = 1, .voice = &dumb_voice },
};

/* ---- catatonit 0.1.7 ---- */

static const struct row catatonit_rows[] = {
	{ .name = "", .letter = 'g', .kind = KIND_FORWARD, .value = FORWARD_GROUP,
	  .into = INTO(forward_to), .help = "signal the main child's process group" },
	{ .name = "", .letter = 'h', .kind = KIND_MODE, .value = MODE_HELP, .help = "print this" },
	{ .name = "", .letter = 'L', .kind = KIND_MODE, .value = MODE_LICENSE,
	  .help = "print the license" },
	{ .name = "", .letter = 'P', .kind = KIND_MODE, .value = MODE_PAUSE,
	  .help = "no program: wait for INT or TERM, and reap" },
	{ .name = "version", .letter = 'V', .kind = KIND_MODE, .value = MODE_VERSION,
	  .help = "print the version" },
};

static const struct variable catatonit_variables[] = {
	{ .name = "CATATONIT_DEBUG", .verbosity = 1 },
	{ .name = "CATATONIT_LOG",
	  .refusal = "ERROR (catatonit:$p): CATATONIT_LOG is reserved for future use\n" },
	{ .name = NULL },
};

static const struct voice catatonit_voice = { .lines = {
	[SAID_SPAWNED] = { "DEBUG (catatonit:$p): pid1 ($c) spawned: $v", 1, false },
	[SAID_FORK_FAILED] = {
		"ERROR (catatonit:$p): failed to fork child: $e\n"
		"ERROR (catatonit:$p): failed to spawn pid1: $e", 0, false },
	[SAID_EXEC_FAILED] = { "ERROR (catatonit:$c): failed to exec pid1: $e", 0, false },
} };

#define CATATONIT_USAGE "usage: catatonit [-ghLPV] [--] <progname> [<arguments>...]\n"

static const struct words catatonit_words = {
	.usage = CATATONIT_USAGE,
	.version = "tini version 0.1.7_catatonit\n",
	.bad_value = "",
	.bad_letter = "$a: invalid option -- '$o'\n" CATATONIT_USAGE,
	.bad_name = "$a: unrecognized option '$v'\n" CATATONIT_USAGE,
	.no_argument = "$a: option '$v' doesn't allow an argument\n" CATATONIT_USAGE,
	.no_value = "",
	.no_command = "ERROR (catatonit:$p): missing program name\n" CATATONIT_USAGE,
	.on_stderr = true, .version_on_stdout = true,
};

static const char *const catatonit_names[] = { "catatonit", "podman-init", NULL };

static const struct program catatonit = {
	.name = "catatonit", .names = catatonit_names, ROWS_OF(catatonit_rows),
	.variables = catatonit_variables, .words = &catatonit_words, .abbreviates = true,
	.forward_to = FORWARD_MAIN,
	.dropped = FAULTS | S(SIGTSTP) | S(SIGTTIN) | S(SIGTTOU),
	.habits = { .main_exit = MAIN_EXIT_LEAVE, .adopts = true, .not_found = 1, .path_broken = 1,
		.not_executable = 1, .exec_failed = 1, .own_error = 1, .voice = &catatonit_voice },
};

/* clang-format on */

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

const struct program *compat_program(const char *name)
{
	static const struct program *const programs[] = { &tini, &dumb_init, &catatonit };

	for (size_t i = 0; i < sizeof(programs) / sizeof(programs[0]); i++) {
		for (const char *const *known = programs[i]->names; *known; known++)
			if (strcmp(base_name(name), *known) == 0)
				return programs[i];
	}
	return &drainit_program;
}

/* Where a session has no terminal to be stopped by, its stop signals are sent on as STOP. */
static void translate_terminal_stops(struct options *options)
{
	static const uint8_t stops[] = { SIGTSTP, SIGTTIN, SIGTTOU };

	for (size_t i = 0; i < sizeof(stops); i++)
		if (options->rewrite[stops[i]] == stops[i])
			options->rewrite[stops[i]] = SIGSTOP;
}

void compat_finish(const struct program *program, bool graceful, struct options *options)
{
	struct habits *habits = &options->habits;

	for (int signal = 1; signal <= SIGNAL_LAST; signal++)
		if (program->dropped & signal_bit(signal))
			options->rewrite[signal] = 0;
	if (habits->isolation == ISOLATION_SESSION && options->forward_to == FORWARD_MAIN)
		habits->isolation = ISOLATION_NONE;
	if (habits->isolation == ISOLATION_SESSION)
		translate_terminal_stops(options);
	if (graceful) {
		habits->main_exit = MAIN_EXIT_SWEEP;
		return;
	}
	habits->mute = true;
	options->stop_signals = 0;
	options->grace.kind = DURATION_INFINITE;
}
