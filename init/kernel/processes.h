/*
 * processes: who lives, and to which role each belongs, from /proc. Ours is who lies below us: below the
 * main child or a helper, or come to us as an orphan of our own cgroup. Strangers are processes of other
 * containers in a shared PID namespace, and what was set down in ours from outside (docker exec).
 */
#ifndef KERNEL_PROCESSES_H
#define KERNEL_PROCESSES_H

#include "kernel/children.h"
#include "kernel/folder.h"
#include "text/proc.h"

/*
 * So many owners are remembered in a walk: who forks deep has each parent met right before its child, and a
 * thousand generations cost a thousand looks, not half a million.
 */
#define KNOWN 1024

struct processes {
	const struct children *children;
	struct folder folder;  /* /proc */
	uint32_t known[KNOWN]; /* by pid: the pid and its owner, packed */
	char cgroup[4096];     /* ours */
	uint64_t begun;        /* in ticks since boot, as a process's start */
	int newborn;           /* of ours, met so far */
};

/*
 * Who was born since the walk began is met as well, but no more of them than this: pids go up, and one who
 * forks on and on would lead us on and on.
 */
#define NEWBORN_MOST 100

/* What /proc counts in, whatever the kernel's own tick (proc(5), sysconf(_SC_CLK_TCK)). */
#define TICKS_A_SECOND 100

/* processes_ticks: now, as a process's start counts it (CLOCK_BOOTTIME). */
uint64_t processes_ticks(void);

/* processes_open: a walk. False without a /proc of our own PID namespace; then there is nothing to close. */
bool processes_open(struct processes *processes, const struct children *children);

/*
 * processes_next: the next process of ours that lives.
 * out    as it was a moment ago.
 * owner  the helper that it belongs to, ROLE_MAIN for the main child and what is below it, or ROLE_NONE.
 */
bool processes_next(struct processes *processes, struct proc_stat *out, enum role *owner);

void processes_close(struct processes *processes);

/*
 * processes_left: do we own anybody but zombies? Strangers' orphans come to us too where we are PID 1 to
 * other containers, so having a child does not tell. True where it is not known.
 */
bool processes_left(const struct children *children);

/* processes_strangers: was a child met that is not ours? */
bool processes_strangers(void);

#define PROCESSES_PATH 48

/* processes_path: where a file of /proc/PID is: comm, ns/mnt. */
void processes_path(char path[PROCESSES_PATH], int pid, const char *file);

/* processes_read: a file of /proc/PID whole or cut, ended by NUL. Returns its length; 0: none. */
size_t processes_read(int pid, const char *file, char *buffer, size_t size);

/*
 * processes_ours: does /proc speak of our own PID namespace? One that was not mounted anew with it numbers
 * other processes, or all differently.
 */
bool processes_ours(void);

/* processes_start: when it was started, in ticks since boot; false if it is gone. */
bool processes_start(int pid, uint64_t *start_ticks);

/* processes_parent: 0 if it is gone, or comes from outside. */
int processes_parent(int pid);

/* processes_same: is it still this very process, and alive? */
bool processes_same(int pid, uint64_t start_ticks);

#endif
