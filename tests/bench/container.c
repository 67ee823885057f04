#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/shm.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench/clock.h"
#include "bench/container.h"

#define WORDS_MAX 16

struct launch {
	struct page *page;
	char *argv[WORDS_MAX];
};

void fail(const char *what, const char *which)
{
	fprintf(stderr, "lap: %s: %s\n", which, what);
	exit(1);
}

/* Shares our memory until its exec, so that nothing of ours has to be copied or torn down in the measure. */
static int become_init(void *data)
{
	static char *const environment[] = {
		"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", NULL
	};
	struct launch *launch = data;
	int nowhere = open("/dev/null", O_RDWR | O_CLOEXEC);

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	setsid();
	for (int fd = 0; fd < 3; fd++)
		dup2(nowhere, fd);
	launch->page->exec_at = now();
	execve(launch->argv[0], launch->argv, environment);
	_exit(127);
}

/* The memory goes with its last user. */
static void share(struct container *container)
{
	container->memory = shmget(IPC_PRIVATE, sizeof(struct page), IPC_CREAT | 0600);
	errno = 0;
	container->page = shmat(container->memory, NULL, 0);
	if (errno != 0)
		fail("no shared memory", "shmat");
	shmctl(container->memory, IPC_RMID, NULL);
	container->page->ready = 0; /* its first page is there before the time is taken */
}

static void path_beside_us(const char *program, char *path, size_t size)
{
	ssize_t length = readlink("/proc/self/exe", path, size - 1);

	path[length > 0 ? length : 0] = '\0';
	char *name = strrchr(path, '/');
	if (!name || (size_t)(name + 1 - path) + strlen(program) + 1 > size)
		fail("no place for its path", program);
	strcpy(name + 1, program);
}

void container_start(
        struct container *container, char *const *init, const char *program, const char *role)
{
	static char stack[65536] __attribute__((aligned(16)));
	char path[512];
	char number[16];
	struct launch launch = { 0 };
	int words = 0;

	share(container);
	launch.page = container->page;
	path_beside_us(program, path, sizeof path);
	snprintf(number, sizeof number, "%d", container->memory);
	while (*init && words < WORDS_MAX - 4)
		launch.argv[words++] = *init++;
	launch.argv[words++] = path;
	launch.argv[words++] = number;
	launch.argv[words++] = (char *)role;
	container->pid = clone(become_init, stack + sizeof stack,
	        CLONE_VM | CLONE_VFORK | CLONE_NEWPID | SIGCHLD, &launch);
	if (container->pid < 0)
		fail("no PID namespace", launch.argv[0]);
}

void await(const _Atomic int *flag, const char *what)
{
	int64_t until = now() + PATIENCE;

	while (*flag == 0) {
		if (now() > until)
			fail("waited for in vain", what);
		nap(200 * US);
	}
}

bool container_sleeps(const struct container *container)
{
	char path[64];
	char text[256] = "";

	snprintf(path, sizeof path, "/proc/%d/stat", container->pid);
	FILE *file = fopen(path, "re");
	if (!file)
		return false;
	const char *end = fgets(text, sizeof text, file) ? strrchr(text, ')') : NULL;
	fclose(file);
	return end && end[1] && end[2] == 'S';
}

void container_settle(const struct container *container)
{
	int calm = 0;

	await(&container->page->ready, "the program below the init");
	for (int looks = 0; calm < 3; looks++) {
		if (looks > 2000)
			fail("does not come to rest", "the init");
		nap(500 * US);
		calm = container_sleeps(container) ? calm + 1 : 0;
	}
}

static void on_alarm(int number)
{
	static const char said[] = "lap: an init: does not end after its program\n";

	(void)number;
	_exit(write(2, said, sizeof said - 1) > 0 ? 1 : 3);
}

int64_t container_wait(struct container *container)
{
	siginfo_t info;
	int64_t seen_at = 0;

	signal(SIGALRM, on_alarm);
	alarm(PATIENCE / SEC);
	while (waitid(P_PID, (id_t)container->pid, &info, WEXITED) < 0)
		if (errno != EINTR)
			fail("cannot be waited for", "the init");
	seen_at = now();
	alarm(0);
	if (info.si_code != CLD_EXITED || info.si_status != 0)
		fail("ended otherwise than the program", "the init");
	container->pid = 0;
	return seen_at;
}

void container_kill(struct container *container)
{
	if (container->pid > 0) {
		int status = 0;
		kill(container->pid, SIGKILL);
		/* Who is traced may have stopped before. */
		do
			waitpid(container->pid, &status, __WALL);
		while (WIFSTOPPED(status));
	}
	container->pid = 0;
	shmdt(container->page);
}

long container_fact(const struct container *container, const char *name)
{
	char line[256];
	long value = -1;
	size_t length = strlen(name);

	snprintf(line, sizeof line, "/proc/%d/status", container->pid);
	FILE *status = fopen(line, "re");
	while (status && value < 0 && fgets(line, sizeof line, status))
		if (strncmp(line, name, length) == 0 && line[length] == ':')
			value = atol(line + length + 1);
	if (status)
		fclose(status);
	if (value < 0)
		fail("not in its /proc/PID/status", name);
	return value;
}
