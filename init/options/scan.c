#include "options/scan.h"

#include <string.h>

#include "options/compat.h"
#include "options/drainit.h"
#include "options/name.h"
#include "options/remedy.h"
#include "options/usage.h"
#include "options/value.h"
#include "options/variable.h"
#include "text/signame.h"

/* The most of a value, or of an unknown name, that a usage error shows. */
#define SHOWN_MAX 80

struct scanner {
	struct values values;
	struct places places;
	struct writer *problem;
	struct writer *warnings;
};

/* Where a value was given, as the person wrote it: --grace, -r, DRAINIT_GRACE. */
struct place {
	const char *text;
	size_t length;
	char join; /* what stood before the value */
};

/* What of text is shown; not up to the middle of a character. */
static size_t shown_length(const char *text, size_t length)
{
	if (length <= SHOWN_MAX)
		return length;
	length = SHOWN_MAX;
	while (length > 0 && (text[length] & 0xc0) == 0x80)
		length--;
	return length;
}

static void write_shown(struct writer *writer, const char *text, size_t length)
{
	size_t shown = shown_length(text, length);

	write_plain(writer, text, shown);
	if (shown < length)
		write_text(writer, "...");
}

/* Another program's own words for what is wrong with an option, or with the lack of a command. */
static bool refuse_in_words(struct scanner *scanner, const char *text)
{
	const struct program *program = scanner->values.program;

	write_template(scanner->problem, text, &scanner->places);
	if (program->words->usage_follows && text != program->words->bad_value)
		usage_help(program, &scanner->places, scanner->problem);
	return false;
}

/* --grace=3x: what is wrong; what would be right. row may be NULL. Returns false. */
static bool refuse(struct scanner *scanner, const struct place *place, const char *value,
        const char *wrong, const struct row *row)
{
	struct writer *problem = scanner->problem;

	if (problem->length > 0)
		return false;
	write_shown(problem, place->text, place->length);
	if (value) {
		write_char(problem, place->join);
		write_shown(problem, value, strlen(value));
	}
	write_text(problem, ": ");
	write_text(problem, wrong);
	/* Some know better than the row what would be right. */
	if (row && !strchr(wrong, ';')) {
		write_text(problem, "; ");
		write_remedy(problem, row);
	}
	return false;
}

static bool unknown_option(struct scanner *scanner, const char *arg, size_t length)
{
	const struct words *words = scanner->values.program->words;
	const struct place place = { .text = arg, .length = length };
	size_t dashes = length > 2 ? 2 : length;

	if (scanner->problem->length > 0)
		return false;
	if (words) {
		scanner->places.letter = arg[1];
		scanner->places.value = arg;
		return refuse_in_words(
		        scanner, length == 2 ? words->bad_letter : words->bad_name);
	}
	refuse(scanner, &place, NULL, "unknown option", NULL);
	write_text(scanner->problem, "; ");
	write_suggestion(
	        scanner->problem, scanner->values.program, arg + dashes, length - dashes);
	return false;
}

static void warn_variable(struct scanner *scanner, const char *variable, size_t length)
{
	const size_t prefix = sizeof(NAME_PREFIX) - 1;
	struct writer *warnings = scanner->warnings;

	write_shown(warnings, variable, length);
	write_text(warnings, ": unknown variable; ");
	write_twin_suggestion(
	        warnings, scanner->values.program, variable + prefix, length - prefix);
	write_char(warnings, '\n');
}

static bool take(struct scanner *scanner, const struct row *row, const struct place *place,
        const char *value)
{
	const struct words *words = scanner->values.program->words;
	const char *wrong = value_take(&scanner->values, row, value);

	if (wrong && words) {
		scanner->places.letter = row->letter;
		scanner->places.value = value;
		return refuse_in_words(scanner, words->bad_value);
	}
	if (wrong)
		return refuse(scanner, place, value, wrong, row);
	return true;
}

/*
 * What images set, what Kubernetes injects for a Service called drainit, and what a drainit above
 * us tells its helpers. Source: kubernetes.io, Service, environment variables.
 */
static bool is_passed_over(const char *variable)
{
	static const char *const known[] = {
		"VERSION=",
		"SERVICE_HOST=",
		"SERVICE_PORT=",
		"SERVICE_PORT_",
		"PORT=",
		"PORT_",
		"BUDGET_SECONDS=",
		"CHILD_PID=",
		"REASON=",
		"ATTEMPT=",
		"EXIT_STATUS=",
	};

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		if (strncmp(variable, known[i], strlen(known[i])) == 0)
			return true;
	}
	return false;
}

