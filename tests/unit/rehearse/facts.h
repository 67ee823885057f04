/*
 * facts: a rehearsal that went well, to be spoilt by a test.
 */
#ifndef UNIT_REHEARSE_FACTS_H
#define UNIT_REHEARSE_FACTS_H

#include "rehearse/judge.h"
#include "unit/options/given.h"

static const uint16_t two_ports[] = { 80, 443 };

/*
 * A server on port 80 under these options, asked to stop; the stop signal comes at 5 s, the last connection is taken
 * at 5.02 s, it is gone at 6 s.
 */
static inline struct facts *good_facts(const char *arguments)
{
	static struct facts facts;
	static struct plan plan;
	struct problem problem;

	memset(&facts, 0, sizeof facts);
	ck_assert(plan_make(expect_taken("", arguments), &plan, &problem));
	facts.plan = &plan;
	facts.command = facts.main_name = "server";
	facts.listened = SEC;
	facts.ports = two_ports;
	facts.port_count = 1;
	facts.signalled = NEVER;
	facts.main_gone = 6 * SEC;
	facts.exited = 6010 * MSEC;
	facts.listener_closed = 5040 * MSEC;
	facts.told = (struct told){ .there = true,
		.drain = 5 * SEC,
		.stop = 5 * SEC,
		.stop_length = SEC,
		.sweep = NEVER };
	facts.flows_seen = true;
	facts.requests.made = true;
	facts.requests.before = 20;
	return &facts;
}

static inline void probe(struct facts *facts, nsec_t at, uint16_t port, enum probed how)
{
	facts->probes[facts->probe_count++] = (struct probe){ at, port, how };
}

static inline void probe_well(struct facts *facts, uint16_t port)
{
	probe(facts, -500 * MSEC, port, PROBE_TAKEN);
	probe(facts, 2 * SEC, port, PROBE_TAKEN);
	probe(facts, 5020 * MSEC, port, PROBE_TAKEN);
	probe(facts, 5040 * MSEC, port, PROBE_REFUSED);
	probe(facts, 5060 * MSEC, port, PROBE_REFUSED);
}

/* Under way at the stop signal, and whole. */
static inline struct asked *ask_well(struct facts *facts)
{
	struct asked *asked = &facts->requests.list[facts->requests.count++];

	*asked = (struct asked){ 4 * SEC, 5500 * MSEC, FATE_WHOLE, 200, 100, 100 };
	return asked;
}

static inline struct facts *good_server(const char *arguments)
{
	struct facts *facts = good_facts(arguments);

	probe_well(facts, 80);
	ask_well(facts);
	return facts;
}

#endif
