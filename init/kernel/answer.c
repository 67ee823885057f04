#include <errno.h>
#include <poll.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>

#include "kernel/answer.h"
#include "kernel/connect.h"
#include "kernel/poll.h"
#include "kernel/wait.h"

/* A failed answer is read on for so long, for what the server said. */
#define HEAR_OUT SEC

/* False at the end: answer->error says why. */
static bool fill(struct answer *answer)
{
	for (;;) {
		ssize_t length;

		/* Who sends without end is not waited for, and has no more time than others. */
		if (wait_now() >= answer->until) {
			answer->error = ETIMEDOUT;
			return false;
		}
		length = recv(answer->fd, answer->buffer, sizeof answer->buffer, 0);
		answer->at = 0;
		answer->filled = length > 0 ? (size_t)length : 0;
		if (length > 0)
			return true;
		answer->error = length < 0 ? errno : 0;
		if (answer->error != EAGAIN)
			return false;
		poll_until(answer->fd, POLLIN, answer->until);
	}
}

/* A line without its end, cut to ANSWER_LINE. False if none came whole. */
static bool read_line(struct answer *answer, char *line)
{
	size_t length = 0;

	for (;;) {
		if (answer->at == answer->filled && !fill(answer)) {
			line[length] = '\0';
			return false;
		}
		char c = answer->buffer[answer->at++];
		if (c == '\n')
			break;
		if (length < ANSWER_LINE - 1)
			line[length++] = c;
	}
	if (length > 0 && line[length - 1] == '\r')
		length--;
	line[length] = '\0';
	return true;
}

static void say_no_http(struct answer *answer, const char *line)
{
	write_text(answer->said, "not an HTTP answer: ");
	write_plain(answer->said, line, strcspn(line, "\r\n"));
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

static void say_no_answer(struct answer *answer)
{
	if (answer->error == ETIMEDOUT)
		write_text(answer->said, "no answer in time");
	else if (answer->error == 0)
		write_text(answer->said, "connection closed without an answer");
	else
		connect_say(answer->said, answer->error);
}

/* A server of another protocol greets, and then may wait for us without an end of its line. */
static bool greets_otherwise(struct answer *answer, char *line)
{
	static const char http[] = "HTTP/1.";
	size_t length = answer->filled < ANSWER_LINE ? answer->filled : ANSWER_LINE - 1;

	memcpy(line, answer->buffer, length);
	line[length] = '\0';
	return strncmp(line, http, length < sizeof http - 1 ? length : sizeof http - 1) != 0;
}

static bool skip_headers(struct answer *answer, char *line)
{
	do {
		if (!read_line(answer, line))
			return false;
	} while (*line != '\0');
	return true;
}

const char *answer_status(struct answer *answer, char *line)
{
	bool more = fill(answer);

	if (more && greets_otherwise(answer, line)) {
		say_no_http(answer, line);
		return NULL;
	}
	while (more && read_line(answer, line)) {
		const char *status = find_status(line);

		if (!status) {
			say_no_http(answer, line);
			return NULL;
		}
		if (*status != '1')
			return status;
		if (!skip_headers(answer, line))
			break;
	}
	say_no_answer(answer);
	return NULL;
}

static const char *header(const char *line, const char *name)
{
	size_t length = strlen(name);

	if (strncasecmp(line, name, length) != 0)
		return NULL;
	return line + length + strspn(line + length, " \t");
}

struct told {
	bool redirect;
	bool chunked;
};

/* False if they do not end. */
static bool read_headers(struct answer *answer, char *line, struct told *told)
{
	while (read_line(answer, line)) {
		const char *coding = header(line, "Transfer-Encoding:");
		const char *place = told->redirect ? header(line, "Location:") : NULL;

		if (*line == '\0')
			return true;
		told->chunked |= coding && strncasecmp(coding, "chunked", 7) == 0;
		if (place) {
			write_text(answer->said, ": ");
			write_plain(answer->said, place, strlen(place));
		}
	}
	return false;
}

void answer_explain(struct answer *answer, char *line, const char *status)
{
	struct told told = { .redirect = *status == '3' };

	write_text(answer->said, "answered ");
	/* Without words some servers leave the blank before them. */
	write_plain(answer->said, status, status[3] && status[4] ? strlen(status) : 3);
	if (told.redirect)
		write_text(answer->said, ", a redirect, which is not followed");
	answer->until = nsec_min(answer->until, nsec_add(wait_now(), HEAR_OUT));
	if (!read_headers(answer, line, &told) || told.redirect)
		return;
	/* Before a chunk stands its length. */
	if (told.chunked && !read_line(answer, line))
		return;
	/* Of one line only, the end may be missing. Markup tells people nothing. */
	read_line(answer, line);
	if (*line != '\0' && *line != '<') {
		write_text(answer->said, ": ");
		write_plain(answer->said, line, strlen(line));
	}
}
