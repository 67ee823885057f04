/*
 * main: name and options -> one mode; nothing else.
 */
#include <unistd.h>

#include "kernel/oom.h"
#include "kernel/signals.h"
#include "modes/ask.h"
#include "modes/inform.h"
#include "modes/pause.h"
#include "modes/supervise.h"
#include "options/compat.h"
#include "options/drainit.h"
#include "options/scan.h"
#include "output/log.h"
#include "output/misfit.h"

/* Buffers are static: on the stack they would lie between pages that an idle PID 1 keeps. */
#define WARNINGS_BYTES 2048

/* Each warning a log line of its own, in the buffer that the loop says it from. */
static struct writer word_warnings(const struct writer *warnings, enum log_format format)
{
	static char text[LOG_BYTES];
	struct writer writer = writer_on(text, sizeof text);
	size_t from = 0;

	for (size_t at = 0; at < warnings->length; at++) {
		if (warnings->text[at] != '\n')
			continue;
		log_message(&writer, format, warnings->text + from, at - from);
		from = at + 1;
	}
	return writer;
}

static int run(const struct program *program, const struct signals *inherited,
        struct options *options, enum mode mode, struct writer *warnings)
{
	struct plan plan;
	struct problem misfit;
	struct writer lines;

	if (!plan_make(options, &plan, &misfit)) {
		warnings->length = 0;
		misfit_refusal(warnings, &plan, &misfit);
		return mode == MODE_PLAN ? inform_misfit(program, options->log, warnings)
		                         : inform_refusal(program, warnings);
	}
	misfit_cuts(warnings, &plan);
	if (mode == MODE_PLAN && oom_takes_all())
		write_text(warnings,
		        "memory.oom.group is set: an OOM kill takes drainit too, and "
		        "no report is written\n");
	if (mode == MODE_PLAN)
		return inform_plan(&plan, warnings, environ);
	/* Under another name, without a word of ours, nothing of the environment is ours to take. */
	if (!options->habits.mute)
		scan_strip(&drainit_program, environ);
	lines = word_warnings(warnings, options->log);
	return supervise(&plan, inherited, environ, lines.text, lines.length);
}

int main(int argc, char **argv)
{
	static char problem_text[PROBLEM_BYTES], warnings_text[WARNINGS_BYTES];
	const struct program *program = compat_program(argc > 0 ? argv[0] : "");
	struct invocation invocation = { argc, argv, environ, 0 };
	struct places places;
	struct options options;
	struct signals inherited;
	struct writer problem = writer_on(problem_text, sizeof problem_text);
	struct writer warnings = writer_on(warnings_text, sizeof warnings_text);
	enum mode mode = MODE_RUN;

	signals_block(&inherited);
	if (program->words)
		invocation.pid = getpid();
	if (!scan(program, &invocation, &options, &mode, &problem, &warnings))
		_exit(inform_refusal(program, &problem));
	switch (mode) {
	case MODE_HELP:
	case MODE_VERSION:
	case MODE_LICENSE:
		places = scan_places(program, &invocation);
		_exit(inform_usage(program, &places, mode));
	case MODE_PRESTOP:
		_exit(ask_prestop());
	case MODE_STATUS:
		_exit(ask_status());
	case MODE_PAUSE:
		_exit(pause_until_stopped());
	case MODE_RUN:
	case MODE_PLAN:
		_exit(run(program, &inherited, &options, mode, &warnings));
	}
	return program->habits.own_error;
}
