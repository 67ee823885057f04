/*
 * words: foreign bytes as an invocation: a byte for the program, one for how many words are the environment, then
 * words ended by NUL. The first word that is empty ends them; what follows is the caller's.
 */
#ifndef FUZZ_WORDS_H
#define FUZZ_WORDS_H

#include "fuzz/fuzz.h"

#include "options/compat.h"
#include "options/scan.h"

#define WORDS_MOST 48

struct given {
	const struct program *program;
	char name[16];
	char *bytes;
	char *argv[WORDS_MOST + 2];
	char *environment[WORDS_MOST + 1];
	struct invocation invocation;
};

static inline char *next_word(struct feed *feed, char **at)
{
	char *word = *at;
	size_t length = strnlen((const char *)feed->at, feed->left);

	if (length == 0)
		return NULL;
	memcpy(word, feed->at, length);
	word[length] = '\0';
	*at += length + 1;
	feed->at += length;
	feed->left -= length;
	if (feed->left > 0)
		feed_byte(feed);
	return word;
}

static inline void given_words(struct given *given, struct feed *feed)
{
	static const char *const names[] = { "drainit", "tini", "dumb-init", "catatonit" };
	const char *name = names[feed_byte(feed) % 4];
	int variables = feed_byte(feed) % 8, count = 0;
	int arguments = 1;
	char *at = given->bytes = malloc(feed->left + 2);

	require(given->bytes);
	given->program = compat_program(name);
	given->argv[0] = given->name;
	strcpy(given->name, name);
	for (char *word; count < WORDS_MOST && (word = next_word(feed, &at)); count++) {
		if (count < variables)
			given->environment[count] = word;
		else
			given->argv[arguments++] = word;
	}
	given->environment[count < variables ? count : variables] = NULL;
	given->argv[arguments] = NULL;
	given->invocation =
	        (struct invocation){ arguments, given->argv, given->environment, 7 };
	/* What separates the words from what follows. */
	if (feed->left > 0)
		feed_byte(feed);
}

#endif
