#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "kernel/diag.h"
#include "kernel/tcp.h"

bool tcp_ports_has(const struct tcp_ports *ports, uint16_t port)
{
	for (int i = 0; i < ports->count; i++) {
		if (ports->list[i] == port)
			return true;
	}
	return false;
}

bool tcp_open(struct tcp_table *table, const struct tcp_query *query)
{
	table->failed = table->ended = false;
	table->at = table->filled = 0;
	table->next_file = NULL;
	if (!table->no_diag && diag_open(table, query))
		return true;
	table->no_diag = true;
	table->at = table->filled = 0;
	table->next_file = "/proc/net/tcp6";
	table->fd = open("/proc/net/tcp", O_RDONLY | O_CLOEXEC);
	return table->fd >= 0;
}

bool tcp_close(struct tcp_table *table)
{
	if (table->fd >= 0)
		close(table->fd);
	return !table->failed;
}

static bool open_next(struct tcp_table *table)
{
	if (!table->next_file)
		return false;
	close(table->fd);
	/* Where IPv6 is off there is none. */
	table->fd = open(table->next_file, O_RDONLY | O_CLOEXEC);
	table->next_file = NULL;
	table->filled = 0;
	return table->fd >= 0;
}

/* More of the file behind what is not yet taken, or of the next file. */
static bool fill(struct tcp_table *table)
{
	size_t left = table->filled - table->at;

	memmove(table->buffer, table->buffer + table->at, left);
	table->at = 0;
	table->filled = left;
	do {
		ssize_t length = read(table->fd, table->buffer + table->filled,
		        sizeof table->buffer - table->filled);

		if (length > 0) {
			table->filled += (size_t)length;
			return true;
		}
		table->failed |= length < 0;
	} while (open_next(table));
	return false;
}

static bool next_line(struct tcp_table *table, const char **line, size_t *length)
{
	for (;;) {
		const char *end;

		*line = table->buffer + table->at;
		end = memchr(*line, '\n', table->filled - table->at);
		if (end) {
			*length = (size_t)(end - *line) + 1;
			table->at += *length;
			return true;
		}
		if (!fill(table))
			return false;
	}
}

static bool next_in_proc(
        struct tcp_table *table, const struct tcp_query *query, struct tcp_socket *out)
{
	const char *line;
	size_t length;

	out->still = -1;
	while (next_line(table, &line, &length)) {
		if (proc_tcp_parse(line, length, &out->is) &&
		        (query->states >> (out->is.state & 31) & 1) &&
		        (!query->ports || tcp_ports_has(query->ports, out->is.port)))
			return true;
	}
	return false;
}

bool tcp_next(struct tcp_table *table, const struct tcp_query *query, struct tcp_socket *out)
{
	return table->no_diag ? next_in_proc(table, query, out) : diag_next(table, out);
}
