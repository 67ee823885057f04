/*
 * counts: linked into a program that counts its branches (gcc --coverage): the counters lie in a file that
 * all its processes share, from their first instruction to their last. So none has to write them out: not
 * one that SIGKILL ends, not one that execs, not PID 1 by its raw exit.
 *
 * The counters lie side by side (counts.ld); the file COUNTS is mapped over them. Where it cannot be
 * opened, on a read-only root, say, that process counts for itself and is not heard of. With COUNTS_DUMP
 * in the environment what is in the file goes to the .gcda files, added to what they hold, and that is all.
 */
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

extern char counts_begin[], counts_end[];

#ifndef COUNTS
#define COUNTS "counts"
#endif

/* libgcov's own; and what the linker puts in place of another (--wrap). */
void counts_write(void) __asm__("__gcov_dump");
void counts_exit(void) __asm__("__wrap___gcov_exit");

/* At a usual exit: what all have counted so far is not to be added once for each. */
void counts_exit(void)
{
}

/* Before any other: what is counted ahead of it is lost. */
__attribute__((constructor(101))) static void counts_share(void)
{
	size_t size = (size_t)(counts_end - counts_begin);
	int file = open(COUNTS, O_RDWR | O_CLOEXEC);

	if (file < 0)
		return;
	(void)mmap(counts_begin, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, file, 0);
	close(file);
}

/* After the last: each source of the program has made itself known. */
__attribute__((constructor)) static void counts_dump(void)
{
	if (!getenv("COUNTS_DUMP"))
		return;
	counts_write();
	_exit(0);
}
