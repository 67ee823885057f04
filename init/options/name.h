/*
 * name: from a name to its row: --drain-max, -r, DRAINIT_DRAIN_MAX, and what was probably meant.
 */
#ifndef OPTIONS_NAME_H
#define OPTIONS_NAME_H

#include "options/row.h"
#include "text/writer.h"

#define NAME_PREFIX "DRAINIT_"

/* name_is_ours: does the environment's string begin with the prefix? */
static inline bool name_is_ours(const char *variable)
{
	for (const char *c = NAME_PREFIX; *c != '\0'; c++, variable++) {
		if (*variable != *c)
			return false;
	}
	return true;
}

/* name_find_*: the row, or NULL. long: without its dashes; twin: NAME=value, prefix and all. */
const struct row *name_find_long(
        const struct program *program, const char *name, size_t length);
const struct row *name_find_letter(const struct program *program, char letter);
const struct row *name_find_twin(const struct program *program, const char *variable);

/* write_suggestion: "did you mean --drain-max?" for the long name, or "see --help". */
void write_suggestion(
        struct writer *writer, const struct program *program, const char *name, size_t length);

/* write_twin_suggestion: the same for a variable's name, which comes without the prefix. */
void write_twin_suggestion(
        struct writer *writer, const struct program *program, const char *name, size_t length);

#endif
