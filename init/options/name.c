#include "options/name.h"

#include <string.h>

static char to_option(char c)
{
	if (c >= 'A' && c <= 'Z')
		return (char)(c - 'A' + 'a');
	return c == '_' ? '-' : c;
}

/* Of a row's name: small letters and hyphens. */
static char to_variable(char c)
{
	return c == '-' ? '_' : (char)(c - 'a' + 'A');
}

static bool has_twin(const struct row *row)
{
	return row->kind != KIND_MODE;
}

const struct row *name_find_long(const struct program *program, const char *name, size_t length)
{
	const struct row *begun = NULL;

	for (size_t i = 0; length > 0 && i < program->count; i++) {
		const struct row *row = &program->rows[i];
		if (strncmp(row->name, name, length) != 0)
			continue;
		if (row->name[length] == '\0')
			return row;
		/* As getopt_long(3) has it: an abbreviation that fits more than one row fits none. */
		if (program->abbreviates)
			begun = begun ? NULL : row;
	}
	return begun;
}

const struct row *name_find_letter(const struct program *program, char letter)
{
	for (size_t i = 0; i < program->count; i++) {
		if (program->rows[i].letter == letter)
			return &program->rows[i];
	}
	return NULL;
}

const struct row *name_find_twin(const struct program *program, const char *variable)
{
	for (size_t i = 0; i < program->count; i++) {
		const struct row *row = &program->rows[i];
		const char *at = variable + sizeof(NAME_PREFIX) - 1, *name = row->name;
		while (*name != '\0' && to_variable(*name) == *at)
			at++, name++;
		if (*name == '\0' && *at == '=' && has_twin(row))
			return row;
	}
	return NULL;
}

/* Levenshtein's: how many letters to change, add or drop. length is at most ROW_NAME_MAX. */
static size_t distance(const char *text, size_t length, const char *name)
{
	size_t cost[ROW_NAME_MAX + 1];

	for (size_t i = 0; i <= length; i++)
		cost[i] = i;
	for (size_t row = 1; *name != '\0'; name++, row++) {
		size_t diagonal = cost[0];
		cost[0] = row;
		for (size_t i = 1; i <= length; i++) {
			size_t changed = diagonal + (to_option(text[i - 1]) != *name);
			size_t shorter = (cost[i] < cost[i - 1] ? cost[i] : cost[i - 1]) + 1;
			diagonal = cost[i];
			cost[i] = changed < shorter ? changed : shorter;
		}
	}
	return cost[length];
}

/* Within a letter and a quarter of them, or NULL: further off it would be a guess. */
static const struct row *nearest(
        const struct program *program, const char *text, size_t length, bool twins)
{
	const struct row *found = NULL;
	size_t least = length / 4 + 2;

	if (length < 2 || length > ROW_NAME_MAX)
		return NULL;
	for (size_t i = 0; i < program->count; i++) {
		const struct row *row = &program->rows[i];
		if (twins && !has_twin(row))
			continue;
		size_t steps = distance(text, length, row->name);
		if (steps < least) {
			least = steps;
			found = row;
		}
	}
	return found;
}

void write_suggestion(
        struct writer *writer, const struct program *program, const char *name, size_t length)
{
	const struct row *row = nearest(program, name, length, false);

	write_text(writer, row ? "did you mean --" : "see --help");
	if (row) {
		write_text(writer, row->name);
		write_char(writer, '?');
	}
}

void write_twin_suggestion(
        struct writer *writer, const struct program *program, const char *name, size_t length)
{
	const struct row *row = nearest(program, name, length, true);

	write_text(writer, row ? "did you mean " NAME_PREFIX : "see --help");
	if (row) {
		for (const char *c = row->name; *c != '\0'; c++)
			write_char(writer, to_variable(*c));
		write_char(writer, '?');
	}
}
