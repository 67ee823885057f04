/*
 * What a server answers to a request of ours, in packets of the size that the first byte says. The one parser of the
 * kernel's edge: it reads a socket, so what it calls besides is stood in for here.
 */
#include "fuzz/fuzz.h"

#include <sys/socket.h>
#include <unistd.h>

#include "kernel/answer.h"
#include "kernel/connect.h"
#include "kernel/poll.h"
#include "kernel/wait.h"

nsec_t wait_now(void)
{
	return 0;
}

bool poll_until(int fd, short events, nsec_t until)
{
	(void)fd;
	(void)events;
	(void)until;
	return false;
}

void connect_say(struct writer *said, int error)
{
	write_number(said, error);
}

/* Packets keep their ends; the socket's own room is far above what comes. */
static int server(struct feed *feed, size_t packet)
{
	int ends[2];

	require(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends) ==
	        0);
	while (feed->left > 0) {
		size_t length = packet < feed->left ? packet : feed->left;

		if (send(ends[1], feed->at, length, MSG_NOSIGNAL) < 0)
			break;
		feed->at += length;
		feed->left -= length;
	}
	close(ends[1]);
	return ends[0];
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	struct feed feed = { bytes, size };
	size_t packet = (size_t)feed_byte(&feed) * 4 + 1;
	char said[300];
	struct writer writer = writer_on(said, sizeof said - 1);
	char *line = malloc(ANSWER_LINE);
	struct answer *answer = calloc(1, sizeof *answer);
	const char *status;

	require(line && answer);
	answer->fd = server(&feed, packet);
	answer->until = SEC;
	answer->said = &writer;
	status = answer_status(answer, line);
	if (status) {
		require(status >= line && status < line + ANSWER_LINE);
		require(*status >= '0' && *status <= '9' && *status != '1');
		require(writer.length == 0);
		answer_explain(answer, line, status);
	}
	require(writer.length > 0 || writer.full);
	require_plain(said, writer.length, "");
	close(answer->fd);
	free(answer);
	free(line);
	return 0;
}
