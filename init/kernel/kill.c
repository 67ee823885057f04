#include <signal.h>
#include <sys/types.h>
#include <unistd.h>

#include "kernel/kill.h"
#include "kernel/processes.h"

#define ROUNDS 8

static bool helper_owned(enum role owner)
{
	return owner != ROLE_NONE && owner != ROLE_MAIN;
}

bool kill_covers(
        const struct children *children, enum target target, enum role owner, pid_t group)
{
	switch (target) {
	case TARGET_MAIN:
	case TARGET_READY:
	case TARGET_WATCHER:
	case TARGET_WAIT:
		return false;
	case TARGET_GROUP:
		return !helper_owned(owner) && group == children->main_group;
	case TARGET_DRAIN:
		return owner == ROLE_DRAIN;
	case TARGET_AFTER:
		return owner == ROLE_AFTER;
	case TARGET_LEFTOVERS:
		return !helper_owned(owner);
	case TARGET_DAEMONS:
		return !helper_owned(owner) && group != children->main_group;
	case TARGET_EVERYONE:
		return true;
	}
	return false;
}

/*
 * The group with it: who forks on and on is a new process each time we look, but a signal to a group finds
 * all members at once, and none in the middle of a fork (kill(2), fork's restart in the kernel).
 */
static bool whole_group(
        const struct children *children, enum target target, pid_t group, pid_t spared)
{
	if (group <= 1 || group == spared)
		return false;
	return group != children->main_group || kill_covers(children, target, ROLE_NONE, group);
}

/*
 * One walk. Returns whether it met a newborn: then there may be more that it did not meet. The others have
 * it, and walks that watch thousands of them die would only keep us from reaping.
 */
static bool kill_round(
        const struct children *children, enum target target, int signal, pid_t spared)
{
	struct processes processes;
	struct proc_stat stat;
	enum role owner;
	/* Never our own: where we are not PID 1 it has the caller's pipeline in it, and us. */
	pid_t own = getpgrp(), done = own;
	bool newborn = false;

	if (!processes_open(&processes, children))
		return false;
	while (processes_next(&processes, &stat, &owner)) {
		if (stat.pid == spared || !kill_covers(children, target, owner, stat.group))
			continue;
		kill(stat.pid, signal);
		newborn |= stat.start_ticks >= processes.begun;
		if (signal != SIGKILL || stat.group == own || stat.group == done)
			continue;
		done = stat.group;
		if (whole_group(children, target, stat.group, spared))
			kill(-stat.group, SIGKILL);
	}
	processes_close(&processes);
	return newborn;
}

static void kill_all(
        const struct children *children, enum target target, int signal, pid_t spared)
{
	int rounds = signal == SIGKILL ? ROUNDS : 1;

	while (rounds > 0 && kill_round(children, target, signal, spared))
		rounds--;
}

/* Those whom we know without /proc, which may not be mounted, or hide others (hidepid). */
static void kill_known(const struct children *children)
{
	for (enum role role = ROLE_MAIN; role < ROLE_COUNT; role++) {
		if (children->pid[role] == 0)
			continue;
		kill(-children->pid[role], SIGKILL);
		kill(children->pid[role], SIGKILL);
	}
}

/*
 * A command and all that it started. It is their subreaper: once it is dead they come to us and nobody
 * can tell whose they were. So it is held still, what is below it goes first, and then it.
 */
static void kill_tree(const struct children *children, enum target target, pid_t root)
{
	kill(root, SIGSTOP);
	kill_all(children, target, SIGKILL, root);
	kill(-root, SIGKILL);
	kill(root, SIGKILL);
}

/* One that runs our own code starts nothing; it may not have made its group yet. */
static void kill_helper(const struct children *children, enum role role, int signal)
{
	pid_t pid = children->pid[role];

	if (pid != 0 && kill(-pid, signal) < 0)
		kill(pid, signal);
}

static void kill_command(
        const struct children *children, enum target target, enum role role, int signal)
{
	if (signal == SIGKILL && children->pid[role] != 0)
		kill_tree(children, target, children->pid[role]);
	else
		kill_helper(children, role, signal);
}

void kill_target(const struct children *children, enum target target, int signal)
{
	pid_t main = children->pid[ROLE_MAIN];

	switch (target) {
	case TARGET_MAIN:
		if (main != 0)
			kill(main, signal);
		break;
	case TARGET_GROUP:
		/* Without its leader the number may be another group's by now: then only who is ours. */
		if (main == 0 && children->adopts)
			kill_all(children, target, signal, 0);
		/* Whose orphans go elsewhere can tell nobody; but its leader was reaped a moment ago. */
		else if (main == 0)
			kill(-children->main_group, signal);
		/* It can have left its group for another of its session (setpgid(2)). */
		else if (kill(-main, signal) < 0)
			kill(main, signal);
		break;
	case TARGET_DRAIN:
		kill_command(children, target, ROLE_DRAIN, signal);
		break;
	case TARGET_AFTER:
		kill_command(children, target, ROLE_AFTER, signal);
		break;
	case TARGET_READY:
		kill_helper(children, ROLE_READY, signal);
		break;
	case TARGET_WATCHER:
		kill_helper(children, ROLE_WATCHER, signal);
		break;
	case TARGET_WAIT:
		kill_helper(children, ROLE_WAIT, signal);
		break;
	case TARGET_EVERYONE:
		kill_known(children);
		kill_all(children, target, signal, 0);
		break;
	case TARGET_LEFTOVERS:
	case TARGET_DAEMONS:
		kill_all(children, target, signal, 0);
		break;
	}
}
