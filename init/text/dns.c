#include "text/dns.h"

#include <string.h>

#include "text/writer.h"

#define HEADER       12
#define CLASS_IN     1
#define RECURSE      0x01 /* in the third byte */
#define IS_REPLY     0x80
#define RCODE        0x0f /* in the fourth */
#define NO_SUCH_NAME 3

static size_t put16(uint8_t *at, unsigned value)
{
	at[0] = (uint8_t)(value >> 8);
	at[1] = (uint8_t)value;
	return 2;
}

static unsigned get16(const uint8_t *at)
{
	return (unsigned)at[0] << 8 | at[1];
}

/* Labels, each with its length before it; 0 if it is no name. */
static size_t put_name(uint8_t *at, const char *name)
{
	size_t length = 0;

	while (*name != '\0') {
		size_t label = strcspn(name, ".");

		if (label < 1 || label > 63 || length + label > DNS_NAME - 2)
			return 0;
		at[length++] = (uint8_t)label;
		memcpy(at + length, name, label);
		length += label;
		name += label + (name[label] == '.');
	}
	at[length++] = 0;
	return length > 1 ? length : 0;
}

size_t dns_query(
        uint8_t message[DNS_MESSAGE], uint16_t id, const char *name, enum dns_type type)
{
	size_t length, at = HEADER;

	memset(message, 0, HEADER);
	put16(message, id);
	message[2] = RECURSE;
	message[5] = 1; /* one question */
	length = put_name(message + at, name);
	if (length == 0)
		return 0;
	at += length;
	at += put16(message + at, type);
	at += put16(message + at, CLASS_IN);
	return at;
}

/* Behind the name at from, which may end in a reference to one before it; 0 if it does not fit. */
static size_t skip_name(const uint8_t *reply, size_t length, size_t from)
{
	while (from < length) {
		unsigned label = reply[from];

		if (label == 0)
			return from + 1;
		if (label >= 0xc0)
			return from + 2;
		from += label + 1;
	}
	return 0;
}

static void keep(struct dns_addresses *out, enum dns_type type, const uint8_t *bytes)
{
	if (out->count == DNS_MOST)
		return;
	out->list[out->count].type = type;
	memcpy(out->list[out->count++].bytes, bytes, type == DNS_A ? 4 : 16);
}

/* One record; returns where the next begins, or 0 at the end. */
static size_t take_record(
        const uint8_t *reply, size_t length, size_t from, struct dns_addresses *out)
{
	size_t at = skip_name(reply, length, from);
	size_t data;

	if (at == 0 || at + 10 > length)
		return 0;
	data = get16(reply + at + 8);
	if (at + 10 + data > length)
		return 0;
	if (get16(reply + at + 2) == CLASS_IN && get16(reply + at) == DNS_A && data == 4)
		keep(out, DNS_A, reply + at + 10);
	if (get16(reply + at + 2) == CLASS_IN && get16(reply + at) == DNS_AAAA && data == 16)
		keep(out, DNS_AAAA, reply + at + 10);
	return at + 10 + data;
}

enum dns_result dns_answer(const uint8_t *reply, size_t length, const uint8_t *query,
        size_t query_length, struct dns_addresses *out)
{
	int before = out->count;
	size_t at = query_length;

	if (length < query_length || memcmp(reply, query, 2) != 0 || !(reply[2] & IS_REPLY) ||
	        memcmp(reply + HEADER, query + HEADER, query_length - HEADER) != 0)
		return DNS_FOREIGN;
	if ((reply[3] & RCODE) == NO_SUCH_NAME)
		return DNS_NONE;
	if ((reply[3] & RCODE) != 0)
		return DNS_FAILED;
	/* Aliases (CNAME) are in the reply with what they stand for: the server recursed. */
	for (unsigned left = get16(reply + 6); left > 0 && at > 0; left--)
		at = take_record(reply, length, at, out);
	return out->count > before ? DNS_FOUND : DNS_NONE;
}

/* ---- lines of files ---- */

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

/* The next word of a line; length 0 at its end or at a comment. */
struct word {
	const char *text;
	size_t length;
};

static struct word next_word(const char **at, const char *end)
{
	struct word word;

	while (*at < end && is_blank(**at))
		(*at)++;
	word.text = *at;
	while (*at < end && !is_blank(**at) && **at != '#' && **at != ';')
		(*at)++;
	word.length = (size_t)(*at - word.text);
	return word;
}

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool is_name(struct word word, const char *name)
{
	for (size_t i = 0; i < word.length; i++, name++)
		if (*name == '\0' || lower(word.text[i]) != lower(*name))
			return false;
	return *name == '\0';
}

static void copy(struct word word, char *to, size_t size)
{
	size_t length = word.length < size ? word.length : size - 1;

	memcpy(to, word.text, length);
	to[length] = '\0';
}

bool dns_hosts_line(
        const char *line, size_t length, const char *name, char *address, size_t size)
{
	const char *end = line + length;
	struct word first = next_word(&line, end);

	for (struct word word = next_word(&line, end); word.length > 0;
	        word = next_word(&line, end)) {
		if (is_name(word, name)) {
			copy(first, address, size);
			return true;
		}
	}
	return false;
}

static void take_option(struct word word, struct dns_settings *settings)
{
	static const char dots[] = "ndots:";
	char digit = word.length == sizeof dots ? word.text[sizeof dots - 1] : 'x';

	if (digit >= '0' && digit <= '9' && memcmp(word.text, dots, sizeof dots - 1) == 0)
		settings->dots = digit - '0';
}

void dns_settings_line(const char *line, size_t length, struct dns_settings *settings)
{
	const char *end = line + length;
	struct word key = next_word(&line, end);
	struct word word = next_word(&line, end);

	if (is_name(key, "nameserver") && word.length > 0 && settings->servers < DNS_SERVERS) {
		copy(word, settings->server[settings->servers], sizeof settings->server[0]);
		settings->servers++;
	} else if (is_name(key, "search") || is_name(key, "domain")) {
		copy((struct word){ word.text, (size_t)(end - word.text) }, settings->search,
		        sizeof settings->search);
	} else if (is_name(key, "options")) {
		for (; word.length > 0; word = next_word(&line, end))
			take_option(word, settings);
	}
}

static int count_dots(const char *name)
{
	int dots = 0;

	for (; *name != '\0'; name++)
		dots += *name == '.';
	return dots;
}

static bool join(const char *name, struct word domain, char candidate[DNS_NAME])
{
	struct writer writer = writer_on(candidate, DNS_NAME - 1);

	write_text(&writer, name);
	if (domain.length > 0) {
		write_char(&writer, '.');
		write_bytes(&writer, domain.text, domain.length);
	}
	candidate[writer.length] = '\0';
	return !writer.full;
}

bool dns_candidate(const struct dns_settings *settings, const char *name, int nth,
        char candidate[DNS_NAME])
{
	const char *at = settings->search, *end = at + strlen(at);
	size_t length = strlen(name);
	bool plain_first = count_dots(name) >= settings->dots;
	/* A dot at its end: that is the whole of it. */
	bool whole = length > 0 && name[length - 1] == '.';
	struct word none = { "", 0 }, domain;

	if (whole)
		return nth == 0 && join(name, none, candidate);
	/* What is too long with one domain may not be with the next. */
	if (plain_first && join(name, none, candidate) && nth-- == 0)
		return true;
	for (domain = next_word(&at, end); domain.length > 0; domain = next_word(&at, end))
		if (join(name, domain, candidate) && nth-- == 0)
			return true;
	return !plain_first && nth == 0 && join(name, none, candidate);
}
