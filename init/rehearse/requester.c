#include "rehearse/requester.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "kernel/poll.h"
#include "kernel/wait.h"
#include "rehearse/probe.h"

/* From a request to the next: where answers are slow, one is always under way. */
#define PAUSE (100 * MSEC)

/* The kernel doubles it; what it takes in lies between server and client, and is sent already. */
#define RECEIVE_BUFFER 16384

#define LAG_MOST (4 * MSEC)

/* An answer of unknown length is taken to be as long as this. */
#define USUAL_LENGTH 65536

/* Room for one more: in place of one that came to its end, which only counts from here on. */
static struct asked *room(struct requests *requests)
{
	if (requests->count < ASKED_MOST)
		return &requests->list[requests->count++];
	for (int i = 0; i < ASKED_MOST; i++) {
		if (requests->list[i].fate == FATE_WHOLE) {
			requests->before++;
			return &requests->list[i];
		}
	}
	return &requests->list[ASKED_MOST - 1];
}

static void note(struct requester *requester, struct asker *asker, enum fate fate, nsec_t now)
{
	struct requests *requests = requester->requests;

	if (asker->fd >= 0)
		close(asker->fd);
	asker->state = ASKING_NOT;
	asker->next = nsec_max(now, asker->begun + PAUSE);
	if (!requester->over) {
		requests->before += fate == FATE_WHOLE;
		requests->failed_before += fate != FATE_WHOLE;
		return;
	}
	*room(requests) = (struct asked){
		.at = asker->begun,
		.ended = now,
		.fate = fate,
		.status = asker->http.status,
		.got = asker->http.got,
		.of = asker->http.has_head ? asker->http.length : -1,
	};
}

