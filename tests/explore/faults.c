/*
 * Exploration must find what is wrong: the machine with a fault put in, once for each.
 */
#include <check.h>

#include "explore/plans.h"
#include "explore/search.h"

static void add_signal_action(struct actions *out, enum target target, int signal)
{
	out->list[out->count++] = (struct action){
		.kind = ACTION_SIGNAL,
		.target = target,
		.signal = signal,
	};
}

static void kill_late(struct machine *machine, const struct event *event, struct actions *out)
{
	static struct plan late;
	const struct plan *plan = machine->plan;

	late = *plan;
	if (plan != &late)
		late.kill += MSEC;
	machine->plan = &late;
	machine_step(machine, event, out);
}

static void signal_the_dead(
        struct machine *machine, const struct event *event, struct actions *out)
{
	machine_step(machine, event, out);
	if (event->kind == EVENT_ENDED && event->role == ROLE_DRAIN && out->count == 0)
		add_signal_action(out, TARGET_DRAIN, SIGTERM);
}

static void exit_with_the_helpers_status(
        struct machine *machine, const struct event *event, struct actions *out)
{
	machine_step(machine, event, out);
	if (event->kind == EVENT_ENDED && event->role == ROLE_AFTER)
		machine->status = (uint8_t)event->status;
}

static void stop_twice(struct machine *machine, const struct event *event, struct actions *out)
{
	bool again = event->kind == EVENT_SIGNAL && event->signal == SIGTERM &&
	             machine->phase == PHASE_STOP;

	machine_step(machine, event, out);
	if (again && out->count == 0)
		add_signal_action(out, TARGET_GROUP, SIGTERM);
}

static void forget_the_watcher(
        struct machine *machine, const struct event *event, struct actions *out)
{
	int kept = 0;

	machine_step(machine, event, out);
	for (int i = 0; i < out->count; i++)
		if (out->list[i].kind != ACTION_SIGNAL || out->list[i].target != TARGET_WATCHER)
			out->list[kept++] = out->list[i];
	out->count = kept;
}

static void start_unanswered(
        struct machine *machine, const struct event *event, struct actions *out)
{
	struct event answered = *event;

	if (event->kind == EVENT_ENDED && event->role == ROLE_WAIT && event->killed_by)
		answered.status = answered.killed_by = 0;
	machine_step(machine, &answered, out);
}

static void answer_no_hook(
        struct machine *machine, const struct event *event, struct actions *out)
{
	int kept = 0;

	machine_step(machine, event, out);
	for (int i = 0; i < out->count; i++)
		if (out->list[i].kind != ACTION_ANSWER)
			out->list[kept++] = out->list[i];
	out->count = kept;
}

/* Everything that a fault may hide in: wait, drain, after command, both ends of the escalation. */
static const char *explore(step_function *step)
{
	struct options options = preset_options();
	struct plan plan;
	struct problem problem;
	struct search search;
	const char *wrong;

	options.margin = span(60 * MSEC);
	options.wait_for = "http://localhost";
	options.drain = "true";
	options.drain_idle = true;
	options.after = "true";
	ck_assert(plan_make(&options, &plan, &problem));
	search_init(&search, step);
	wrong = search_plan(&search, &plan, false);
	search_free(&search);
	return wrong;
}

START_TEST(without_a_fault_it_finds_none)
{
	ck_assert_ptr_null(explore(machine_step));
}
END_TEST

START_TEST(it_finds_a_kill_past_the_deadline)
{
	ck_assert_pstr_eq(
	        explore(kill_late), "the deadline has passed without SIGKILL to everyone");
}
END_TEST

START_TEST(it_finds_a_signal_to_one_who_has_ended)
{
	ck_assert_pstr_eq(explore(signal_the_dead), "a signal to a role that has ended");
}
END_TEST

START_TEST(it_finds_an_exit_with_the_helpers_status)
{
	ck_assert_pstr_eq(explore(exit_with_the_helpers_status),
	        "exit with a status that is not the main child's");
}
END_TEST

START_TEST(it_finds_a_stop_signal_sent_twice)
{
	ck_assert_pstr_eq(
	        explore(stop_twice), "the stop signal is sent twice for one stop request");
}
END_TEST

START_TEST(it_finds_a_watcher_that_outlives_the_drain)
{
	ck_assert_pstr_eq(explore(forget_the_watcher), "the watcher outlives the drain");
}
END_TEST

START_TEST(it_finds_a_main_child_that_is_started_without_an_answer)
{
	ck_assert_pstr_eq(explore(start_unanswered),
	        "the main child is started without the answer that it waits for");
}
END_TEST

START_TEST(it_finds_a_hook_that_is_never_answered)
{
	ck_assert_pstr_eq(explore(answer_no_hook), "exit with a hook left waiting");
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("explore faults");
	TCase *tests = tcase_create("faults");
	SRunner *runner;
	int failed;

	tcase_set_timeout(tests, 60);
	tcase_add_test(tests, without_a_fault_it_finds_none);
	tcase_add_test(tests, it_finds_a_kill_past_the_deadline);
	tcase_add_test(tests, it_finds_a_signal_to_one_who_has_ended);
	tcase_add_test(tests, it_finds_an_exit_with_the_helpers_status);
	tcase_add_test(tests, it_finds_a_stop_signal_sent_twice);
	tcase_add_test(tests, it_finds_a_watcher_that_outlives_the_drain);
	tcase_add_test(tests, it_finds_a_main_child_that_is_started_without_an_answer);
	tcase_add_test(tests, it_finds_a_hook_that_is_never_answered);
	suite_add_tcase(suite, tests);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed != 0;
}
