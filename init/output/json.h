/*
 * json: the members of a JSON object. The caller writes its braces; a comma comes where one is due.
 */
#ifndef OUTPUT_JSON_H
#define OUTPUT_JSON_H

#include "text/writer.h"

/* json_next: a comma, unless an object or an array has just begun. */
void json_next(struct writer *writer);

/* json_key: the value is what is written next. */
void json_key(struct writer *writer, const char *key);

/* json_text: a string; NULL is null. */
void json_text(struct writer *writer, const char *key, const char *text);

void json_number(struct writer *writer, const char *key, int64_t number);

/* json_known: a number that is not known is negative, and null. */
void json_known(struct writer *writer, const char *key, int64_t number);

/* json_span: whole milliseconds; NEVER is null. */
void json_span(struct writer *writer, const char *key, nsec_t span);

void json_bool(struct writer *writer, const char *key, bool value);

#endif