static void begin(struct requester *requester, struct asker *asker, nsec_t now)
{
	int family = requester->address.any.sa_family, small = RECEIVE_BUFFER;
	socklen_t size =
	        family == AF_INET ? sizeof requester->address.v4 : sizeof requester->address.v6;

	memset(&asker->http, 0, sizeof asker->http);
	asker->begun = now;
	asker->first = NEVER;
	asker->fd = socket(family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (asker->fd < 0)
		return;
	setsockopt(asker->fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof small);
	asker->state = ASKING_CONNECTS;
	if (connect(asker->fd, &requester->address.any, size) < 0 && errno != EINPROGRESS)
		note(requester, asker, FATE_REFUSED, now);
	else
		probe_own(asker->fd, requester->flows);
}

static void connected(struct requester *requester, struct asker *asker, nsec_t now)
{
	int error = 0;
	socklen_t size = sizeof error;

	if (!poll_until(asker->fd, POLLOUT, 0))
		return;
	getsockopt(asker->fd, SOL_SOCKET, SO_ERROR, &error, &size);
	if (error != 0) {
		note(requester, asker, FATE_REFUSED, now);
		return;
	}
	/* A new connection's buffer has room for it. */
	if (send(asker->fd, requester->text, requester->length, MSG_NOSIGNAL) !=
	        (ssize_t)requester->length)
		note(requester, asker, FATE_CUT, now);
	else
		asker->state = ASKING_READS;
}

/* How much of the body may be read by now, so that the whole takes its time. */
static int64_t allowed(const struct requester *requester, const struct asker *asker, nsec_t now)
{
	int64_t length = asker->http.length >= 0 ? asker->http.length : USUAL_LENGTH;
	int64_t waits = 0;
	int ready = 0;

	if (!asker->http.has_head || now - asker->first >= requester->slow)
		return INT64_MAX;
	/* The server is done with what lies here. */
	if (ioctl(asker->fd, FIONREAD, &ready) == 0)
		waits = ready;
	if (asker->http.length >= 0 && asker->http.got + waits >= asker->http.length)
		return INT64_MAX;
	return (int64_t)((double)length * (double)(now - asker->first) /
	                 (double)requester->slow);
}

static enum fate fate_at_end(const struct asker *asker, bool closed)
{
	if (!http_whole(&asker->http, closed))
		return FATE_CUT;
	return asker->http.status >= 500 ? FATE_FAILED : FATE_WHOLE;
}

/* Returns false if there is nothing more to be read now. */
static bool read_some(struct requester *requester, struct asker *asker, nsec_t now)
{
	char bytes[RECEIVE_BUFFER];
	int64_t most = allowed(requester, asker, now) - asker->http.got;
	ssize_t length;

	if (most <= 0)
		return false;
	if (most > RECEIVE_BUFFER)
		most = RECEIVE_BUFFER;
	length = recv(asker->fd, bytes, (size_t)most, MSG_DONTWAIT);
	if (length < 0 && errno == EAGAIN)
		return false;
	if (length > 0 && asker->first == NEVER)
		asker->first = now;
	if (length <= 0 || !http_take(&asker->http, bytes, (size_t)length)) {
		note(requester, asker, length == 0 ? fate_at_end(asker, true) : FATE_CUT, now);
		return false;
	}
	if (!http_whole(&asker->http, false))
		return true;
	note(requester, asker, fate_at_end(asker, false), now);
	return false;
}

/* While we lag behind what may be read: the server is given the time to send on, but not the whole tick. */
static bool more_comes(const struct requester *requester, const struct asker *asker, nsec_t now)
{
	return asker->state == ASKING_READS && asker->http.has_head &&
	       allowed(requester, asker, now) > asker->http.got &&
	       wait_now() < now + LAG_MOST && poll_until(asker->fd, POLLIN, now + LAG_MOST);
}

static void tick(struct requester *requester, struct asker *asker, nsec_t now, bool may_begin)
{
	if (asker->state == ASKING_NOT && may_begin && now >= asker->next)
		begin(requester, asker, now);
	if (asker->state == ASKING_CONNECTS)
		connected(requester, asker, now);
	while (asker->state == ASKING_READS &&
	        (read_some(requester, asker, now) || more_comes(requester, asker, now)))
		;
}

void requester_aim(struct requester *requester, const struct url *url,
        const union address *address, int count, nsec_t spread, nsec_t now)
{
	requester->address = *address;
	requester->length = request_write(requester->text, sizeof requester->text, url);
	requester->count = count;
	requester->requests->made = true;
	for (int i = 0; i < count; i++)
		requester->askers[i].next = now + spread / count * i;
}

bool requester_is_http(struct requester *requester, nsec_t until)
{
	struct asker *asker = &requester->askers[0];

	begin(requester, asker, wait_now());
	while (asker->state != ASKING_NOT && !asker->http.has_head && wait_now() < until) {
		poll_until(
		        asker->fd, asker->state == ASKING_CONNECTS ? POLLOUT : POLLIN, until);
		tick(requester, asker, wait_now(), false);
	}
	if (asker->state != ASKING_NOT)
		note(requester, asker, FATE_WHOLE, wait_now());
	requester->requests->before = requester->requests->failed_before = 0;
	return asker->http.has_head;
}

void requester_tick(struct requester *requester, nsec_t now, bool begin_more)
{
	for (int i = 0; i < requester->count; i++)
		tick(requester, &requester->askers[i], now, begin_more);
}

void requester_finish(struct requester *requester, nsec_t until)
{
	bool waits = true;

	requester->slow = 0;
	while (waits && wait_now() < until) {
		waits = false;
		requester_tick(requester, wait_now(), false);
		for (int i = 0; i < requester->count; i++)
			waits |= requester->askers[i].state != ASKING_NOT;
		if (waits)
			poll_until(-1, 0, wait_now() + 5 * MSEC);
	}
	for (int i = 0; i < requester->count; i++) {
		if (requester->askers[i].state != ASKING_NOT)
			note(requester, &requester->askers[i], FATE_CUT, wait_now());
	}
}
