#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "kernel/place.h"
#include "kernel/poll.h"
#include "kernel/raw.h"
#include "kernel/reportfile.h"

/* It is bind-mounted: nobody can put another file in its place (Kubernetes, terminationMessagePath). */
#define TERMINATION_LOG "/dev/termination-log"

static int open_message(void)
{
	int fd = open(TERMINATION_LOG, O_WRONLY | O_CLOEXEC | O_NONBLOCK);
	struct stat stat;

	if (fd >= 0 && (raw_fstat(fd, &stat) < 0 || stat.st_size > 0)) {
		close(fd);
		return -1;
	}
	return fd;
}

static void write_file(const char *path, const char *text, size_t length)
{
	int fd;

	if (path) {
		place_return();
		fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NONBLOCK, 0644);
	} else {
		fd = open_message();
	}
	if (fd >= 0 && write(fd, text, length) != (ssize_t)length && ftruncate(fd, 0) < 0)
		_exit(1);
}

void reportfile_write(const char *path, const char *text, size_t length, nsec_t until)
{
	int end[2];
	pid_t pid;

	if (syscall(SYS_pipe2, end, O_CLOEXEC) < 0)
		return;
	pid = raw_fork();
	if (pid == 0) {
		write_file(path, text, length);
		_exit(0);
	}
	close(end[1]);
	/* It reads as ended when the helper has. */
	if (pid > 0 && poll_until(end[0], POLLIN, until))
		waitpid(pid, NULL, 0);
	else if (pid > 0)
		kill(pid, SIGKILL);
	close(end[0]);
}
