/* URLs: what is taken has a host, a port and a path that can stand in a request, and written out is the same URL. */
#include "fuzz/fuzz.h"

#include "text/url.h"

static const char *const methods[] = { "GET", "POST", "PUT", "DELETE" };

static bool is_method(const char *text)
{
	for (size_t i = 0; i < sizeof methods / sizeof *methods; i++)
		if (strcmp(text, methods[i]) == 0)
			return true;
	return false;
}

static void write_and_parse(const struct url *url)
{
	static char text[2 * URL_BYTES];
	struct writer writer = writer_on(text, sizeof text - 1);
	struct url again;

	write_text(&writer, url->method);
	write_text(&writer, url->bracketed ? " http://[" : " http://");
	write_text(&writer, url->host);
	write_text(&writer, url->bracketed ? "]:" : ":");
	write_number(&writer, url->port);
	write_text(&writer, url->path);
	text[writer.length] = '\0';
	require(!writer.full);
	if (writer.length - strlen(url->method) - 1 >= URL_BYTES)
		return;
	require(url_is_request(text));
	require(!url_parse(text, "GET", &again));
	require(strcmp(again.method, url->method) == 0 && strcmp(again.host, url->host) == 0);
	require(again.port == url->port && again.bracketed == url->bracketed);
	require(strcmp(again.path, url->path) == 0);
}

static void check(const char *text, const char *method)
{
	struct url url;
	const char *wrong;

	memset(&url, 0x5a, sizeof url);
	wrong = url_parse(text, method, &url);
	if (wrong) {
		require_plain(wrong, strlen(wrong), "");
		return;
	}
	require(url_is_request(text));
	require(is_method(url.method));
	require(memchr(url.host, '\0', sizeof url.host) && *url.host != '\0');
	require(url.port > 0);
	require(*url.path == '/' || *url.path == '?');
	for (const char *c = url.path; *c != '\0'; c++)
		require((unsigned char)*c > ' ' && *c != 0x7f && *c != '#');
	for (const char *c = url.host; *c != '\0'; c++)
		require((unsigned char)*c > ' ' && (unsigned char)*c < 0x7f &&
		        !strchr("/?#@[]", *c));
	write_and_parse(&url);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	char *text = fuzz_text(bytes, size);

	check(text, "GET");
	check(text, "DELETE");
	free(text);
	return 0;
}
