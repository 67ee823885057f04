#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "kernel/folder.h"
#include "kernel/ports.h"
#include "kernel/processes.h"

/* Of the whole network namespace. */
#define LISTENERS_MOST 1024

/* Whose is not yet known. */
struct listeners {
	struct proc_tcp list[LISTENERS_MOST];
	int count;
	bool unread; /* somebody's descriptors could not be read */
};

static bool find_listeners(struct listeners *listeners, struct tcp_table *table)
{
	static const struct tcp_query query = { .states = 1 << TCP_LISTEN };
	struct tcp_socket found;

	if (!tcp_open(table, &query))
		return false;
	while (listeners->count < LISTENERS_MOST && tcp_next(table, &query, &found))
		listeners->list[listeners->count++] = found.is;
	return tcp_close(table) && listeners->count < LISTENERS_MOST;
}

/* The inode of what a link in /proc/PID/fd says: socket:[INODE]; 0: it is another file. */
static uint64_t socket_inode(const char *link)
{
	static const char prefix[] = "socket:[";
	uint64_t inode = 0;

	if (strncmp(link, prefix, sizeof prefix - 1) != 0)
		return 0;
	for (link += sizeof prefix - 1; *link >= '0' && *link <= '9'; link++)
		inode = inode * 10 + (uint64_t)(*link - '0');
	return inode;
}

/* Takes the listener with this inode from those whose owner is not known. */
static bool claim(struct tcp_ports *ports, struct listeners *listeners, uint64_t inode)
{
	for (int i = 0; i < listeners->count; i++) {
		uint16_t port = listeners->list[i].port;

		if (listeners->list[i].inode != inode)
			continue;
		listeners->list[i] = listeners->list[--listeners->count];
		if (tcp_ports_has(ports, port))
			return true;
		if (ports->count == TCP_PORTS_MOST)
			return false;
		ports->list[ports->count++] = port;
		return true;
	}
	return true;
}

static bool claim_all(
        struct tcp_ports *ports, struct listeners *listeners, struct folder *descriptors)
{
	const char *name;

	while (listeners->count > 0 && (name = folder_next(descriptors))) {
		char link[32] = { 0 };
		uint64_t inode = 0;

		if (readlinkat(descriptors->fd, name, link, sizeof link - 1) > 0)
			inode = socket_inode(link);
		else
			listeners->unread |= errno == EACCES;
		if (inode != 0 && !claim(ports, listeners, inode))
			return false;
	}
	return true;
}

static bool claim_of(struct tcp_ports *ports, struct listeners *listeners, int pid)
{
	struct folder descriptors;
	char path[PROCESSES_PATH];
	bool room;

	processes_path(path, pid, "fd");
	if (!folder_open(&descriptors, path)) {
		listeners->unread |= errno == EACCES;
		return true;
	}
	room = claim_all(ports, listeners, &descriptors);
	folder_close(&descriptors);
	return room;
}

bool ports_find(
        struct tcp_ports *ports, const struct children *children, struct tcp_table *table)
{
	struct listeners listeners = { .count = 0 };
	struct processes processes;
	struct proc_stat stat;
	enum role owner;
	bool room = true;

	if (!find_listeners(&listeners, table) || !processes_open(&processes, children))
		return false;
	while (room && listeners.count > 0 && processes_next(&processes, &stat, &owner)) {
		if (owner == ROLE_MAIN || owner == ROLE_NONE)
			room = claim_of(ports, &listeners, stat.pid);
	}
	processes_close(&processes);
	return room && (ports->count > 0 || !listeners.unread);
}
