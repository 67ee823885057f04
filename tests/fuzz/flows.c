/* Connections: lines of a table of TCP, or looks at tables of few endpoints. The first byte says which. */
#include "fuzz/fuzz.h"

#include "rehearse/flows.h"

static struct flows flows;

static void line(struct feed *feed)
{
	char *text = fuzz_copy(feed->at, feed->left);
	struct tuple tuple, shorter;

	if (tuple_parse(text, feed->left, &tuple)) {
		require(tuple.state >= 0 && tuple.state <= 255);
		require(feed->left >= 32 && !tuple_parse(text, 31, &shorter));
	}
	free(text);
}

static struct endpoint feed_endpoint(struct feed *feed)
{
	uint8_t byte = feed_byte(feed);

	return (struct endpoint){ { byte >> 6, 0 }, (uint16_t)(byte & 0x3f) };
}

static int feed_table(struct feed *feed, struct tuple *table, int most)
{
	int count = feed_byte(feed) % (most + 1);

	for (int i = 0; i < count; i++) {
		table[i].local = feed_endpoint(feed);
		table[i].remote = feed_endpoint(feed);
		table[i].state = feed_byte(feed) % 12;
	}
	return count;
}

static void require_sound(nsec_t now)
{
	require(flows.count >= 0 && flows.count <= FLOWS_MOST);
	for (int i = 0; i < flows.count; i++) {
		const struct flow *flow = &flows.list[i];

		require(flow->from <= now);
		require((flow->end == FLOW_OPEN) == (flow->ended == NEVER));
		require(flow->end == FLOW_OPEN ||
		        (flow->ended >= flow->from && flow->ended <= now));
		require(flow->end != FLOW_RESET || flow->near);
	}
}

static void require_counted(nsec_t stop, nsec_t killed)
{
	struct flow_counts counts = flows_count(&flows, stop, killed);

	require(counts.at_stop >= 0 && counts.finished >= 0 && counts.reset >= 0);
	require(counts.finished + counts.reset + counts.open_at_end <= flows.count);
	require(counts.at_stop <= counts.finished + counts.reset + counts.open_at_end);
}

static void looks(struct feed *feed)
{
	uint16_t ports[2] = { feed_byte(feed) & 0x3f, feed_byte(feed) & 0x3f };
	uint16_t own = feed_byte(feed) & 0x3f;
	nsec_t now = 0;

	memset(&flows, 0, sizeof flows);
	flows_own(&flows, own);
	while (feed->left > 0) {
		struct tuple table[8];
		int count = feed_table(feed, table, 8);

		flows_look(&flows, table, count, ports, 2, ++now);
		require_sound(now);
	}
	for (int i = 0; i < flows.count; i++)
		require(flows.list[i].remote.port != own);
	require_counted(now / 2, NEVER);
	require_counted(now / 3, now - 1);
	require_counted(now, now);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	struct feed feed = { bytes, size };

	if (feed_byte(&feed) & 1)
		line(&feed);
	else
		looks(&feed);
	return 0;
}
