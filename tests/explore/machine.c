/*
 * The machine against every order of events, for some hundred plans.
 */
#include <check.h>

#include "explore/plans.h"
#include "explore/search.h"

#define PLANS 300
#define WALKS 20000
#define YEAR  (365 * 24 * HOUR)

START_TEST(whatever_happens_every_plan_is_kept)
{
	struct search search;
	struct options options;
	struct plan plan;
	uint32_t seed = 1;
	uint64_t states = 0;

	search_init(&search, machine_step);
	for (int i = 0; i < PLANS; i++) {
		draw_plan(&options, &plan, &seed);
		ck_assert_ptr_null(search_plan(&search, &plan, true));
		states += search.count;
	}
	printf("explored: %d plans, %llu states, %llu steps\n", PLANS,
	        (unsigned long long)states, (unsigned long long)search.steps);
	search_free(&search);
}
END_TEST

/* One way through a plan, and the same a year later, side by side. */
static void walk_twice(const struct plan *plan, uint32_t *seed)
{
	struct world now;
	struct world later;
	struct events events;
	struct actions actions[2];

	world_init(&now, plan);
	world_init(&later, plan);
	world_shift(&later, YEAR);
	for (int i = 0; i < 200 && !now.exited; i++) {
		struct event event;

		find_events(&events, &now);
		event = events.list[draw(seed, (uint32_t)events.count)];
		memset(actions, 0, sizeof actions);
		ck_assert_ptr_null(world_step(&now, &event, machine_step, &actions[0]));
		event.now += YEAR;
		ck_assert_ptr_null(world_step(&later, &event, machine_step, &actions[1]));
		ck_assert_mem_eq(&actions[0], &actions[1], sizeof actions[0]);
	}
}

START_TEST(the_same_a_year_later_gives_the_same)
{
	struct options options;
	struct plan plan;
	uint32_t seed = 7;

	for (int i = 0; i < WALKS; i++) {
		draw_plan(&options, &plan, &seed);
		walk_twice(&plan, &seed);
	}
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("explore machine");
	TCase *tests = tcase_create("machine");
	SRunner *runner;
	int failed;

	tcase_set_timeout(tests, 600);
	tcase_add_test(tests, whatever_happens_every_plan_is_kept);
	tcase_add_test(tests, the_same_a_year_later_gives_the_same);
	suite_add_tcase(suite, tests);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed != 0;
}
