/*
 * payload: what the storms are made of; python is too slow for a million.
 *
 *     payload orphans           below an init: reads lines 'N BATCH', leaves N orphans in batches, says
 *                               'done' after each line
 *     payload count COUNTS      below an init: counts each signal that comes, in a file that is mapped;
 *                               says 'ready', and ends with 0 at a TERM
 *     payload send COUNTS PID N SEED
 *                               sends N signals to PID: real-time ones, which queue, never more than WINDOW
 *                               ahead of what COUNTS says has come; and standard ones, which may merge, but
 *                               not the last of them. Says 'SIGNAL SENT' for each and ends with 0, or says
 *                               who got lost and ends with 1.
 *
 * Signals by the kernel's own calls: 34 is the libc's own, and is forwarded.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define WINDOW   4000 /* the queue holds what RLIMIT_SIGPENDING says, and is the whole user's */
#define PATIENCE 20   /* seconds without any signal coming: then what is missing is lost */
#define RT_FIRST 34
#define RT_COUNT 31

static const int standard[] = { SIGHUP, SIGUSR1, SIGUSR2, SIGQUIT, SIGWINCH, SIGALRM, SIGURG,
	SIGCONT };
#define STANDARD (int)(sizeof(standard) / sizeof(standard[0]))

struct counts {
	_Atomic long of[65];
};

static struct counts *map_counts(const char *path)
{
	int file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);

	if (file < 0 || ftruncate(file, sizeof(struct counts)) < 0)
		exit(90);
	void *at =
	        mmap(NULL, sizeof(struct counts), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
	if (at == MAP_FAILED)
		exit(91);
	close(file);
	return at;
}

static void block(unsigned long set)
{
	if (syscall(SYS_rt_sigprocmask, SIG_BLOCK, &set, NULL, 8) < 0)
		exit(92);
}

static int count(const char *path)
{
	struct counts *counts = map_counts(path);
	unsigned long all = ~0UL;
	siginfo_t info;

	block(all);
	puts("ready");
	fflush(stdout);
	for (;;) {
		int number = (int)syscall(SYS_rt_sigtimedwait, &all, &info, NULL, 8);
		if (number == SIGTERM)
			return 0;
		if (number > 0)
			atomic_fetch_add(&counts->of[number], 1);
	}
}

static double now(void)
{
	struct timespec at;

	clock_gettime(CLOCK_MONOTONIC, &at);
	return (double)at.tv_sec + (double)at.tv_nsec / 1e9;
}

static long queued_that_came(struct counts *counts)
{
	long sum = 0;

	for (int number = RT_FIRST; number < RT_FIRST + RT_COUNT; number++)
		sum += atomic_load(&counts->of[number]);
	return sum;
}

/* await: until at least so many came, of one signal or (0) of all real-time ones. False: they never did. */
static bool await(struct counts *counts, int number, long wanted)
{
	double until = now() + PATIENCE;
	long last = -1;

	for (;;) {
		long came =
		        number ? atomic_load(&counts->of[number]) : queued_that_came(counts);
		if (came >= wanted)
			return true;
		if (came != last)
			until = now() + PATIENCE;
		else if (now() > until)
			return false;
		last = came;
		usleep(100);
	}
}

/* queue: a real-time signal, to a queue that may be full for a moment. */
static void queue(int pid, int number)
{
	siginfo_t info = { .si_signo = number, .si_code = SI_QUEUE };

	info.si_uid = getuid();
	while (syscall(SYS_rt_sigqueueinfo, pid, number, &info) < 0) {
		if (errno != EAGAIN)
			exit(93);
		usleep(100);
	}
}

static int lost(int number, long sent, struct counts *counts)
{
	printf("signal %d: %ld sent, %ld came\n", number, sent,
	        atomic_load(&counts->of[number]));
	return 1;
}

static int send(const char *path, int pid, long total, unsigned seed)
{
	struct counts *counts = map_counts(path);
	long sent[65] = { 0 }, queued = 0, base[65];

	for (int number = 0; number < 65; number++)
		base[number] = atomic_load(&counts->of[number]);
	long came = queued_that_came(counts);
	for (long i = 0; i < total; i++) {
		int dice = rand_r(&seed);
		if (dice % 4 != 0) {
			int number = RT_FIRST + dice / 4 % RT_COUNT;
			queue(pid, number);
			sent[number]++;
			if (++queued % 256 == 0 && !await(counts, 0, came + queued - WINDOW))
				return lost(0, queued, counts);
			continue;
		}
		int number = standard[dice / 4 % STANDARD];
		long before = atomic_load(&counts->of[number]);
		if (kill(pid, number) < 0)
			exit(94);
		sent[number]++;
		/* Now and then one that has none of its kind before it: it must come. */
		if (dice / 64 % 64 == 0 && !await(counts, number, before + 1))
			return lost(number, sent[number], counts);
	}
	if (!await(counts, 0, came + queued))
		return lost(0, queued, counts);
	for (int i = 0; i < STANDARD; i++) {
		int number = standard[i];
		long before = atomic_load(&counts->of[number]);
		sent[number]++;
		if (kill(pid, number) < 0 || !await(counts, number, before + 1))
			return lost(number, sent[number], counts);
	}
	int status = 0;
	for (int number = 1; number < 65; number++) {
		long here = atomic_load(&counts->of[number]) - base[number];
		bool exact = number >= RT_FIRST;
		if (sent[number] == 0 ? here > 0 && number != SIGCHLD
		                      : here < 1 || here > sent[number] ||
		                                (exact && here != sent[number]))
			status = lost(number, sent[number], counts);
		if (sent[number])
			printf("%d %ld %ld\n", number, sent[number], here);
	}
	return status;
}

/* batch: who forks them ends, and they are left to the init; some end before their parent, some after. */
static bool batch(long size)
{
	int status = 0;
	int parent = fork();

	if (parent == 0) {
		for (long i = 0; i < size; i++) {
			int child = fork();
			if (child == 0) {
				if (i % 16 == 0)
					sched_yield();
				_exit((int)i & 127);
			}
			if (child < 0)
				_exit(1);
		}
		_exit(0);
	}
	return parent > 0 && waitpid(parent, &status, 0) == parent && status == 0;
}

static int orphans(void)
{
	long count, size;

	signal(SIGTERM, SIG_DFL);
	while (scanf("%ld %ld", &count, &size) == 2) {
		for (long left = count; left > 0; left -= size)
			if (!batch(left < size ? left : size))
				return 95;
		puts("done");
		fflush(stdout);
	}
	return 0;
}

int main(int argc, char **argv)
{
	if (argc == 2 && strcmp(argv[1], "orphans") == 0)
		return orphans();
	if (argc == 3 && strcmp(argv[1], "count") == 0)
		return count(argv[2]);
	if (argc == 6 && strcmp(argv[1], "send") == 0)
		return send(argv[2], atoi(argv[3]), atol(argv[4]), (unsigned)atoi(argv[5]));
	return 2;
}
