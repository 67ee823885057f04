#include "rehearse/http.h"

#include <string.h>
#include <strings.h>

#include "text/number.h"

#define STATUS_AT (sizeof "HTTP/1.1 " - 1)

static const char *find(const char *text, size_t length, const char *what)
{
	return memmem(text, length, what, strlen(what));
}

/* The value of a header line, or NULL if it is another. */
static const char *value_of(const char *line, const char *end, const char *name)
{
	size_t length = strlen(name);

	if ((size_t)(end - line) <= length || strncasecmp(line, name, length) != 0 ||
	        line[length] != ':')
		return NULL;
	for (line += length + 1; line < end && (*line == ' ' || *line == '\t');)
		line++;
	return line;
}

static void take_line(struct http *http, const char *line, const char *end)
{
	const char *value = value_of(line, end, "Content-Length");

	if (value && value < end && !http->chunked) {
		int64_t length = 0;

		for (; value < end && *value >= '0' && *value <= '9' && length < INT64_MAX / 16;
		        value++)
			length = length * 10 + (*value - '0');
		http->length = length;
	}
	value = value_of(line, end, "Transfer-Encoding");
	if (value && find(value, (size_t)(end - value), "chunked")) {
		http->chunked = true;
		http->length = -1;
	}
}

static bool take_head(struct http *http, size_t head_length)
{
	const char *line = http->head, *end;

	http->has_head = true;
	http->length = -1;
	http->status = number_parse(http->head + STATUS_AT, 3, 3);
	while ((end = find(line, head_length - (size_t)(line - http->head), "\r\n"))) {
		take_line(http, line, end);
		line = end + 2;
	}
	if (http->status == 204 || http->status == 304)
		http->length = 0;
	return http->status >= 100;
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
	const char *end;
	size_t room = HTTP_HEAD - http->head_length;
	size_t taken = length < room ? length : room;

	if (http->has_head) {
		take_body(http, bytes, length);
		return true;
	}
	memcpy(http->head + http->head_length, bytes, taken);
	http->head_length += taken;
	if (http->head_length >= STATUS_AT && memcmp(http->head, "HTTP/1.", 7) != 0)
		return false;
	end = find(http->head, http->head_length, "\r\n\r\n");
	if (!end)
		return http->head_length < HTTP_HEAD;
	size_t head = (size_t)(end - http->head) + 4;
	size_t before = http->head_length - taken;
	/* The last chunk may follow at once: its tail begins with the head's end. */
	memcpy(http->tail + HTTP_TAIL - 2, "\r\n", 2);
	if (!take_head(http, head - 2))
		return false;
	take_body(http, bytes + (head - before), length - (head - before));
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
