/*
 * What a name server may send, and the two files. The first byte says what comes: a reply as it is; what follows
 * the question of one that fits; lines of resolv.conf; a line of hosts.
 */
#include "fuzz/fuzz.h"

#include "text/dns.h"

/* A name, ended by NUL or by the end. */
static char *feed_name(struct feed *feed)
{
	size_t length = strnlen((const char *)feed->at, feed->left);
	char *name = fuzz_text(feed->at, length);
	size_t taken = length < feed->left ? length + 1 : length;

	feed->at += taken;
	feed->left -= taken;
	return name;
}

static bool is_in(const uint8_t *reply, size_t length, const uint8_t *bytes, size_t count)
{
	return memmem(reply, length, bytes, count) != NULL;
}

static void require_kept(const struct dns_addresses *out, const uint8_t *reply, size_t length)
{
	for (int i = 0; i < out->count; i++) {
		enum dns_type type = out->list[i].type;

		require(type == DNS_A || type == DNS_AAAA);
		require(is_in(reply, length, out->list[i].bytes, type == DNS_A ? 4 : 16));
	}
}

/* Twice, as the two kinds of addresses are asked for: the second adds to the first. */
static void take(const uint8_t *reply, size_t length, const uint8_t *query, size_t asked)
{
	struct dns_addresses out = { 0 };
	int before;
	enum dns_result result = dns_answer(reply, length, query, asked, &out);

	require(out.count >= 0 && out.count <= DNS_MOST);
	require((result == DNS_FOUND) == (out.count > 0));
	require_kept(&out, reply, length);
	before = out.count;
	result = dns_answer(reply, length, query, asked, &out);
	require(out.count >= before && out.count <= DNS_MOST);
	require((result == DNS_FOUND) == (out.count > before));
}

static void answer(struct feed *feed, bool fits)
{
	uint16_t id = (uint16_t)feed_number(feed, 2);
	enum dns_type type = feed_byte(feed) & 1 ? DNS_A : DNS_AAAA;
	uint8_t counts = fits ? feed_byte(feed) : 0;
	uint8_t code = fits ? feed_byte(feed) : 0;
	char *name = feed_name(feed);
	uint8_t message[DNS_MESSAGE];
	size_t asked = dns_query(message, id, name, type);

	require(asked <= DNS_MESSAGE);
	if (asked > 0) {
		size_t before = fits ? asked : 0;
		uint8_t *query = (uint8_t *)fuzz_copy(message, asked);
		size_t length = before + feed->left;
		uint8_t *reply = malloc(length > 0 ? length : 1);

		require(reply);
		if (fits) {
			memcpy(reply, query, asked);
			reply[2] |= 0x80;
			reply[3] = code & 1 ? code : 0x80;
			reply[7] = counts;
		}
		if (feed->left > 0)
			memcpy(reply + before, feed->at, feed->left);
		take(reply, length, query, asked);
		free(reply);
		free(query);
	}
	free(name);
}

/* Each line in a copy of its own. */
static void take_lines(struct feed *feed, struct dns_settings *settings)
{
	while (feed->left > 0) {
		const uint8_t *newline = memchr(feed->at, '\n', feed->left);
		size_t length = newline ? (size_t)(newline - feed->at) : feed->left;
		char *line = fuzz_copy(feed->at, length);

		dns_settings_line(line, length, settings);
		free(line);
		feed->at += length + (newline != NULL);
		feed->left -= length + (newline != NULL);
	}
}

static void files(struct feed *feed)
{
	struct dns_settings settings = { .dots = 1 };
	char *name = feed_name(feed);
	char candidate[DNS_NAME];
	int count = 0, plain = 0;

	take_lines(feed, &settings);
	require(settings.servers >= 0 && settings.servers <= DNS_SERVERS);
	require(settings.dots >= 0 && settings.dots <= 9);
	for (int i = 0; i < settings.servers; i++)
		require(memchr(settings.server[i], '\0', sizeof settings.server[i]));
	require(memchr(settings.search, '\0', sizeof settings.search));
	for (; dns_candidate(&settings, name, count, candidate); count++) {
		require(memchr(candidate, '\0', sizeof candidate));
		require(strncmp(candidate, name, strlen(name)) == 0);
		plain += strcmp(candidate, name) == 0;
		require(count <= DNS_SEARCH);
	}
	/* Whatever is searched, the name itself is tried once, if it can be one. */
	require(plain == (strlen(name) < DNS_NAME ? 1 : 0));
	free(name);
}

static void hosts(struct feed *feed)
{
	size_t size = (size_t)(feed_byte(feed) % 64 + 1);
	char *name = feed_name(feed);
	char *line = fuzz_copy(feed->at, feed->left);
	char *address = malloc(size);

	require(address);
	memset(address, 'x', size);
	if (dns_hosts_line(line, feed->left, name, address, size))
		require(memchr(address, '\0', size));
	free(address);
	free(line);
	free(name);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	struct feed feed = { bytes, size };

	switch (feed_byte(&feed) % 4) {
	case 0:
		answer(&feed, false);
		break;
	case 1:
		answer(&feed, true);
		break;
	case 2:
		files(&feed);
		break;
	case 3:
		hosts(&feed);
		break;
	}
	return 0;
}
