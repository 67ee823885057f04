#include "options/variable.h"

#include <string.h>

#include "options/name.h"

bool variables_ask_for_a_drain(char **environment)
{
	static const char *const signs[] = { "DRAINIT_GRACE=", "DRAINIT_DRAIN",
		"DRAINIT_READY_FILE=" };

	for (; *environment; environment++) {
		const char *value = strchr(*environment, '=');
		if (!value || value[1] == '\0')
			continue;
		for (size_t i = 0; i < sizeof(signs) / sizeof(signs[0]); i++)
			if (strncmp(*environment, signs[i], strlen(signs[i])) == 0)
				return true;
	}
	return false;
}

#define VERBOSITY_ALL 99

static const char *value_in(char **environment, const char *name)
{
	size_t length = strlen(name);

	for (; *environment; environment++)
		if (strncmp(*environment, name, length) == 0 && (*environment)[length] == '=')
			return *environment + length + 1;
	return NULL;
}

/* As atoi(3) reads it, and tini then takes it: without a sign, so less than nothing is all. */
static int to_verbosity(const char *value)
{
	bool negative = false;
	int number = 0;

	value += strspn(value, " \t\n\v\f\r");
	if (*value == '-' || *value == '+')
		negative = *value++ == '-';
	for (; *value >= '0' && *value <= '9' && number < 10; value++)
		number = number * 10 + (*value - '0');
	return negative && number > 0 ? VERBOSITY_ALL : number;
}

static void take(struct values *values, const struct variable *variable, const char *value)
{
	if (variable->letter)
		value_switch(values, name_find_letter(values->program, variable->letter), true);
	else if (variable->verbosity == VERBOSITY_OF_VALUE)
		values->options->verbosity = to_verbosity(value);
	else
		values->options->verbosity = variable->verbosity;
}

bool variables_take(struct values *values, const struct places *places, char **environment,
        struct writer *problem)
{
	const struct variable *variable = values->program->variables;

	for (; variable->name; variable++) {
		const char *value = value_in(environment, variable->name);
		if (!value || (variable->exactly && strcmp(value, variable->exactly) != 0))
			continue;
		if (variable->refusal) {
			write_template(problem, variable->refusal, places);
			return false;
		}
		take(values, variable, value);
	}
	return true;
}
