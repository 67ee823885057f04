/*
 * main: name and options -> one mode; nothing else.
 */
#include <unistd.h>

#include "kernel/say.h"
#include "kernel/signals.h"
#include "modes/supervise.h"
#include "options/drainit.h"
#include "options/scan.h"
#include "options/usage.h"
#include "output/log.h"
#include "output/misfit.h"
#include "output/timeline.h"

extern char **environ;

#define WARNINGS_BYTES 2048

/* What cannot work, on stderr; nothing is started. */
static int refuse(const struct program *program, const struct writer *problem)
{
	char text[LOG_BYTES];
	struct writer writer = writer_on(text, sizeof text);

	log_message(&writer, LOG_TEXT, problem->text, problem->length);
	say_open();
	say(text, writer.length);
	return program->own_error;
}

/* What was asked for, on stdout. */
static int print(const struct writer *text)
{
	return write(STDOUT_FILENO, text->text, text->length) == (ssize_t)text->length ? 0 : 1;
}

static int inform(const struct program *program, enum mode mode)
{
	char text[USAGE_BYTES];
	struct writer writer = writer_on(text, sizeof text);

	if (mode == MODE_HELP)
		usage_help(program, &writer);
	else if (mode == MODE_VERSION)
		usage_version(program, &writer);
	else
		usage_license(&writer);
	return print(&writer);
}

static int show_plan(const struct plan *plan)
{
	char text[TIMELINE_BYTES];
	struct writer writer = writer_on(text, sizeof text);

	timeline_write(&writer, plan);
	return print(&writer);
}

static int run(const struct program *program, const struct signals *inherited,
        struct options *options, enum mode mode, struct writer *warnings)
{
	char text[512];
	struct writer problem = writer_on(text, sizeof text);
	struct problem misfit;
	static struct plan plan;

	if (!plan_make(options, &plan, &misfit)) {
		misfit_refusal(&problem, &plan, &misfit);
		return refuse(program, &problem);
	}
	misfit_cuts(&problem, &plan);
	if (mode == MODE_PLAN)
		return show_plan(&plan);
	scan_strip(program, environ);
	return supervise(&plan, inherited, environ, warnings->text, warnings->length);
}

int main(int argc, char **argv)
{
	const struct program *program = &drainit_program;
	static struct options options;
	struct signals inherited;
	char problem_text[512], warnings_text[WARNINGS_BYTES];
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
