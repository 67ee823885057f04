/*
 * oom: how many of our cgroup the OOM killer has killed.
 */
#ifndef KERNEL_OOM_H
#define KERNEL_OOM_H

#include <stdbool.h>
#include <stdint.h>

/* oom_kills: from memory.events (cgroup v2) or memory.oom_control (v1); -1: neither is to be seen. */
int64_t oom_kills(void);

/* oom_takes_all: memory.oom.group is set, as the kubelet does: the OOM killer takes us too, and no report is written. */
bool oom_takes_all(void);

#endif
