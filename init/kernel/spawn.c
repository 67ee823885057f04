#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "kernel/place.h"
#include "kernel/raw.h"
#include "kernel/spawn.h"
#include "text/command.h"
#include "text/writer.h"

#define SEARCH_DEFAULT "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
#define PATH_BYTES     4096

/* One start under way. argv[-1] is ours to write to: see exec_script(). */
struct launch {
	/* It grows down, away from what follows: the first of both share a page. */
	char stack[2 * PATH_BYTES] __attribute__((aligned(16)));
	const struct edge *edge;
	char **argv;
	char **environment;
	const char *search; /* $PATH */
	int gate;           /* hears of a failed exec; -1: nobody asks */
	enum role role;     /* who was started with it last */
	volatile int own_error;
	volatile int *page;  /* a copy's; NULL: not needed yet */
	volatile int *error; /* of the exec, in memory that the child shares with us */
	char listen_pid[32];
};

static struct launch main_launch, command_launch;

static char command_bytes[COMMAND_BYTES];
static char *command_words[COMMAND_WORDS + 2];

/* ---- in the child: raw calls only ---- */

static long exec(const struct launch *launch, const char *path, char **argv)
{
	return raw_call(SYS_execve, (long)path, (long)argv, (long)launch->environment, 0, 0);
}

/* A script without '#!': a shell would run it, and so do execvp(3) and the inits that we stand in for. */
static long exec_script(const struct launch *launch, const char *path)
{
	char **argv = launch->argv - 1;

	argv[0] = (char *)"/bin/sh";
	argv[1] = (char *)path;
	return exec(launch, argv[0], argv);
}

static long exec_path(const struct launch *launch, const char *path)
{
	long error = exec(launch, path, launch->argv);

	return error == -ENOEXEC ? exec_script(launch, path) : error;
}

static bool try_next(long error)
{
	return error == -ENOENT || error == -ENOTDIR || error == -EACCES;
}

/* Source: execvp(3): what cannot be found or may not be read is passed over, the rest is an answer. */
static long exec_search(const struct launch *launch)
{
	const char *name = launch->argv[0];
	size_t name_length = strlen(name);
	char path[PATH_BYTES];
	long result = -ENOENT;

	if (name_length == 0)
		return -ENOENT;
	for (const char *from = launch->search;; from++) {
		size_t length = strcspn(from, ":");
		size_t slash = length > 0; /* an empty place is the working directory */

		if (length + slash + name_length < sizeof path) {
			/* At the buffer's end, beside what the stack uses anyway: one page less. */
			char *at = path + sizeof path - 1 - name_length - slash - length;
			long error;

			memcpy(at, from, length);
			at[length] = '/';
			memcpy(at + length + slash, name, name_length + 1);
			error = exec_path(launch, at);
			if (!try_next(error))
				return error;
			if (error == -EACCES)
				result = error;
		}
		from += length;
		if (*from == '\0')
			return result;
	}
}

/* The terminal's foreground, if it is ours to give: in the background it belongs to somebody else. */
static void take_foreground(void)
{
	int foreground;

	if (raw_call(SYS_ioctl, STDIN_FILENO, TIOCGPGRP, (long)&foreground, 0, 0) < 0)
		return;
	/* Our parent's group, not our own: it may have moved us to ours already. */
	if (foreground !=
	        raw_call(SYS_getpgid, raw_call(SYS_getppid, 0, 0, 0, 0, 0), 0, 0, 0, 0))
		return;
	/* From the background this stops the caller unless TTOU is blocked, as all signals are here. */
	foreground = (int)raw_call(SYS_getpid, 0, 0, 0, 0, 0);
	raw_call(SYS_ioctl, STDIN_FILENO, TIOCSPGRP, (long)&foreground, 0, 0);
}

/* Socket activation names the process it is meant for; that was us (sd_listen_fds(3)). */
static void pass_listen_pid(struct launch *launch)
{
	static const char name[] = "LISTEN_PID=";
	struct writer writer = writer_on(launch->listen_pid, sizeof launch->listen_pid - 1);
	char **at = launch->environment;

	while (*at && (**at != 'L' || strncmp(*at, name, sizeof name - 1) != 0))
		at++;
	if (!*at)
		return;
	write_text(&writer, name);
	write_number(&writer, raw_call(SYS_getppid, 0, 0, 0, 0, 0));
	if (strncmp(*at, writer.text, writer.length) != 0 || (*at)[writer.length] != '\0')
		return;
	writer.length = sizeof name - 1;
	write_number(&writer, raw_call(SYS_getpid, 0, 0, 0, 0, 0));
	writer.text[writer.length] = '\0';
	*at = launch->listen_pid;
}

static void become_main(struct launch *launch)
{
	switch (launch->edge->options->habits.isolation) {
	case ISOLATION_GROUP:
		raw_call(SYS_setpgid, 0, 0, 0, 0, 0);
		take_foreground();
		break;
	case ISOLATION_SESSION:
		raw_call(SYS_setsid, 0, 0, 0, 0, 0);
		raw_call(SYS_ioctl, STDIN_FILENO, TIOCSCTTY, 0, 0, 0);
		break;
	case ISOLATION_NONE:
		break;
	}
	pass_listen_pid(launch);
}

