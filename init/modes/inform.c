#include <unistd.h>

#include "kernel/say.h"
#include "kernel/wait.h"
#include "modes/inform.h"
#include "options/usage.h"
#include "output/log.h"
#include "output/timeline.h"

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

int inform_plan(const struct plan *plan, const struct writer *warnings)
{
	char text[TIMELINE_BYTES];
	struct writer writer = writer_on(text, sizeof text);

	timeline_write(&writer, plan);
	if (warnings->length > 0)
		write_char(&writer, '\n');
	write_bytes(&writer, warnings->text, warnings->length);
	return print(STDOUT_FILENO, &writer);
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
