#include "rehearse/judge.h"

#include <string.h>

#include "text/signame.h"

/* Two looks: what came so close to the stop signal may have been on either side of it. */
#define CLOSE (100 * MSEC)

/* A request that came so shortly before it may not have been taken up. */
#define TOO_CLOSE (20 * MSEC)

nsec_t judge_signalled(const struct facts *facts)
{
	if (facts->told.there && facts->told.stop != NEVER)
		return facts->told.stop;
	if (facts->signalled != NEVER)
		return facts->signalled;
	return nsec_min(facts->main_gone, facts->exited);
}

static void put_count(struct writer *writer, int64_t count, const char *one, const char *many)
{
	write_number(writer, count);
	write_char(writer, ' ');
	write_text(writer, count == 1 ? one : many);
}

static void put_at(struct writer *writer, nsec_t at)
{
	write_text(writer, at < 0 ? "-" : "+");
	write_span(writer, at < 0 ? -at : at);
}

/* ---- new requests refused at once? ---- */

/* How new connections to a port went: the instants that matter. */
struct tries {
	int before;           /* taken before the stop request */
	nsec_t last_taken;    /* -1: none since the stop request */
	nsec_t first_refused; /* after the last that was taken; NEVER */
	nsec_t early;         /* refused while traffic still came; NEVER */
};

static struct tries tries_of(const struct facts *facts, uint16_t port, nsec_t signalled)
{
	struct tries tries = { 0, -1, NEVER, NEVER };

	for (int i = 0; i < facts->probe_count; i++) {
		const struct probe *probe = &facts->probes[i];

		if (probe->port != port)
			continue;
		if (probe->how == PROBE_TAKEN) {
			tries.before += probe->at < 0;
			tries.last_taken = nsec_max(tries.last_taken, probe->at);
			tries.first_refused = NEVER;
			continue;
		}
		if (probe->at < 0)
			continue;
		tries.first_refused = nsec_min(tries.first_refused, probe->at);
		if (probe->how == PROBE_REFUSED && probe->at < signalled - CLOSE)
			tries.early = nsec_min(tries.early, probe->at);
	}
	return tries;
}

static void put_port(struct writer *why, const struct facts *facts, uint16_t port)
{
	if (facts->port_count < 2)
		return;
	write_text(why, "port ");
	write_number(why, port);
	write_text(why, ": ");
}

/* Says what is wrong with a port, if anything is. */
static enum answer refused_at(
        const struct facts *facts, uint16_t port, nsec_t signalled, struct writer *why)
{
	struct tries tries = tries_of(facts, port, signalled);

	if (tries.before == 0) {
		put_port(why, facts, port);
		write_text(why, "no connection could be made before the stop request either");
		return ANSWER_UNTRIED;
	}
	if (tries.early != NEVER) {
		put_port(why, facts, port);
		write_text(why, "too early: refused from ");
		put_at(why, tries.early);
		write_text(
		        why, " on, while traffic was to be served until the stop signal at ");
		put_at(why, signalled);
		return ANSWER_NO;
	}
	if (tries.last_taken > nsec_add(signalled, AT_ONCE)) {
		put_port(why, facts, port);
		write_text(why, "taken until ");
		put_at(why, tries.last_taken);
		write_text(why, ", and the stop signal was sent at ");
		put_at(why, signalled);
		return ANSWER_NO;
	}
	return ANSWER_YES;
}

static void put_refused(
        const struct facts *facts, uint16_t port, nsec_t signalled, struct writer *why)
{
	struct tries tries = tries_of(facts, port, signalled);

	write_text(why, "stop signal at ");
	put_at(why, signalled);
	if (tries.first_refused != NEVER) {
		write_text(why, ", refused from ");
		put_at(why, tries.first_refused);
		write_text(why, " on");
	}
	if (tries.last_taken >= 0) {
		write_text(why, "; the last was taken at ");
		put_at(why, tries.last_taken);
	}
}

