/* What /proc says: nothing is read behind it, nothing is touched where it is not whole. The first byte says which. */
#include "fuzz/fuzz.h"

#include "rehearse/flows.h"
#include "text/proc.h"

static void stat(const char *text, size_t size)
{
	struct proc_stat out, untouched;

	memset(&untouched, 0x5a, sizeof untouched);
	out = untouched;
	if (!proc_stat_parse(text, size, &out)) {
		require(memcmp(&out, &untouched, sizeof out) == 0);
		return;
	}
	/* Less of it is not whole, or has another last parenthesis. */
	require(size > 40 && memchr(text, '(', size) && memchr(text, ')', size));
	for (size_t cut = 0; cut < size && cut < 40; cut++)
		require(!proc_stat_parse(text, cut, &untouched));
}

static void tcp(const char *line, size_t size)
{
	struct proc_tcp out, untouched, again;
	struct tuple tuple;
	bool whole;

	memset(&untouched, 0x5a, sizeof untouched);
	out = untouched;
	whole = proc_tcp_parse(line, size, &out);
	require(whole || memcmp(&out, &untouched, sizeof out) == 0);
	if (tuple_parse(line, size, &tuple) && whole)
		require(tuple.local.port == out.port);
	if (!whole)
		return;
	/* What comes behind it does not matter, and if it is cut it is not whole. */
	char *longer = malloc(size + 3);
	require(longer);
	memcpy(longer, line, size);
	memset(longer + size, ' ', 3);
	require(proc_tcp_parse(longer, size + 3, &again));
	require(again.port == out.port && again.state == out.state && again.inode == out.inode);
	free(longer);
	require(!proc_tcp_parse(line, 20, &again));
}

static void cgroup(const char *bytes, size_t size)
{
	char *ours = fuzz_text(bytes, size);
	size_t length = strlen(ours);
	const char *theirs = length < size ? ours + length + 1 : ours;
	/* A path begins with a slash, as the kernel writes it. */
	char *path = malloc(length + 5), *below = malloc(length + 7);

	require(path && below);
	proc_same_cgroup(ours, theirs);
	require(proc_same_cgroup("", theirs));
	strcat(strcpy(path, "0::/"), ours);
	strcat(strcpy(below, path), "/a");
	if (!strchr(ours, '\n')) {
		require(proc_same_cgroup(path, path));
		require(proc_same_cgroup(path, below));
	}
	free(path);
	free(below);
	free(ours);
}

static void oom(const char *text, size_t size)
{
	int64_t kills = proc_oom_kills(text, size);

	require(kills >= -1 && kills <= 999999999);
	require(kills < 0 || size > sizeof "oom_kill " - 1);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	static void (*const parsers[])(const char *, size_t) = { stat, tcp, cgroup, oom };
	char *text;

	if (size < 1)
		return 0;
	text = fuzz_copy(bytes + 1, size - 1);
	parsers[*bytes % 4](text, size - 1);
	free(text);
	return 0;
}
