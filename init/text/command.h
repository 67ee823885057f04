/*
 * command: a command line split into words as a shell would: blanks, '...', "...", backslash.
 * No expansion of any kind: $, *, ~, |, ;, > and & are ordinary bytes, for no shell is needed.
 */
#ifndef TEXT_COMMAND_H
#define TEXT_COMMAND_H

#include <stddef.h>

#define COMMAND_BYTES 4096 /* the longest command line, its NUL included */
#define COMMAND_WORDS 255

/* command_check: NULL if it can be split and has a word, or what is wrong. */
const char *command_check(const char *text);

/*
 * command_split: the words of a command line that command_check() passed.
 * bytes  holds the words, at least COMMAND_BYTES.
 * words  at least COMMAND_WORDS + 1 pointers; ended by NULL.
 */
void command_split(const char *text, char *bytes, char **words);

#endif
