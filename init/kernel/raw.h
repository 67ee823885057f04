/*
 * raw: a system call without the libc: no errno, no cancellation, nothing of memory but the arguments.
 * For the child of clone(CLONE_VM), which shares the libc's state with us, for calls that musl has no
 * word for or answers differently (signals 32 to 34), and, by the libc's syscall(), which sets errno, for
 * those whose word brings more of the libc than it is worth: getcwd brings malloc, pipe2 and sigqueue ways
 * round what every kernel of ours knows.
 */
#ifndef KERNEL_RAW_H
#define KERNEL_RAW_H

#include <signal.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define SYS_CLOSE_RANGE 436 /* Linux 5.9; the number is the same everywhere */

/* The kernel's signal set has 8 bytes; the libc's is larger. */
#define KERNEL_SIGNALS 8

/* raw_call: what the kernel returned: on failure -errno. */
#if defined __clang_analyzer__
/* It does not see what the instruction writes. */
long raw_call(long number, long a, long b, long c, long d, long e);
#elif defined __x86_64__
static inline long raw_call(long number, long a, long b, long c, long d, long e)
{
	register long r10 __asm__("r10") = d;
	register long r8 __asm__("r8") = e;
	long result;

	__asm__ volatile("syscall"
	                 : "=a"(result)
	                 : "a"(number), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8)
	                 : "rcx", "r11", "memory");
	return result;
}
#elif defined __aarch64__
static inline long raw_call(long number, long a, long b, long c, long d, long e)
{
	register long x8 __asm__("x8") = number;
	register long x0 __asm__("x0") = a;
	register long x1 __asm__("x1") = b;
	register long x2 __asm__("x2") = c;
	register long x3 __asm__("x3") = d;
	register long x4 __asm__("x4") = e;

	__asm__ volatile("svc 0"
	                 : "+r"(x0)
	                 : "r"(x8), "r"(x1), "r"(x2), "r"(x3), "r"(x4)
	                 : "memory");
	return x0;
}
#else
#error "raw_call: not written for this processor"
#endif

/*
 * raw_fork: as fork(2), without what the libc does for threads and for its own locks: we have neither, and
 * it is 2 KB of the file.
 */
static inline pid_t raw_fork(void)
{
	return (pid_t)syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0);
}

/* raw_fstat: where the kernel's struct is the libc's too, as on both, there is nothing to convert. */
static inline long raw_fstat(int fd, struct stat *stat)
{
	return raw_call(SYS_fstat, fd, (long)stat, 0, 0, 0);
}

#endif
