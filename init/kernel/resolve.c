#include <arpa/inet.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include "kernel/poll.h"
#include "kernel/resolve.h"
#include "kernel/wait.h"

#define PORT_DNS 53

/* A server that does not answer has so long, and each is asked so often. */
#define PATIENCE (2 * SEC)
#define ROUNDS   2

/* ---- addresses ---- */

static void add(struct addresses *out, enum dns_type type, const void *bytes)
{
	union address *address = &out->list[out->count];

	if (out->count == DNS_MOST)
		return;
	memset(address, 0, sizeof *address);
	if (type == DNS_A) {
		address->v4.sin_family = AF_INET;
		memcpy(&address->v4.sin_addr, bytes, sizeof address->v4.sin_addr);
	} else {
		address->v6.sin6_family = AF_INET6;
		memcpy(&address->v6.sin6_addr, bytes, sizeof address->v6.sin6_addr);
	}
	out->count++;
}

static bool add_text(struct addresses *out, const char *text)
{
	uint8_t bytes[16];

	if (inet_pton(AF_INET, text, bytes) == 1)
		add(out, DNS_A, bytes);
	else if (inet_pton(AF_INET6, text, bytes) == 1)
		add(out, DNS_AAAA, bytes);
	else
		return false;
	return true;
}

static void set_port(struct addresses *addresses, uint16_t port)
{
	for (int i = 0; i < addresses->count; i++) {
		union address *address = &addresses->list[i];

		if (address->any.sa_family == AF_INET)
			address->v4.sin_port = htons(port);
		else
			address->v6.sin6_port = htons(port);
	}
}

static socklen_t size_of(const union address *address)
{
	return address->any.sa_family == AF_INET ? sizeof address->v4 : sizeof address->v6;
}

/* ---- files ---- */

struct reader {
	int fd;
	size_t at;
	size_t filled;
	char buffer[1024];
};

static bool read_char(struct reader *reader, char *c)
{
	if (reader->at == reader->filled) {
		ssize_t length = read(reader->fd, reader->buffer, sizeof reader->buffer);

		if (length <= 0)
			return false;
		reader->at = 0;
		reader->filled = (size_t)length;
	}
	*c = reader->buffer[reader->at++];
	return true;
}

/* The next line, cut to size. False at the end. */
static bool read_line(struct reader *reader, char *line, size_t size, size_t *length)
{
	char c;

	for (*length = 0; read_char(reader, &c);) {
		if (c == '\n')
			return true;
		if (*length < size)
			line[(*length)++] = c;
	}
	return *length > 0;
}

static void look_into_hosts(const char *host, struct addresses *out)
{
	struct reader reader = { .fd = open("/etc/hosts", O_RDONLY | O_CLOEXEC) };
	char line[1024], address[64];
	size_t length;

	while (reader.fd >= 0 && read_line(&reader, line, sizeof line, &length))
		if (dns_hosts_line(line, length, host, address, sizeof address))
			add_text(out, address);
	if (reader.fd >= 0)
		close(reader.fd);
}

static void read_settings(struct dns_settings *settings)
{
	struct reader reader = { .fd = open("/etc/resolv.conf", O_RDONLY | O_CLOEXEC) };
	char line[1024];
	size_t length;

	*settings = (struct dns_settings){ .dots = 1 };
	while (reader.fd >= 0 && read_line(&reader, line, sizeof line, &length))
		dns_settings_line(line, length, settings);
	if (reader.fd >= 0)
		close(reader.fd);
}

/* ---- name servers ---- */

struct question {
	uint8_t message[DNS_MESSAGE];
	size_t length;
	nsec_t until;
	struct dns_addresses *found;
};

/* Replies that are none to this question are passed over. */
static enum dns_result hear(int fd, const struct question *question, nsec_t until)
{
	while (poll_until(fd, POLLIN, until)) {
		uint8_t reply[DNS_MESSAGE];
		ssize_t length = recv(fd, reply, sizeof reply, 0);
		enum dns_result result;

		if (length < 0)
			break;
		result = dns_answer(reply, (size_t)length, question->message, question->length,
		        question->found);
		if (result != DNS_FOREIGN)
			return result;
	}
	return DNS_FAILED;
}

static enum dns_result ask_server(const char *server, const struct question *question)
{
	struct addresses one = { .count = 0 };
	enum dns_result result = DNS_FAILED;
	int fd;

	if (!add_text(&one, server))
		return DNS_FAILED;
	set_port(&one, PORT_DNS);
	fd = socket(one.list[0].any.sa_family, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return DNS_FAILED;
	if (connect(fd, &one.list[0].any, size_of(&one.list[0])) == 0 &&
	        send(fd, question->message, question->length, MSG_NOSIGNAL) > 0)
		result = hear(fd, question,
		        nsec_min(question->until, nsec_add(wait_now(), PATIENCE)));
	close(fd);
	return result;
}

static enum dns_result ask(const struct dns_settings *settings, const char *name,
        enum dns_type type, nsec_t until, struct dns_addresses *found)
{
	struct question question = { .until = until, .found = found };
	uint16_t id = (uint16_t)(wait_now() / 1000 ^ getpid());

	question.length = dns_query(question.message, id, name, type);
	if (question.length == 0)
		return DNS_NONE;
	for (int turn = 0; turn < ROUNDS * settings->servers && wait_now() < until; turn++) {
		const char *server = settings->server[turn % settings->servers];
		enum dns_result result = ask_server(server, &question);

		if (result != DNS_FAILED)
			return result;
	}
	return DNS_FAILED;
}

static void ask_servers(const char *host, nsec_t until, struct addresses *out)
{
	struct dns_addresses found = { .count = 0 };
	struct dns_settings settings;
	char name[DNS_NAME];

	read_settings(&settings);
	out->silent = settings.servers == 0;
	for (int nth = 0; found.count == 0 && dns_candidate(&settings, host, nth, name);
	        nth++) {
		enum dns_result v4 = ask(&settings, name, DNS_A, until, &found);
		enum dns_result v6 = ask(&settings, name, DNS_AAAA, until, &found);

		out->silent |= v4 == DNS_FAILED && v6 == DNS_FAILED;
	}
	for (int i = 0; i < found.count; i++)
		add(out, found.list[i].type, found.list[i].bytes);
}

bool resolve(const char *host, uint16_t port, nsec_t until, struct addresses *out)
{
	*out = (struct addresses){ .count = 0 };
	if (!add_text(out, host))
		look_into_hosts(host, out);
	/* Every system knows this one, whatever its files say (RFC 6761). */
	if (out->count == 0 && strncasecmp(host, "localhost", sizeof "localhost") == 0)
		add_text(out, "127.0.0.1");
	if (out->count == 0)
		ask_servers(host, until, out);
	set_port(out, port);
	return out->count > 0;
}
