/*
 * search: from each state every event at every instant that may matter, until no new state appears.
 * States are kept relative to their own now, so that what differs in nothing but the time of day is
 * one state. Every instant that is tried derives from the machine's next one, so there are finitely
 * many.
 */
#ifndef EXPLORE_SEARCH_H
#define EXPLORE_SEARCH_H

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "explore/world.h"

#define HOUR (3600 * SEC)

/* ---- what can happen in a state ---- */

#define EVENTS_MAX 128

struct events {
	int count;
	int followed; /* of those that come after, only the step itself is judged */
	struct event list[EVENTS_MAX];
};

static inline void add_event(struct events *events, struct event event)
{
	if (events->count == EVENTS_MAX)
		abort();
	events->list[events->count++] = event;
}

static inline void add_role_events(struct events *events, const struct world *world, nsec_t now)
{
	static const struct event ends[] = {
		{ .kind = EVENT_ENDED, .status = 0 },
		{ .kind = EVENT_NOT_STARTED, .error = ENOENT, .in_exec = true },
		{ .kind = EVENT_ENDED, .status = 128 + SIGTERM, .killed_by = SIGTERM },
	};

	for (enum role role = ROLE_MAIN; role < ROLE_COUNT; role++) {
		/* Of these nobody asks for a status. */
		bool any = role == ROLE_READY || role == ROLE_SURVEY ||
		           (role == ROLE_WATCHER && !owes_kill(world, role));
		size_t count = any ? 1 : 3;

		for (size_t i = 0; i < count && is_alive(world, role); i++) {
			struct event event = ends[i];

			event.role = role;
			event.now = now;
			add_event(events, event);
		}
	}
}

static inline bool may_have_no_child(const struct world *world)
{
	return world->begun && world->alive == 0;
}

static inline void add_child_events(
        struct events *events, const struct world *world, nsec_t now)
{
	add_role_events(events, world, now);
	if (may_have_no_child(world))
		add_event(events, (struct event){ .kind = EVENT_NO_CHILD, .now = now });
}

static inline void add_hook(struct events *events, nsec_t now)
{
	add_event(events, (struct event){ .kind = EVENT_ASKED, .now = now });
}

static inline void add_signal(struct events *events, nsec_t now, int signal)
{
	add_event(events, (struct event){ .kind = EVENT_SIGNAL, .now = now, .signal = signal });
}

/* The second from the first stop signal, in which further ones are duplicates, has an end too. */
static inline void add_window_edge(
        struct events *events, const struct world *world, nsec_t wake)
{
	nsec_t edge = nsec_add(world->signal_at, SEC);

	for (nsec_t at = edge - 1; edge != NEVER && at <= edge; at++)
		if (at > world->now && at < wake)
			add_signal(events, at, SIGTERM);
}

/*
 * At the next instant: just before, exactly, seconds late, an hour late (a freeze). Just before a
 * further round of SIGKILL nothing is new.
 */
static inline void add_events_around(
        struct events *events, const struct world *world, nsec_t wake)
{
	nsec_t due = nsec_max(wake, world->now);

	if (due > world->now + 1 && wake != world->machine.at.kill_again)
		add_child_events(events, world, due - 1);
	if (due > world->now)
		add_child_events(events, world, due);
	add_child_events(events, world, due + HOUR);
	add_signal(events, due + HOUR, SIGTERM);
	add_hook(events, due + HOUR);
	add_event(events, (struct event){ .kind = EVENT_TIME, .now = due });
	add_event(events, (struct event){ .kind = EVENT_TIME, .now = due + 2 * SEC });
	add_event(events, (struct event){ .kind = EVENT_TIME, .now = due + HOUR });
}

static inline void find_events(struct events *events, const struct world *world)
{
	nsec_t wake = machine_wake_at(&world->machine);

	events->count = 0;
	add_child_events(events, world, world->now);
	add_signal(events, world->now, SIGTERM);
	add_signal(events, world->now, SIGUSR1);
	add_hook(events, world->now);
	/* After a hook it may be another than the one that would be sent on without it. */
	if (world->stop_at != NEVER && world->signal_at == NEVER &&
	        options_of(world)->stop_status >= 0)
		add_signal(events, world->now, SIGINT);
	if (world->hook_waits)
		add_event(events, (struct event){ .kind = EVENT_SIGNAL,
		                          .now = world->now,
		                          .signal = SIGTERM,
		                          .hook_there = true });
	if (wake != NEVER)
		add_events_around(events, world, wake);
	if (!world->begun)
		add_event(events, (struct event){ .kind = EVENT_TIME, .now = world->now });
	if (world->signal_at == world->stop_at)
		add_window_edge(events, world, wake);
	events->followed = events->count;
	/* A window for each instant at which a signal can follow a hook: too many to go on from. */
	if (world->signal_at != world->stop_at)
		add_window_edge(events, world, wake);
}

/* ---- the states that were seen ---- */

struct state {
	struct world world;
	struct event event; /* that led here */
	size_t parent;
};

struct search {
	step_function *step;
	struct state *seen;
	size_t count;
	size_t room;
	uint32_t *slots; /* place in seen, plus 1 */
	size_t slot_count;
	uint64_t steps;
	const char *wrong;
};

#define SLOTS       ((size_t)1 << 22)
#define STATES_MOST ((size_t)1 << 21)

