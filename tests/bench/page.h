/*
 * page: what lap and the program below the init tell each other, in memory that they share. The program is
 * given its shmget(2) number, as an init may close descriptors. Instants are CLOCK_MONOTONIC's nanoseconds.
 */
#ifndef BENCH_PAGE_H
#define BENCH_PAGE_H

#include <stdatomic.h>
#include <stdint.h>

#define ORPHANS_MAX 8000

struct page {
	_Atomic int64_t exec_at;    /* lap: right before the exec of the init */
	_Atomic int64_t first_at;   /* the program's first instruction */
	_Atomic int64_t last_at;    /* right before its _exit */
	_Atomic int64_t handled_at; /* its handler was entered */
	_Atomic int handled;        /* how often: counted when handled_at is written */
	_Atomic int ready;
	_Atomic int wanted; /* lap: so many orphans; 0 again when they are begun */
	_Atomic int begotten;
	_Atomic int reaped;
	_Atomic int64_t begun_at;
	_Atomic int64_t reaped_at;
	_Atomic int pids[ORPHANS_MAX];
};

#endif
