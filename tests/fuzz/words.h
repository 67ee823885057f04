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
	char *words[WORDS_MOST]; /* each in a copy of its own */
	int count;
	char *argv[WORDS_MOST + 2];
	char *environment[WORDS_MOST + 1];
	struct invocation invocation;
};

static inline char *next_word(struct feed *feed)
{
	size_t length = feed->left > 0 ? strnlen((const char *)feed->at, feed->left) : 0;
	char *word;

	if (length == 0)
		return NULL;
	word = fuzz_text(feed->at, length);
	feed->at += length;
	feed->left -= length;
	feed_byte(feed);
	return word;
}

static inline void given_words(struct given *given, struct feed *feed)
{
	static const char *const names[] = { "drainit", "tini", "dumb-init", "catatonit" };
	int variables, argc = 0;

	memset(given, 0, sizeof *given);
	strcpy(given->name, names[feed_byte(feed) % 4]);
	given->program = compat_program(given->name);
	given->argv[argc++] = given->name;
	variables = feed_byte(feed) % 8;
	/* given_free() frees what the array holds, which the analyser does not see. */
	// NOLINTNEXTLINE(clang-analyzer-unix.Malloc)
	for (char *word; given->count < WORDS_MOST && (word = next_word(feed));) {
		if (given->count < variables)
			given->environment[given->count] = word;
		else
			given->argv[argc++] = word;
		given->words[given->count++] = word;
	}
	given->invocation = (struct invocation){ argc, given->argv, given->environment, 7 };
	/* What separates the words from what follows. */
	feed_byte(feed);
}

static inline void given_free(struct given *given)
{
	for (int i = 0; i < given->count; i++)
		free(given->words[i]);
}

#endif
