/*
 * poll: what helpers wait for, and PID 1 in its last steps. What it waits for before, wait.h knows.
 */
#ifndef KERNEL_POLL_H
#define KERNEL_POLL_H

#include <stdbool.h>

#include "core/nsec.h"

/*
 * poll_until: waits until one of the events (poll(2)) can be had of fd, or until the instant.
 * fd  -1: none, sleep.
 * Returns true if it was not the time that ended it.
 */
bool poll_until(int fd, short events, nsec_t until);

#endif
