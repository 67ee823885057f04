#include <stddef.h>
#include <string.h>

#include "text/url.h"

#define HTTP_PORT 80

static const char *const methods[] = { "GET", "POST", "PUT", "DELETE" };

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool starts(const char *text, const char *prefix)
{
	return strncmp(text, prefix, strlen(prefix)) == 0;
}

/* The length of a word in capitals and the blank behind it; 0 if text begins with none. */
static size_t method_length(const char *text)
{
	size_t length = strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ");

	return length > 0 && text[length] == ' ' ? length + 1 : 0;
}

bool url_is_request(const char *text)
{
	text += method_length(text);
	return starts(text, "http://") || starts(text, "https://");
}

static const char *take_method(const char **text, const char *method, struct url *out)
{
	size_t length = method_length(*text);

	for (size_t i = 0; length > 0 && i < sizeof methods / sizeof *methods; i++) {
		if (strlen(methods[i]) == length - 1 && starts(*text, methods[i])) {
			*text += length;
			length = 0;
			method = methods[i];
		}
	}
	if (length > 0)
		return "not a method that we send; write GET, POST, PUT or DELETE";
	memcpy(out->method, method, strlen(method) + 1);
	return NULL;
}

/* Copies the host, and moves *at behind it. */
static const char *take_host(const char **at, struct url *out)
{
	const char *first = *at + out->bracketed;
	size_t length = out->bracketed ? strspn(first, "0123456789abcdefABCDEF:.") : 0;
	const char *end = first + length;

	if (out->bracketed && (*end != ']' || length < 2))
		return "not an IPv6 address in [ ]";
	while (!out->bracketed && (is_letter(*end) || is_digit(*end) || strchr("-._", *end)) &&
	        *end != '\0')
		end++;
	length = (size_t)(end - first);
	if (length == 0)
		return "no host; write http://HOST[:PORT]/PATH";
	if (length >= sizeof out->host)
		return "a host of over 255 bytes";
	memcpy(out->host, first, length);
	out->host[length] = '\0';
	*at = end + out->bracketed;
	return NULL;
}

static const char *take_port(const char **at, struct url *out)
{
	const char *digit = *at + 1;
	uint32_t port = 0;

	out->port = HTTP_PORT;
	if (**at != ':')
		return NULL;
	for (; is_digit(*digit) && port <= UINT16_MAX; digit++)
		port = port * 10 + (uint32_t)(*digit - '0');
	if (port == 0 || port > UINT16_MAX || (*digit != '\0' && !strchr("/?", *digit)))
		return "not a port; write 1 to 65535";
	out->port = (uint16_t)port;
	*at = digit;
	return NULL;
}

static const char *refuse_bytes(const char *text)
{
	if (strlen(text) >= URL_BYTES)
		return "over 4095 bytes long";
	for (; *text != '\0'; text++) {
		unsigned char c = (unsigned char)*text;
		if (c == ' ')
			return "a blank in the URL; write %20";
		if (c < ' ' || c == 0x7f)
			return "a control character in the URL";
		if (c == '#')
			return "a fragment (#...) never reaches the server; leave it out";
	}
	return NULL;
}

const char *url_parse(const char *text, const char *method, struct url *out)
{
	const char *wrong = take_method(&text, method, out);

	if (wrong)
		return wrong;
	if (starts(text, "https://"))
		return "no TLS here; write http:// or a command, such as curl";
	if (!starts(text, "http://"))
		return "not an URL; write http://HOST[:PORT]/PATH";
	wrong = refuse_bytes(text);
	if (wrong)
		return wrong;
	text += strlen("http://");
	if (memchr(text, '@', strcspn(text, "/?")))
		return "a user in the URL is not sent; write a command, such as curl";
	out->bracketed = *text == '[';
	wrong = take_host(&text, out);
	if (!wrong)
		wrong = take_port(&text, out);
	if (!wrong && *text != '\0' && !strchr("/?", *text))
		wrong = "not a host; write http://HOST[:PORT]/PATH";
	out->path = *text != '\0' ? text : "/";
	return wrong;
}
