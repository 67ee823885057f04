/*
 * writer: a bounded buffer that text is put into. What does not fit is left out and remembered.
 */
#ifndef TEXT_WRITER_H
#define TEXT_WRITER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/nsec.h"

struct writer {
	char *text;
	size_t size;   /* of the buffer */
	size_t length; /* of what was put; there is no NUL at the end */
	bool full;     /* something did not fit; nothing is put any more */
};

/* writer_on: an empty writer over the caller's buffer of size bytes. */
struct writer writer_on(char *buffer, size_t size);

void write_char(struct writer *writer, char c);
void write_text(struct writer *writer, const char *text);
void write_bytes(struct writer *writer, const char *bytes, size_t length);
void write_number(struct writer *writer, int64_t number);

/* write_span: as duration_parse() reads it, rounded to milliseconds: 500ms, 10s, 1.5s, 1m30s, 2h; 'infinity'. */
void write_span(struct writer *writer, nsec_t span);

/*
 * write_json: a JSON string with its quotes. Bytes that are not UTF-8 become U+FFFD, control
 * characters are escaped (RFC 8259), so that any argv gives valid JSON.
 */
void write_json(struct writer *writer, const char *bytes, size_t length);

/* write_plain: for a terminal or a log line: control bytes and what is not UTF-8 become '?'. */
void write_plain(struct writer *writer, const char *bytes, size_t length);

#endif
