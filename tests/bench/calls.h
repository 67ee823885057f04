/* calls: how many system calls an init makes for what happens, counted by tracing it. */
#ifndef BENCH_CALLS_H
#define BENCH_CALLS_H

#include "bench/container.h"

/* calls_attach: the init, asleep, is traced from here on. */
void calls_attach(const struct container *container);

/* Each returns how many calls were made for all of the count. */
long calls_for_signals(const struct container *container, int count);
long calls_for_lone_orphans(const struct container *container, int count);

/* calls_for_burst: the init is held until count zombies wait for it. Returns as the others. */
long calls_for_burst(const struct container *container, int count);

#endif
