#include "text/writer.h"

#include <string.h>

struct writer writer_on(char *buffer, size_t size)
{
	return (struct writer){ .text = buffer, .size = size };
}

void write_bytes(struct writer *writer, const char *bytes, size_t length)
{
	if (writer->full || length > writer->size - writer->length) {
		writer->full = true;
		return;
	}
	memcpy(writer->text + writer->length, bytes, length);
	writer->length += length;
}

void write_char(struct writer *writer, char c)
{
	write_bytes(writer, &c, 1);
}

void write_text(struct writer *writer, const char *text)
{
	write_bytes(writer, text, strlen(text));
}

void write_number(struct writer *writer, int64_t number)
{
	char digits[20];
	size_t at = sizeof(digits);
	/* The magnitude of INT64_MIN is no int64_t. */
	uint64_t rest = number < 0 ? -(uint64_t)number : (uint64_t)number;

	do
		digits[--at] = (char)('0' + rest % 10);
	while (rest /= 10);
	if (number < 0)
		digits[--at] = '-';
	write_bytes(writer, digits + at, sizeof(digits) - at);
}

/* .5, .25 or .125: thousandths without the zeros at the end, nothing for none. */
static void write_thousandths(struct writer *writer, int64_t thousandths)
{
	if (thousandths == 0)
		return;
	write_char(writer, '.');
	for (int64_t scale = 100; thousandths > 0; scale /= 10) {
		write_number(writer, thousandths / scale);
		thousandths %= scale;
	}
}

void write_span(struct writer *writer, nsec_t span)
{
	if (span == NEVER) {
		write_text(writer, "infinity");
		return;
	}
	if (span <= -MSEC / 2)
		write_char(writer, '-');

	int64_t ms = span / MSEC + (span % MSEC) / (MSEC / 2);
	if (ms < 0)
		ms = -ms;
	if (ms > 0 && ms < 1000) {
		write_number(writer, ms);
		write_text(writer, "ms");
		return;
	}

	int64_t hours = ms / 3600000, minutes = ms / 60000 % 60;
	if (hours > 0) {
		write_number(writer, hours);
		write_char(writer, 'h');
	}
	if (minutes > 0) {
		write_number(writer, minutes);
		write_char(writer, 'm');
	}
	ms %= 60000;
	if (ms > 0 || (hours == 0 && minutes == 0)) {
		write_number(writer, ms / 1000);
		write_thousandths(writer, ms % 1000);
		write_char(writer, 's');
	}
}

static bool continues(unsigned char byte)
{
	return (byte & 0xc0) == 0x80;
}

/*
 * The length of the UTF-8 character that bytes begin with, or 0 if they begin with none:
 * RFC 3629, so no overlong form, no surrogate, nothing above U+10FFFF.
 */
static size_t utf8_length(const char *bytes, size_t length)
{
	const unsigned char *b = (const unsigned char *)bytes;

	if (b[0] < 0x80)
		return 1;
	if (length < 2 || !continues(b[1]))
		return 0;
	if (b[0] >= 0xc2 && b[0] <= 0xdf)
		return 2;
	if (length < 3 || !continues(b[2]))
		return 0;
	if (b[0] >= 0xe0 && b[0] <= 0xef) {
		bool overlong = b[0] == 0xe0 && b[1] < 0xa0;
		bool surrogate = b[0] == 0xed && b[1] > 0x9f;
		return overlong || surrogate ? 0 : 3;
	}
	if (length < 4 || !continues(b[3]))
		return 0;
	if (b[0] >= 0xf0 && b[0] <= 0xf4) {
		bool overlong = b[0] == 0xf0 && b[1] < 0x90;
		bool above = b[0] == 0xf4 && b[1] > 0x8f;
		return overlong || above ? 0 : 4;
	}
	return 0;
}

/* A terminal obeys U+0080 to U+009F as it does escape sequences; both take one or two bytes. */
static bool is_control(const char *bytes, size_t length)
{
	unsigned char first = (unsigned char)bytes[0];

	if (length == 1)
		return first < 0x20 || first == 0x7f;
	return length == 2 && first == 0xc2 && (unsigned char)bytes[1] < 0xa0;
}

static void write_escape(struct writer *writer, unsigned char c)
{
	static const char hex[] = "0123456789abcdef";
	char escape[6] = { '\\', 'u', '0', '0', hex[c >> 4], hex[c & 15] };

	write_bytes(writer, escape, sizeof(escape));
}

void write_json(struct writer *writer, const char *bytes, size_t length)
{
	write_char(writer, '"');
	for (size_t at = 0, step; at < length; at += step ? step : 1) {
		const char *c = bytes + at;
		step = utf8_length(c, length - at);
		if (step == 0) {
			write_text(writer, "\xef\xbf\xbd");
		} else if (is_control(c, step)) {
			write_escape(writer, (unsigned char)c[step - 1]);
		} else if (*c == '"' || *c == '\\') {
			write_bytes(writer, (char[]){ '\\', *c }, 2);
		} else {
			write_bytes(writer, c, step);
		}
	}
	write_char(writer, '"');
}

void write_plain(struct writer *writer, const char *bytes, size_t length)
{
	for (size_t at = 0, step; at < length; at += step ? step : 1) {
		const char *c = bytes + at;
		step = utf8_length(c, length - at);
		if (step == 0 || is_control(c, step))
			write_char(writer, '?');
		else
			write_bytes(writer, c, step);
	}
}