static enum answer refused(const struct facts *facts, struct writer *why)
{
	nsec_t signalled = judge_signalled(facts);

	if (facts->listened == NEVER) {
		write_text(why, "it listens on nothing");
		return ANSWER_YES;
	}
	for (int i = 0; i < facts->port_count; i++) {
		enum answer answer = refused_at(facts, facts->ports[i], signalled, why);

		if (answer != ANSWER_YES)
			return answer;
	}
	put_refused(facts, facts->ports[0], signalled, why);
	return ANSWER_YES;
}

/* ---- requests in flight completed? ---- */

static bool was_cut(const struct asked *asked)
{
	return asked->fate == FATE_CUT || asked->fate == FATE_FAILED;
}

/* It came as the listener was closed, and nothing of an answer did: a balancer sends it elsewhere. */
static bool came_too_late(const struct asked *asked, nsec_t signalled)
{
	return asked->fate == FATE_REFUSED || (asked->fate == FATE_CUT && asked->status == 0 &&
	                                              asked->at > signalled - TOO_CLOSE);
}

struct request_counts judge_requests(const struct facts *facts)
{
	nsec_t signalled = judge_signalled(facts);
	struct request_counts counts = { .made = facts->requests.before +
		                                 facts->requests.failed_before +
		                                 facts->requests.count };

	counts.completed = facts->requests.before;
	for (int i = 0; i < facts->requests.count; i++) {
		const struct asked *asked = &facts->requests.list[i];
		bool late = came_too_late(asked, signalled);

		counts.in_flight += !late && asked->at <= signalled && asked->ended > signalled;
		counts.completed += asked->fate == FATE_WHOLE;
		counts.refused += late;
		counts.cut += !late && was_cut(asked);
	}
	return counts;
}

static void put_progress(struct writer *why, const struct asked *asked)
{
	int64_t unit = asked->of < 1024 ? 1 : 1024;

	write_text(why, " after ");
	write_number(why, asked->got / unit);
	write_text(why, " of ");
	write_number(why, asked->of / unit);
	write_text(why, unit == 1 ? " bytes" : " KiB");
}

/* The first that was cut: how far it had come. */
static void put_cut(struct writer *why, const struct facts *facts, nsec_t signalled)
{
	for (int i = 0; i < facts->requests.count; i++) {
		const struct asked *asked = &facts->requests.list[i];

		if (!was_cut(asked) || came_too_late(asked, signalled))
			continue;
		write_text(why, ", the first at ");
		put_at(why, asked->ended);
		if (asked->fate == FATE_FAILED) {
			write_text(why, ": answered ");
			write_number(why, asked->status);
		} else if (asked->of > 0) {
			put_progress(why, asked);
		} else {
			write_text(
			        why, asked->status ? " in its answer" : " without an answer");
		}
		return;
	}
}

static bool put_requests(struct writer *why, const struct facts *facts)
{
	struct request_counts counts = judge_requests(facts);

	if (counts.cut > 0) {
		write_number(why, counts.cut);
		write_text(why, " of ");
		put_count(why, counts.in_flight > counts.cut ? counts.in_flight : counts.cut,
		        "request was cut off", "requests were cut off");
		put_cut(why, facts, judge_signalled(facts));
		return false;
	}
	if (counts.in_flight > 0) {
		put_count(why, counts.in_flight, "request was", "requests were");
		write_text(why, " in flight at the stop signal and came to the end");
	} else {
		put_count(why, counts.completed, "request was", "requests were");
		write_text(why, " answered, none was in flight at the stop signal");
	}
	return true;
}

/* Other clients' connections. */
static bool put_connections(struct writer *why, const struct flow_counts *counts)
{
	if (counts->reset > 0) {
		put_count(why, counts->reset, "connection was reset", "connections were reset");
		return false;
	}
	if (counts->open_at_end > 0) {
		put_count(why, counts->open_at_end, "connection was", "connections were");
		write_text(why, " still open at SIGKILL");
		return false;
	}
	put_count(why, counts->finished, "connection of another client was closed in order",
	        "connections of other clients were closed in order");
	return true;
}