static bool take_variable(struct scanner *scanner, const char *variable)
{
	const char *end = strchr(variable, '=');

	if (!end)
		return true;
	const struct place place = { variable, (size_t)(end - variable), '=' };
	const struct row *row = name_find_twin(scanner->values.program, variable);
	if (row)
		return end[1] == '\0' || take(scanner, row, &place, end + 1);
	if (!is_passed_over(variable + sizeof(NAME_PREFIX) - 1))
		warn_variable(scanner, variable, place.length);
	return true;
}

static void take_platform(
        struct options *options, const char *variable, const char *sign, enum platform platform)
{
	size_t length = strlen(sign);
	bool set = strncmp(variable, sign, length) == 0 && variable[length] != '\0';

	if (set && platform < options->platform)
		options->platform = platform;
}

/* In front of the main child's start: a variable that is not ours costs a look at one letter. */
static bool take_environment(struct scanner *scanner, char **environment)
{
	struct options *options = scanner->values.options;
	bool good = true;

	values_from(&scanner->values, SOURCE_ENVIRONMENT);
	for (; *environment; environment++) {
		const char *variable = *environment;
		if (name_is_ours(variable)) {
			good &= take_variable(scanner, variable);
		} else if (variable[0] == 'K') {
			take_platform(options, variable,
			        "KUBERNETES_SERVICE_HOST=", PLATFORM_KUBERNETES);
			take_platform(options, variable, "K_SERVICE=", PLATFORM_CLOUD_RUN);
		} else if (variable[0] == 'E') {
			take_platform(options, variable,
			        "ECS_CONTAINER_METADATA_URI_V4=", PLATFORM_ECS);
		} else if (variable[0] == 'N') {
			take_platform(options, variable, "NOMAD_ALLOC_ID=", PLATFORM_NOMAD);
		}
	}
	return good;
}

/* Where the scan of argv stands. */
struct arguments {
	char **next;
	bool over; /* no option follows */
};

static bool take_next(struct scanner *scanner, const struct row *row, const struct place *place,
        struct arguments *arguments)
{
	const struct words *words = scanner->values.program->words;

	if (!*arguments->next && words) {
		scanner->places.letter = row->letter;
		return refuse_in_words(scanner, words->no_value);
	}
	if (!*arguments->next)
		return refuse(scanner, place, NULL, "needs a value", row);
	return take(scanner, row, place, *arguments->next++);
}

static bool refuse_value(struct scanner *scanner, const struct place *place,
        const struct row *row, const char *value)
{
	const struct words *words = scanner->values.program->words;
	char name[ROW_NAME_MAX + 3];
	struct writer writer = writer_on(name, sizeof(name) - 1);

	if (!words)
		return refuse(scanner, place, value, "takes no value", NULL);
	write_text(&writer, "--");
	write_text(&writer, row->name);
	name[writer.length] = '\0';
	scanner->places.value = name;
	return refuse_in_words(scanner, words->no_argument);
}

/* --name, --name=value, --name value */
static bool take_long(struct scanner *scanner, const char *arg, struct arguments *arguments)
{
	const struct program *program = scanner->values.program;
	size_t length = strcspn(arg, "=");
	const struct place place = { arg, length, '=' };
	const char *value = arg[length] == '=' ? arg + length + 1 : NULL;
	const struct row *row = name_find_long(program, arg + 2, length - 2);

	if (!row)
		return unknown_option(scanner, arg, length);
	if (value_takes(row) && !(row->optional && !value))
		return value ? take(scanner, row, &place, value)
		             : take_next(scanner, row, &place, arguments);
	if (value)
		return refuse_value(scanner, &place, row, value);
	value_switch(&scanner->values, row, true);
	return true;
}

/* -v, -vg, -pTERM, -p TERM, -vpTERM */
static bool take_short(struct scanner *scanner, const char *arg, struct arguments *arguments)
{
	for (const char *at = arg + 1; *at != '\0'; at++) {
		const char name[] = { '-', *at };
		const struct place place = { name, sizeof(name), ' ' };
		const struct row *row = name_find_letter(scanner->values.program, *at);
		if (!row)
			return unknown_option(scanner, name, sizeof(name));
		if (value_takes(row))
			return at[1] != '\0' ? take(scanner, row, &place, at + 1)
			                     : take_next(scanner, row, &place, arguments);
		value_switch(&scanner->values, row, true);
	}
	return true;
}

static bool is_immediate(enum mode mode)
{
	return mode == MODE_HELP || mode == MODE_VERSION || mode == MODE_LICENSE;
}

