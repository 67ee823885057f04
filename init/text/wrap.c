#include "text/wrap.h"

#include <string.h>

void wrap_spaces(struct writer *writer, size_t count)
{
	while (count-- > 0)
		write_char(writer, ' ');
}

/* UTF-8: what continues a character takes no column. */
static bool begins(char byte)
{
	return (byte & 0xc0) != 0x80;
}

static size_t count_columns(const char *text, size_t length)
{
	size_t columns = 0;

	for (size_t at = 0; at < length; at++)
		columns += begins(text[at]);
	return columns;
}

/* As much of a word as a whole line holds; at least a character. */
static size_t cut_word(const char *word, size_t length, size_t most)
{
	size_t at = 0;
	size_t columns = 0;

	for (; at < length; at++) {
		if (begins(word[at]) && columns++ >= most && at > 0)
			break;
	}
	return at;
}

size_t wrap_text(struct writer *writer, struct wrap wrap, const char *text, size_t column)
{
	while (*text != '\0') {
		size_t length = cut_word(text, strcspn(text, " "), wrap.width - wrap.indent);
		size_t columns = count_columns(text, length);
		bool first = column <= wrap.indent;

		if (!first && column + 1 + columns > wrap.width) {
			write_char(writer, '\n');
			wrap_spaces(writer, wrap.indent);
			column = wrap.indent;
		} else if (!first) {
			write_char(writer, ' ');
			column++;
		}
		write_bytes(writer, text, length);
		column += columns;
		text += length;
		text += *text == ' ';
	}
	return column;
}
