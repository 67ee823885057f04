/*
 * given: scans a command line and an environment that are written as one string each.
 */
#ifndef UNIT_OPTIONS_GIVEN_H
#define UNIT_OPTIONS_GIVEN_H

#include <string.h>

#include "options/drainit.h"
#include "options/scan.h"
#include "unit/suite.h"

struct given {
	struct options options;
	enum mode mode;
	bool good;
	char problem[512], warnings[1024];
	char bytes[1024];
	char *argv[32], *environment[32];
	int argc;
};

/* Words are separated by '|', so that a value may hold blanks. */
static inline int given_words(char *bytes, const char *text, char **words)
{
	int count = 0;

	strcpy(bytes, text);
	for (char *word = strtok(bytes, "|"); word; word = strtok(NULL, "|"))
		words[count++] = word;
	words[count] = NULL;
	return count;
}

/* The options of "drainit|" + arguments in an environment. */
static inline struct given *given(const char *environment, const char *arguments)
{
	static struct given given;
	char *half = given.bytes + sizeof(given.bytes) / 2;

	memset(&given, 0x5a, sizeof(given));
	strcpy(half, "drainit|");
	strcat(half, arguments);
	char copy[512];
	strcpy(copy, half);
	given.argc = given_words(half, copy, given.argv);
	given_words(given.bytes, environment, given.environment);

	struct writer problem = writer_on(given.problem, sizeof(given.problem) - 1);
	struct writer warnings = writer_on(given.warnings, sizeof(given.warnings) - 1);
	const struct invocation invocation = { given.argc, given.argv, given.environment, 1 };
	given.good = scan(&drainit_program, &invocation, &given.options, &given.mode, &problem,
	        &warnings);
	given.problem[problem.length] = '\0';
	given.warnings[warnings.length] = '\0';
	return &given;
}

static inline void expect_refused(
        const char *environment, const char *arguments, const char *problem)
{
	const struct given *seen = given(environment, arguments);

	ck_assert_msg(!seen->good, "taken: %s %s", environment, arguments);
	ck_assert_str_eq(seen->problem, problem);
}

static inline const struct options *expect_taken(const char *environment, const char *arguments)
{
	const struct given *seen = given(environment, arguments);

	ck_assert_msg(seen->good, "%s %s: %s", environment, arguments, seen->problem);
	ck_assert_str_eq(seen->problem, "");
	return &seen->options;
}

#endif
