/*
 * diag: tcp's walk by NETLINK_SOCK_DIAG (sock_diag(7)): no capability is needed in our own network namespace.
 * gVisor has none of it, and a seccomp profile may refuse it.
 */
#ifndef KERNEL_DIAG_H
#define KERNEL_DIAG_H

#include "kernel/tcp.h"

/* diag_open: asks, and takes the first part of the answer. False if refused; nothing is open then. */
bool diag_open(struct tcp_table *table, const struct tcp_query *query);

/* diag_next: the next socket; the kernel has chosen it by the query. */
bool diag_next(struct tcp_table *table, struct tcp_socket *out);

#endif