static bool take_argument(struct scanner *scanner, struct arguments *arguments)
{
	const char *arg = *arguments->next;

	if (arg[0] != '-' || arg[1] == '\0') {
		arguments->over = true;
		return true;
	}
	arguments->next++;
	if (strcmp(arg, "--") == 0) {
		arguments->over = true;
		return true;
	}
	return arg[1] == '-' ? take_long(scanner, arg, arguments)
	                     : take_short(scanner, arg, arguments);
}

static bool take_arguments(struct scanner *scanner, char **argv)
{
	struct arguments arguments = { .next = argv };
	bool good = true;

	values_from(&scanner->values, SOURCE_OPTION);
	while (good && !arguments.over && *arguments.next &&
	        !is_immediate(scanner->values.mode))
		good = take_argument(scanner, &arguments);
	scanner->values.options->command = arguments.next;
	return good;
}

static void warn_dropped_stop(struct scanner *scanner)
{
	const struct options *options = scanner->values.options;
	struct writer *warnings = scanner->warnings;

	for (int signal = 1; signal <= SIGNAL_LAST; signal++) {
		if (options->rewrite[signal] != 0 ||
		        !(options->stop_signals & signal_bit(signal)))
			continue;
		write_text(warnings, "--rewrite=");
		write_signal(warnings, signal);
		write_text(warnings, ":0: a stop signal; it still starts the shutdown, "
		                     "the main child does not get it\n");
	}
}

/* --prestop and --status work under every name, alone. */
static bool take_question(struct scanner *scanner, const char *arg)
{
	const struct row *row = NULL;

	if (strcmp(arg, "--prestop") == 0 || strcmp(arg, "--status") == 0)
		row = name_find_long(&drainit_program, arg + 2, strlen(arg + 2));
	if (row)
		value_switch(&scanner->values, row, true);
	return row != NULL;
}

static bool take_command_line(struct scanner *scanner, const struct invocation *invocation)
{
	const struct program *program = scanner->values.program;
	char **argv = invocation->argv + (invocation->argc > 0);

	if (program->lone_version && invocation->argc == 2 &&
	        strcmp(argv[0], "--version") == 0) {
		scanner->values.mode = MODE_VERSION;
		return true;
	}
	if (program->words && invocation->argc == 2 && take_question(scanner, argv[0]))
		return true;
	return take_arguments(scanner, argv);
}

static bool no_command(struct scanner *scanner)
{
	const struct words *words = scanner->values.program->words;

	if (words)
		return refuse_in_words(scanner, words->no_command);
	write_text(scanner->problem, "COMMAND is missing; see --help");
	return false;
}

struct places scan_places(const struct program *program, const struct invocation *invocation)
{
	const char *name = invocation->argc > 0 ? invocation->argv[0] : program->name;
	const char *slash = strrchr(name, '/');

	return (struct places){
		.path = name,
		.program = slash ? slash + 1 : name,
		.pid = invocation->pid,
	};
}

/* Presets and environment are ours whatever the name; then it is the program's turn. */
static bool begin(struct scanner *scanner, const struct program *program, char **environment)
{
	struct options *options = scanner->values.options;

	values_preset(&scanner->values);
	options->habits = program->habits;
	if (!program->words)
		return take_environment(scanner, environment);
	options->forward_to = program->forward_to;
	options->verbosity = program->verbosity;
	bool good = !variables_ask_for_a_drain(environment) ||
	            take_environment(scanner, environment);
	scanner->values.program = program;
	return good;
}

bool scan(const struct program *program, const struct invocation *invocation,
        struct options *options, enum mode *mode, struct writer *problem,
        struct writer *warnings)
{
	char **environment = invocation->environment;
	struct scanner scanner = {
		/* What of the environment is ours, our own rows tell. */
		.values = { .program = program->words ? &drainit_program : program,
		        .options = options },
		.places = scan_places(program, invocation),
		.problem = problem,
		.warnings = warnings,
	};

	bool good = begin(&scanner, program, environment);
	/* A bad environment must not keep --help from helping: argv is read all the same. */
	good &= take_command_line(&scanner, invocation);
	*mode = scanner.values.mode;
	if (is_immediate(scanner.values.mode)) {
		problem->length = 0;
		return true;
	}
	if (program->words && good) {
		good = variables_take(&scanner.values, &scanner.places, environment, problem);
		compat_finish(program, variables_ask_for_a_drain(environment), options);
	}
	if (!good)
		return false;
	if (scanner.values.mode == MODE_RUN && !options->command[0])
		return no_command(&scanner);
	warn_dropped_stop(&scanner);
	return true;
}

void scan_strip(const struct program *program, char **environment)
{
	char **kept = environment;

	for (; *environment; environment++) {
		if (!name_is_ours(*environment) || !name_find_twin(program, *environment))
			*kept++ = *environment;
	}
	*kept = NULL;
}
