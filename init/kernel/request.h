/*
 * request: one HTTP/1.1 request with our own means, for images without curl. Runs in a helper: it waits.
 */
#ifndef KERNEL_REQUEST_H
#define KERNEL_REQUEST_H

#include <stddef.h>

#include "core/nsec.h"
#include "text/url.h"

/* Enough for any. */
#define REQUEST_BYTES (URL_BYTES + 512)

/* request_write: the request's text, by which the server closes after its answer. Returns its length. */
size_t request_write(char *buffer, size_t size, const struct url *url);

/*
 * request_send: sends it, and reads the answer's status line. Of a failure it reads on, a second
 * at most, for what the server said.
 * until  the instant by which it returns, whatever the server or the resolver does.
 * said   what went wrong, for a log line, ended by NUL: no connection, no HTTP, or the status and the first line
 *        of the body; empty after a success.
 * Returns 0 for a 2xx, else 1: a redirect is not followed.
 */
int request_send(const struct url *url, nsec_t until, char *said, size_t size);

/*
 * request_until: sends it until it succeeds: at once, then after 100 ms, doubling to 1 s; a try has at most 5 s.
 * Returns 0, or 1 at until; *said is of the last try that failed.
 */
int request_until(const struct url *url, nsec_t until, char *said, size_t size);

#endif
