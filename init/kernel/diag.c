#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "kernel/diag.h"

/*
 * What linux/netlink.h, sock_diag.h and inet_diag.h say. The request is the older of two kinds
 * (TCPDIAG_GETSOCK): it alone has IPv4 and IPv6 in one walk, as ss(8) asks too; a walk for one family costs
 * as much, for the table is one.
 */
enum {
	SOCK_DIAG_PROTOCOL = 4,
	TCPDIAG_GETSOCK = 18,
	REQUEST_A_DUMP = 0x301, /* NLM_F_REQUEST | NLM_F_DUMP */
	MESSAGE_ERROR = 2,
	MESSAGE_DONE = 3,
	BYTECODE = 1, /* INET_DIAG_REQ_BYTECODE */
	INFO = 2,     /* INET_DIAG_INFO */
};

/* The codes of the filter: yes and no are how far to go on, in bytes. */
enum { JUMP = 1, PORT_AT_LEAST = 2, PORT_AT_MOST = 3 };

struct message {
	uint32_t length;
	uint16_t type;
	uint16_t flags;
	uint32_t sequence;
	uint32_t port;
};

struct attribute {
	uint16_t length;
	uint16_t type;
};

struct socket_id {
	uint16_t local_port; /* big end first */
	uint16_t remote_port;
	uint32_t local[4], remote[4];
	uint32_t interface;
	uint32_t cookie[2];
};

struct filter {
	uint8_t code;
	uint8_t yes;
	uint16_t no;
};

#define FILTERS_A_PORT 5

struct request {
	struct message message;
	uint8_t family, local_length, remote_length;
	uint8_t extensions;
	struct socket_id id;
	uint32_t states;
	uint32_t unused;
	struct attribute bytecode;
	struct filter filters[TCP_PORTS_MOST * FILTERS_A_PORT];
};

struct found {
	uint8_t family, state, timer, retransmits;
	struct socket_id id;
	uint32_t expires;
	uint32_t unread, unsent;
	uint32_t user;
	uint32_t inode;
};

/* The first part of struct tcp_info (linux/tcp.h), in milliseconds. */
struct info {
	uint32_t before[11];
	uint32_t last_data_sent, last_ack_sent, last_data_received;
};

_Static_assert(sizeof(struct found) == 72, "as the kernel lays it out");
_Static_assert(offsetof(struct request, bytecode) == 76, "as the kernel lays it out");
_Static_assert(offsetof(struct info, last_data_sent) == 44, "as the kernel lays it out");

/*
 * Is it one of them? For each port: not at least it: to the next; not at most it: to the next; else to the
 * end, which is yes. One step behind the end is no: where the last port has no jump, the same steps lead there.
 */
static size_t write_filters(struct filter *filters, const struct tcp_ports *ports)
{
	enum { STEP = sizeof(struct filter) };
	size_t total = (size_t)ports->count * FILTERS_A_PORT - 1;

	for (int i = 0; i < ports->count; i++) {
		struct filter *at = filters + (size_t)i * FILTERS_A_PORT;
		size_t left = total - ((size_t)i * FILTERS_A_PORT + 4);
		uint16_t port = ports->list[i];

		at[0] = (struct filter){ PORT_AT_LEAST, 2 * STEP, 5 * STEP };
		at[1] = (struct filter){ .no = port };
		at[2] = (struct filter){ PORT_AT_MOST, 2 * STEP, 3 * STEP };
		at[3] = (struct filter){ .no = port };
		if (left > 0)
			at[4] = (struct filter){ JUMP, STEP, (uint16_t)(left * STEP) };
	}
	return total * STEP;
}

static bool ask(int fd, const struct tcp_query *query)
{
	struct request request = {
		.message = { .type = TCPDIAG_GETSOCK, .flags = REQUEST_A_DUMP },
		.states = query->states,
		.extensions = query->still ? 1 << (INFO - 1) : 0,
		.bytecode = { .type = BYTECODE },
	};
	size_t length = offsetof(struct request, bytecode);

	if (query->ports) {
		size_t filters = write_filters(request.filters, query->ports);
		request.bytecode.length = (uint16_t)(sizeof request.bytecode + filters);
		length += request.bytecode.length;
	}
	request.message.length = (uint32_t)length;
	return send(fd, &request, length, 0) == (ssize_t)length;
}

/* A dump is made in the calls that ask for it: there is always something to receive, or something is wrong. */
static bool receive(struct tcp_table *table)
{
	ssize_t length =
	        recv(table->fd, table->buffer, sizeof table->buffer, MSG_DONTWAIT | MSG_TRUNC);

	if (length <= 0 || (size_t)length > sizeof table->buffer)
		return false;
	table->at = 0;
	table->filled = (size_t)length;
	return true;
}

/* The next message, or NULL where there is no whole one. */
static const struct message *next_message(struct tcp_table *table)
{
	const struct message *message = (const void *)(table->buffer + table->at);
	size_t left = table->filled - table->at;

	if (left < sizeof *message || message->length < sizeof *message ||
	        message->length > left)
		return NULL;
	table->at += (message->length + 3) & ~(size_t)3;
	if (table->at > table->filled)
		table->at = table->filled;
	return message;
}

bool diag_open(struct tcp_table *table, const struct tcp_query *query)
{
	table->fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, SOCK_DIAG_PROTOCOL);
	if (table->fd < 0)
		return false;
	if (ask(table->fd, query) && receive(table)) {
		const struct message *first = next_message(table);

		table->at = 0;
		if (first && first->type != MESSAGE_ERROR)
			return true;
	}
	close(table->fd);
	return false;
}

static nsec_t read_still(const struct message *message)
{
	size_t at = sizeof *message + sizeof(struct found);

	while (at + sizeof(struct attribute) <= message->length) {
		const struct attribute *attribute = (const void *)((const char *)message + at);
		const struct info *info = (const void *)(attribute + 1);

		if (attribute->length < sizeof *attribute ||
		        at + attribute->length > message->length)
			break;
		if (attribute->type == INFO &&
		        attribute->length >= sizeof *attribute + sizeof *info)
			return nsec_min(info->last_data_sent, info->last_data_received) * MSEC;
		at += (attribute->length + 3U) & ~(size_t)3;
	}
	return -1;
}

static uint16_t from_network(const uint16_t *port)
{
	const uint8_t *bytes = (const void *)port;

	return (uint16_t)(bytes[0] << 8 | bytes[1]);
}

/* What the end says is an error of the walk, if it is below 0. */
static bool ends_well(const struct message *message)
{
	const int32_t *error = (const void *)(message + 1);

	return message->type == MESSAGE_DONE &&
	       (message->length < sizeof *message + sizeof *error || *error >= 0);
}

static struct tcp_socket read_socket(const struct message *message)
{
	const struct found *found = (const void *)(message + 1);

	return (struct tcp_socket){
		.is = { .port = from_network(&found->id.local_port),
		        .state = found->state,
		        .unread = found->unread,
		        .inode = found->inode },
		.still = read_still(message),
	};
}

bool diag_next(struct tcp_table *table, struct tcp_socket *out)
{
	while (!table->ended) {
		const struct message *message = next_message(table);

		if (!message && table->at == table->filled && receive(table))
			continue;
		if (!message || message->type == MESSAGE_ERROR ||
		        message->type == MESSAGE_DONE) {
			table->failed = !message || !ends_well(message);
			table->ended = true;
		} else if (message->length >= sizeof *message + sizeof(struct found)) {
			*out = read_socket(message);
			return true;
		}
	}
	return false;
}
