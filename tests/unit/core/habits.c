#include <errno.h>
#include <signal.h>

#include "core/machine.h"
#include "options/compat.h"
#include "unit/suite.h"

/* A machine with the habits of another program, without a grace period. */
static struct options options;
static struct plan plan;
static struct machine machine;
static struct actions actions;

static void step(struct event event)
{
	event.now = machine.at.stop == NEVER ? SEC : 2 * SEC;
	machine_step(&machine, &event, &actions);
}

static void given(const char *name, enum forward_to forward_to)
{
	const struct program *program = compat_program(name);
	struct problem misfit;

	options = (struct options){ .habits = program->habits, .forward_to = forward_to };
	options.stop_status = -1;
	for (int signal = 1; signal <= SIGNAL_LAST; signal++)
		options.rewrite[signal] = (uint8_t)signal;
	compat_finish(program, false, &options);
	ck_assert(plan_make(&options, &plan, &misfit));
	machine_init(&machine, &plan);
	step((struct event){ .kind = EVENT_TIME });
	ck_assert_int_eq(actions.list[0].kind, ACTION_START);
}

static void expect_signal(int place, enum target target, int signal)
{
	ck_assert_int_lt(place, actions.count);
	ck_assert_int_eq(actions.list[place].kind, ACTION_SIGNAL);
	ck_assert_int_eq(actions.list[place].target, target);
	ck_assert_int_eq(actions.list[place].signal, signal);
}

static void expect_exit(int place, int status)
{
	ck_assert_int_eq(actions.count, place + 1);
	ck_assert_int_eq(actions.list[place].kind, ACTION_EXIT);
	ck_assert_int_eq(actions.list[place].status, status);
}

static void main_ends(int status)
{
	step((struct event){ .kind = EVENT_ENDED, .role = ROLE_MAIN, .status = status });
}

START_TEST(TERM_is_a_signal_like_any_other)
{
	given("tini", FORWARD_MAIN);
	for (int i = 0; i < 3; i++) {
		step((struct event){ .kind = EVENT_SIGNAL, .signal = SIGTERM });
		ck_assert_int_eq(actions.count, 1);
		expect_signal(0, TARGET_MAIN, SIGTERM);
		ck_assert_int_eq(machine_wake_at(&machine), NEVER);
	}
}
END_TEST

START_TEST(the_main_childs_end_is_the_end_whoever_is_left)
{
	given("catatonit", FORWARD_GROUP);
	main_ends(3);
	expect_exit(0, 3);
}
END_TEST

START_TEST(dumb_init_tells_the_group_and_leaves)
{
	given("dumb-init", FORWARD_GROUP);
	main_ends(143);
	expect_signal(0, TARGET_GROUP, SIGTERM);
	expect_exit(1, 143);
	given("dumb-init", FORWARD_MAIN);
	main_ends(0);
	expect_exit(0, 0);
}
END_TEST

START_TEST(dumb_init_is_stopped_with_its_session)
{
	given("dumb-init", FORWARD_GROUP);
	step((struct event){ .kind = EVENT_SIGNAL, .signal = SIGTSTP });
	expect_signal(0, TARGET_GROUP, SIGSTOP);
	ck_assert_int_eq(actions.list[1].kind, ACTION_SUSPEND);
	given("dumb-init", FORWARD_MAIN);
	step((struct event){ .kind = EVENT_SIGNAL, .signal = SIGTTIN });
	expect_signal(0, TARGET_MAIN, SIGTTIN);
	ck_assert_int_eq(actions.list[1].kind, ACTION_SUSPEND);
	step((struct event){ .kind = EVENT_SIGNAL, .signal = SIGTTOU });
	expect_signal(0, TARGET_MAIN, SIGTTOU);
	ck_assert_int_eq(actions.list[1].kind, ACTION_SUSPEND);
	step((struct event){ .kind = EVENT_SIGNAL, .signal = SIGCONT });
	ck_assert_int_eq(actions.count, 1);
	given("tini", FORWARD_MAIN);
	step((struct event){ .kind = EVENT_SIGNAL, .signal = SIGTSTP });
	ck_assert_int_eq(actions.count, 1);
	step((struct event){ .kind = EVENT_SIGNAL, .signal = SIGTTIN });
	ck_assert_int_eq(actions.count, 0);
}
END_TEST

static int status_of(const char *name, int error, bool in_exec)
{
	given(name, FORWARD_MAIN);
	step((struct event){ .kind = EVENT_NOT_STARTED,
	        .role = ROLE_MAIN,
	        .error = error,
	        .in_exec = in_exec });
	return actions.list[0].status;
}

START_TEST(an_exec_that_fails_has_each_programs_status)
{
	ck_assert_int_eq(status_of("tini", ENOENT, true), 127);
	ck_assert_int_eq(status_of("tini", EACCES, true), 126);
	ck_assert_int_eq(status_of("tini", ENOTDIR, true), 1);
	ck_assert_int_eq(status_of("tini", E2BIG, true), 1);
	ck_assert_int_eq(status_of("tini", EAGAIN, false), 1);
	ck_assert_int_eq(status_of("dumb-init", ENOENT, true), 2);
	ck_assert_int_eq(status_of("catatonit", EACCES, true), 1);
}
END_TEST

SUITE("habits", TERM_is_a_signal_like_any_other, the_main_childs_end_is_the_end_whoever_is_left,
        dumb_init_tells_the_group_and_leaves, dumb_init_is_stopped_with_its_session,
        an_exec_that_fails_has_each_programs_status)
