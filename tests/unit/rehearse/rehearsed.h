/*
 * rehearsed: a rehearsal that went well, for a test to change one thing of.
 */
#ifndef UNIT_REHEARSE_REHEARSED_H
#define UNIT_REHEARSE_REHEARSED_H

#include "rehearse/advise.h"
#include "unit/options/given.h"

static struct facts facts;
static struct plan plan;
static struct verdict verdict;
static struct advice advice;
static uint16_t ports[16];

static inline void probe(nsec_t at, enum probed how)
{
	facts.probes[facts.probe_count++] =
	        (struct probe){ .at = at, .port = ports[0], .how = how };
}

static inline void probe_port(nsec_t at, uint16_t port, enum probed how)
{
	probe(at, how);
	facts.probes[facts.probe_count - 1].port = port;
}

/* A request of 64 KiB; its answer had begun. */
static inline struct asked *request(nsec_t at, nsec_t ended, enum fate fate)
{
	struct asked *asked = &facts.requests.list[facts.requests.count++];

	*asked = (struct asked){ at, ended, fate, .status = 200, .got = 65536, .of = 65536 };
	return asked;
}

static inline void leftover(int pid, const char *command)
{
	struct left *left = &facts.left[facts.left_count++];

	left->pid = pid;
	strncpy(left->command, command, SEEN_COMMAND - 1);
	left->command[SEEN_COMMAND - 1] = '\0';
}

/*
 * drainit's options; the stop signal was sent at signalled, and 300 ms later the main child was gone. The port is
 * 8080; one request was in flight and came to its end; nothing was tried at the port yet.
 */
static inline void rehearsed(const char *arguments, nsec_t signalled)
{
	struct problem problem;

	ck_assert(plan_make(expect_taken("", arguments), &plan, &problem));
	memset(ports, 0, sizeof ports);
	ports[0] = 8080;
	memset(&facts, 0, sizeof facts);
	facts.plan = &plan;
	facts.command = facts.main_name = "server";
	facts.listened = 200 * MSEC;
	facts.ports = ports;
	facts.port_count = 1;
	facts.signalled = signalled;
	facts.main_gone = signalled + 300 * MSEC;
	facts.exited = signalled + 310 * MSEC;
	facts.listener_closed = signalled + 20 * MSEC;
	facts.told = (struct told){
		.there = true,
		.drain = plan.drains ? signalled : NEVER,
		.stop = signalled,
		.stop_length = 300 * MSEC,
		.sweep = NEVER,
	};
	facts.requests.made = true;
	facts.requests.before = 12;
	request(signalled - 500 * MSEC, signalled + 200 * MSEC, FATE_WHOLE);
	facts.flows_seen = true;
}

#define THIRTY "--grace|30s|x"
#define DRAINS "--grace|30s|--drain-min|5s|x"

/* With its port taken before, and refused from 20 ms after the stop signal on. */
static inline void in_order(const char *arguments, nsec_t signalled)
{
	rehearsed(arguments, signalled);
	probe(-50 * MSEC, PROBE_TAKEN);
	if (signalled > 0)
		probe(signalled - 50 * MSEC, PROBE_TAKEN);
	probe(signalled + 20 * MSEC, PROBE_REFUSED);
	probe(signalled + 70 * MSEC, PROBE_REFUSED);
}

/* What is judged and advised of all that. */
static inline void conclude(void)
{
	memset(&advice, 'y', sizeof advice);
	judge(&facts, &verdict);
	advise(&facts, &verdict, &advice);
}

static inline void expect(enum question question, enum answer answer, const char *evidence)
{
	judge(&facts, &verdict);
	ck_assert_str_eq(verdict.evidence[question], evidence);
	ck_assert_int_eq(verdict.answers[question], answer);
	ck_assert(!verdict.good || answer == ANSWER_YES);
}

#endif
