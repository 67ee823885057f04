/*
 * lap life|signal|storm|idle|calls ROUNDS SIZE + INIT [ARG...] [+ INIT [ARG...]]...
 *
 * Measures inits side by side: each round has each of them once, the rounds in turning order. A line for
 * each figure: 'NAME WHICH ROUND VALUE', WHICH counts the inits from 0. Needs root, for the PID namespaces.
 *
 *     life     start: from the exec of the init to the program's first instruction, ns; exit: from the
 *              program's _exit until the init's end is seen, ns. SIZE lives a round; the median of them
 *     signal   signal50, signal99: from kill(2) to the program's handler, ns; SIZE signals a round
 *     storm    storm: SIZE orphans as fast as they come, ns until all are reaped; reap: the init's
 *              processor time for each, ns
 *     idle     wakeups: in SIZE seconds; resident, anonymous: KiB. All inits of all rounds at once
 *     calls    forward, lone, burst: system calls for a signal, an orphan, an orphan of SIZE at once
 */
#define _GNU_SOURCE
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "bench/calls.h"
#include "bench/clock.h"
#include "bench/container.h"

#define INITS_MAX  16
#define KEPT_MAX   16   /* rounds of idle, which keeps all of them alive */
#define SORTED_MAX 1000 /* size of what is sorted */
#define LONE       20   /* so many lone events are counted */

static char **inits[INITS_MAX];
static int count;
static int size;

static void tell(const char *name, int which, int round, double value)
{
	printf("%s %d %d %.3f\n", name, which, round, value);
}

static int compare(const void *a, const void *b)
{
	int64_t left = *(const int64_t *)a;
	int64_t right = *(const int64_t *)b;

	return (left > right) - (left < right);
}

/* percentile: sorts. The value that so many of a hundred do not pass. */
static int64_t percentile(int64_t *values, int number, int percent)
{
	qsort(values, (size_t)number, sizeof *values, compare);
	return values[(number - 1) * percent / 100];
}

static void life(int which, int round)
{
	int64_t starts[SORTED_MAX];
	int64_t exits[SORTED_MAX];

	for (int i = 0; i < size; i++) {
		struct container container;
		container_start(&container, inits[which], "first", NULL);
		int64_t seen_at = container_wait(&container);
		starts[i] = container.page->first_at - container.page->exec_at;
		exits[i] = seen_at - container.page->last_at;
		if (container.page->first_at == 0)
			fail("did not run the program", inits[which][0]);
		container_kill(&container);
	}
	tell("start", which, round, (double)percentile(starts, size, 50));
	tell("exit", which, round, (double)percentile(exits, size, 50));
}

/* Awake: what is measured is the init, not how this processor gets out of its sleep. */
static int64_t latency(const struct container *container)
{
	struct page *page = container->page;
	int before = page->handled;
	int64_t sent_at = now();

	kill(container->pid, SIGUSR1);
	while (page->handled == before)
		if (now() - sent_at > PATIENCE)
			fail("did not pass the signal on", "an init");
	return page->handled_at - sent_at;
}

static void stay_awake(int64_t ns)
{
	int64_t until = now() + ns;

	while (now() < until)
		continue;
}

static void signals(int which, int round)
{
	int64_t taken[SORTED_MAX];
	struct container container;

	container_start(&container, inits[which], "load", "signals");
	container_settle(&container);
	latency(&container);
	for (int i = 0; i < size; i++) {
		stay_awake(60 * US); /* both go back to sleep */
		taken[i] = latency(&container);
	}
	container_kill(&container);
	tell("signal50", which, round, (double)percentile(taken, size, 50));
	tell("signal99", which, round, (double)percentile(taken, size, 99));
}

static int64_t processor_time(const struct container *container)
{
	clockid_t clock;
	struct timespec at = { 0 };

	if (clock_getcpuclockid(container->pid, &clock) != 0 || clock_gettime(clock, &at) < 0)
		fail("has no clock", "an init");
	return at.tv_sec * SEC + at.tv_nsec;
}

