/*
 * nsec: the only time type: nanoseconds of CLOCK_MONOTONIC, or a span of them.
 * The kubelet and the engines count the grace period on the same clock (Go's timers).
 * Sums saturate at NEVER, so that an instant that is not set never falls due.
 */
#ifndef CORE_NSEC_H
#define CORE_NSEC_H

#include <stdint.h>

typedef int64_t nsec_t;

#define NEVER INT64_MAX
#define MSEC  ((nsec_t)1000000)
#define SEC   ((nsec_t)1000000000)

/* nsec_add: a + b, or NEVER where either is or the sum would pass it. Neither is negative. */
static inline nsec_t nsec_add(nsec_t a, nsec_t b)
{
	return a > NEVER - b ? NEVER : a + b;
}

/* nsec_before: the instant that lies span before at, and NEVER before NEVER. */
static inline nsec_t nsec_before(nsec_t at, nsec_t span)
{
	return at == NEVER ? NEVER : at - span;
}

static inline nsec_t nsec_min(nsec_t a, nsec_t b)
{
	return a < b ? a : b;
}

static inline nsec_t nsec_max(nsec_t a, nsec_t b)
{
	return a > b ? a : b;
}

#endif
