#include "rehearse/sight.h"

#include <string.h>

#include "output/phasename.h"
#include "rehearse/probe.h"
#include "rehearse/progress.h"

static bool phase_is(const struct scene *scene, const char *name)
{
	return scene->look.phase >= 0 && strcmp(phasename_of(scene->look.phase), name) == 0;
}

static void see_phase(struct scene *scene, nsec_t now)
{
	if (!look_phase(&scene->look) || scene->act != ACT_STOP)
		return;
	if (phase_is(scene, "stop") && scene->signalled == NEVER)
		scene->signalled = now;
	if (phase_is(scene, "drain") || phase_is(scene, "drain+"))
		progress_step("drain", scene->stopped + scene->plan->drain_max, now);
	if (phase_is(scene, "stop"))
		progress_step(
		        "stop signal sent", nsec_add(scene->stopped, scene->plan->kill), now);
	if (phase_is(scene, "sweep"))
		progress_step("the main child is gone, leftovers are stopped",
		        nsec_add(scene->stopped, scene->plan->exit_by), now);
}

static void see_processes(struct scene *scene, nsec_t now)
{
	look_processes(&scene->look, now);
	if (scene->act == ACT_STOP && scene->main_gone == NEVER &&
	        !look_main_lives(&scene->look, now))
		scene->main_gone = now;
}

bool sight_listens(const struct scene *scene)
{
	struct endpoint where;

	for (int i = 0; i < scene->look.port_count; i++) {
		if (table_listens(&scene->table, scene->look.ports[i], &where))
			return true;
	}
	return false;
}

void sight_sockets(struct scene *scene, nsec_t now)
{
	scene->facts->flows_seen = table_read(&scene->table);
	flows_look(&scene->flows, scene->table.list, scene->table.count, scene->look.ports,
	        scene->look.port_count, now);
	if (scene->act == ACT_STOP && scene->closed == NEVER && !sight_listens(scene))
		scene->closed = now;
}

/* The first ones tell that connections were taken at all, the last ones how that ended. */
static void forget_probes(struct facts *facts)
{
	if (facts->probe_count < PROBES_MOST)
		return;
	memmove(facts->probes + PROBES_MOST / 4, facts->probes + PROBES_MOST / 2,
	        PROBES_MOST / 2 * sizeof *facts->probes);
	facts->probe_count = PROBES_MOST / 4 * 3;
}

/* Each port in turn; where its listener is closed, at the address that it last had. */
void sight_probe(struct scene *scene, nsec_t now)
{
	static struct endpoint where[LOOK_PORTS];
	static int turn;
	int i;

	if (scene->look.port_count == 0)
		return;
	scene->probe_at = now + PROBE_EVERY;
	i = turn++ % scene->look.port_count;
	table_listens(&scene->table, scene->look.ports[i], &where[i]);
	forget_probes(scene->facts);
	scene->facts->probes[scene->facts->probe_count++] = (struct probe){
		.at = now,
		.port = scene->look.ports[i],
		.how = probe_try(&where[i], scene->look.ports[i], &scene->flows),
	};
}

static void probe_in_time(struct scene *scene, nsec_t now)
{
	if (now >= scene->probe_at)
		sight_probe(scene, now);
}

/* So long new requests come after the stop request where no least time of the drain says it. */
#define WITHDRAWAL SEC

/* None begins so close to the stop signal that it may not have been taken up yet. */
#define YOUNGEST (40 * MSEC)

/*
 * In the drain traffic is to be served, as it comes until the endpoints are withdrawn. It may end when connections are
 * idle, so it must become less.
 */
static bool may_begin(const struct scene *scene, nsec_t now)
{
	nsec_t least = scene->plan->drain_min > 0 ? scene->plan->drain_min : WITHDRAWAL;

	switch (scene->act) {
	case ACT_START:
		return false;
	case ACT_TRAFFIC:
		return scene->plan->drains ||
		       now <= nsec_max(scene->next - YOUNGEST, scene->served);
	case ACT_STOP:
		return scene->plan->drains && scene->signalled == NEVER &&
		       scene->main_gone == NEVER && now < scene->stopped + least - YOUNGEST;
	}
	return false;
}

void sight_tick(struct scene *scene, nsec_t now)
{
	see_phase(scene, now);
	see_processes(scene, now);
	if (scene->act == ACT_START)
		look_ports(&scene->look);
	sight_sockets(scene, now);
	if (scene->facts->listened == NEVER && sight_listens(scene))
		scene->facts->listened = now - scene->started;
	if (scene->act != ACT_START)
		probe_in_time(scene, now);
	requester_tick(&scene->requester, now, may_begin(scene, now));
	progress_tick(now);
}

bool sight_serves(const struct scene *scene)
{
	return phase_is(scene, "serving");
}
