/*
 * dns: the messages of name resolution (RFC 1035), and the files that say whom to ask (hosts(5),
 * resolv.conf(5)). The libc's resolver is not used: with the stdio and the sorting that it brings it would be a
 * fifth of the whole program.
 */
#ifndef TEXT_DNS_H
#define TEXT_DNS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define DNS_MESSAGE 512 /* over UDP; what a server cuts off is not needed */
#define DNS_NAME    254 /* a name in dots, its NUL included */
#define DNS_MOST    8   /* addresses that are kept */

enum dns_type { DNS_A = 1, DNS_AAAA = 28 };

enum dns_result {
	DNS_FOUND,
	DNS_NONE,    /* no such name, or no address of this type */
	DNS_FAILED,  /* the server cannot say */
	DNS_FOREIGN, /* not the answer to this question */
};

struct dns_addresses {
	int count;
	struct {
		enum dns_type type;
		uint8_t bytes[16]; /* 4 of them for A */
	} list[DNS_MOST];
};

/* dns_query: a question into message. Returns its length, or 0 if name is none (labels of 1 to 63 bytes). */
size_t dns_query(
        uint8_t message[DNS_MESSAGE], uint16_t id, const char *name, enum dns_type type);

/*
 * dns_answer: adds the addresses of a reply to query. Any bytes may come as a reply.
 * query  as dns_query() made it: a reply must have its id and repeat its question.
 */
enum dns_result dns_answer(const uint8_t *reply, size_t length, const uint8_t *query,
        size_t query_length, struct dns_addresses *out);

/* dns_hosts_line: does this line of /etc/hosts name name? Then its address, a text of size bytes at most. */
bool dns_hosts_line(
        const char *line, size_t length, const char *name, char *address, size_t size);

#define DNS_SERVERS 3
#define DNS_SEARCH  256

struct dns_settings {
	int servers;
	char server[DNS_SERVERS][48]; /* addresses as text */
	char search[DNS_SEARCH];      /* domains, blanks between them */
	int dots;                     /* a name with so many dots is asked for as it is first */
};

/* dns_settings_line: takes in a line of /etc/resolv.conf; *settings begins as { .dots = 1 }. */
void dns_settings_line(const char *line, size_t length, struct dns_settings *settings);

/*
 * dns_candidate: the nth name (from 0) to be asked for, in order: as it is and with each search domain.
 * Returns false if there is no nth.
 */
bool dns_candidate(const struct dns_settings *settings, const char *name, int nth,
        char candidate[DNS_NAME]);

#endif
