#include <limits.h>
#include <unistd.h>

#include "kernel/kill.h"
#include "kernel/processes.h"
#include "kernel/say.h"
#include "kernel/sockets.h"
#include "kernel/survey.h"
#include "text/writer.h"

/* One write of at most PIPE_BUF arrives whole (pipe(7)). */
_Static_assert(sizeof(struct survivors) <= PIPE_BUF, "a survey is one write");

static struct survivors named;

static void put(char *field, size_t size, const char *text, size_t length)
{
	struct writer writer = writer_on(field, size - 1);

	write_plain(&writer, text, length);
	field[writer.length] = '\0';
}

static void read_name(int pid, struct survivor *out)
{
	char name[32];
	size_t length = processes_read(pid, "comm", name, sizeof name);

	if (length > 0 && name[length - 1] == '\n')
		length--;
	put(out->command, sizeof out->command, name, length);
}

static void read_command(int pid, struct survivor *out)
{
	char argv[sizeof out->command];
	size_t length = processes_read(pid, "cmdline", argv, sizeof argv);

	while (length > 0 && argv[length - 1] == '\0')
		length--;
	if (length == 0) {
		read_name(pid, out);
		return;
	}
	for (size_t i = 0; i < length; i++)
		if (argv[i] == '\0')
			argv[i] = ' ';
	put(out->command, sizeof out->command, argv, length);
}

static void read_wchan(int pid, struct survivor *out)
{
	char wchan[64];
	size_t length = processes_read(pid, "wchan", wchan, sizeof wchan);

	/* "0": it does not wait, or belongs to somebody else. */
	if (length > 1 || wchan[0] != '0')
		put(out->wchan, sizeof out->wchan, wchan, length);
}

static int64_t age_of(uint64_t start_ticks)
{
	uint64_t now = processes_ticks();

	return now == UINT64_MAX ? -1 : (int64_t)(now - start_ticks) / TICKS_A_SECOND;
}

static struct survivor *add(
        struct survivors *survivors, const struct proc_stat *stat, enum role owner)
{
	struct survivor *survivor;

	survivors->total++;
	if (survivors->count == SURVIVORS_MAX)
		return NULL;
	survivor = &survivors->list[survivors->count++];
	*survivor = (struct survivor){
		.pid = stat->pid,
		.group = stat->group,
		.start_ticks = stat->start_ticks,
		.age_s = -1,
		.state = stat->state,
		.owner = (uint8_t)owner,
	};
	return survivor;
}

void survey_take(const struct edge *edge, int answer)
{
	struct survivors survivors = { .connections = -1 };
	struct processes processes;
	struct proc_stat stat;
	enum role owner;

	if (!processes_open(&processes, &edge->children))
		return;
	while (processes_next(&processes, &stat, &owner)) {
		struct survivor *survivor;

		/* Ourselves: we were copied before our pid was noted. */
		if (stat.pid == getpid())
			continue;
		survivor = add(&survivors, &stat, owner);
		if (!survivor)
			continue;
		survivor->age_s = age_of(stat.start_ticks);
		read_command(stat.pid, survivor);
		read_wchan(stat.pid, survivor);
	}
	processes_close(&processes);
	/* On the ports of the drain: who listened on them may have closed its sockets by now. */
	survivors.connections = sockets_count(edge->watched.ports, edge->watched.port_count);
	write(answer, &survivors, sizeof survivors);
}

/* Those whom SIGKILL is about to meet: how many they are, and who, if that is wanted. */
static int look(
        const struct children *children, enum target target, struct survivors *survivors)
{
	struct processes processes;
	struct proc_stat stat;
	enum role owner;
	int count = 0;

	if (!processes_open(&processes, children))
		return 0;
	while (processes_next(&processes, &stat, &owner)) {
		struct survivor *survivor;

		if (owner == ROLE_SURVEY || !kill_covers(children, target, owner, stat.group))
			continue;
		count++;
		survivor = survivors ? add(survivors, &stat, owner) : NULL;
		if (survivor)
			read_name(stat.pid, survivor);
	}
	processes_close(&processes);
	return count;
}

/*
 * Those of the answer that SIGKILL is about to meet: most have ended since, or are spared this time. Where the
 * answer had no room for all, the others are counted anew.
 */
static void keep_alive(
        const struct children *children, enum target target, struct survivors *survivors)
{
	bool whole = survivors->total == survivors->count;
	int kept = 0;

	for (int i = 0; i < survivors->count; i++) {
		struct survivor *at = &survivors->list[i];

		/* Our own writer may be younger than the helper that looked. */
		if (!say_is_writer(at->pid) &&
		        kill_covers(children, target, at->owner, at->group) &&
		        processes_same(at->pid, at->start_ticks))
			survivors->list[kept++] = *at;
	}
	survivors->count = kept;
	survivors->total = whole ? kept : look(children, target, NULL);
	if (survivors->total < kept)
		survivors->total = kept;
}

static bool take_answer(struct edge *edge)
{
	ssize_t length = -1;

	if (edge->survey >= 0) {
		length = read(edge->survey, &named, sizeof named);
		close(edge->survey);
		edge->survey = -1;
	}
	return length == sizeof named;
}

void survey_name(struct edge *edge, enum target target)
{
	if (take_answer(edge)) {
		keep_alive(&edge->children, target, &named);
	} else {
		named = (struct survivors){ .connections = -1 };
		look(&edge->children, target, &named);
	}
	edge->survivors = &named;
}
