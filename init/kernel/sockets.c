#include <string.h>
#include <time.h>
#include <unistd.h>

#include "core/watched.h"
#include "kernel/poll.h"
#include "kernel/ports.h"
#include "kernel/sockets.h"
#include "kernel/tcp.h"
#include "kernel/wait.h"

/* A look that costs more than this part of the pause after it makes the pause longer: 1.5 % of a processor. */
#define PAUSE_A_COST 64

/* So long before the end: what is open then is what is cut off. */
#define LAST_LOOK (100 * MSEC)

#define OPEN                                                                                   \
	(1 << TCP_ESTABLISHED | 1 << TCP_CLOSE_WAIT | 1 << TCP_FIN_WAIT1 | 1 << TCP_FIN_WAIT2)

struct look {
	struct tcp_ports ports;
	struct tcp_query query;
	struct tcp_table table;
	int32_t open; /* connections */
	int32_t busy; /* those of them that count */
};

static nsec_t processor_time(void)
{
	struct timespec spent;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &spent);
	return (nsec_t)spent.tv_sec * SEC + spent.tv_nsec;
}

static bool choose_ports(
        struct look *look, const struct watch *watch, const struct children *children)
{
	if (watch->count > TCP_PORTS_MOST)
		return false;
	if (watch->count == 0)
		return ports_find(&look->ports, children, &look->table);
	look->ports.count = watch->count;
	memcpy(look->ports.list, watch->ports, (size_t)watch->count * sizeof *watch->ports);
	return true;
}

/* What fails once, as in a table that was full for a moment, need not fail again. */
static bool choose_ports_patiently(
        struct look *look, const struct watch *watch, const struct children *children)
{
	for (int tries = 0; tries < 2; tries++) {
		if (choose_ports(look, watch, children))
			return true;
	}
	return false;
}

static bool is_open(const struct tcp_socket *found)
{
	bool closing = found->is.state == TCP_FIN_WAIT1 || found->is.state == TCP_FIN_WAIT2;

	return !closing || found->is.inode != 0;
}

/* A request that nobody has read yet is owed an answer, however long ago it came. */
static bool is_quiet(const struct tcp_socket *found, nsec_t quiet)
{
	bool owed = found->is.state == TCP_ESTABLISHED && found->is.unread > 0;

	return found->still >= quiet && !owed;
}

static bool take_look(struct look *look, nsec_t quiet)
{
	struct tcp_socket found;

	look->open = look->busy = 0;
	if (look->ports.count == 0)
		return true;
	if (!tcp_open(&look->table, &look->query))
		return false;
	while (tcp_next(&look->table, &look->query, &found)) {
		if (!is_open(&found))
			continue;
		look->open++;
		look->busy += !is_quiet(&found, quiet);
	}
	return tcp_close(&look->table);
}

/* What breaks off in the middle once is looked at the other way. */
static bool look_again(struct look *look, nsec_t quiet)
{
	if (take_look(look, quiet))
		return true;
	look->table.no_diag = true;
	return take_look(look, quiet);
}

/*
 * When to look next. Where looking is dear the pause grows, but near the end it shrinks to a quarter of
 * what is left: or a drain would end without having seen that it could end.
 */
static nsec_t next_at(const struct watch *watch, nsec_t now, nsec_t cost, bool idle)
{
	nsec_t pause = nsec_min(cost * PAUSE_A_COST, nsec_max((watch->until - now) / 4, SEC));
	nsec_t at = nsec_add(now, idle ? SEC : nsec_max(pause, SEC));

	if (now < watch->from)
		at = nsec_min(at, watch->from);
	return nsec_min(at, nsec_before(watch->until, LAST_LOOK));
}

static void tell(struct watched *told, const struct look *look, nsec_t quiet, int answer)
{
	if (told->at_start < 0)
		told->at_start = look->open;
	told->now = look->open;
	if (look->ports.count <= WATCHED_PORTS) {
		told->port_count = look->ports.count;
		memcpy(told->ports, look->ports.list,
		        (size_t)look->ports.count * sizeof *told->ports);
	}
	told->seen = true;
	told->quiet_blind = quiet != NEVER && look->table.no_diag;
	/* Who reads it may be gone. */
	(void)!write(answer, told, sizeof *told);
}

static int unseen(int answer)
{
	static const struct watched nothing = { .at_start = -1, .now = -1 };

	(void)!write(answer, &nothing, sizeof nothing);
	return SOCKETS_UNSEEN;
}

int sockets_watch(const struct watch *watch, const struct children *children, int answer)
{
	struct watched told = { .at_start = -1 };
	struct look look = { .query = { .states = OPEN, .still = watch->quiet != NEVER } };
	nsec_t now, idle_since = NEVER;

	look.query.ports = &look.ports;
	if (!choose_ports_patiently(&look, watch, children))
		return unseen(answer);
	do {
		nsec_t before = processor_time();

		now = wait_now();
		if (!look_again(&look, watch->quiet))
			return unseen(answer);
		tell(&told, &look, watch->quiet, answer);
		if (look.busy > watch->most || now < watch->from)
			idle_since = NEVER;
		else if (idle_since == NEVER)
			idle_since = now;
		else if (now - idle_since >= SEC)
			return SOCKETS_IDLE;
		poll_until(-1, 0,
		        next_at(watch, now, processor_time() - before, idle_since != NEVER));
	} while (now < nsec_before(watch->until, LAST_LOOK));
	poll_until(-1, 0, watch->until);
	return SOCKETS_BUSY;
}

int32_t sockets_count(const uint16_t *ports, int count)
{
	const struct watch watch = { .ports = ports, .count = count, .quiet = NEVER };
	struct look look = { .query = { .states = OPEN } };

	look.query.ports = &look.ports;
	if (count == 0 || !choose_ports(&look, &watch, NULL) || !look_again(&look, NEVER))
		return -1;
	return look.open;
}
