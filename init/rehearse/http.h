/*
 * http: is an answer whole? Only what that takes of HTTP/1.1 (RFC 9112, section 6): length, chunks, or the end
 * of the connection.
 */
#ifndef REHEARSE_HTTP_H
#define REHEARSE_HTTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define HTTP_HEAD 8192 /* a longer head is no answer */
#define HTTP_TAIL 7    /* "\r\n0\r\n\r\n": the last chunk */

struct http {
	char head[HTTP_HEAD];
	size_t head_length;
	bool has_head;
	bool chunked;
	int status;
	int64_t length; /* of the body; -1: not told */
	int64_t got;    /* of it */
	char tail[HTTP_TAIL];
};

/* http_take: the next bytes that came. False: this is no HTTP. The first call is for a struct that is all 0. */
bool http_take(struct http *http, const char *bytes, size_t length);

/* http_whole: is it all there? closed: nothing more comes. */
bool http_whole(const struct http *http, bool closed);

#endif
