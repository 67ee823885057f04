#include <fcntl.h>
#include <unistd.h>

#include "kernel/oom.h"
#include "text/proc.h"

static size_t read_file(const char *path, char *text, size_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t length;

	if (fd < 0)
		return 0;
	length = read(fd, text, size);
	close(fd);
	return length > 0 ? (size_t)length : 0;
}

static int64_t read_kills(const char *path)
{
	char text[512];

	return proc_oom_kills(text, read_file(path, text, sizeof text));
}

int64_t oom_kills(void)
{
	int64_t kills = read_kills("/sys/fs/cgroup/memory.events");

	return kills >= 0 ? kills : read_kills("/sys/fs/cgroup/memory/memory.oom_control");
}

bool oom_takes_all(void)
{
	char text[4];

	return read_file("/sys/fs/cgroup/memory.oom.group", text, sizeof text) > 0 &&
	       text[0] == '1';
}