static inline uint64_t hash(const struct world *world)
{
	const unsigned char *bytes = (const unsigned char *)world;
	uint64_t sum = 14695981039346656037u;
	uint64_t word;

	for (size_t i = 0; i + sizeof word <= sizeof *world; i += sizeof word) {
		memcpy(&word, bytes + i, sizeof word);
		sum = (sum ^ word) * 1099511628211u;
		sum ^= sum >> 29;
	}
	return sum;
}

static inline void search_init(struct search *search, step_function *step)
{
	*search = (struct search){ .step = step, .room = 4096, .slot_count = SLOTS };
	search->seen = malloc(search->room * sizeof *search->seen);
	search->slots = calloc(search->slot_count, sizeof *search->slots);
	if (!search->seen || !search->slots)
		abort();
}

static inline void search_free(struct search *search)
{
	free(search->seen);
	free(search->slots);
}

static inline void forget_all(struct search *search)
{
	for (size_t i = 0; i < search->count; i++)
		search->slots[hash(&search->seen[i].world) % search->slot_count] = 0;
	if (search->count > 0)
		memset(search->slots, 0, search->slot_count * sizeof *search->slots);
	search->count = 0;
}

static inline void remember(
        struct search *search, struct world *world, const struct event *event, size_t parent)
{
	size_t slot;

	if (world->exited)
		return;
	world_forget(world);
	world_shift(world, START_AT - world->now);
	slot = hash(world) % search->slot_count;
	for (; search->slots[slot]; slot = (slot + 1) % search->slot_count)
		if (memcmp(&search->seen[search->slots[slot] - 1].world, world,
		            sizeof *world) == 0)
			return;
	if (search->count == STATES_MOST) {
		search->wrong = "it does not close";
		return;
	}
	if (search->count == search->room) {
		search->room *= 2;
		search->seen = realloc(search->seen, search->room * sizeof *search->seen);
		if (!search->seen)
			abort();
	}
	search->seen[search->count] = (struct state){ *world, *event, parent };
	search->slots[slot] = (uint32_t)++search->count;
}

/* ---- how it came to pass ---- */

static inline void print_event(const struct event *event, nsec_t before)
{
	static const char *kinds[] = { "time", "signal", "ended", "not started", "asked",
		"no child" };

	fprintf(stderr, "  +%12.6f ms %-11s role %d signal %d status %d\n",
	        (double)(event->now - before) / 1e6, kinds[event->kind], (int)event->role,
	        event->signal, event->status);
}

static inline void print_actions(const struct actions *actions)
{
	static const char *kinds[] = { "start", "signal", "name", "answer", "suspend", "exit" };

	for (int i = 0; i < actions->count; i++) {
		const struct action *action = &actions->list[i];

		fprintf(stderr, "      %s role %d target %d signal %d status %d\n",
		        kinds[action->kind], (int)action->role, (int)action->target,
		        action->signal, action->status);
	}
}

static inline void print_way(const struct search *search, size_t place)
{
	const struct state *seen = &search->seen[place];
	struct world world;
	struct actions actions;

	if (place == 0)
		return;
	print_way(search, seen->parent);
	world = search->seen[seen->parent].world;
	print_event(&seen->event, START_AT);
	world_step(&world, &seen->event, search->step, &actions);
	print_actions(&actions);
}

static inline void print_fault(
        const struct search *search, size_t place, const struct event *event)
{
	struct world world = search->seen[place].world;
	struct actions actions;

	fprintf(stderr, "%s:\n", search->wrong);
	print_way(search, place);
	world_step(&world, event, search->step, &actions);
	print_event(event, START_AT);
	print_actions(&actions);
}

/* ---- the search ---- */

/* Woken for nothing, just before something is due: nothing may come of it. */
static inline const char *wake_early(const struct search *search, const struct world *world)
{
	struct world early = *world;
	nsec_t wake = machine_wake_at(&world->machine);
	struct event event = { .kind = EVENT_TIME, .now = wake - 1 };
	struct actions actions;

	if (wake == NEVER || wake <= world->now)
		return NULL;
	search->step(&early.machine, &event, &actions);
	return actions.count == 0 && memcmp(&early.machine, &world->machine,
	                                     sizeof early.machine) == 0
	               ? NULL
	               : "something is done before it is due";
}

static inline void expand(struct search *search, size_t place, bool tell)
{
	struct world from = search->seen[place].world;
	struct events events;
	struct actions actions;

	if (from.exited)
		return;
	find_events(&events, &from);
	if (from.begun)
		search->wrong = wake_early(search, &from);
	for (int i = 0; i < events.count && !search->wrong; i++) {
		struct world world = from;

		search->wrong = world_step(&world, &events.list[i], search->step, &actions);
		search->steps++;
		if (search->wrong && tell)
			print_fault(search, place, &events.list[i]);
		else if (!search->wrong && i < events.followed)
			remember(search, &world, &events.list[i], place);
	}
}

/*
 * search_plan: all that can happen under a plan.
 * tell   print how a fault came to pass.
 * Returns the first fault, or NULL; search->count is the number of states.
 */
static inline const char *search_plan(struct search *search, const struct plan *plan, bool tell)
{
	struct world first;

	forget_all(search);
	search->wrong = NULL;
	world_init(&first, plan);
	remember(search, &first, &(struct event){ .kind = EVENT_TIME }, 0);
	for (size_t place = 0; place < search->count && !search->wrong; place++)
		expand(search, place, tell);
	return search->wrong;
}

#endif
