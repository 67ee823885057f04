#include <errno.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "kernel/connect.h"
#include "kernel/poll.h"
#include "kernel/resolve.h"
#include "kernel/wait.h"
#include "text/errname.h"

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

/* Returns a connected socket, or -1 with the errno of the first address: others may be of a family that is not there. */
static int connect_first(const struct addresses *addresses, nsec_t until)
{
	int fd = -1, error = 0;

	for (int i = 0; i < addresses->count && fd < 0; i++) {
		nsec_t now = wait_now();
		/* An address that does not answer leaves their share to the others. */
		nsec_t share = nsec_max(until - now, 0) / (addresses->count - i);

		fd = connect_to(&addresses->list[i], nsec_add(now, share));
		if (fd < 0 && i == 0)
			error = errno;
	}
	errno = error;
	return fd;
}

int connect_host(const char *host, uint16_t port, nsec_t until, struct writer *said)
{
	struct addresses addresses;
	int fd;

	if (!resolve(host, port, until, &addresses)) {
		write_text(said,
		        addresses.silent ? "no name server answers for " : "no such host: ");
		write_text(said, host);
		return -1;
	}
	fd = connect_first(&addresses, until);
	if (fd < 0)
		connect_say(said, errno);
	return fd;
}
