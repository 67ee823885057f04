#include "rehearse/stage.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "text/errname.h"

#define NAMESPACES (CLONE_NEWPID | CLONE_NEWNS)

/* What a child could not do, and why: what comes through the pipe if the exec does not. */
struct failure {
	const char *what; /* a literal: the same in both processes */
	int error;
};

struct pipes {
	int go[2];     /* a byte: the maps are written */
	int failed[2]; /* closed by the exec */
};

/* ---- in the child ---- */

static const char *set_up(const struct pipes *pipes, int output)
{
	char byte;
	int null;

	if (prctl(PR_SET_PDEATHSIG, SIGKILL) < 0)
		return "prctl";
	close(pipes->go[1]);
	if (read(pipes->go[0], &byte, 1) != 1)
		_exit(125);
	setsid();
	if (mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0)
		return "a mount namespace of its own";
	if (mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL) < 0)
		return "a /proc of its own";
	null = open("/dev/null", O_RDWR | O_CLOEXEC);
	if (null < 0 || dup2(null, STDIN_FILENO) < 0 || dup2(output, STDOUT_FILENO) < 0 ||
	        dup2(output, STDERR_FILENO) < 0)
		return "/dev/null";
	return NULL;
}

static void be_container(const struct pipes *pipes, const struct container *container)
{
	struct failure failure = { .what = set_up(pipes, container->output) };

	if (!failure.what) {
		signals_give_back(container->inherited);
		execve(container->path, container->words, container->environment);
		failure.what = "drainit";
	}
	failure.error = errno;
	if (write(pipes->failed[1], &failure, sizeof failure) < 0)
		_exit(126);
	_exit(125);
}

/* ---- in ourselves ---- */

static bool put_file(pid_t pid, const char *name, const char *text, size_t length)
{
	char path[48];
	struct writer writer = writer_on(path, sizeof path - 1);
	int fd;
	bool good;

	write_text(&writer, "/proc/");
	write_number(&writer, pid);
	write_char(&writer, '/');
	write_text(&writer, name);
	path[writer.length] = '\0';
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	good = write(fd, text, length) == (ssize_t)length;
	close(fd);
	return good;
}

/* One line: who we are out here, is who it is in there. */
static bool put_map(pid_t pid, const char *name, unsigned id)
{
	char line[32];
	struct writer writer = writer_on(line, sizeof line);

	write_number(&writer, id);
	write_char(&writer, ' ');
	write_number(&writer, id);
	write_text(&writer, " 1");
	return put_file(pid, name, line, writer.length);
}

/* Without setgroups, as user_namespaces(7) asks of who has no privilege. */
static bool put_maps(pid_t pid)
{
	return put_map(pid, "uid_map", geteuid()) && put_file(pid, "setgroups", "deny", 4) &&
	       put_map(pid, "gid_map", getegid());
}

/* As fork(), into new namespaces. */
static pid_t clone_into(unsigned long flags)
{
	return (pid_t)syscall(SYS_clone, flags | SIGCHLD, 0UL, 0UL, 0UL, 0UL);
}

static bool started(const struct pipes *pipes, struct writer *problem)
{
	struct failure failure;

	if (read(pipes->failed[0], &failure, sizeof failure) != sizeof failure)
		return true;
	write_text(problem, failure.what);
	write_text(problem, ": ");
	write_error(problem, failure.error);
	return false;
}

static bool let_go(pid_t pid, const struct pipes *pipes, bool user, struct writer *problem)
{
	if (user && !put_maps(pid)) {
		write_text(problem, "the maps of a user namespace cannot be written: ");
		write_error(problem, errno);
		return false;
	}
	return write(pipes->go[1], "", 1) == 1;
}

static pid_t run(
        const struct pipes *pipes, const struct container *container, struct writer *problem)
{
	bool user = false;
	pid_t pid = clone_into(NAMESPACES);

	if (pid < 0 && errno == EPERM) {
		user = true;
		pid = clone_into(NAMESPACES | CLONE_NEWUSER);
	}
	if (pid == 0)
		be_container(pipes, container);
	close(pipes->go[0]);
	close(pipes->failed[1]);
	if (pid < 0) {
		write_text(problem, user ? "neither a PID namespace nor a user namespace is "
		                           "allowed here (try it as root): "
		                         : "no PID namespace: ");
		write_error(problem, errno);
		return 0;
	}
	if (let_go(pid, pipes, user, problem) && started(pipes, problem))
		return pid;
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	return 0;
}

pid_t stage_start(const struct container *container, struct writer *problem)
{
	struct pipes pipes;
	pid_t pid;

	if (pipe2(pipes.go, O_CLOEXEC) < 0 || pipe2(pipes.failed, O_CLOEXEC) < 0) {
		write_text(problem, "no pipe: ");
		write_error(problem, errno);
		return 0;
	}
	pid = run(&pipes, container, problem);
	close(pipes.go[1]);
	close(pipes.failed[0]);
	return pid;
}

/* folder/drainit, if that can be run. */
static bool take(char *path, size_t size, const char *folder, size_t length)
{
	struct writer writer = writer_on(path, size - 1);

	write_bytes(&writer, folder, length);
	write_text(&writer, "/drainit");
	path[writer.length] = '\0';
	return length > 0 && !writer.full && access(path, X_OK) == 0;
}

bool stage_find(char *path, size_t size, const char *search)
{
	char self[4096];
	ssize_t length = readlink("/proc/self/exe", self, sizeof self - 1);

	while (length > 0 && self[length - 1] != '/')
		length--;
	if (length > 1 && take(path, size, self, (size_t)length - 1))
		return true;
	while (search && *search != '\0') {
		size_t folder = strcspn(search, ":");

		if (take(path, size, search, folder))
			return true;
		search += folder + (search[folder] == ':');
	}
	return false;
}
