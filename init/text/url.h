/*
 * url: where an HTTP request goes: [METHOD ]http://HOST[:PORT][/PATH][?QUERY] (RFC 3986, RFC 9110).
 */
#ifndef TEXT_URL_H
#define TEXT_URL_H

#include <stdbool.h>
#include <stdint.h>

#define URL_BYTES 4096 /* the longest URL with its method, its NUL included */

struct url {
	char method[8];
	char host[256]; /* a name or an address; one of IPv6 without its brackets, */
	bool bracketed; /* which the Host header wants back */
	uint16_t port;
	const char *
	        path; /* with the query; in the text, or "/". It may begin with the '?' of a query:
	                     then the '/' before it is still to be sent */
};

/*
 * url_is_request: is text a request, not a command? It begins with http:// or https://, or with a word in
 * capitals, a blank, and these: so a method that we do not know is refused at start, and not
 * looked for as a program at the stop.
 */
bool url_is_request(const char *text);

/*
 * url_parse: text -> *out.
 * method  the one where none is said.
 * Refused are https, a user and password, a fragment, and what no URL holds. Whether a name exists shows
 * when it is requested.
 * Returns NULL, or what is wrong; then *out is not to be used.
 */
const char *url_parse(const char *text, const char *method, struct url *out);

#endif
