#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <netdb.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "kernel/connect.h"
#include "kernel/poll.h"
#include "kernel/wait.h"
#include "text/errname.h"

#define ADDRESSES_MOST 8

union address {
	struct sockaddr any;
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;
};

struct addresses {
	int error; /* of getaddrinfo(3); EAI_AGAIN if the time was over */
	int count;
	union address list[ADDRESSES_MOST];
};

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

static bool resolve(const char *host, uint16_t port, nsec_t until, struct addresses *out)
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

/* Only sockets give these: they are not in text/errname.c. */
void connect_say(struct writer *said, int error)
{
	switch (error) {
	case ETIMEDOUT:
		write_text(said, "no connection in time");
		break;
	case ECONNREFUSED:
		write_text(said, "connection refused");
		break;
	case ECONNRESET:
	case EPIPE:
		write_text(said, "connection reset by the server");
		break;
	case EHOSTUNREACH:
	case ENETUNREACH:
		write_text(said, "no route to the server");
		break;
	default:
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

static int connect_first(const struct addresses *addresses, nsec_t until)
{
	int fd = -1;

	for (int i = 0; i < addresses->count && fd < 0; i++) {
		nsec_t now = wait_now();
		/* An address that does not answer leaves their share to the others. */
		nsec_t share = nsec_max(until - now, 0) / (addresses->count - i);

		fd = connect_to(&addresses->list[i], nsec_add(now, share));
	}
	return fd;
}

int connect_host(const char *host, uint16_t port, nsec_t until, struct writer *said)
{
	struct addresses addresses;
	int fd;

	if (!resolve(host, port, until, &addresses)) {
		write_text(said, addresses.error == EAI_AGAIN ? "no name server answers for "
		                                              : "no such host: ");
		write_text(said, host);
		return -1;
	}
	fd = connect_first(&addresses, until);
	if (fd < 0)
		connect_say(said, errno);
	return fd;
}
