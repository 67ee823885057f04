/*
 * ports: which TCP ports are looked at.
 */
#ifndef KERNEL_PORTS_H
#define KERNEL_PORTS_H

#include "kernel/children.h"
#include "kernel/tcp.h"

/*
 * ports_find: adds those that have a listener which the main child, what is below it, or an orphan of ours
 * holds: by the socket inodes in /proc/PID/fd. The containers of a pod share all ports, but not these.
 * table  to walk with.
 * Returns false if it cannot be known: there are no sockets to be seen, too many ports, or none was found
 * and somebody's descriptors were not ours to read (another user's, or not dumpable: ptrace(2)).
 */
bool ports_find(
        struct tcp_ports *ports, const struct children *children, struct tcp_table *table);

#endif
