/*
 * number: decimal digits and nothing else.
 */
#ifndef TEXT_NUMBER_H
#define TEXT_NUMBER_H

#include <stddef.h>

/* number_parse: one to most digits (9 at the most) -> the number; else -1. */
int number_parse(const char *text, size_t length, size_t most);

#endif
