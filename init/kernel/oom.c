#include <fcntl.h>
#include <unistd.h>

#include "kernel/oom.h"
#include "text/proc.h"

static int64_t read_kills(const char *path)
{
	char text[512];
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t length;

	if (fd < 0)
		return -1;
	length = read(fd, text, sizeof text);
	close(fd);
	return length > 0 ? proc_oom_kills(text, (size_t)length) : -1;
}

int64_t oom_kills(void)
{
	int64_t kills = read_kills("/sys/fs/cgroup/memory.events");

	return kills >= 0 ? kills : read_kills("/sys/fs/cgroup/memory/memory.oom_control");
}
