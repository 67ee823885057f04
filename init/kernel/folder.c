#include <fcntl.h>
#include <stddef.h>
#include <stdint.h>
#include <unistd.h>

#include "kernel/folder.h"
#include "kernel/raw.h"

struct entry {
	uint64_t inode;
	int64_t offset;
	uint16_t length;
	uint8_t type;
	char name[];
};

bool folder_open(struct folder *folder, const char *path)
{
	folder->filled = folder->at = 0;
	/* No O_CLOEXEC: nothing is started while it is open, and musl pays a second call for it. */
	folder->fd = open(path, O_RDONLY | O_DIRECTORY);
	return folder->fd >= 0;
}

const char *folder_next(struct folder *folder)
{
	const struct entry *entry;

	if (folder->at >= folder->filled) {
		folder->at = 0;
		folder->filled = raw_call(SYS_getdents64, folder->fd, (long)folder->entries,
		        sizeof folder->entries, 0, 0);
		if (folder->filled <= 0)
			return NULL;
	}
	entry = (const struct entry *)(folder->entries + folder->at);
	folder->at += entry->length;
	return entry->name;
}

void folder_close(struct folder *folder)
{
	close(folder->fd);
}
