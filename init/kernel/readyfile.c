#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "kernel/place.h"
#include "kernel/readyfile.h"

int readyfile_create(const struct edge *edge)
{
	char failed;
	int fd;

	/* Ended without a word: the exec closed the other end. */
	if (read(edge->gate, &failed, 1) != 0)
		return 0;
	place_return();
	fd = open(edge->options->ready_file, O_WRONLY | O_CREAT | O_CLOEXEC | O_NONBLOCK, 0644);
	return fd < 0 ? errno : 0;
}

int readyfile_remove(const struct edge *edge)
{
	place_return();
	return unlink(edge->options->ready_file) < 0 && errno != ENOENT ? errno : 0;
}
