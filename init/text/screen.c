#include "text/screen.h"

#include <string.h>

#include "text/number.h"

#define USUAL_COLUMNS 80
#define DIGITS        4

/* An empty value is one that is not set. */
static const char *value_of(char *const *environment, const char *name)
{
	size_t length = strlen(name);

	for (; *environment; environment++) {
		const char *entry = *environment;

		if (strncmp(entry, name, length) == 0 && entry[length] == '=' &&
		        entry[length + 1] != '\0')
			return entry + length + 1;
	}
	return NULL;
}

/* Is it written here, in any case, with the hyphen or without? */
static bool says_utf8(const char *text)
{
	if ((text[0] | 0x20) != 'u' || (text[1] | 0x20) != 't' || (text[2] | 0x20) != 'f')
		return false;
	return text[text[3] == '-' ? 4 : 3] == '8';
}

static bool is_utf8(char *const *environment)
{
	static const char *const names[] = { "LC_ALL", "LC_CTYPE", "LANG" };
	const char *locale = NULL;

	for (size_t i = 0; i < sizeof names / sizeof *names && !locale; i++)
		locale = value_of(environment, names[i]);
	for (; locale && *locale != '\0'; locale++)
		if (says_utf8(locale))
			return true;
	return false;
}

static bool has_colour(char *const *environment)
{
	const char *terminal = value_of(environment, "TERM");

	return !value_of(environment, "NO_COLOR") &&
	       !(terminal && strcmp(terminal, "dumb") == 0);
}

struct screen screen_of(char *const *environment, bool tty, int columns)
{
	const char *asked = value_of(environment, "COLUMNS");

	if (columns <= 0 && asked)
		columns = number_parse(asked, strlen(asked), DIGITS);
	return (struct screen){
		.columns = columns > 0 ? columns : USUAL_COLUMNS,
		.utf8 = is_utf8(environment),
		.colour = tty && has_colour(environment),
	};
}
