/*
 * number: digits.
 */
#ifndef TEXT_NUMBER_H
#define TEXT_NUMBER_H

#include <stddef.h>
#include <stdint.h>

/* number_parse: one to most digits (9 at the most) and nothing else -> the number; else -1. */
int number_parse(const char *text, size_t length, size_t most);

/* number_behind: the number that text begins with, up to its first other byte; -1: none. It stops at 10^18. */
int64_t number_behind(const char *text, size_t length);

/* number_hex_digit: its value, of a capital as the kernel writes it; -1: it is none. */
int number_hex_digit(char c);

#endif
