/*
 * container: starts a command as a container runtime would, and tells how it ended.
 *
 *     container CONTROL_FD [SETTING...] -- COMMAND [ARG...]
 *
 * COMMAND is PID 1 of a PID namespace with a /proc of its own, unless 'here' is set: then it is a
 * plain child. On the control socket goes 'pid N' when it is about to run and 'status RAW NANOSECONDS'
 * (as waitpid(2) has it, CLOCK_MONOTONIC) when it has ended. It is reaped only when the other side
 * closes the socket, so N belongs to nobody else for as long as somebody may signal it.
 *
 *     here            no namespace
 *     block SIGNAL    blocked when COMMAND starts
 *     ignore SIGNAL   ignored when COMMAND starts
 *     read-only       the root file system
 *     tmpfs PATH      a file system of 4 KiB, full but for nothing
 *     stderr PATH     opened to append
 *     no-stderr       descriptor 2 is closed
 *     remove PATH     a directory that is gone when COMMAND starts
 *     deny CALL,ERRNO[,MASK,VALUE]
 *                     a system call by its number fails: always, or where its first argument has these bits
 *     terminal        descriptor 0 is the controlling terminal, COMMAND in its foreground
 *     background      the same, but COMMAND is a background job
 *     bind FROM:TO    a file in the place of another
 *     gate FD         COMMAND is not run before a byte can be read there
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdbool.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static int gate = -1;

static void must(int result, const char *what)
{
	if (result >= 0)
		return;
	fprintf(stderr, "container: %s: %s\n", what, strerror(errno));
	_exit(99);
}

static void fill(const char *directory)
{
	char path[512];
	char block[4096] = { 0 };

	must(mount("tmpfs", directory, "tmpfs", 0, "size=4k"), "tmpfs");
	snprintf(path, sizeof(path), "%s/filler", directory);
	int file = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0666);
	must(file, path);
	while (write(file, block, sizeof(block)) > 0)
		continue;
	close(file);
}

/*
 * default_signals: what we inherited is nobody's wish: glibc's posix_spawn, and so make, leaves 32 and 33
 * ignored. By raw calls: the libc keeps these two to itself.
 */
static void default_signals(void)
{
	static const long by_default[4];

	for (int number = 1; number <= 64; number++)
		syscall(SYS_rt_sigaction, number, by_default, NULL, 8L);
}

/* As the kernel has them; musl has no headers for it. Source: linux/filter.h, linux/seccomp.h. */
struct instruction {
	unsigned short code;
	unsigned char if_true, if_false;
	unsigned value;
};

struct filter {
	unsigned short count;
	const struct instruction *list;
};

#define LOAD        0x20
#define AND         0x54
#define JUMP_EQUAL  0x15
#define RETURN      0x06
#define FILTER      2
#define ALLOW       0x7fff0000u
#define FAIL        0x00050000u
#define AT_CALL     0
#define AT_ARGUMENT 16

/* A profile of a runtime, an older kernel, a limit: the call fails, and all else is as ever. */
static void deny(const char *value)
{
	unsigned call, error, mask = 0, wanted = 0;

	if (sscanf(value, "%u,%u,%i,%i", &call, &error, (int *)&mask, (int *)&wanted) < 2) {
		errno = EINVAL;
		must(-1, value);
	}
	const struct instruction list[] = {
		{ LOAD, 0, 0, AT_CALL },
		{ JUMP_EQUAL, 0, 4, call },
		{ LOAD, 0, 0, AT_ARGUMENT },
		{ AND, 0, 0, mask },
		{ JUMP_EQUAL, 0, 1, wanted },
		{ RETURN, 0, 0, FAIL | error },
		{ RETURN, 0, 0, ALLOW },
	};
	const struct filter filter = { sizeof list / sizeof *list, list };

	must(prctl(PR_SET_SECCOMP, FILTER, &filter), "seccomp");
}

/* apply_plain: a setting without a value. Returns false if it is none. */
static bool apply_plain(const char *setting)
{
	if (strcmp(setting, "here") == 0) {
		return true;
	} else if (strcmp(setting, "read-only") == 0) {
		must(mount(NULL, "/", NULL, MS_REMOUNT | MS_BIND | MS_RDONLY, NULL),
		        "read-only");
	} else if (strcmp(setting, "no-stderr") == 0) {
		close(2);
	} else if (strcmp(setting, "terminal") == 0) {
		must(setsid(), "setsid");
		must(ioctl(0, TIOCSCTTY, 0), "TIOCSCTTY");
	} else if (strcmp(setting, "background") == 0) {
		must(setpgid(0, 0), "setpgid");
	} else {
		return false;
	}
	return true;
}

