#include "text/proc.h"
#include "text/number.h"

#include <string.h>

/* What is left to read. */
struct cursor {
	const char *at;
	const char *end;
};

/* A whole decimal number, negative too, with a blank or a newline behind it, which is taken. */
static bool read_number(struct cursor *cursor, int64_t *number)
{
	bool negative = cursor->at < cursor->end && *cursor->at == '-';
	const char *first = cursor->at += negative;
	uint64_t sum = 0;

	for (; cursor->at < cursor->end && *cursor->at >= '0' && *cursor->at <= '9';
	        cursor->at++)
		sum = sum * 10 + (uint64_t)(*cursor->at - '0');
	if (cursor->at == first || cursor->at == cursor->end ||
	        (*cursor->at != ' ' && *cursor->at != '\n'))
		return false;
	cursor->at++;
	*number = (int64_t)(negative ? -sum : sum);
	return true;
}

static const char *last_parenthesis(const char *text, size_t length)
{
	while (length > 0) {
		if (text[--length] == ')')
			return text + length;
	}
	return NULL;
}

bool proc_stat_parse(const char *text, size_t length, struct proc_stat *out)
{
	/* proc(5) counts the fields from 1: state is 3, starttime 22. */
	enum { PARENT = 4, GROUP = 5, THREADS = 20, START = 22 };
	int64_t pid, field[START + 1];
	struct cursor cursor = { text, text + length };
	const char *name_end = last_parenthesis(text, length);

	if (!name_end || !read_number(&cursor, &pid) || cursor.at >= name_end ||
	        *cursor.at != '(')
		return false;
	cursor.at = name_end + 1;
	if (cursor.end - cursor.at < 3 || cursor.at[0] != ' ' || cursor.at[2] != ' ')
		return false;
	char state = cursor.at[1];
	cursor.at += 3;
	for (int i = PARENT; i <= START; i++) {
		if (!read_number(&cursor, &field[i]))
			return false;
	}
	*out = (struct proc_stat){
		.pid = (int)pid,
		.state = state,
		.parent = (int)field[PARENT],
		.group = (int)field[GROUP],
		.threads = (int)field[THREADS],
		.start_ticks = (uint64_t)field[START],
	};
	return true;
}

/* The length of "4:memory:", the part of a line that names the hierarchy; 0 if it is no such line. */
static size_t hierarchy(const char *line)
{
	size_t id = strcspn(line, ":\n");

	if (line[id] != ':')
		return 0;
	size_t controllers = strcspn(line + id + 1, ":\n");
	return line[id + 1 + controllers] == ':' ? id + controllers + 2 : 0;
}

static const char *next_line(const char *line)
{
	line += strcspn(line, "\n");
	return *line == '\n' ? line + 1 : line;
}

/* The path that lines give for the same hierarchy as line, or NULL. */
static const char *same_hierarchy(const char *lines, const char *line, size_t length)
{
	for (; *lines != '\0'; lines = next_line(lines)) {
		if (strncmp(lines, line, length) == 0)
			return lines + length;
	}
	return NULL;
}

/* Paths are relative to the cgroup namespace's root: what lies outside it begins with /.. */
static bool is_below(const char *ours, const char *theirs)
{
	size_t length = strcspn(ours, "\n");

	if (length == 1)
		length = 0; /* "/": its children have no second slash */
	if (strncmp(ours, theirs, length) != 0)
		return false;
	const char *rest = theirs + length;
	if (*rest == '\0' || *rest == '\n')
		return true;
	bool leads_out = strncmp(rest, "/..", 3) == 0 && strchr("/\n", rest[3]);
	return *rest == '/' && !leads_out;
}

bool proc_same_cgroup(const char *ours, const char *theirs)
{
	for (; *ours != '\0'; ours = next_line(ours)) {
		size_t length = hierarchy(ours);
		if (length == 0)
			continue;
		const char *path = same_hierarchy(theirs, ours, length);
		if (!path || !is_below(ours + length, path))
			return false;
	}
	return true;
}

/* A hexadecimal number with the byte end behind it, which is taken; of a longer one its last 64 bits. */
static bool read_hex(struct cursor *cursor, char end, uint64_t *number)
{
	const char *first = cursor->at;

	for (*number = 0; cursor->at < cursor->end && number_hex_digit(*cursor->at) >= 0;
	        cursor->at++)
		*number = *number << 4 | (uint64_t)number_hex_digit(*cursor->at);
	if (cursor->at == first || cursor->at == cursor->end || *cursor->at != end)
		return false;
	cursor->at++;
	return true;
}

static void skip_blanks(struct cursor *cursor)
{
	while (cursor->at < cursor->end && *cursor->at == ' ')
		cursor->at++;
}

static bool read_padded(struct cursor *cursor, int64_t *number)
{
	skip_blanks(cursor);
	return read_number(cursor, number);
}

bool proc_tcp_parse(const char *line, size_t length, struct proc_tcp *out)
{
	/* sl: local:port remote:port st tx:rx tr:when retransmits uid timeout inode ... */
	enum {
		SLOT,
		LOCAL,
		PORT,
		REMOTE,
		THEIRS,
		STATE,
		UNSENT,
		UNREAD,
		TIMER,
		WHEN,
		TRIES,
		FIELDS
	};
	static const char end[] = { ':', ':', ' ', ':', ' ', ' ', ':', ' ', ':', ' ', ' ' };
	uint64_t field[FIELDS];
	int64_t user, timeout, inode;
	struct cursor cursor = { line, line + length };

	for (int i = SLOT; i < FIELDS; i++) {
		if (i == SLOT || i == LOCAL)
			skip_blanks(&cursor);
		if (!read_hex(&cursor, end[i], &field[i]))
			return false;
	}
	if (!read_padded(&cursor, &user) || !read_padded(&cursor, &timeout) ||
	        !read_padded(&cursor, &inode))
		return false;
	*out = (struct proc_tcp){
		.port = (uint16_t)field[PORT],
		.state = (uint8_t)field[STATE],
		.unread = (uint32_t)field[UNREAD],
		.inode = (uint64_t)inode,
	};
	return true;
}

int64_t proc_oom_kills(const char *text, size_t length)
{
	static const char key[] = "oom_kill ";
	const char *end = text + length;

	while (text < end) {
		const char *line = text;
		const char *newline = memchr(text, '\n', (size_t)(end - text));
		size_t size = (size_t)((newline ? newline : end) - line);

		if (size >= sizeof key && memcmp(line, key, sizeof key - 1) == 0)
			return number_parse(line + sizeof key - 1, size - (sizeof key - 1), 9);
		text = newline ? newline + 1 : end;
	}
	return -1;
}
