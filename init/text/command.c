#include "text/command.h"

#include <stdbool.h>
#include <string.h>

enum state { BETWEEN, PLAIN, SINGLE, DOUBLE };

/* A walk over a command line. Where bytes is NULL words are counted and nothing is written. */
struct walk {
	char *bytes;
	char **words;
	size_t count;
	enum state state;
};

static void put(struct walk *walk, char c)
{
	if (walk->bytes)
		*walk->bytes++ = c;
}

/* Enters a word, unless the walk is in one. */
static void enter(struct walk *walk)
{
	if (walk->state != BETWEEN)
		return;
	if (walk->bytes)
		walk->words[walk->count] = walk->bytes;
	walk->count++;
	walk->state = PLAIN;
}

static void leave(struct walk *walk)
{
	if (walk->state == PLAIN)
		put(walk, '\0');
	walk->state = BETWEEN;
}

/*
 * The backslash at text; returns the last byte that it took. XCU 2.2: in "..." it quotes only what
 * is special there, and before a newline both vanish.
 */
static const char *backslash(struct walk *walk, const char *text)
{
	if (text[1] == '\n')
		return text + 1;
	enter(walk);
	if (walk->state == DOUBLE && !strchr("\"\\$`", text[1])) {
		put(walk, '\\');
		return text;
	}
	put(walk, text[1]);
	return text + 1;
}

static void outside_quotes(struct walk *walk, char c)
{
	if (c == ' ' || c == '\t' || c == '\n') {
		leave(walk);
		return;
	}
	enter(walk);
	if (c == '\'')
		walk->state = SINGLE;
	else if (c == '"')
		walk->state = DOUBLE;
	else
		put(walk, c);
}

static const char *walk_over(struct walk *walk, const char *text)
{
	for (; *text != '\0'; text++) {
		char end = walk->state == SINGLE ? '\'' : '"';
		bool quoted = walk->state == SINGLE || walk->state == DOUBLE;

		if (*text == '\\' && walk->state != SINGLE) {
			if (text[1] == '\0')
				return "ends with a lone backslash";
			text = backslash(walk, text);
		} else if (quoted && *text == end) {
			walk->state = PLAIN;
		} else if (quoted) {
			put(walk, *text);
		} else {
			outside_quotes(walk, *text);
		}
	}
	if (walk->state == SINGLE || walk->state == DOUBLE)
		return "a quote is not closed";
	leave(walk);
	return NULL;
}

const char *command_check(const char *text)
{
	struct walk walk = { .state = BETWEEN };

	if (strlen(text) >= COMMAND_BYTES)
		return "over 4095 bytes long";
	const char *wrong = walk_over(&walk, text);
	if (wrong)
		return wrong;
	if (walk.count == 0)
		return "no command";
	return walk.count > COMMAND_WORDS ? "over 255 words" : NULL;
}

void command_split(const char *text, char *bytes, char **words)
{
	struct walk walk = { .bytes = bytes, .words = words, .state = BETWEEN };

	walk_over(&walk, text);
	words[walk.count] = NULL;
}
