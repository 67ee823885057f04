/*
 * drainit-rehearse: runs COMMAND under drainit as a container would, asks it to stop, and judges how it went.
 */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "kernel/signals.h"
#include "kernel/terminal.h"
#include "options/scan.h"
#include "options/usage.h"
#include "output/misfit.h"
#include "rehearse/progress.h"
#include "rehearse/rehearse.h"
#include "rehearse/requester.h"
#include "rehearse/result.h"
#include "rehearse/show.h"

enum { GOOD = 0, BAD = 1, NOT_DONE = 125 };

#define PROBLEM_BYTES 4096

static void print(int fd, const struct writer *text)
{
	size_t done = 0;

	while (done < text->length) {
		ssize_t more = write(fd, text->text + done, text->length - done);

		if (more < 0)
			_exit(NOT_DONE);
		done += (size_t)more;
	}
}

/* On stderr, with our name in front. */
static int say(const struct writer *problem)
{
	char text[PROBLEM_BYTES + 32];
	struct writer line = writer_on(text, sizeof text);

	write_text(&line, "drainit-rehearse: ");
	write_bytes(&line, problem->text, problem->length);
	write_char(&line, '\n');
	print(STDERR_FILENO, &line);
	return NOT_DONE;
}

/* A line each. */
static void warn(const struct writer *warnings)
{
	size_t from = 0;

	for (size_t at = 0; at < warnings->length; at++) {
		if (warnings->text[at] != '\n')
			continue;
		const struct writer line = { .text = warnings->text + from,
			.length = at - from };
		say(&line);
		from = at + 1;
	}
}

static int inform(const struct rehearsal *rehearsal, enum mode mode)
{
	static char text[USAGE_BYTES];
	struct writer writer = writer_on(text, sizeof text);
	const struct places places = { .program = "drainit-rehearse" };

	if (mode == MODE_HELP)
		usage_help(&rehearsal->program, &places, &writer);
	else if (mode == MODE_VERSION)
		usage_version(&rehearsal->program, &writer);
	else
		usage_license(&writer);
	print(STDOUT_FILENO, &writer);
	return GOOD;
}

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

static int tell(const struct rehearsal *rehearsal, struct facts *facts)
{
	static char text[SHOW_BYTES];
	static struct verdict verdict;
	static struct advice advice;
	struct writer writer = writer_on(text, sizeof text);
	struct screen screen = terminal_look(environ);
	const struct chart chart = { screen.columns, screen.utf8, screen.colour, 0 };

	facts->command = base_name(rehearsal->options.command[0]);
	judge(facts, &verdict);
	advise(facts, &verdict, &advice);
	if (rehearsal->json)
		result_write(&writer, facts, &verdict, &advice);
	else
		show_write(&writer, facts, &verdict, &advice, &chart);
	print(STDOUT_FILENO, &writer);
	return verdict.good ? GOOD : BAD;
}

static int refuse(struct writer *problem, const char *why)
{
	write_text(problem, why);
	return say(problem);
}

/* Its report goes to a file of ours, unless it was told another place. */
static int run(const struct rehearsal *rehearsal, const struct plan *plan, char **argv,
        struct container *container, struct writer *problem)
{
	static struct facts facts;
	static char path[4096], report[] = "/tmp/drainit-rehearse-XXXXXX";
	char *more[] = { "--report", report, NULL };
	const char *theirs = rehearsal->options.report;
	bool own = !theirs || strcmp(theirs, "none") == 0;
	enum rehearsed rehearsed;
	int fd;

	if (!stage_find(path, sizeof path, getenv("PATH")))
		return refuse(
		        problem, "there is no drainit beside drainit-rehearse, nor in PATH");
	fd = mkstemp(report);
	if (fd < 0)
		return refuse(problem, "/tmp cannot be written to");
	close(fd);
	rehearsal_pass_on(rehearsal, argv, own ? more : more + 2, container->words);
	container->path = path;
	container->report = own ? report : theirs;
	container->output = progress_begin();
	rehearsed = rehearse(rehearsal, plan, container, &facts, problem);
	unlink(report);
	switch (rehearsed) {
	case REHEARSED:
		return tell(rehearsal, &facts);
	case REHEARSED_NOT:
		return say(problem);
	case REHEARSED_INTERRUPTED:
		return facts.exit_status;
	}
	return NOT_DONE;
}

int main(int argc, char **argv)
{
	static char problem_text[PROBLEM_BYTES], warnings_text[PROBLEM_BYTES];
	static struct rehearsal rehearsal;
	struct writer problem = writer_on(problem_text, sizeof problem_text);
	struct writer warnings = writer_on(warnings_text, sizeof warnings_text);
	struct signals inherited;
	struct container container = { .environment = environ, .inherited = &inherited };
	enum mode mode = MODE_RUN;
	struct problem misfit;
	struct plan plan;
	int status;

	signals_block(&inherited);
	if (!rehearsal_scan(argc, argv, environ, &rehearsal, &mode, &problem, &warnings))
		return say(&problem);
	if (mode != MODE_RUN)
		return inform(&rehearsal, mode);
	if (rehearsal.requests > REQUESTS_AT_ONCE)
		return refuse(&problem, "--requests: too many; 0 to 64");
	if (!plan_make(&rehearsal.options, &plan, &misfit)) {
		misfit_refusal(&problem, &plan, &misfit);
		return say(&problem);
	}
	warn(&warnings);
	container.words = calloc((size_t)argc + REHEARSAL_WORDS, sizeof *container.words);
	if (!container.words)
		return refuse(&problem, "out of memory");
	status = run(&rehearsal, &plan, argv, &container, &problem);
	free(container.words);
	return status;
}