static void bind_file(char *value)
{
	char *to = strchr(value, ':');

	must(to ? 0 : -1, value);
	*to++ = '\0';
	must(mount(value, to, NULL, MS_BIND, NULL), to);
}

static void apply_valued(const char *setting, char *value)
{
	if (strcmp(setting, "block") == 0) {
		sigset_t set;
		sigemptyset(&set);
		sigaddset(&set, atoi(value));
		must(sigprocmask(SIG_BLOCK, &set, NULL), setting);
	} else if (strcmp(setting, "ignore") == 0) {
		must(signal(atoi(value), SIG_IGN) == SIG_ERR ? -1 : 0, setting);
	} else if (strcmp(setting, "tmpfs") == 0) {
		fill(value);
	} else if (strcmp(setting, "stderr") == 0) {
		int file = open(value, O_WRONLY | O_APPEND | O_CREAT, 0666);
		must(file, value);
		must(dup2(file, 2), "dup2");
		close(file);
	} else if (strcmp(setting, "deny") == 0) {
		deny(value);
	} else if (strcmp(setting, "remove") == 0) {
		must(rmdir(value), value);
	} else if (strcmp(setting, "bind") == 0) {
		bind_file(value);
	} else if (strcmp(setting, "gate") == 0) {
		gate = atoi(value);
	} else {
		errno = EINVAL;
		must(-1, setting);
	}
}

static bool has(char **settings, const char *wanted)
{
	for (; strcmp(*settings, "--") != 0; settings++)
		if (strcmp(*settings, wanted) == 0)
			return true;
	return false;
}

static void become(char **settings, bool here, int begun)
{
	must(prctl(PR_SET_PDEATHSIG, SIGKILL), "prctl");
	if (!here) {
		must(mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL), "private mounts");
		must(mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL),
		        "proc");
	}
	while (strcmp(*settings, "--") != 0) {
		if (apply_plain(*settings)) {
			settings++;
		} else {
			apply_valued(settings[0], settings[1]);
			settings += 2;
		}
	}
	char byte;
	bool told = write(begun, "", 1) == 1;
	if (gate >= 0)
		told = read(gate, &byte, 1) == 1;
	close(gate);
	if (told)
		execvp(settings[1], settings + 1);
	must(-1, settings[1]);
}

int main(int argc, char **argv)
{
	if (argc < 4)
		return 98;
	int control = atoi(argv[1]);
	char **settings = argv + 2;
	bool here = has(settings, "here");

	default_signals();
	must(fcntl(control, F_SETFD, FD_CLOEXEC), "control");
	must(prctl(PR_SET_PDEATHSIG, SIGKILL), "prctl");
	if (has(settings, "background")) {
		must(setsid(), "setsid");
		must(ioctl(0, TIOCSCTTY, 0), "TIOCSCTTY");
	}
	unsigned long flags = here ? 0 : CLONE_NEWPID | CLONE_NEWNS;
	int begun[2];
	must(pipe2(begun, O_CLOEXEC), "pipe");
	int child = (int)syscall(SYS_clone, flags | SIGCHLD, NULL, NULL, NULL, NULL);
	must(child, "clone");
	if (child == 0)
		become(settings, here, begun[1]);
	close(begun[1]);
	char byte;
	if (read(begun[0], &byte, 1) == 1)
		dprintf(control, "pid %d\n", child);
	/* Whoever waits for the end of what COMMAND writes must not wait for us. */
	for (int fd = 0; fd < 1024; fd++)
		if (fd != control)
			close(fd);

	siginfo_t info;
	while (waitid(P_PID, (id_t)child, &info, WEXITED | WNOWAIT) < 0)
		continue;
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	int raw = info.si_code == CLD_EXITED ? info.si_status << 8 : info.si_status;
	dprintf(control, "status %d %lld\n", raw, now.tv_sec * 1000000000LL + now.tv_nsec);
	while (read(control, &byte, 1) > 0)
		continue;
	waitpid(child, NULL, 0);
	return 0;
}
