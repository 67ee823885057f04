#include "output/json.h"

#include <string.h>

void json_next(struct writer *writer)
{
	if (!strchr("{[", writer->text[writer->length - 1]))
		write_char(writer, ',');
}

void json_key(struct writer *writer, const char *key)
{
	json_next(writer);
	write_char(writer, '"');
	write_text(writer, key);
	write_text(writer, "\":");
}

void json_text(struct writer *writer, const char *key, const char *text)
{
	json_key(writer, key);
	if (text)
		write_json(writer, text, strlen(text));
	else
		write_text(writer, "null");
}

void json_number(struct writer *writer, const char *key, int64_t number)
{
	json_key(writer, key);
	write_number(writer, number);
}

void json_known(struct writer *writer, const char *key, int64_t number)
{
	if (number < 0)
		json_text(writer, key, NULL);
	else
		json_number(writer, key, number);
}

void json_span(struct writer *writer, const char *key, nsec_t span)
{
	json_known(writer, key, span == NEVER ? -1 : span / MSEC);
}

void json_bool(struct writer *writer, const char *key, bool value)
{
	json_key(writer, key);
	write_text(writer, value ? "true" : "false");
}
