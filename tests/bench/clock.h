/* clock: CLOCK_MONOTONIC in nanoseconds, and short sleeps. */
#ifndef BENCH_CLOCK_H
#define BENCH_CLOCK_H

#include <stdint.h>
#include <time.h>

#define US  1000LL
#define MS  1000000LL
#define SEC 1000000000LL

static inline int64_t now(void)
{
	struct timespec at;

	clock_gettime(CLOCK_MONOTONIC, &at);
	return at.tv_sec * SEC + at.tv_nsec;
}

static inline void nap(int64_t ns)
{
	struct timespec rest = { .tv_sec = ns / SEC, .tv_nsec = (long)(ns % SEC) };

	nanosleep(&rest, NULL);
}

#endif
