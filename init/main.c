/*
 * main: name and options -> one mode; nothing else.
 */
#include <unistd.h>

#include "kernel/say.h"
#include "kernel/signals.h"
#include "kernel/wait.h"
#include "modes/supervise.h"
#include "options/drainit.h"
#include "options/scan.h"
#include "options/usage.h"
#include "output/log.h"
#include "output/misfit.h"
#include "output/timeline.h"

/* Buffers are static: on the stack they would lie between pages that an idle PID 1 keeps. */
#define PROBLEM_BYTES  512
#define WARNINGS_BYTES 2048

/* What cannot work, on stderr; nothing is started. */
static int refuse(const struct program *program, const struct writer *problem)
{
	static char text[LOG_BYTES];
	struct writer writer = writer_on(text, sizeof text);

	log_message(&writer, LOG_TEXT, problem->text, problem->length);
	say(text, writer.length);
	say_close(nsec_add(wait_now(), SEC));
	return program->own_error;
}

/* What was asked for, on stdout. */
static int print(const struct writer *text)
{
	return write(STDOUT_FILENO, text->text, text->length) == (ssize_t)text->length ? 0 : 1;
}

static int inform(const struct program *program, enum mode mode)
{
	static char text[USAGE_BYTES];
	struct writer writer = writer_on(text, sizeof text);

	if (mode == MODE_HELP)
		usage_help(program, &writer);
	else if (mode == MODE_VERSION)
		usage_version(program, &writer);
	else
		usage_license(&writer);
	return print(&writer);
}

static int show_plan(const struct plan *plan, const struct writer *warnings)
{
	static char text[TIMELINE_BYTES];
	struct writer writer = writer_on(text, sizeof text);

	timeline_write(&writer, plan);
	if (warnings->length > 0)
		write_char(&writer, '\n');
	write_bytes(&writer, warnings->text, warnings->length);
	return print(&writer);
}

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
		return refuse(program, warnings);
	}
	misfit_cuts(warnings, &plan);
	if (mode == MODE_PLAN)
		return show_plan(&plan, warnings);
	scan_strip(program, environ);
	lines = word_warnings(warnings, options->log);
	return supervise(&plan, inherited, environ, lines.text, lines.length);
}

int main(int argc, char **argv)
{
	const struct program *program = &drainit_program;
	struct options options;
	static char problem_text[PROBLEM_BYTES], warnings_text[WARNINGS_BYTES];
	struct signals inherited;
	struct writer problem = writer_on(problem_text, sizeof problem_text);
	struct writer warnings = writer_on(warnings_text, sizeof warnings_text);
	enum mode mode = MODE_RUN;

	signals_block(&inherited);
	if (!scan(program, argc, argv, environ, &options, &mode, &problem, &warnings))
		_exit(refuse(program, &problem));
	switch (mode) {
	case MODE_HELP:
	case MODE_VERSION:
	case MODE_LICENSE:
		_exit(inform(program, mode));
	case MODE_RUN:
	case MODE_PLAN:
		_exit(run(program, &inherited, &options, mode, &warnings));
	}
	return program->own_error;
}
