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

/* The value of a header line, or NULL if it is another. */
static const char *value_of(const char *line, const char *end, const char *name)
{
	if (!starts(line, end, name))
		return NULL;
	for (line += strlen(name); line < end && (*line == ' ' || *line == '\t');)
		line++;
	return line;
}

static void take_line(struct http *http, const char *line, const char *end)
{
	const char *value = value_of(line, end, "content-length:");

	if (value && value < end && !http->chunked) {
		int64_t length = 0;

		for (; value < end && *value >= '0' && *value <= '9' && length < INT64_MAX / 16;
		        value++)
			length = length * 10 + (*value - '0');
		http->length = length;
	}
	value = value_of(line, end, "transfer-encoding:");
	if (value && find(value, end, "chunked")) {
		http->chunked = true;
		http->length = -1;
	}
}

/* length: without the empty line. False: it is none. */
static bool take_head(struct http *http, size_t length)
{
	const char *line = http->head, *end, *last = http->head + length;
	int status = number_parse(http->head + STATUS_AT, 3, 3);

	if (status < 100)
		return false;
	/* What goes on ahead (100, 103): the answer is still to come. */
	http->head_length = 0;
	if (status < 200)
		return true;
	http->has_head = true;
	http->status = status;
	http->length = -1;
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

static void take_body(struct http *http, const char *bytes, size_t length)
{
	size_t kept = length < HTTP_TAIL ? HTTP_TAIL - length : 0;
	size_t fresh = HTTP_TAIL - kept;

	memmove(http->tail, http->tail + HTTP_TAIL - kept, kept);
	memcpy(http->tail + kept, bytes + length - fresh, fresh);
	http->got += (int64_t)length;
}

bool http_take(struct http *http, const char *bytes, size_t length)
{
	/* The last chunk may follow at once: its tail begins with the head's end. */
	if (!http->has_head)
		memcpy(http->tail + HTTP_TAIL - 2, "\r\n", 2);
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
		return memcmp(http->tail, "\r\n0\r\n\r\n", HTTP_TAIL) == 0;
	return http->length >= 0 ? http->got >= http->length : closed;
}
