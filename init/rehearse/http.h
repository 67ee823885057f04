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

/* Where the bytes of a chunked body stand (RFC 9112, section 7.1). */
enum chunk_part {
	CHUNK_SIZE,
	CHUNK_EXTENSION, /* up to the line's end nothing counts */
	CHUNK_DATA,
	CHUNK_DATA_END,
	CHUNK_TRAILER, /* fields behind the last chunk, up to an empty line */
	CHUNK_OVER
};

struct http {
	char head[HTTP_HEAD];
	size_t head_length;
	bool has_head;
	bool chunked;
	int status;
	int64_t length; /* of the body; -1: not told */
	int64_t got;    /* of it */
	enum chunk_part part;
	int64_t left;    /* of the chunk; -1: its size has not begun */
	bool line_begun; /* of the trailer */
};

/* http_take: the next bytes that came. False: this is no HTTP. The first call is for a struct that is all 0. */
bool http_take(struct http *http, const char *bytes, size_t length);

/* http_whole: is it all there? closed: nothing more comes. */
bool http_whole(const struct http *http, bool closed);

#endif
