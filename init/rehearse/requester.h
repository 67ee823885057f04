/*
 * requester: keeps slow requests in flight, and tells the fate of each. It reads slowly, through a small buffer: what
 * a server sends is under way for as long as a client with a slow line would have it.
 */
#ifndef REHEARSE_REQUESTER_H
#define REHEARSE_REQUESTER_H

#include "kernel/request.h"
#include "kernel/resolve.h"
#include "rehearse/facts.h"
#include "rehearse/http.h"

#define REQUESTS_AT_ONCE 64

enum asking { ASKING_NOT, ASKING_CONNECTS, ASKING_READS };

struct asker {
	enum asking state;
	int fd;
	nsec_t next; /* ASKING_NOT: it begins then */
	nsec_t begun;
	nsec_t first; /* its first byte came */
	struct http http;
};

struct requester {
	union address address;
	char text[REQUEST_BYTES];
	size_t length;
	nsec_t slow;
	struct asker askers[REQUESTS_AT_ONCE];
	int count;
	struct requests *requests; /* what came of them */
	struct flows *flows;       /* is told whose connections they are */
	bool over;                 /* since the stop request each fate is kept by itself */
};

/*
 * requester_aim: at address, for url. count: how many at once, spread at first over spread.
 */
void requester_aim(struct requester *requester, const struct url *url,
        const union address *address, int count, nsec_t spread, nsec_t now);

/* requester_is_http: one request: does it speak HTTP there? Takes until this instant at most. */
bool requester_is_http(struct requester *requester, nsec_t until);

/* requester_tick: what can be done now. begin: may new ones begin? */
void requester_tick(struct requester *requester, nsec_t now, bool begin);

/* requester_finish: reads what has arrived, until this instant at most; what then is not whole is cut. */
void requester_finish(struct requester *requester, nsec_t until);

#endif
