#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "kernel/poll.h"
#include "kernel/resolve.h"
#include "kernel/wait.h"
#include "rehearse/probe.h"

/* On loopback an answer takes microseconds; a full queue gives none. */
#define PROBE_WAIT (20 * MSEC)

static bool is_v4(const struct endpoint *where)
{
	return where->address[0] == 0 && where->address[1] >> 32 == 0xffff0000;
}

/* The kernel writes each word of an address as a number of its own byte order. */
static void put_v6(struct sockaddr_in6 *out, const struct endpoint *where)
{
	for (int i = 0; i < 4; i++) {
		uint32_t word = (uint32_t)(where->address[i / 2] >> (i % 2 ? 0 : 32));

		memcpy(&out->sin6_addr.s6_addr32[i], &word, sizeof word);
	}
}

/* 0.0.0.0 and [::] are reached on loopback. */
union address probe_address(const struct endpoint *where, uint16_t port)
{
	union address address;
	in_addr_t v4 = (in_addr_t)where->address[1];

	memset(&address, 0, sizeof address);
	if (is_v4(where)) {
		address.v4.sin_family = AF_INET;
		address.v4.sin_port = htons(port);
		address.v4.sin_addr.s_addr = v4 != 0 ? v4 : htonl(INADDR_LOOPBACK);
		return address;
	}
	address.v6.sin6_family = AF_INET6;
	address.v6.sin6_port = htons(port);
	if (where->address[0] == 0 && where->address[1] == 0)
		address.v6.sin6_addr = in6addr_loopback;
	else
		put_v6(&address.v6, where);
	return address;
}

static enum probed judge(int fd, const union address *address, socklen_t size)
{
	int error = 0;
	socklen_t length = sizeof error;

	if (connect(fd, &address->any, size) < 0)
		error = errno;
	if (error == EINPROGRESS) {
		if (!poll_until(fd, POLLOUT, nsec_add(wait_now(), PROBE_WAIT)))
			return PROBE_SILENT;
		getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &length);
	}
	return error == 0 ? PROBE_TAKEN : PROBE_REFUSED;
}

void probe_own(int fd, struct flows *flows)
{
	struct sockaddr_in6 ours = { .sin6_port = 0 };
	socklen_t size = sizeof ours;

	/* At the same place in both families. */
	if (getsockname(fd, (struct sockaddr *)&ours, &size) == 0)
		flows_own(flows, ntohs(ours.sin6_port));
}

enum probed probe_try(const struct endpoint *where, uint16_t port, struct flows *flows)
{
	union address address = probe_address(where, port);
	bool v4 = address.any.sa_family == AF_INET;
	int fd = socket(address.any.sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	enum probed probed;

	if (fd < 0)
		return PROBE_SILENT;
	probed = judge(fd, &address, v4 ? sizeof address.v4 : sizeof address.v6);
	probe_own(fd, flows);
	close(fd);
	return probed;
}
