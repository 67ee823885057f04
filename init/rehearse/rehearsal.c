#include "rehearse/rehearsal.h"

#include <string.h>

#include "options/drainit.h"
#include "options/name.h"
#include "options/scan.h"
#include "options/value.h"

#define OWN(field) offsetof(struct rehearsal, field)

/* clang-format off */
static const struct row own_rows[] = {
	{ .heading = "Rehearsal", .name = "after-start", .kind = KIND_DURATION, .takes = "D",
	  .into = OWN(after_start), .unset = "when it listens",
	  .help = "send the stop request D after the start" },
	{ .name = "start-max", .kind = KIND_DURATION, .takes = "D", .least = 1,
	  .into = OWN(start_max), .preset = "30s",
	  .help = "give up with 125 if it does not listen by then" },
	{ .name = "url", .kind = KIND_URL, .takes = "URL", .into = OWN(url),
	  .unset = "/ of the first port, if it speaks HTTP",
	  .help = "keep requests in flight to this URL" },
	{ .name = "requests", .kind = KIND_NUMBER, .takes = "N", .into = OWN(requests),
	  .preset = "4", .help = "how many at once; 0: none" },
	{ .name = "slow", .kind = KIND_DURATION, .takes = "D", .into = OWN(slow), .preset = "2s",
	  .help = "read an answer that is too large to be sent at once over D" },
	{ .name = "traffic", .kind = KIND_DURATION, .takes = "D", .into = OWN(traffic),
	  .preset = "1s", .help = "requests go on for D before the stop request" },
	{ .name = "json", .kind = KIND_FLAG, .into = OWN(json),
	  .help = "print the result as one JSON object" },
};
/* clang-format on */

#define OWN_COUNT (sizeof(own_rows) / sizeof(own_rows[0]))

static const struct program own_program = { .rows = own_rows, .count = OWN_COUNT };

/* Of drainit's modes only those that need no drainit. */
static bool fits(const struct row *row)
{
	return row->kind != KIND_MODE || row->value == MODE_HELP ||
	       row->value == MODE_VERSION || row->value == MODE_LICENSE;
}

static void make_program(struct rehearsal *rehearsal)
{
	for (size_t i = 0; i < drainit_program.count; i++) {
		if (fits(&drainit_program.rows[i]))
			rehearsal->rows[rehearsal->theirs++] = drainit_program.rows[i];
	}
	memcpy(rehearsal->rows + rehearsal->theirs, own_rows, sizeof own_rows);
	rehearsal->program = (struct program){
		.name = "drainit-rehearse",
		.about = "Runs COMMAND under drainit in a PID namespace of its own, as a "
		         "container "
		         "would,\n"
		         "asks it to stop, and judges how that went. COMMAND's output goes to "
		         "stderr.\n",
		.rows = rehearsal->rows,
		.count = rehearsal->theirs + OWN_COUNT,
		.habits = drainit_program.habits,
	};
}

bool rehearsal_scan(int argc, char **argv, char **environment, struct rehearsal *out,
        enum mode *mode, struct writer *problem, struct writer *warnings)
{
	const struct invocation invocation = { argc, argv, environment, 0 };
	bool good;

	memset(out, 0, sizeof *out);
	make_program(out);
	good = scan(&out->program, &invocation, &out->options, mode, problem, warnings);
	scan_strip(&own_program, environment);
	return good;
}

/* The words that an option takes up: itself, and its value where that stands by itself. */
static size_t words_of(const struct program *program, const char *word, const struct row **row)
{
	size_t length = strcspn(word, "=");

	*row = NULL;
	if (word[1] == '-') {
		*row = name_find_long(program, word + 2, length - 2);
		return value_takes(*row) && !(*row)->optional && word[length] == '\0' ? 2 : 1;
	}
	for (const char *letter = word + 1; *letter != '\0'; letter++) {
		if (value_takes(name_find_letter(program, *letter)))
			return letter[1] == '\0' ? 2 : 1;
	}
	return 1;
}

void rehearsal_pass_on(
        const struct rehearsal *rehearsal, char **argv, char *const *more, char **words)
{
	char **command = rehearsal->options.command;

	*words++ = "drainit";
	argv++;
	while (argv < command && strcmp(*argv, "--") != 0) {
		const struct row *row;
		size_t count = words_of(&rehearsal->program, *argv, &row);

		if (!row || row < rehearsal->rows + rehearsal->theirs) {
			memcpy(words, argv, count * sizeof *words);
			words += count;
		}
		argv += count;
	}
	while (*more)
		*words++ = *more++;
	*words++ = "--";
	while (*command)
		*words++ = *command++;
	*words = NULL;
}

nsec_t rehearsal_span(const struct duration *duration)
{
	return duration->kind == DURATION_SPAN ? duration->value : 0;
}
