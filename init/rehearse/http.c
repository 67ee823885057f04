#include "rehearse/http.h"

#include <string.h>

#include "text/number.h"

#define STATUS_AT (sizeof "HTTP/1.1 " - 1)

static char lower(char c)
{
	return (char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
}

/* In either case; what is in small letters. */
static bool starts(const char *text, const char *end, const char *what)
{
	for (; *what != '\0'; text++, what++) {
		if (text == end || lower(*text) != *what)
			return false;
	}
	return true;
}

static const char *find(const char *text, const char *end, const char *what)
{
	for (; text < end; text++) {
		if (starts(text, end, what))
			return text;
	}
	return NULL;
}

/* Of a header line with this name, colon and all, the value. */
static bool take_value(const char *line, const char *end, const char *name, const char **value)
{
	size_t at = strlen(name);

	if (!starts(line, end, name))
		return false;
	while (line + at < end && (line[at] == ' ' || line[at] == '\t'))
		at++;
	*value = line + at;
	return true;
}

static void take_line(struct http *http, const char *line, const char *end)
{
	const char *value;

	if (take_value(line, end, "content-length:", &value) && !http->chunked)
		http->length = number_behind(value, (size_t)(end - value));
	if (take_value(line, end, "transfer-encoding:", &value) &&
	        find(value, end, "chunked")) {
		http->chunked = true;
		http->length = -1;
	}
}

/* length: without the empty line. False: it is none. */
static bool take_head(struct http *http, size_t length)
{
	const char *line = http->head, *end, *last = http->head + length;
	int status = length < STATUS_AT + 3 ? -1 : number_parse(http->head + STATUS_AT, 3, 3);

	if (status < 100)
		return false;
	/* What goes on ahead (100, 103): the answer is still to come. */
	http->head_length = 0;
	if (status < 200)
		return true;
	http->has_head = true;
	http->status = status;
	http->length = http->left = -1;
	while ((end = find(line, last, "\r\n"))) {
		take_line(http, line, end);
		line = end + 2;
	}
	/* These have no body, whatever they say of one. */
	if (status == 204 || status == 304) {
		http->chunked = false;
		http->length = 0;
	}
	return true;
}

/* ---- chunks ---- */

static void end_size(struct http *http)
{
	/* A line without a size is none of a chunk: then the body does not end. */
	if (http->left < 0)
		http->part = CHUNK_SIZE;
	else
		http->part = http->left > 0 ? CHUNK_DATA : CHUNK_TRAILER;
}

static void take_size(struct http *http, char c)
{
	int digit = number_hex_digit((char)(c >= 'a' ? c - 'a' + 'A' : c));

	if (c == '\n')
		end_size(http);
	else if (digit < 0)
		http->part = c == '\r' ? CHUNK_SIZE : CHUNK_EXTENSION;
	else if (http->left < INT64_MAX / 32)
		http->left = (http->left < 0 ? 0 : http->left) * 16 + digit;
}

static void take_trailer(struct http *http, char c)
{
	if (c == '\n' && !http->line_begun)
		http->part = CHUNK_OVER;
	http->line_begun = c != '\n' && (c != '\r' || http->line_begun);
}

/* At least one byte; returns how many were taken. */
static size_t take_chunk(struct http *http, const char *bytes, size_t length)
{
	size_t taken = 1;

	switch (http->part) {
	case CHUNK_SIZE:
		take_size(http, *bytes);
		break;
	case CHUNK_EXTENSION:
		if (*bytes == '\n')
			end_size(http);
		break;
	case CHUNK_DATA:
		taken = (int64_t)length < http->left ? length : (size_t)http->left;
		http->left -= (int64_t)taken;
		if (http->left == 0)
			http->part = CHUNK_DATA_END;
		break;
	case CHUNK_DATA_END:
		http->left = -1;
		if (*bytes == '\n')
			http->part = CHUNK_SIZE;
		break;
	case CHUNK_TRAILER:
		take_trailer(http, *bytes);
		break;
	case CHUNK_OVER:
		taken = length;
		break;
	}
	return taken;
}

static void take_body(struct http *http, const char *bytes, size_t length)
{
	http->got += (int64_t)length;
	while (http->chunked && length > 0) {
		size_t taken = take_chunk(http, bytes, length);

		bytes += taken;
		length -= taken;
	}
}

bool http_take(struct http *http, const char *bytes, size_t length)
{
	while (!http->has_head) {
		size_t before = http->head_length, room = HTTP_HEAD - before;
		size_t taken = length < room ? length : room;
		const char *end;

		memcpy(http->head + before, bytes, taken);
		http->head_length += taken;
		if (http->head_length >= STATUS_AT && memcmp(http->head, "HTTP/1.", 7) != 0)
			return false;
		end = find(http->head, http->head + http->head_length, "\r\n\r\n");
		if (!end)
			return http->head_length < HTTP_HEAD;
		size_t head = (size_t)(end - http->head) + 4;
		if (!take_head(http, head - 2))
			return false;
		bytes += head - before;
		length -= head - before;
	}
	take_body(http, bytes, length);
	return true;
}

bool http_whole(const struct http *http, bool closed)
{
	if (!http->has_head)
		return false;
	if (http->chunked)
		return http->part == CHUNK_OVER;
	return http->length >= 0 ? http->got >= http->length : closed;
}