static void storm(int which, int round)
{
	struct container container;

	container_start(&container, inits[which], "load", "orphans");
	container_settle(&container);
	int64_t before = processor_time(&container);
	container.page->wanted = size;
	await(&container.page->reaped, "the reaping of a storm");
	int64_t spent = processor_time(&container) - before;
	tell("storm", which, round,
	        (double)(container.page->reaped_at - container.page->begun_at));
	tell("reap", which, round, (double)spent / size);
	container_kill(&container);
}

static void calls(int which, int round)
{
	struct container container;

	container_start(&container, inits[which], "load", "signals");
	container_settle(&container);
	calls_attach(&container);
	tell("forward", which, round, (double)calls_for_signals(&container, LONE) / LONE);
	container_kill(&container);

	container_start(&container, inits[which], "load", "orphans");
	container_settle(&container);
	calls_attach(&container);
	tell("lone", which, round, (double)calls_for_lone_orphans(&container, LONE) / LONE);
	tell("burst", which, round, (double)calls_for_burst(&container, size) / size);
	container_kill(&container);
}

static void idle(int rounds)
{
	static struct container containers[INITS_MAX * KEPT_MAX];
	static long before[INITS_MAX * KEPT_MAX];
	int all = count * rounds;

	for (int i = 0; i < all; i++)
		container_start(&containers[i], inits[i % count], "load", "idle");
	for (int i = 0; i < all; i++)
		container_settle(&containers[i]);
	nap(200 * MS);
	for (int i = 0; i < all; i++)
		before[i] = container_fact(&containers[i], "voluntary_ctxt_switches");
	nap(size * SEC);
	for (int i = 0; i < all; i++) {
		long after = container_fact(&containers[i], "voluntary_ctxt_switches");
		tell("wakeups", i % count, i / count, (double)(after - before[i]));
	}
	for (int i = 0; i < all; i++) {
		const struct container *one = &containers[i];
		tell("resident", i % count, i / count, (double)container_fact(one, "VmRSS"));
		tell("anonymous", i % count, i / count, (double)container_fact(one, "RssAnon"));
	}
	for (int i = 0; i < all; i++)
		container_kill(&containers[i]);
}

static void each(int rounds, void (*measure)(int which, int round))
{
	for (int round = 0; round < rounds; round++)
		for (int i = 0; i < count; i++) {
			int turned = (round / 2 + i) % count;
			/* Forth and back: who follows whom is not always the same. */
			measure(round % 2 ? count - 1 - turned : turned, round);
		}
}

static const struct measure {
	const char *name;
	void (*once)(int which, int round); /* null: idle, which has all rounds at once */
	int rounds_max;
	int size_max;
} measures[] = {
	{ "life", life, 100000, SORTED_MAX },
	{ "signal", signals, 100000, SORTED_MAX },
	{ "storm", storm, 100000, ORPHANS_MAX },
	{ "calls", calls, 100000, ORPHANS_MAX },
	{ "idle", NULL, KEPT_MAX, 60 },
};

/* find: NULL if there is no such measure, or it is too much for it. */
static const struct measure *find(const char *name, int rounds)
{
	for (size_t i = 0; i < sizeof measures / sizeof *measures; i++)
		if (strcmp(measures[i].name, name) == 0)
			return rounds > 0 && rounds <= measures[i].rounds_max && size > 0 &&
			                       size <= measures[i].size_max
			               ? &measures[i]
			               : NULL;
	return NULL;
}

/* Each '+' in argv becomes the end of the command line before it. */
static void read_inits(char **argv)
{
	for (; *argv; argv++) {
		if (strcmp(*argv, "+") != 0)
			continue;
		*argv = NULL;
		if (count < INITS_MAX && argv[1])
			inits[count++] = argv + 1;
	}
}

int main(int argc, char **argv)
{
	int rounds = argc > 5 ? atoi(argv[2]) : 0;

	size = argc > 5 ? atoi(argv[3]) : 0;
	const struct measure *measure = argc > 5 ? find(argv[1], rounds) : NULL;
	if (!measure) {
		fprintf(stderr,
		        "usage: lap life|signal|storm|idle|calls ROUNDS SIZE + INIT...\n");
		return 2;
	}
	read_inits(argv + 4);
	if (measure->once)
		each(rounds, measure->once);
	else
		idle(rounds);
	return 0;
}
