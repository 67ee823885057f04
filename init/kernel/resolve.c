#include <fcntl.h>
#include <limits.h>
#include <netdb.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "kernel/poll.h"
#include "kernel/resolve.h"

_Static_assert(sizeof(struct addresses) <= PIPE_BUF, "the child's answer is one write");

static void look_up(const char *host, uint16_t port, int flags, struct addresses *out)
{
	const struct addrinfo hints = { .ai_flags = flags, .ai_socktype = SOCK_STREAM };
	struct addrinfo *found = NULL;

	*out = (struct addresses){ .error = getaddrinfo(host, NULL, &hints, &found) };
	if (out->error != 0)
		return;
	for (struct addrinfo *at = found; at && out->count < ADDRESSES_MOST; at = at->ai_next) {
		union address *address = &out->list[out->count];

		if (at->ai_addrlen > sizeof *address)
			continue;
		memcpy(address, at->ai_addr, at->ai_addrlen);
		if (at->ai_family == AF_INET)
			address->v4.sin_port = htons(port);
		else
			address->v6.sin6_port = htons(port);
		out->count++;
	}
	freeaddrinfo(found);
}

static void hear(int answer, nsec_t until, struct addresses *out)
{
	if (!poll_until(answer, POLLIN, until) || read(answer, out, sizeof *out) != sizeof *out)
		*out = (struct addresses){ .error = EAI_AGAIN };
}

bool resolve(const char *host, uint16_t port, nsec_t until, struct addresses *out)
{
	int answer[2];
	pid_t pid;

	look_up(host, port, AI_NUMERICHOST, out);
	if (out->count > 0)
		return true;
	*out = (struct addresses){ .error = EAI_SYSTEM };
	if (pipe2(answer, O_CLOEXEC | O_NONBLOCK) < 0)
		return false;
	pid = fork();
	if (pid == 0) {
		look_up(host, port, 0, out);
		_exit(write(answer[1], out, sizeof *out) != sizeof *out);
	}
	close(answer[1]);
	if (pid > 0) {
		hear(answer[0], until, out);
		kill(pid, SIGKILL);
		waitpid(pid, NULL, 0);
	}
	close(answer[0]);
	return out->count > 0;
}
