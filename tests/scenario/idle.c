/*
 * The watcher of connections: one more thing that the drain waits for.
 */
#include "scenario/scenario.h"

START_TEST(the_drain_is_over_when_the_connections_are_idle)
{
	given("--grace 30s --drain-idle");
	expect(starts(MAIN));
	at(0, received(SIGTERM));
	expect(starts(WATCHER));
	at(4 * SEC, ended(WATCHER, 0));
	expect(stops(GROUP, SIGTERM));
	ck_assert(world.machine.drain_end == DRAIN_DONE && machine_drained(&world.machine));
}
END_TEST

START_TEST(it_waits_for_all_command_least_time_and_connections)
{
	given("--grace 30s --drain let-go --drain-min 5s --drain-idle");
	expect(starts(MAIN));
	at(0, received(SIGTERM));
	expect(starts(WATCHER), starts(DRAIN));
	at(1 * SEC, ended(DRAIN, 0));
	expect_nothing();
	at(6 * SEC, ended(WATCHER, 0));
	expect(stops(GROUP, SIGTERM));
}
END_TEST

START_TEST(idle_connections_do_not_cut_the_command_short)
{
	given("--grace 30s --drain let-go --drain-idle");
	expect(starts(MAIN));
	at(0, received(SIGTERM));
	expect(starts(WATCHER), starts(DRAIN));
	at(1 * SEC, ended(WATCHER, 0));
	expect_nothing();
	at(9 * SEC, ended(DRAIN, 0));
	expect(stops(GROUP, SIGTERM));
}
END_TEST

START_TEST(nor_the_least_time)
{
	given("--grace 30s --drain-min 5s --drain-idle");
	expect(starts(MAIN));
	at(0, received(SIGTERM));
	expect(starts(WATCHER));
	at(1 * SEC, ended(WATCHER, 0));
	expect_nothing();
	at(5 * SEC, time_passes());
	expect(stops(GROUP, SIGTERM));
}
END_TEST

START_TEST(the_ready_file_goes_first)
{
	given("--grace 30s --drain-idle --ready-file ready");
	expect(starts(MAIN), starts(READY));
	at(0, ended(READY, 0));
	expect_nothing();
	at(0, received(SIGTERM));
	expect(starts(UNREADY), starts(WATCHER));
}
END_TEST

START_TEST(a_busy_connection_holds_the_drain_to_its_budget)
{
	given("--grace 30s --drain-idle --drain-min 5s");
	expect(starts(MAIN));
	at(0, received(SIGTERM));
	expect(starts(WATCHER));
	at(18 * SEC, time_passes());
	expect(signals(WATCHER, SIGKILL), stops(GROUP, SIGTERM));
	ck_assert(world.machine.drain_end == DRAIN_BUDGET && !machine_drained(&world.machine));
	at(18 * SEC, killed_by_signal(WATCHER, SIGKILL));
	expect_nothing();
}
END_TEST

START_TEST(what_it_sees_after_that_changes_nothing)
{
	given("--grace 30s --drain-idle");
	expect(starts(MAIN));
	at(0, received(SIGTERM));
	expect(starts(WATCHER));
	at(18 * SEC, time_passes());
	expect(signals(WATCHER, SIGKILL), stops(GROUP, SIGTERM));
	at(18 * SEC, ended(WATCHER, 0));
	expect_nothing();
	ck_assert(!machine_drained(&world.machine));
}
END_TEST

START_TEST(idle_at_the_last_instant_is_idle)
{
	given("--grace 30s --drain-idle");
	expect(starts(MAIN));
	at(0, received(SIGTERM));
	expect(starts(WATCHER));
	at(18 * SEC, ended(WATCHER, 0));
	expect(stops(GROUP, SIGTERM));
	ck_assert(world.machine.drain_end == DRAIN_DONE && machine_drained(&world.machine));
}
END_TEST

/* The drain lasts to its budget, and has failed. */
static void expect_never_idle(struct event event)
{
	given("--grace 30s --drain-idle");
	expect(starts(MAIN));
	at(0, received(SIGTERM));
	expect(starts(WATCHER));
	at(1 * SEC, event);
	expect_nothing();
	at(18 * SEC, time_passes());
	expect(stops(GROUP, SIGTERM));
	ck_assert(world.machine.drain_end == DRAIN_BUDGET && !machine_drained(&world.machine));
}

