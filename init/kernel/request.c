#include <errno.h>
#include <netdb.h>
#include <poll.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include "kernel/poll.h"
#include "kernel/request.h"
#include "kernel/resolve.h"
#include "kernel/wait.h"
#include "text/errname.h"
#include "text/writer.h"

/* Of a line no more than this is kept, however long it is. */
#define LINE 256

/* A failed answer is read on for so long, for what the server said. */
#define HEAR_OUT SEC

struct exchange {
	int fd;
	nsec_t until;
	struct writer *said;
	int error; /* why there is no more: errno; ETIMEDOUT until came; 0: the server has closed */
	size_t at;
	size_t filled;
	char buffer[URL_BYTES + 512]; /* the request, then what comes */
};

static void say(struct writer *said, const char *text)
{
	said->length = 0;
	write_text(said, text);
}

/* The libc's words for these are not in text/errname.c: only sockets give them. */
static void say_error(struct writer *said, int error)
{
	switch (error) {
	case ECONNREFUSED:
		say(said, "connection refused");
		break;
	case ECONNRESET:
	case EPIPE:
		say(said, "connection reset by the server");
		break;
	case EHOSTUNREACH:
	case ENETUNREACH:
		say(said, "no route to the server");
		break;
	default:
		say(said, "");
		write_error(said, error);
	}
}

static int finish_connect(int fd, nsec_t until)
{
	int error = ETIMEDOUT;
	socklen_t size = sizeof error;

	if (poll_until(fd, POLLOUT, until))
		getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size);
	return error;
}

