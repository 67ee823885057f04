/*
 * load PAGE idle|signals|orphans: the program below the init that does what its role says, until it is
 * killed with the init.
 *
 *     signals   notes when SIGUSR1 came
 *     orphans   begets as many as are wanted, each by a double fork, and waits until all have been reaped
 */
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/shm.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench/clock.h"
#include "bench/page.h"

static struct page *page;

static void on_signal(int number)
{
	int64_t at = now();

	(void)number;
	page->handled_at = at;
	page->handled++;
}

/* The parent in between ends at once, and is waited for by us: only the orphan is the init's. */
static bool beget(int which)
{
	pid_t between = fork();

	if (between == 0) {
		pid_t orphan = fork();
		if (orphan != 0)
			page->pids[which] = orphan;
		_exit(0);
	}
	return between > 0 && waitpid(between, NULL, 0) == between && page->pids[which] > 0;
}

static bool is_reaped(pid_t pid)
{
	return kill(pid, 0) < 0 && errno == ESRCH;
}

static void orphans(int count)
{
	page->wanted = page->begotten = page->reaped = 0;
	page->begun_at = now();
	for (int i = 0; i < count; i++)
		if (!beget(i))
			_exit(91);
	page->begotten = count;
	for (int i = 0; i < count; i++)
		while (!is_reaped(page->pids[i]))
			nap(20 * US);
	page->reaped_at = now();
	page->reaped = count;
}

int main(int argc, char **argv)
{
	const char *role = argc == 3 ? argv[2] : "";

	errno = 0;
	page = shmat(argc == 3 ? atoi(argv[1]) : -1, NULL, 0);
	if (errno != 0)
		return 92;
	if (strcmp(role, "signals") == 0)
		sigaction(SIGUSR1, &(struct sigaction){ .sa_handler = on_signal }, NULL);
	page->ready = 1;
	while (strcmp(role, "orphans") == 0) {
		while (page->wanted == 0)
			nap(100 * US);
		orphans(page->wanted);
	}
	for (;;)
		pause();
}
