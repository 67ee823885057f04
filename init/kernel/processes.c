#include <fcntl.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "kernel/processes.h"
#include "kernel/say.h"
#include "text/number.h"
#include "text/writer.h"

/* A pid has at most seven (PID_MAX_LIMIT, proc(5)). */
#define PID_DIGITS 7

/* A tree that changes while we climb it: so often we begin anew before we leave it to the next walk. */
#define CLIMBS 3

/* Deeper is a loop of pids that came round while we climbed. */
#define DEEPEST 4096

/* The owner of what is not ours. */
#define STRANGER ROLE_COUNT

static bool strangers;

void processes_path(char path[PROCESSES_PATH], int pid, const char *file)
{
	struct writer writer = writer_on(path, PROCESSES_PATH - 1);

	write_text(&writer, "/proc/");
	write_number(&writer, pid);
	write_char(&writer, '/');
	write_text(&writer, file);
	path[writer.length] = '\0';
}

size_t processes_read(int pid, const char *file, char *buffer, size_t size)
{
	char path[PROCESSES_PATH];
	ssize_t length;
	int fd;

	processes_path(path, pid, file);
	/* No O_CLOEXEC: nothing is started while it is open, and musl pays a second call for it. */
	fd = open(path, O_RDONLY);
	if (fd < 0)
		return 0;
	length = read(fd, buffer, size - 1);
	close(fd);
	if (length < 0)
		return 0;
	buffer[length] = '\0';
	return (size_t)length;
}

static bool read_stat(int pid, struct proc_stat *out)
{
	char text[512];

	return proc_stat_parse(text, processes_read(pid, "stat", text, sizeof text), out);
}

uint64_t processes_ticks(void)
{
	struct timespec now;

	if (clock_gettime(CLOCK_BOOTTIME, &now) < 0)
		return UINT64_MAX;
	return (uint64_t)now.tv_sec * TICKS_A_SECOND +
	       (uint64_t)now.tv_nsec / (1000000000 / TICKS_A_SECOND);
}

static bool alive(const struct proc_stat *stat)
{
	return stat->state != 'X' && (stat->state != 'Z' || stat->threads > 1);
}

bool processes_start(int pid, uint64_t *start_ticks)
{
	struct proc_stat stat;

	if (!read_stat(pid, &stat))
		return false;
	*start_ticks = stat.start_ticks;
	return true;
}

int processes_parent(int pid)
{
	struct proc_stat stat;

	return read_stat(pid, &stat) ? stat.parent : 0;
}

bool processes_same(int pid, uint64_t start_ticks)
{
	struct proc_stat stat;

	return read_stat(pid, &stat) && alive(&stat) && stat.start_ticks == start_ticks;
}

bool processes_ours(void)
{
	char name[16];
	ssize_t length = readlinkat(AT_FDCWD, "/proc/self", name, sizeof name);

	return length > 0 && number_parse(name, (size_t)length, PID_DIGITS) == getpid();
}

bool processes_open(struct processes *processes, const struct children *children)
{
	if (!processes_ours())
		return false;
	processes->children = children;
	memset(processes->known, 0, sizeof processes->known);
	processes->begun = processes_ticks();
	processes->newborn = 0;
	if (!folder_open(&processes->folder, "/proc"))
		return false;
	if (processes_read(
	            children->self, "cgroup", processes->cgroup, sizeof processes->cgroup) == 0)
		processes->cgroup[0] = '\0';
	return true;
}

void processes_close(struct processes *processes)
{
	folder_close(&processes->folder);
}

static int next_pid(struct processes *processes)
{
	const char *name;

	while ((name = folder_next(&processes->folder))) {
		int pid = number_parse(name, strlen(name), PID_DIGITS);

		if (pid > 0)
			return pid;
	}
	return 0;
}

/*
 * An orphan came to us because it is ours, or because we are PID 1 to other containers too. To a
 * subreaper only its own come (prctl(2)).
 */
static bool own_orphan(const struct processes *processes, int pid)
{
	char cgroup[sizeof processes->cgroup];

	if (processes->children->self != 1 || processes->cgroup[0] == '\0')
		return true;
	return processes_read(pid, "cgroup", cgroup, sizeof cgroup) > 0 &&
	       proc_same_cgroup(processes->cgroup, cgroup);
}

/* Our child: which role is it, and is it ours at all? */
static enum role owner_of_child(const struct processes *processes, int pid)
{
	if (say_is_writer(pid))
		return STRANGER;
	for (enum role role = ROLE_MAIN; role < ROLE_COUNT; role++) {
		if (processes->children->pid[role] == pid)
			return role;
	}
	if (own_orphan(processes, pid))
		return ROLE_NONE;
	strangers = true;
	return STRANGER;
}

_Static_assert(STRANGER < 16, "an owner has four bits of what is known");

static bool known_owner(const struct processes *processes, int pid, enum role *owner)
{
	uint32_t known = processes->known[pid % KNOWN];

	*owner = known % 16;
	return known / 16 == (uint32_t)pid;
}

/* Up from parent to parent until that is us, or one of whom we know. */
static enum role find_owner(const struct processes *processes, const struct proc_stat *from)
{
	enum role owner;

	for (int climb = 0; climb < CLIMBS; climb++) {
		struct proc_stat stat = *from;
		bool whole = climb == 0 || read_stat(from->pid, &stat);

		for (int depth = 0; whole && depth < DEEPEST; depth++) {
			if (stat.parent == processes->children->self)
				return owner_of_child(processes, stat.pid);
			if (stat.parent == 0)
				return STRANGER;
			if (known_owner(processes, stat.parent, &owner))
				return owner;
			whole = read_stat(stat.parent, &stat);
		}
	}
	return STRANGER;
}

bool processes_next(struct processes *processes, struct proc_stat *out, enum role *owner)
{
	while (processes->newborn < NEWBORN_MOST) {
		int pid = next_pid(processes);

		if (pid == 0)
			return false;
		if (!read_stat(pid, out) || !alive(out))
			continue;
		*owner = find_owner(processes, out);
		processes->known[pid % KNOWN] = (uint32_t)pid * 16 + *owner;
		if (*owner == STRANGER)
			continue;
		processes->newborn += out->start_ticks > processes->begun;
		return true;
	}
	return false;
}

bool processes_left(const struct children *children)
{
	struct processes processes;
	struct proc_stat stat;
	enum role owner;
	bool left;

	if (!processes_open(&processes, children))
		return true;
	left = processes_next(&processes, &stat, &owner);
	processes_close(&processes);
	return left;
}

bool processes_strangers(void)
{
	return strangers;
}
