/*
 * folder: the names in a directory, without allocating as the libc's readdir does.
 */
#ifndef KERNEL_FOLDER_H
#define KERNEL_FOLDER_H

#include <stdbool.h>

struct folder {
	int fd;
	long filled;
	long at;
	char entries[2048]; /* as getdents64(2) fills them */
};

/* folder_open: false, with errno, if it cannot be; then there is nothing to close. */
bool folder_open(struct folder *folder, const char *path);

/* folder_next: the next name, until the one after it is asked for; NULL: no more. */
const char *folder_next(struct folder *folder);

void folder_close(struct folder *folder);

#endif
