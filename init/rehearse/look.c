#include "rehearse/look.h"

#include <string.h>
#include <unistd.h>

#include "kernel/ports.h"
#include "kernel/processes.h"
#include "output/phasename.h"

#define TITLE "drainit:"

void look_init(struct look *look, pid_t drainit)
{
	look->drainit = drainit;
	look->phase = look->main = -1;
	look->count = look->port_count = 0;
}

bool look_phase(struct look *look)
{
	char name[32];
	size_t length = processes_read(look->drainit, "comm", name, sizeof name);
	int before = look->phase;

	if (length < sizeof TITLE || memcmp(name, TITLE, sizeof TITLE - 1) != 0)
		return false;
	name[length - 1] = '\0'; /* the newline */
	for (int i = 0; i < PHASENAMES; i++) {
		if (strcmp(name + sizeof TITLE - 1, phasename_of(i)) == 0)
			look->phase = i;
	}
	return look->phase != before;
}

/* ---- who lives ---- */

static struct seen *find(struct look *look, const struct proc_stat *stat)
{
	for (int i = look->count - 1; i >= 0; i--) {
		if (look->list[i].pid == stat->pid &&
		        look->list[i].start_ticks == stat->start_ticks)
			return &look->list[i];
	}
	return NULL;
}

/* Words apart by blanks, as ps shows them. Who is about to end has none any more: the last are kept. */
static void read_command(struct seen *seen)
{
	char words[SEEN_COMMAND];
	size_t length = processes_read(seen->pid, "cmdline", words, sizeof words);

	while (length > 0 && words[length - 1] == '\0')
		length--;
	for (size_t i = 0; i < length; i++) {
		if (words[i] == '\0')
			words[i] = ' ';
	}
	if (length > 0)
		memcpy(seen->command, words, length + 1);
}

static void read_name(struct seen *seen)
{
	char name[sizeof seen->name + 1];
	size_t length = processes_read(seen->pid, "comm", name, sizeof name);

	if (length == 0)
		return;
	name[length - 1] = '\0'; /* the newline */
	memcpy(seen->name, name, length);
}

/* Room for one more: in place of who has been gone for longest. */
static struct seen *room(struct look *look)
{
	int oldest = -1;

	if (look->count < SEEN_MOST)
		return &look->list[look->count++];
	for (int i = 0; i < look->count; i++) {
		if (i != look->main &&
		        (oldest < 0 || look->list[i].last < look->list[oldest].last))
			oldest = i;
	}
	return &look->list[oldest];
}

static struct seen *add(struct look *look, const struct proc_stat *stat, nsec_t now)
{
	struct seen *seen = room(look);

	*seen = (struct seen){
		.pid = stat->pid,
		.start_ticks = stat->start_ticks,
		.parent = stat->parent,
		.first = now,
	};
	return seen;
}

static void meet(struct look *look, const struct proc_stat *stat, nsec_t now)
{
	struct seen *seen = find(look, stat);

	if (!seen)
		seen = add(look, stat, now);
	/* By its exec it has become another. */
	if (seen->first + SEC > now) {
		read_name(seen);
		read_command(seen);
	}
	seen->group = stat->group;
	seen->last = now;
}

/* Pids go up: of drainit's children the lowest, but for one that the wait-for helper had. */
static void find_main(struct look *look)
{
	for (int i = 0; i < look->count; i++) {
		const struct seen *seen = &look->list[i];

		if (seen->parent == look->drainit && seen->pid != look->drainit &&
		        (look->main < 0 || seen->pid < look->list[look->main].pid))
			look->main = i;
	}
}

void look_processes(struct look *look, nsec_t now)
{
	struct children children = { .pid[ROLE_MAIN] = look->drainit, .self = getpid() };
	struct processes processes;
	struct proc_stat stat;
	enum role owner;

	if (!processes_open(&processes, &children))
		return;
	while (processes_next(&processes, &stat, &owner)) {
		if (owner == ROLE_MAIN && stat.pid != look->drainit)
			meet(look, &stat, now);
	}
	processes_close(&processes);
	if (look->main < 0 && look->phase >= 0 &&
	        strcmp(phasename_of(look->phase), "serving") == 0)
		find_main(look);
}

bool look_main_lives(const struct look *look, nsec_t now)
{
	return look->main < 0 || look->list[look->main].last == now;
}

/* ---- what is listened on ---- */

static void add_port(struct look *look, uint16_t port)
{
	for (int i = 0; i < look->port_count; i++) {
		if (look->ports[i] == port)
			return;
	}
	if (look->port_count < LOOK_PORTS)
		look->ports[look->port_count++] = port;
}

void look_ports(struct look *look)
{
	static struct tcp_table table;
	struct children children = { .pid[ROLE_MAIN] = look->drainit, .self = getpid() };
	struct tcp_ports ports = { .count = 0 };

	if (!ports_find(&ports, &children, &table))
		return;
	for (int i = 0; i < ports.count; i++)
		add_port(look, ports.list[i]);
}
