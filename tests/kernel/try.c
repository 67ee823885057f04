/*
 * try: calls the kernel's pieces of traffic, as a helper would.
 *   try request URL MS          request_send(), bounded by MS
 *   try until URL MS            request_until()
 *   try watch SELF MAIN PORTS QUIET_MS MOST FROM_MS UNTIL_MS    sockets_watch(); PORTS: '-' or 1,2,3; QUIET_MS: '-'
 *   try messages HEX...         tcp_open() to tcp_close(), where these are received in turn, and then nothing
 * Prints 'STATUS what was said', or for each look 'AT_START NOW SEEN QUIET_BLIND' and then STATUS, or for each
 * socket 'PORT STATE UNREAD INODE STILL_MS' and then 'whole' or 'not whole', 'refused' if the kernel's messages
 * were no answer; and behind that the processor time in microseconds.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "core/watched.h"
#include "kernel/request.h"
#include "kernel/sockets.h"
#include "kernel/tcp.h"
#include "kernel/wait.h"

static nsec_t after(const char *ms)
{
	return wait_now() + atoll(ms) * MSEC;
}

static int try_request(char **argv)
{
	struct url url;
	char said[160];
	const char *wrong = url_parse(argv[2], "GET", &url);
	int status;

	if (wrong) {
		fprintf(stderr, "%s\n", wrong);
		return 2;
	}
	if (strcmp(argv[1], "until") == 0)
		status = request_until(&url, after(argv[3]), said, sizeof said);
	else
		status = request_send(&url, after(argv[3]), said, sizeof said);
	printf("%d %s\n", status, said);
	return 0;
}

static int read_ports(char *list, uint16_t *ports)
{
	int count = 0;

	if (strcmp(list, "-") == 0)
		return 0;
	for (char *port = strtok(list, ","); port; port = strtok(NULL, ","))
		ports[count++] = (uint16_t)atoi(port);
	return count;
}

static int try_watch(char **argv)
{
	uint16_t ports[256];
	struct watch watch = {
		.ports = ports,
		.count = read_ports(argv[4], ports),
		.quiet = strcmp(argv[5], "-") == 0 ? NEVER : atoll(argv[5]) * MSEC,
		.most = atoi(argv[6]),
		.from = after(argv[7]),
		.until = after(argv[8]),
	};
	struct children children = { .self = atoi(argv[2]), .pid[ROLE_MAIN] = atoi(argv[3]) };
	struct watched told;
	int answer[2];
	int status;

	if (pipe(answer) < 0)
		return 2;
	status = sockets_watch(&watch, &children, answer[1]);
	close(answer[1]);
	while (read(answer[0], &told, sizeof told) == sizeof told)
		printf("%d %d %d %d\n", told.at_start, told.now, told.seen, told.quiet_blind);
	printf("%d\n", status);
	return 0;
}

/* What is still to be received, each in hexadecimal; NULL: the kernel is asked. */
static char **messages;

/* What the linker (--wrap) calls the libc's recv(), and what it puts in its place. */
ssize_t recv_really(int fd, void *buffer, size_t size, int flags) __asm__("__real_recv");
ssize_t recv_or_read(int fd, void *buffer, size_t size, int flags) __asm__("__wrap_recv");

/* As recv(2) with MSG_TRUNC: the whole length of what did not fit. */
ssize_t recv_or_read(int fd, void *buffer, size_t size, int flags)
{
	size_t length = 0;

	if (!messages)
		return recv_really(fd, buffer, size, flags);
	if (!*messages) {
		errno = EAGAIN;
		return -1;
	}
	for (const char *hex = *messages++; hex[0] && hex[1]; hex += 2, length++) {
		unsigned byte;

		sscanf(hex, "%2x", &byte);
		if (length < size)
			((unsigned char *)buffer)[length] = (unsigned char)byte;
	}
	return (ssize_t)length;
}

static int try_messages(char **argv)
{
	static struct tcp_table table;
	const struct tcp_query query = { .states = ~0U, .still = true };
	struct tcp_socket found;

	messages = argv + 2;
	if (!tcp_open(&table, &query))
		return 2;
	if (table.no_diag) {
		printf("refused\n");
		return 0;
	}
	while (tcp_next(&table, &query, &found))
		printf("%d %d %u %llu %lld\n", found.is.port, found.is.state, found.is.unread,
		        (unsigned long long)found.is.inode,
		        (long long)(found.still < 0 ? -1 : found.still / MSEC));
	printf(tcp_close(&table) ? "whole\n" : "not whole\n");
	return 0;
}

int main(int argc, char **argv)
{
	struct timespec spent;
	int status = 2;

	if (argc > 1 && strcmp(argv[1], "messages") == 0)
		status = try_messages(argv);
	else if (argc == 4)
		status = try_request(argv);
	else if (argc == 9)
		status = try_watch(argv);
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &spent);
	printf("%lld\n", (long long)spent.tv_sec * 1000000 + spent.tv_nsec / 1000);
	return status;
}
