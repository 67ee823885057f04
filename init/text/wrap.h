/*
 * wrap: text broken between words, so that it fits a width.
 */
#ifndef TEXT_WRAP_H
#define TEXT_WRAP_H

#include "text/writer.h"

/* Characters: the first column of a line, and the one that no line passes. */
struct wrap {
	size_t indent;
	size_t width;
};

/*
 * wrap_text: words one blank apart; a word that no line has room for is broken too.
 * column  where the line stands; at the indent no blank comes before the first word.
 * Returns where it then stands. Nothing is put after the last word.
 */
size_t wrap_text(struct writer *writer, struct wrap wrap, const char *text, size_t column);

/* wrap_spaces: so many blanks. */
void wrap_spaces(struct writer *writer, size_t count);

#endif
