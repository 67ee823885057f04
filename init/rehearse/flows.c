#include "rehearse/flows.h"

#include <string.h>

#include "text/number.h"
#include "text/proc.h"

/* ---- a line ---- */

/* So many digits; -1 if there are fewer. */
static bool take_hex(const char **at, const char *end, int digits, uint64_t *out)
{
	*out = 0;
	for (; digits > 0; digits--, (*at)++) {
		if (*at == end || number_hex_digit(**at) < 0)
			return false;
		*out = *out << 4 | (uint64_t)number_hex_digit(**at);
	}
	return true;
}

static bool take_char(const char **at, const char *end, char c)
{
	return *at < end && *(*at)++ == c;
}

/* ADDRESS:PORT, the address of 8 or of 32 digits. */
static bool take_endpoint(const char **at, const char *end, struct endpoint *out)
{
	const char *colon = memchr(*at, ':', (size_t)(end - *at));
	uint64_t port;

	if (colon && colon - *at == 8) {
		out->address[0] = 0;
		if (!take_hex(at, end, 8, &out->address[1]))
			return false;
		out->address[1] |= (uint64_t)0xffff0000 << 32;
	} else if (!take_hex(at, end, 16, &out->address[0]) ||
	           !take_hex(at, end, 16, &out->address[1])) {
		return false;
	}
	if (!take_char(at, end, ':') || !take_hex(at, end, 4, &port))
		return false;
	out->port = (uint16_t)port;
	return true;
}

bool tuple_parse(const char *line, size_t length, struct tuple *out)
{
	const char *end = line + length;
	const char *at = memchr(line, ':', length); /* behind the number of the line */
	uint64_t state;

	if (!at || !take_char(&at, end, ':') || !take_char(&at, end, ' ') ||
	        !take_endpoint(&at, end, &out->local) || !take_char(&at, end, ' ') ||
	        !take_endpoint(&at, end, &out->remote) || !take_char(&at, end, ' ') ||
	        !take_hex(&at, end, 2, &state))
		return false;
	out->state = (int)state;
	return true;
}

/* ---- the table ---- */

static bool same(const struct endpoint *a, const struct endpoint *b)
{
	return a->port == b->port && a->address[0] == b->address[0] &&
	       a->address[1] == b->address[1];
}

static const struct tuple *find(const struct tuple *table, int count,
        const struct endpoint *local, const struct endpoint *remote)
{
	for (int i = 0; i < count; i++) {
		if (same(&table[i].local, local) && same(&table[i].remote, remote))
			return &table[i];
	}
	return NULL;
}

void flows_own(struct flows *flows, uint16_t port)
{
	flows->ours[port / 8] |= (uint8_t)(1 << port % 8);
}

static bool is_own(const struct flows *flows, uint16_t port)
{
	return flows->ours[port / 8] >> port % 8 & 1;
}

/* It still needs its server: the client may have closed its side. */
static bool is_open(int state)
{
	return state == TCP_ESTABLISHED || state == TCP_CLOSE_WAIT;
}

static bool has_port(const uint16_t *ports, int count, uint16_t port)
{
	for (int i = 0; i < count; i++) {
		if (ports[i] == port)
			return true;
	}
	return false;
}

static bool is_known(const struct flows *flows, const struct tuple *tuple)
{
	for (int i = 0; i < flows->count; i++) {
		const struct flow *flow = &flows->list[i];

		if (flow->end == FLOW_OPEN && same(&flow->remote, &tuple->remote) &&
		        same(&flow->local, &tuple->local))
			return true;
	}
	return false;
}

/* Room for one more: in place of one that was finished first. NULL: all are open. */
static struct flow *room(struct flows *flows)
{
	struct flow *first = NULL;

	if (flows->count < FLOWS_MOST)
		return &flows->list[flows->count++];
	for (int i = 0; i < FLOWS_MOST; i++) {
		struct flow *flow = &flows->list[i];

		if (flow->end == FLOW_FINISHED && (!first || flow->ended < first->ended))
			first = flow;
	}
	return first;
}

static void add(struct flows *flows, const struct tuple *tuple, nsec_t now)
{
	struct flow *flow;

	if (is_own(flows, tuple->remote.port) || is_known(flows, tuple))
		return;
	flow = room(flows);
	if (!flow)
		return;
	*flow = (struct flow){
		.local = tuple->local,
		.remote = tuple->remote,
		.from = now,
		.ended = NEVER,
	};
}

static void follow(struct flow *flow, const struct tuple *table, int count, nsec_t now)
{
	const struct tuple *here = find(table, count, &flow->local, &flow->remote);
	const struct tuple *there = find(table, count, &flow->remote, &flow->local);

	if (here && is_open(here->state)) {
		flow->near |= there != NULL;
		return;
	}
	/* The look was not at one instant: it had not heard of the end yet. */
	if (!here && there && there->state == TCP_ESTABLISHED)
		return;
	flow->ended = now;
	flow->end = here || there || !flow->near ? FLOW_FINISHED : FLOW_RESET;
}

void flows_look(struct flows *flows, const struct tuple *table, int count,
        const uint16_t *ports, int port_count, nsec_t now)
{
	for (int i = 0; i < count; i++) {
		if (is_open(table[i].state) && has_port(ports, port_count, table[i].local.port))
			add(flows, &table[i], now);
	}
	for (int i = 0; i < flows->count; i++) {
		if (flows->list[i].end == FLOW_OPEN)
			follow(&flows->list[i], table, count, now);
	}
}

struct flow_counts flows_count(const struct flows *flows, nsec_t stop, nsec_t killed)
{
	struct flow_counts counts = { 0 };

	for (int i = 0; i < flows->count; i++) {
		const struct flow *flow = &flows->list[i];

		if (flow->ended <= stop)
			continue;
		counts.at_stop += flow->from <= stop;
		if (flow->end == FLOW_OPEN || flow->ended >= killed)
			counts.open_at_end++;
		else if (flow->end == FLOW_RESET)
			counts.reset++;
		else
			counts.finished++;
	}
	return counts;
}
