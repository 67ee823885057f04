#include "rehearse/table.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "text/proc.h"

/* What is not a whole line stays in front of the next read. */
static bool take_lines(struct table *table, char *text, size_t *length)
{
	char *line = text, *end;

	while ((end = memchr(line, '\n', *length - (size_t)(line - text)))) {
		if (table->count == TABLE_MOST)
			return false;
		if (tuple_parse(line, (size_t)(end - line), &table->list[table->count]))
			table->count++;
		line = end + 1;
	}
	*length -= (size_t)(line - text);
	memmove(text, line, *length);
	return true;
}

static bool read_file(struct table *table, const char *path)
{
	char text[16384];
	size_t length = 0;
	ssize_t more;
	bool room = true;
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return false;
	while (room && (more = read(fd, text + length, sizeof text - length)) > 0) {
		length += (size_t)more;
		room = take_lines(table, text, &length);
	}
	close(fd);
	return room;
}

bool table_read(struct table *table)
{
	table->count = 0;
	if (!read_file(table, "/proc/net/tcp"))
		return false;
	/* Where IPv6 is off there is none. */
	return read_file(table, "/proc/net/tcp6") || table->count < TABLE_MOST;
}

bool table_listens(const struct table *table, uint16_t port, struct endpoint *where)
{
	for (int i = 0; i < table->count; i++) {
		if (table->list[i].state != TCP_LISTEN || table->list[i].local.port != port)
			continue;
		*where = table->list[i].local;
		return true;
	}
	return false;
}
