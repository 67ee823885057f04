#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "kernel/find.h"
#include "kernel/folder.h"
#include "kernel/processes.h"
#include "kernel/title.h"
#include "text/number.h"
#include "text/writer.h"

bool find_phase(int pid, char phase[PHASE_BYTES])
{
	static const char prefix[] = TITLE_PREFIX;
	struct writer writer = writer_on(phase, PHASE_BYTES - 1);
	char name[32];
	size_t length = processes_read(pid, "comm", name, sizeof name);

	phase[0] = '\0';
	if (length < sizeof prefix || strncmp(name, prefix, sizeof prefix - 1) != 0)
		return false;
	write_bytes(&writer, name + sizeof prefix - 1, strcspn(name + sizeof prefix - 1, "\n"));
	phase[writer.length] = '\0';
	return true;
}

static bool read_namespace(int pid, char *link, size_t size)
{
	char path[PROCESSES_PATH];
	ssize_t length;

	processes_path(path, pid, "ns/mnt");
	length = readlinkat(AT_FDCWD, path, link, size - 1);
	link[length > 0 ? length : 0] = '\0';
	return length > 0;
}

static bool same_container(int pid)
{
	char ours[4096], theirs[4096];

	if (read_namespace(getpid(), ours, sizeof ours) &&
	        read_namespace(pid, theirs, sizeof theirs))
		return strcmp(ours, theirs) == 0;
	return processes_read(getpid(), "cgroup", ours, sizeof ours) > 0 &&
	       processes_read(pid, "cgroup", theirs, sizeof theirs) > 0 &&
	       strcmp(ours, theirs) == 0;
}

/* A helper has the name of the drainit that it is a copy of, which is its parent. */
static bool is_helper(int pid)
{
	char phase[PHASE_BYTES];
	int parent = processes_parent(pid);

	return parent > 0 && find_phase(parent, phase);
}

int find_drainit(char phase[PHASE_BYTES])
{
	struct folder proc;
	const char *name;
	int found = 0;

	phase[0] = '\0';
	if (!processes_ours() || !folder_open(&proc, "/proc"))
		return 1;
	while (found == 0 && (name = folder_next(&proc))) {
		int pid = number_parse(name, strlen(name), 9);

		if (pid > 0 && pid != getpid() && find_phase(pid, phase) &&
		        same_container(pid) && !is_helper(pid))
			found = pid;
	}
	folder_close(&proc);
	if (found == 0)
		find_phase(found = 1, phase);
	return found;
}
