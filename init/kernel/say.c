#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "kernel/poll.h"
#include "kernel/raw.h"
#include "kernel/say.h"

#define NOWAIT 0x8 /* RWF_NOWAIT of pwritev2(2); musl before 1.2.5 has neither */

enum way { WAY_UNKNOWN, WAY_NONE, WAY_NOWAIT, WAY_SEND, WAY_WRITE, WAY_WRITER };

struct stream {
	enum way way;
	int given;    /* stdout or stderr */
	int out;      /* what we write to */
	pid_t writer; /* 0: none */
	int end;      /* reads as ended when the writer is through */
};

static struct stream streams[] = {
	{ .given = STDERR_FILENO, .end = -1 },
	{ .given = STDOUT_FILENO, .end = -1 },
};

/* Pipes and terminals: a description of our own, so that the flag is ours too. */
static void open_again(struct stream *stream)
{
	static const char *const paths[] = { "", "/proc/self/fd/1", "/proc/self/fd/2" };
	int own = open(paths[stream->given], O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);

	stream->way = WAY_NOWAIT;
	if (own < 0)
		return;
	stream->out = own;
	stream->way = WAY_WRITE;
}

static void find_way(struct stream *stream)
{
	struct stat stat;

	if (raw_fstat(stream->given, &stat) < 0)
		stream->way = WAY_NONE;
	else if (S_ISSOCK(stat.st_mode))
		stream->way = WAY_SEND;
	else if (S_ISFIFO(stat.st_mode) || S_ISCHR(stat.st_mode))
		open_again(stream);
	else
		stream->way = WAY_WRITER;
}

static void copy_out(int from, int to)
{
	char text[PIPE_BUF];
	ssize_t length;

	while ((length = read(from, text, sizeof text)) > 0)
		write(to, text, (size_t)length);
}

static void close_both(const int ends[2])
{
	close(ends[0]);
	close(ends[1]);
}

/*
 * A disk can be slow, and no flag makes a file's write come back at once: a child takes our lines from
 * a pipe. It is cloned without an end signal, so that it is no child to a plain wait (wait(2), __WCLONE)
 * and nobody waits for it but say_close(). Where it cannot be started the line is lost, and the next one
 * tries again.
 */
static void start_writer(struct stream *stream)
{
	int lines[2], end[2];

	if (syscall(SYS_pipe2, lines, O_CLOEXEC | O_NONBLOCK) < 0)
		return;
	if (syscall(SYS_pipe2, end, O_CLOEXEC) < 0) {
		close_both(lines);
		return;
	}
	stream->writer = (pid_t)raw_call(SYS_clone, 0, 0, 0, 0, 0);
	if (stream->writer == 0) {
		close(lines[1]);
		close(end[0]);
		raw_call(SYS_fcntl, lines[0], F_SETFL, 0, 0, 0);
		copy_out(lines[0], stream->given);
		_exit(0);
	}
	if (stream->writer < 0) {
		close_both(lines);
		close_both(end);
		return;
	}
	close(lines[0]);
	close(end[1]);
	stream->out = lines[1];
	stream->end = end[0];
	stream->way = WAY_WRITE;
}

/*
 * Another user's pipe or terminal cannot be opened again. Returns false if this is not to be had either:
 * for a terminal, a pipe before Linux 6.4, gVisor.
 */
static bool write_nowait(const struct stream *stream, const char *text, size_t length)
{
	struct iovec piece = { .iov_base = (void *)text, .iov_len = length };

	return syscall(SYS_pwritev2, stream->given, &piece, 1, -1L, -1L, NOWAIT) >= 0 ||
	       (errno != EOPNOTSUPP && errno != ENOSYS && errno != EPERM);
}

static void say_to(struct stream *stream, const char *text, size_t length)
{
	if (stream->way == WAY_UNKNOWN)
		find_way(stream);
	if (stream->way == WAY_NOWAIT && !write_nowait(stream, text, length))
		stream->way = WAY_WRITER;
	if (stream->way == WAY_WRITER)
		start_writer(stream);
	switch (stream->way) {
	case WAY_SEND:
		send(stream->given, text, length, MSG_DONTWAIT | MSG_NOSIGNAL);
		break;
	case WAY_WRITE:
		write(stream->out, text, length);
		break;
	case WAY_UNKNOWN:
	case WAY_NONE:
	case WAY_NOWAIT:
	case WAY_WRITER:
		break;
	}
}

void say(const char *text, size_t length)
{
	say_to(&streams[0], text, length);
}

void say_out(const char *text, size_t length)
{
	say_to(&streams[1], text, length);
}

bool say_is_writer(pid_t pid)
{
	return pid == streams[0].writer || pid == streams[1].writer;
}

static void end_writer(struct stream *stream, nsec_t until)
{
	if (stream->writer <= 0)
		return;
	close(stream->out);
	if (poll_until(stream->end, POLLIN, until))
		waitpid(stream->writer, NULL, (int)__WCLONE);
}

void say_close(nsec_t until)
{
	end_writer(&streams[0], until);
	end_writer(&streams[1], until);
}