static bool has_connections(const struct flow_counts *counts)
{
	return counts->reset + counts->open_at_end + counts->finished > 0;
}

/* Of requests that were all refused, nothing is known. */
static bool has_requests(const struct facts *facts)
{
	struct request_counts counts = judge_requests(facts);

	return facts->requests.made && counts.completed + counts.cut + counts.in_flight > 0;
}

static enum answer completed(const struct facts *facts, struct writer *why)
{
	bool requests = has_requests(facts), others = has_connections(&facts->connections);
	bool good = true;

	if (facts->listened == NEVER) {
		write_text(why, "it listens on nothing");
		return ANSWER_YES;
	}
	if (facts->requests.made && !requests && !others) {
		write_text(why, "no request was answered before the stop request either");
		return ANSWER_UNTRIED;
	}
	if (!requests && !others) {
		write_text(
		        why, facts->flows_seen
		                     ? "no request was in flight, no connection open: name a "
		                       "slow page with --url, or let clients in meanwhile"
		                     : "connections cannot be seen here");
		return ANSWER_UNTRIED;
	}
	if (requests)
		good = put_requests(why, facts);
	if (requests && others)
		write_text(why, "; ");
	if (others)
		good = put_connections(why, &facts->connections) && good;
	return good ? ANSWER_YES : ANSWER_NO;
}

/* ---- resources released? ---- */

static void put_left(struct writer *why, const struct facts *facts)
{
	for (int i = 0; i < facts->left_count && i < 3; i++) {
		write_text(why, i == 0 ? ": pid " : ", pid ");
		write_number(why, facts->left[i].pid);
		write_char(why, ' ');
		write_plain(why, facts->left[i].command, strlen(facts->left[i].command));
	}
}

static enum answer released(const struct facts *facts, struct writer *why)
{
	if (facts->killed_by_runtime || facts->told.forced) {
		write_text(why, facts->killed_by_runtime
		                        ? "the runtime's SIGKILL ended it"
		                        : "SIGKILL ended what was still there at the deadline");
		put_left(why, facts);
		return ANSWER_NO;
	}
	if (facts->left_count > 0) {
		put_count(why, facts->left_count, "process outlived", "processes outlived");
		write_text(why, " the main child");
		put_left(why, facts);
		return ANSWER_NO;
	}
	write_text(why, "no process and no listener outlived the main child, gone at ");
	put_at(why, nsec_min(facts->main_gone, facts->exited));
	return ANSWER_YES;
}

/* ---- exit status 0? ---- */

static enum answer exit_zero(const struct facts *facts, struct writer *why)
{
	int signal = facts->exit_status - 128;

	write_number(why, facts->exit_status);
	if (signal > 0 && signal <= SIGNAL_LAST) {
		write_text(why, ", which is 128 + ");
		write_signal(why, signal);
	}
	write_text(why, " after ");
	write_span(why, facts->exited);
	if (facts->plan->allowance != NEVER) {
		write_text(why, " of ");
		write_span(why, facts->plan->allowance);
	}
	return facts->exit_status == 0 ? ANSWER_YES : ANSWER_NO;
}

void judge(const struct facts *facts, struct verdict *out)
{
	static enum answer (*const ask[QUESTIONS])(const struct facts *, struct writer *) = {
		[ASK_REFUSED] = refused,
		[ASK_COMPLETED] = completed,
		[ASK_RELEASED] = released,
		[ASK_EXIT] = exit_zero,
	};

	out->good = true;
	for (int i = 0; i < QUESTIONS; i++) {
		struct writer why = writer_on(out->evidence[i], EVIDENCE_BYTES - 1);

		out->answers[i] = ask[i](facts, &why);
		out->evidence[i][why.length] = '\0';
		out->good &= out->answers[i] == ANSWER_YES;
	}
}
