#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "kernel/answer.h"
#include "kernel/connect.h"
#include "kernel/poll.h"
#include "kernel/request.h"
#include "kernel/wait.h"

size_t request_write(char *buffer, size_t size, const struct url *url)
{
	struct writer request = writer_on(buffer, size);

	write_text(&request, url->method);
	write_text(&request, *url->path == '/' ? " " : " /");
	write_text(&request, url->path);
	write_text(&request, url->bracketed ? " HTTP/1.1\r\nHost: [" : " HTTP/1.1\r\nHost: ");
	write_text(&request, url->host);
	write_text(&request, url->bracketed ? "]" : "");
	if (url->port != 80) {
		write_char(&request, ':');
		write_number(&request, url->port);
	}
	write_text(&request, "\r\nUser-Agent: drainit/" DRAINIT_VERSION);
	if (strcmp(url->method, "GET") != 0)
		write_text(&request, "\r\nContent-Length: 0");
	write_text(&request, "\r\nConnection: close\r\n\r\n");
	return request.length;
}

/* Returns 0 or errno; ETIMEDOUT: by until. */
static int send_all(int fd, const char *text, size_t length, nsec_t until)
{
	while (length > 0) {
		ssize_t sent = send(fd, text, length, MSG_NOSIGNAL);

		if (sent > 0) {
			text += sent;
			length -= (size_t)sent;
		} else if (errno != EAGAIN) {
			return errno;
		} else if (!poll_until(fd, POLLOUT, until)) {
			return ETIMEDOUT;
		}
	}
	return 0;
}

static int exchange(int fd, const struct url *url, nsec_t until, struct writer *said)
{
	char request[REQUEST_BYTES], line[ANSWER_LINE];
	size_t length = request_write(request, sizeof request, url);
	struct answer answer = { .fd = fd, .until = until, .said = said };
	const char *status;
	int error = send_all(fd, request, length, until);

	if (error != 0) {
		connect_say(said, error);
		return 1;
	}
	status = answer_status(&answer, line);
	if (status && *status == '2')
		return 0;
	if (status)
		answer_explain(&answer, line, status);
	return 1;
}

int request_send(const struct url *url, nsec_t until, char *said, size_t size)
{
	struct writer writer = writer_on(said, size - 1);
	int fd = connect_host(url->host, url->port, until, &writer);
	int status = 1;

	if (fd >= 0) {
		status = exchange(fd, url, until, &writer);
		close(fd);
	}
	said[writer.length] = '\0';
	return status;
}

int request_until(const struct url *url, nsec_t until, char *said, size_t size)
{
	nsec_t pause = 100 * MSEC;

	for (;;) {
		nsec_t now = wait_now();

		if (request_send(url, nsec_min(until, nsec_add(now, 5 * SEC)), said, size) == 0)
			return 0;
		now = wait_now();
		poll_until(-1, 0, nsec_min(until, nsec_add(now, pause)));
		if (nsec_add(now, pause) >= until)
			return 1;
		pause = nsec_min(pause * 2, SEC);
	}
}