START_TEST(a_watcher_that_sees_nothing_has_not_seen_idle)
{
	expect_never_idle(ended(WATCHER, 1));
}
END_TEST

START_TEST(nor_has_one_that_was_killed_or_could_not_be_started)
{
	expect_never_idle(killed_by_signal(WATCHER, SIGKILL));
	expect_never_idle(not_started(WATCHER, EAGAIN));
}
END_TEST

START_TEST(a_command_that_fails_leaves_the_connections_their_time)
{
	given("--grace 30s --drain fails --drain-idle");
	expect(starts(MAIN));
	at(0, received(SIGTERM));
	expect(starts(WATCHER), starts(DRAIN));
	at(1 * SEC, ended(DRAIN, 1));
	expect_nothing();
	at(9 * SEC, ended(WATCHER, 0));
	expect(stops(GROUP, SIGTERM));
	ck_assert(world.machine.drain_end == DRAIN_DONE && !machine_drained(&world.machine));
}
END_TEST

START_TEST(a_further_stop_signal_ends_the_watching)
{
	given("--grace 30s --drain-idle");
	expect(starts(MAIN));
	at(0, received(SIGTERM));
	expect(starts(WATCHER));
	at(500 * MSEC, received(SIGTERM));
	expect_nothing();
	at(2 * SEC, received(SIGTERM));
	expect(signals(WATCHER, SIGKILL), stops(GROUP, SIGTERM));
	ck_assert(world.machine.drain_end == DRAIN_SIGNAL);
}
END_TEST

START_TEST(so_does_the_main_childs_end)
{
	given("--grace 30s --drain hang --drain-idle");
	expect(starts(MAIN));
	at(0, received(SIGTERM));
	expect(starts(WATCHER), starts(DRAIN));
	at(1 * SEC, ended(MAIN, 0));
	expect(signals(WATCHER, SIGKILL));
	ck_assert(world.machine.drain_end == DRAIN_MAIN_CHILD);
	at(1 * SEC, killed_by_signal(WATCHER, SIGKILL));
	expect_nothing();
	at(2 * SEC, ended(DRAIN, 0));
	expect_nothing();
	at(2 * SEC, nobody_left());
	expect(exits(0));
}
END_TEST

START_TEST(a_main_child_that_ends_by_itself_is_not_watched)
{
	given("--grace 30s --drain-idle");
	expect(starts(MAIN));
	at(0, ended(MAIN, 0));
	expect_nothing();
	at(0, received(SIGTERM));
	expect_nothing();
	at(0, nobody_left());
	expect(exits(0));
}
END_TEST

START_TEST(after_a_freeze_past_the_drain_nobody_watches_any_longer)
{
	given("--grace 30s --drain-idle");
	expect(starts(MAIN));
	at(0, received(SIGTERM));
	expect(starts(WATCHER));
	frozen_until(60 * SEC, time_passes());
	expect(signals(WATCHER, SIGKILL), stops(GROUP, SIGTERM), kills(EVERYONE), exits(137));
}
END_TEST

START_TEST(with_an_infinite_grace_the_drain_still_has_its_budget)
{
	given("--grace infinity --drain-idle --drain-max 10s");
	expect(starts(MAIN));
	at(0, received(SIGTERM));
	expect(starts(WATCHER));
	at(10 * SEC, time_passes());
	expect(signals(WATCHER, SIGKILL), stops(GROUP, SIGTERM));
	expect_asleep();
}
END_TEST

SUITE("scenario idle", the_drain_is_over_when_the_connections_are_idle,
        it_waits_for_all_command_least_time_and_connections,
        idle_connections_do_not_cut_the_command_short, nor_the_least_time,
        the_ready_file_goes_first, a_busy_connection_holds_the_drain_to_its_budget,
        what_it_sees_after_that_changes_nothing, idle_at_the_last_instant_is_idle,
        a_watcher_that_sees_nothing_has_not_seen_idle,
        nor_has_one_that_was_killed_or_could_not_be_started,
        a_command_that_fails_leaves_the_connections_their_time,
        a_further_stop_signal_ends_the_watching, so_does_the_main_childs_end,
        a_main_child_that_ends_by_itself_is_not_watched,
        after_a_freeze_past_the_drain_nobody_watches_any_longer,
        with_an_infinite_grace_the_drain_still_has_its_budget)
