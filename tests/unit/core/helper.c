#include "core/helper.h"

#include <signal.h>

#include "unit/suite.h"

START_TEST(no_helper_has_nothing_due)
{
	struct helper helper = helper_idle();

	ck_assert_int_eq(helper_due(&helper, NEVER - 1), 0);
	ck_assert(helper_wake_at(&helper) == NEVER);
}
END_TEST

START_TEST(it_has_term_then_kill_each_once)
{
	struct helper helper = helper_idle();

	helper_limit(&helper, 5 * SEC, 6 * SEC);
	ck_assert_int_eq(helper_wake_at(&helper), 5 * SEC);
	ck_assert_int_eq(helper_due(&helper, 5 * SEC - 1), 0);
	ck_assert_int_eq(helper_due(&helper, 5 * SEC), SIGTERM);
	ck_assert_int_eq(helper_due(&helper, 5 * SEC), 0);
	ck_assert_int_eq(helper_wake_at(&helper), 6 * SEC);
	ck_assert_int_eq(helper_due(&helper, 6 * SEC), SIGKILL);
	ck_assert_int_eq(helper_due(&helper, 6 * SEC), 0);
	ck_assert(helper_wake_at(&helper) == NEVER);
}
END_TEST

START_TEST(after_a_freeze_it_has_kill_alone)
{
	struct helper helper = helper_idle();

	helper_limit(&helper, 5 * SEC, 6 * SEC);
	ck_assert_int_eq(helper_due(&helper, 7 * SEC), SIGKILL);
	ck_assert(helper_wake_at(&helper) == NEVER);
}
END_TEST

START_TEST(a_limit_never_gives_more_time)
{
	struct helper helper = helper_idle();

	helper_limit(&helper, 5 * SEC, 6 * SEC);
	helper_limit(&helper, 8 * SEC, 9 * SEC);
	ck_assert_int_eq(helper.term_at, 5 * SEC);
	ck_assert_int_eq(helper.kill_at, 6 * SEC);
	helper_limit(&helper, 1 * SEC, 2 * SEC);
	ck_assert_int_eq(helper.term_at, 1 * SEC);
	ck_assert_int_eq(helper.kill_at, 2 * SEC);
}
END_TEST

SUITE("helper", no_helper_has_nothing_due, it_has_term_then_kill_each_once,
        after_a_freeze_it_has_kill_alone, a_limit_never_gives_more_time)
