/*
 * scenario: the machine on a virtual clock, told as a story: given(options), at(time, event),
 * expect(actions). Times count from the first step that is not given()'s own. Each step is judged
 * by the bystander of tests/explore too.
 */
#ifndef SCENARIO_SCENARIO_H
#define SCENARIO_SCENARIO_H

#include <errno.h>

#include "explore/world.h"
#include "options/drainit.h"
#include "options/scan.h"
#include "unit/suite.h"

static struct options options;
static struct plan plan;
static struct world world;
static struct actions actions;
static int expected;

/* ---- what happens ---- */

static inline struct event received(int signal)
{
	return (struct event){ .kind = EVENT_SIGNAL, .signal = signal };
}

/* The preStop hook. */
static inline struct event asked(void)
{
	return (struct event){ .kind = EVENT_ASKED };
}

/* While a hook that asked still waits for its answer. */
static inline struct event received_beside_the_hook(int signal)
{
	return (struct event){ .kind = EVENT_SIGNAL, .signal = signal, .hook_there = true };
}

static inline struct event time_passes(void)
{
	return (struct event){ .kind = EVENT_TIME };
}

static inline struct event nobody_left(void)
{
	return (struct event){ .kind = EVENT_NO_CHILD };
}

#define ended(who, code)                                                                       \
	((struct event){ .kind = EVENT_ENDED, .role = ROLE_##who, .status = (code) })
#define killed_by_signal(who, number)                                                          \
	((struct event){ .kind = EVENT_ENDED,                                                  \
	        .role = ROLE_##who,                                                            \
	        .status = 128 + (number),                                                      \
	        .killed_by = (number) })
#define not_started(who, code)                                                                 \
	((struct event){ .kind = EVENT_NOT_STARTED, .role = ROLE_##who, .error = (code) })
#define not_executed(who, code)                                                                \
	((struct event){ .kind = EVENT_NOT_STARTED,                                            \
	        .role = ROLE_##who,                                                            \
	        .error = (code),                                                               \
	        .in_exec = true })

/* ---- what is to be done ---- */

#define starts(who)   ((struct action){ .kind = ACTION_START, .role = ROLE_##who })
#define names(whom)   ((struct action){ .kind = ACTION_NAME, .target = TARGET_##whom })
#define exits(code)   ((struct action){ .kind = ACTION_EXIT, .status = (code) })
#define answers(code) ((struct action){ .kind = ACTION_ANSWER, .status = (code) })
#define signals(whom, number)                                                                  \
	((struct action){ .kind = ACTION_SIGNAL, .target = TARGET_##whom, .signal = (number) })

/* A stopped process gets its TERM only once it goes on. */
#define stops(whom, number) signals(whom, number), signals(whom, SIGCONT)

/* Survivors are named first. */
#define kills(whom) names(whom), signals(whom, SIGKILL)

/* ---- the story ---- */

static inline void judge(struct event event)
{
	const char *wrong = world_step(&world, &event, machine_step, &actions);

	expected = 0;
	ck_assert_msg(!wrong, "%s", wrong);
}

static inline void step_at(nsec_t offset, struct event event, bool late)
{
	nsec_t wake = machine_wake_at(&world.machine);

	ck_assert_msg(expected == actions.count, "%d more actions than were expected",
	        actions.count - expected);
	event.now = START_AT + offset;
	ck_assert_msg(late || wake >= event.now || wake <= world.now,
	        "something is due before, at %lld ms", (long long)((wake - START_AT) / MSEC));
	judge(event);
}

/* at: nothing may have been due since the step before. */
static inline void at(nsec_t offset, struct event event)
{
	step_at(offset, event, false);
}

/* frozen_until: time ran on, and drainit did not. */
static inline void frozen_until(nsec_t offset, struct event event)
{
	step_at(offset, event, true);
}

/* pass_until: what falls due before is done, and looked at by the bystander alone. */
static inline void pass_until(nsec_t offset)
{
	while (machine_wake_at(&world.machine) < START_AT + offset)
		judge((struct event){ .kind = EVENT_TIME,
		        .now = nsec_max(world.now, machine_wake_at(&world.machine)) });
	expected = actions.count;
}

static inline void expect_actions(const struct action *list, int count)
{
	for (int i = 0; i < count; i++) {
		const struct action *want = &list[i];
		const struct action *seen = &actions.list[expected];

		ck_assert_msg(expected < actions.count, "action %d is missing", i);
		ck_assert_msg(want->kind == seen->kind && want->role == seen->role &&
		                      want->target == seen->target &&
		                      want->signal == seen->signal &&
		                      want->status == seen->status,
		        "action %d: kind %d role %d target %d signal %d status %d", i,
		        (int)seen->kind, (int)seen->role, (int)seen->target, seen->signal,
		        seen->status);
		expected++;
	}
	ck_assert_msg(expected == actions.count, "%d more actions than were expected",
	        actions.count - expected);
}

#define expect(...)                                                                            \
	expect_actions((const struct action[]){ __VA_ARGS__ },                                 \
	        (int)(sizeof((const struct action[]){ __VA_ARGS__ }) / sizeof(struct action)))
#define expect_nothing() expect_actions(NULL, 0)

static inline void expect_asleep(void)
{
	ck_assert(machine_wake_at(&world.machine) == NEVER);
}

/* before_start_with: these options, words with blanks between; nothing is started. */
static inline void before_start_with(const char *arguments)
{
	static char bytes[512];
	static char no_environment_bytes[1];
	static char *no_environment[] = { NULL };
	char problem_bytes[256];
	char *argv[32] = { no_environment_bytes };
	int argc = 1;
	enum mode mode;
	struct problem misfit;
	struct writer problem = writer_on(problem_bytes, sizeof problem_bytes);

	ck_assert(strlen(arguments) < sizeof bytes - 8);
	strcpy(bytes, arguments);
	strcat(bytes, " main");
	for (char *word = strtok(bytes, " "); word; word = strtok(NULL, " "))
		argv[argc++] = word;
	const struct invocation invocation = { argc, argv, no_environment, 1 };
	ck_assert_msg(scan(&drainit_program, &invocation, &options, &mode, &problem, &problem),
	        "%.*s", (int)problem.length, problem.text);
	ck_assert_msg(
	        plan_make(&options, &plan, &misfit), "does not fit: %d", (int)misfit.misfit);
	world_init(&world, &plan);
}

/* given: the main child runs with these options. */
static inline void given(const char *arguments)
{
	before_start_with(arguments);
	judge((struct event){ .kind = EVENT_TIME, .now = START_AT });
}

#endif