static void become_command(void)
{
	long null =
	        raw_call(SYS_openat, AT_FDCWD, (long)"/dev/null", O_RDONLY | O_CLOEXEC, 0, 0);

	raw_call(SYS_setpgid, 0, 0, 0, 0, 0);
	/* What it starts stays below it, so that its KILL finds all of that. Kept over exec (prctl(2)). */
	raw_call(SYS_prctl, PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
	raw_call(SYS_dup3, null, STDIN_FILENO, 0, 0, 0);
	place_return();
}

static int child(void *argument)
{
	struct launch *launch = argument;
	long error;

	if (launch->role == ROLE_MAIN)
		become_main(launch);
	else
		become_command();
	if (launch->role == ROLE_MAIN && launch->edge->options->habits.fresh_signals)
		signals_refresh();
	else
		signals_give_back(&launch->edge->inherited);
	error = strchr(launch->argv[0], '/') ? exec_path(launch, launch->argv[0])
	                                     : exec_search(launch);
	*launch->error = (int)-error;
	if (launch->gate >= 0)
		raw_call(SYS_write, launch->gate, (long)"", 1, 0, 0);
	raw_call(SYS_exit_group, 127, 0, 0, 0, 0);
	return 0;
}

/* ---- in the parent ---- */

static const char *search_path(char **environment)
{
	for (; *environment; environment++)
		if ((*environment)[0] == 'P' && strncmp(*environment, "PATH=", 5) == 0)
			return *environment + 5;
	return SEARCH_DEFAULT;
}

static int number(const char **text)
{
	int number = 0;

	while (**text >= '0' && **text <= '9')
		number = number * 10 + *(*text)++ - '0';
	return number;
}

/*
 * Before Linux 5.16 a core dump ends all who share the memory: a QUIT that meets the child between its mask
 * and its exec was seen to end PID 1. Source: zap_threads() in the kernel's fs/coredump.c.
 */
static bool dump_ends_sharers(struct launch *launch)
{
	/* At the end of the stack that the child is about to use: a page less. */
	struct utsname *system = (struct utsname *)(launch->stack + sizeof launch->stack) - 1;
	const char *release = system->release;
	int major, minor;

	if (uname(system) < 0)
		return true;
	major = number(&release);
	release += *release == '.';
	minor = number(&release);
	return major < 5 || (major == 5 && minor < 16);
}

static volatile int *page(void)
{
	void *memory = mmap(
	        NULL, sizeof(int), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	return memory == MAP_FAILED ? NULL : memory;
}

/* The child as a copy of us, that shares the errno alone. */
static pid_t start_copy(struct launch *launch)
{
	if (!launch->page)
		launch->page = page();
	if (!launch->page)
		return -1;
	launch->error = launch->page;
	*launch->error = 0;
	return clone(child, launch->stack + sizeof launch->stack, SIGCHLD, launch);
}

static pid_t start_shared(struct launch *launch)
{
	launch->own_error = 0;
	launch->error = &launch->own_error;
	return clone(child, launch->stack + sizeof launch->stack, CLONE_VM | SIGCHLD, launch);
}

/* Not where the child makes a session: the leader of a group cannot (setsid(2)). */
static bool has_group(const struct edge *edge, const struct launch *launch)
{
	return launch->role != ROLE_MAIN || edge->options->habits.isolation == ISOLATION_GROUP;
}

static int start(struct edge *edge, enum role role, struct launch *launch)
{
	pid_t pid;

	launch->edge = edge;
	launch->role = role;
	launch->search = search_path(launch->environment);
	pid = dump_ends_sharers(launch) ? start_copy(launch) : start_shared(launch);
	/* An emulator (qemu-user) knows CLONE_VM for threads only. */
	if (pid < 0 && errno == EINVAL)
		pid = start_copy(launch);
	if (pid < 0)
		return errno;
	/* Here as well as in the child, so that a signal to the group finds it whoever is first. */
	if (has_group(edge, launch))
		setpgid(pid, pid);
	edge->children.pid[role] = pid;
	return 0;
}

int spawn_main(struct edge *edge)
{
	int ends[2] = { -1, -1 };
	int error;

	if (edge->options->habits.isolation == ISOLATION_SESSION)
		signals_leave_terminal(edge->children.self);

	/* The creator of the ready file waits at its other end until the exec is through. */
	if (edge->options->ready_file) {
		place_hold_stdio();
		if (syscall(SYS_pipe2, ends, O_CLOEXEC) < 0)
			return errno;
	}
	main_launch.argv = edge->options->command;
	main_launch.environment = edge->environment;
	main_launch.gate = ends[1];
	error = start(edge, ROLE_MAIN, &main_launch);
	if (edge->options->habits.isolation != ISOLATION_NONE)
		edge->children.main_group = edge->children.pid[ROLE_MAIN];
	edge->gate = ends[0];
	if (ends[1] >= 0)
		close(ends[1]);
	return error;
}

int spawn_command(struct edge *edge, enum role role, const char *line)
{
	command_split(line, command_bytes, command_words + 1);
	command_launch.argv = command_words + 1;
	command_launch.environment = edge->told;
	command_launch.gate = -1;
	return start(edge, role, &command_launch);
}

int spawn_error(enum role role)
{
	const struct launch *launch = role == ROLE_MAIN ? &main_launch : &command_launch;

	/* A role that was never launched runs our own code. */
	return launch->role == role && role != ROLE_NONE ? *launch->error : 0;
}
