/*
 * table: the TCP sockets of our network namespace, with both ends: /proc/net/tcp and tcp6.
 */
#ifndef REHEARSE_TABLE_H
#define REHEARSE_TABLE_H

#include "rehearse/flows.h"

#define TABLE_MOST 8192

struct table {
	struct tuple list[TABLE_MOST];
	int count;
};

/* table_read: as it is now. False: it is not to be seen, or too long. */
bool table_read(struct table *table);

/* table_listens: is there a listener on port? Where: the address to reach it at, by its local one. */
bool table_listens(const struct table *table, uint16_t port, struct endpoint *where);

#endif
