#include <unistd.h>

#include "kernel/say.h"
#include "kernel/terminal.h"
#include "kernel/wait.h"
#include "modes/inform.h"
#include "options/usage.h"
#include "output/advice.h"
#include "output/log.h"
#include "output/planjson.h"
#include "output/timeline.h"

/* Warnings of the scan and the plan, and advice. */
#define NOTES_BYTES 4096

static int print(int fd, const struct writer *text)
{
	return write(fd, text->text, text->length) == (ssize_t)text->length ? 0 : 1;
}

/* Where this program says it: tini on stdout, dumb-init on stderr. */
static int stream(const struct program *program, enum mode mode)
{
	const struct words *words = program->words;

	if (!words || !words->on_stderr || mode == MODE_LICENSE)
		return STDOUT_FILENO;
	return mode == MODE_VERSION && words->version_on_stdout ? STDOUT_FILENO : STDERR_FILENO;
}

int inform_usage(const struct program *program, const struct places *places, enum mode mode)
{
	char text[USAGE_BYTES];
	struct writer writer = writer_on(text, sizeof text);

	if (mode == MODE_HELP)
		usage_help(program, places, &writer);
	else if (mode == MODE_VERSION)
		usage_version(program, &writer);
	else
		usage_license(&writer);
	return print(stream(program, mode), &writer);
}

/* In lines; each becomes words of its own. */
static void put_notes(struct writer *writer, const struct chart *chart, struct writer *notes)
{
	char *from = notes->text;

	for (size_t at = 0; at < notes->length; at++) {
		if (notes->text[at] != '\n')
			continue;
		notes->text[at] = '\0';
		chart_note(writer, chart, from);
		from = notes->text + at + 1;
	}
}

static void draw(struct writer *writer, const struct plan *plan, struct writer *notes,
        char *const *environment)
{
	struct screen screen = terminal_look(environment);
	const struct chart chart = {
		.columns = screen.columns,
		.utf8 = screen.utf8,
		.colour = screen.colour,
	};

	timeline_write(writer, plan, &chart);
	if (notes->length > 0)
		write_char(writer, '\n');
	put_notes(writer, &chart, notes);
}

int inform_plan(
        const struct plan *plan, const struct writer *warnings, char *const *environment)
{
	char text[TIMELINE_BYTES], lines[NOTES_BYTES];
	struct writer writer = writer_on(text, sizeof text);
	struct writer notes = writer_on(lines, sizeof lines);

	write_bytes(&notes, warnings->text, warnings->length);
	advice_write(&notes, plan);
	if (plan->options->log == LOG_JSON)
		planjson_write(&writer, plan, &notes);
	else
		draw(&writer, plan, &notes, environment);
	return print(STDOUT_FILENO, &writer);
}

int inform_misfit(
        const struct program *program, enum log_format format, const struct writer *problem)
{
	char text[PROBLEM_BYTES];
	struct writer writer = writer_on(text, sizeof text);

	if (format == LOG_JSON) {
		planjson_refusal(&writer, problem);
		print(STDOUT_FILENO, &writer);
	}
	return inform_refusal(program, problem);
}

int inform_refusal(const struct program *program, const struct writer *problem)
{
	char text[LOG_BYTES];
	struct writer writer = writer_on(text, sizeof text);

	/* Another program's words are whole lines; ours are not yet. */
	if (problem->length > 0 && problem->text[problem->length - 1] == '\n')
		write_bytes(&writer, problem->text, problem->length);
	else
		log_message(&writer, LOG_TEXT, problem->text, problem->length);
	say(text, writer.length);
	say_close(nsec_add(wait_now(), SEC));
	return program->habits.own_error;
}