/* Returns a connected socket, or -1 with errno. */
static int connect_to(const union address *address, nsec_t until)
{
	socklen_t size =
	        address->any.sa_family == AF_INET ? sizeof address->v4 : sizeof address->v6;
	int fd = socket(address->any.sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	int error = 0;

	if (fd < 0)
		return -1;
	if (connect(fd, &address->any, size) < 0)
		error = errno == EINPROGRESS ? finish_connect(fd, until) : errno;
	if (error == 0)
		return fd;
	close(fd);
	errno = error;
	return -1;
}

static int connect_any(const struct url *url, nsec_t until, struct writer *said)
{
	struct addresses addresses;

	if (!resolve(url->host, url->port, until, &addresses)) {
		say(said, addresses.error == EAI_AGAIN ? "no name server answers for "
		                                       : "no such host: ");
		write_text(said, url->host);
		return -1;
	}
	for (int i = 0; i < addresses.count; i++) {
		nsec_t now = wait_now();
		/* An address that does not answer leaves their share to the others. */
		nsec_t share = (until - now) / (addresses.count - i);
		int fd = connect_to(&addresses.list[i], nsec_add(now, nsec_max(share, 0)));

		if (fd >= 0)
			return fd;
		if (errno == ETIMEDOUT)
			say(said, "no connection in time");
		else
			say_error(said, errno);
	}
	return -1;
}

static size_t write_request(char *buffer, size_t size, const struct url *url)
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

static bool send_request(struct exchange *exchange, const struct url *url)
{
	size_t length = write_request(exchange->buffer, sizeof exchange->buffer, url);

	for (size_t at = 0; at < length;) {
		ssize_t sent =
		        send(exchange->fd, exchange->buffer + at, length - at, MSG_NOSIGNAL);

		if (sent > 0)
			at += (size_t)sent;
		else if (errno != EAGAIN)
			exchange->error = errno;
		else if (!poll_until(exchange->fd, POLLOUT, exchange->until))
			exchange->error = ETIMEDOUT;
		if (exchange->error != 0)
			return false;
	}
	return true;
}

/* False at the end: exchange->error says why. */
static bool fill(struct exchange *exchange)
{
	for (;;) {
		ssize_t length;

		/* Who sends without end is not waited for, and has no more time than others. */
		if (wait_now() >= exchange->until) {
			exchange->error = ETIMEDOUT;
			return false;
		}
		length = recv(exchange->fd, exchange->buffer, sizeof exchange->buffer, 0);
		exchange->at = 0;
		exchange->filled = length > 0 ? (size_t)length : 0;
		if (length > 0)
			return true;
		exchange->error = length < 0 ? errno : 0;
		if (exchange->error != EAGAIN)
			return false;
		poll_until(exchange->fd, POLLIN, exchange->until);
	}
}

/* A line without its end, cut to LINE. False if none came whole. */
static bool read_line(struct exchange *exchange, char *line)
{
	size_t length = 0;

	for (;;) {
		if (exchange->at == exchange->filled && !fill(exchange)) {
			line[length] = '\0';
			return false;
		}
		char c = exchange->buffer[exchange->at++];
		if (c == '\n')
			break;
		if (length < LINE - 1)
			line[length++] = c;
	}
	if (length > 0 && line[length - 1] == '\r')
		length--;
	line[length] = '\0';
	return true;
}

static void say_no_http(struct exchange *exchange, const char *line)
{
	say(exchange->said, "not an HTTP answer: ");
	write_plain(exchange->said, line, strcspn(line, "\r\n"));
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* The three digits of HTTP/1.1 200 OK, or NULL. */
static const char *find_status(const char *line)
{
	const char *status = line + strlen("HTTP/1.x ");

	if (strncmp(line, "HTTP/1.", 7) != 0 || !is_digit(line[7]) || line[8] != ' ' ||
	        !is_digit(status[0]) || !is_digit(status[1]) || !is_digit(status[2]) ||
	        (status[3] != ' ' && status[3] != '\0'))
		return NULL;
	return status;
}

static void say_no_answer(struct exchange *exchange)
{
	if (exchange->error == ETIMEDOUT)
		say(exchange->said, "no answer in time");
	else if (exchange->error == 0)
		say(exchange->said, "connection closed without an answer");
	else
		say_error(exchange->said, exchange->error);
}

/* A server of another protocol greets, and then may wait for us without an end of its line. */
static bool greets_otherwise(struct exchange *exchange, char *line)
{
	static const char http[] = "HTTP/1.";
	size_t length = exchange->filled < LINE ? exchange->filled : LINE - 1;

	memcpy(line, exchange->buffer, length);
	line[length] = '\0';
	return strncmp(line, http, length < sizeof http - 1 ? length : sizeof http - 1) != 0;
}

static bool skip_headers(struct exchange *exchange, char *line)
{
	do {
		if (!read_line(exchange, line))
			return false;
	} while (*line != '\0');
	return true;
}

/*
 * The status line of the answer, in line: what is only underway (1xx) is passed over.
 * Returns where the status stands, or NULL if there is none; then that is said.
 */
static const char *read_status(struct exchange *exchange, char *line)
{
	if (fill(exchange) && greets_otherwise(exchange, line)) {
		say_no_http(exchange, line);
		return NULL;
	}
	while (read_line(exchange, line)) {
		const char *status = find_status(line);

		if (!status) {
			say_no_http(exchange, line);
			return NULL;
		}
		if (*status != '1')
			return status;
		if (!skip_headers(exchange, line))
			break;
	}
	say_no_answer(exchange);
	return NULL;
}

static const char *header(const char *line, const char *name)
{
	size_t length = strlen(name);

	if (strncasecmp(line, name, length) != 0)
		return NULL;
	return line + length + strspn(line + length, " \t");
}

/* To what was said of the status: where a redirect leads, or the body's first line, if people can read it. */
static void say_more(struct exchange *exchange, char *line, bool redirect)
{
	struct writer *said = exchange->said;
	bool chunked = false;

	if (redirect)
		write_text(said, ", a redirect, which is not followed");
	for (;;) {
		const char *value;

		if (!read_line(exchange, line))
			return;
		if (*line == '\0')
			break;
		value = redirect ? header(line, "Location:") : NULL;
		if (value) {
			write_text(said, ": ");
			write_plain(said, value, strlen(value));
		}
		value = header(line, "Transfer-Encoding:");
		chunked |= value && strncasecmp(value, "chunked", 7) == 0;
	}
	/* Before a chunk stands its length. */
	if (redirect || (chunked && !read_line(exchange, line)))
		return;
	/* The last line may have no end. */
	read_line(exchange, line);
	if (*line != '\0' && *line != '<') {
		write_text(said, ": ");
		write_plain(said, line, strlen(line));
	}
}

static int exchange_all(struct exchange *exchange, const struct url *url)
{
	char line[LINE];
	const char *status;
	bool redirect;

	if (!send_request(exchange, url)) {
		say_no_answer(exchange);
		return 1;
	}
	status = read_status(exchange, line);
	if (!status)
		return 1;
	if (*status == '2')
		return 0;
	redirect = *status == '3';
	say(exchange->said, "answered ");
	write_plain(exchange->said, status, strlen(status));
	exchange->until = nsec_min(exchange->until, nsec_add(wait_now(), HEAR_OUT));
	say_more(exchange, line, redirect);
	return 1;
}

int request_send(const struct url *url, nsec_t until, char *said, size_t size)
{
	struct writer writer = writer_on(said, size - 1);
	struct exchange exchange = { .until = until, .said = &writer };
	int status = 1;

	exchange.fd = connect_any(url, until, &writer);
	if (exchange.fd >= 0) {
		status = exchange_all(&exchange, url);
		close(exchange.fd);
	}
	if (status == 0)
		writer.length = 0;
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
