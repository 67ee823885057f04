/*
 * The figures of the budget: tables, then every grace period with every share.
 */
#include "core/plan.h"

#include <signal.h>

#include "explore/plans.h"
#include "unit/suite.h"

#define MS MSEC

static struct duration share(int64_t percent)
{
	return (struct duration){
		.kind = DURATION_SHARE,
		.value = percent * (SHARE_WHOLE / 100),
	};
}

static struct plan made(const struct options *options)
{
	struct plan plan;
	struct problem problem;

	ck_assert_msg(plan_make(options, &plan, &problem), "refused: %d", (int)problem.misfit);
	ck_assert_int_eq(problem.misfit, MISFIT_NONE);
	return plan;
}

static void expect_refused(
        const struct options *options, enum misfit misfit, nsec_t wants, nsec_t limit)
{
	struct plan plan;
	struct problem problem;

	ck_assert(!plan_make(options, &plan, &problem));
	ck_assert_int_eq(problem.misfit, misfit);
	ck_assert_int_eq(problem.wants, wants);
	ck_assert_int_eq(problem.limit, limit);
}

/* The value that is last taken and the next one, which is refused. */
static void expect_edge(
        struct options *options, struct duration *value, nsec_t most, enum misfit misfit)
{
	*value = span(most);
	made(options);
	*value = span(most + 1);
	expect_refused(options, misfit, most + 1, most);
}

START_TEST(the_sums_of_the_contract)
{
	static const struct {
		nsec_t grace, spent, margin, deadline, reserve, drain_term, drain_max, exit_by;
	} rows[] = {
		{ 30 * SEC, 0, 1500 * MS, 28500 * MS, 3 * SEC, 17 * SEC, 18 * SEC, 29250 * MS },
		{ 10 * SEC, 0, 500 * MS, 9500 * MS, 1 * SEC, 5400 * MS, 6 * SEC, 9750 * MS },
		{ 5 * SEC, 0, 500 * MS, 4500 * MS, 1 * SEC, 2700 * MS, 3 * SEC, 4750 * MS },
		{ 60 * SEC, 0, 2 * SEC, 58 * SEC, 6 * SEC, 35 * SEC, 36 * SEC, 59 * SEC },
		{ 3600 * SEC, 0, 2 * SEC, 3598 * SEC, 360 * SEC, 2159 * SEC, 2160 * SEC,
		        3599 * SEC },
		{ 30 * SEC, 20 * SEC, 500 * MS, 9500 * MS, 1 * SEC, 5400 * MS, 6 * SEC,
		        9750 * MS },
		{ 2 * SEC, 0, 500 * MS, 1500 * MS, 1 * SEC, 450 * MS, 500 * MS, 1750 * MS },
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct options options = preset_options();
		struct plan plan;

		options.grace = span(rows[i].grace);
		options.spent = span(rows[i].spent);
		options.drain = "true";
		plan = made(&options);
		ck_assert_int_eq(plan.allowance, rows[i].grace - rows[i].spent);
		ck_assert_int_eq(plan.margin, rows[i].margin);
		ck_assert_int_eq(plan.deadline, rows[i].deadline);
		ck_assert_int_eq(plan.kill, rows[i].deadline);
		ck_assert_int_eq(plan.reserve, rows[i].reserve);
		ck_assert_int_eq(plan.drain_term, rows[i].drain_term);
		ck_assert_int_eq(plan.drain_max, rows[i].drain_max);
		ck_assert_int_eq(plan.exit_by, rows[i].exit_by);
	}
}
END_TEST

START_TEST(the_platforms_grace_is_assumed)
{
	static const nsec_t graces[] = {
		[PLATFORM_KUBERNETES] = 30 * SEC,
		[PLATFORM_ECS] = 30 * SEC,
		[PLATFORM_NOMAD] = 5 * SEC,
		[PLATFORM_CLOUD_RUN] = 10 * SEC,
		[PLATFORM_DOCKER] = 10 * SEC,
	};

	for (size_t i = 0; i < sizeof graces / sizeof *graces; i++) {
		struct options options = preset_options();
		struct plan plan;

		options.grace = (struct duration){ .kind = DURATION_UNSET };
		options.platform = (enum platform)i;
		plan = made(&options);
		ck_assert_int_eq(plan.grace, graces[i]);
		ck_assert(plan.assumed && plan.cut == 0);
	}
}
END_TEST

START_TEST(a_second_is_the_least_grace)
{
	struct options options = preset_options();

	options.grace = span(SEC);
	ck_assert_int_eq(made(&options).deadline, 500 * MS);
	options.grace = span(SEC - 1);
	expect_refused(&options, MISFIT_GRACE, SEC - 1, SEC);
	options.grace = span(0);
	expect_refused(&options, MISFIT_GRACE, 0, SEC);
}
END_TEST

START_TEST(what_is_spent_leaves_a_second)
{
	struct options options = preset_options();

	expect_edge(&options, &options.spent, 29 * SEC, MISFIT_SPENT);
}
END_TEST

START_TEST(the_margin_is_at_most_half)
{
	struct options options = preset_options();

	expect_edge(&options, &options.margin, 15 * SEC, MISFIT_MARGIN);
	options.margin = share(50);
	ck_assert_int_eq(made(&options).deadline, 15 * SEC);
}
END_TEST

START_TEST(a_least_time_may_reach_the_reserve)
{
	struct options options = preset_options();

	expect_edge(&options, &options.drain_min, 25500 * MS, MISFIT_DRAIN_MIN);
	options.drain_min = span(25500 * MS);
	ck_assert_int_eq(made(&options).drain_max, 25500 * MS);
}
END_TEST

START_TEST(a_budget_set_by_hand_stays_under_80_percent_and_the_reserve)
{
	struct options options = preset_options();

	options.drain = "true";
	expect_edge(&options, &options.drain_max, 24 * SEC, MISFIT_DRAIN_MAX);
	options.grace = span(5 * SEC);
	expect_edge(&options, &options.drain_max, 3500 * MS, MISFIT_DRAIN_MAX);
	options.drain_max = share(70);
	ck_assert_int_eq(made(&options).drain_max, 3500 * MS);
	options.drain_max = span(500 * MS - 1);
	expect_refused(&options, MISFIT_DRAIN_SHORT, 500 * MS - 1, 500 * MS);
	options.drain_max = span(500 * MS);
	made(&options);
}
END_TEST

START_TEST(the_least_time_fits_into_the_budget)
{
	struct options options = preset_options();

	options.drain_max = span(10 * SEC);
	expect_edge(&options, &options.drain_min, 10 * SEC, MISFIT_DRAIN_MIN_MAX);
}
END_TEST

START_TEST(a_drain_has_half_a_second)
{
	struct options options = preset_options();

	options.drain = "true";
	options.grace = span(2 * SEC);
	ck_assert_int_eq(made(&options).drain_max, 500 * MS);
	options.grace = span(2 * SEC - 1);
	expect_refused(&options, MISFIT_NO_DRAIN_ROOM, 500 * MS, 500 * MS - 1);
}
END_TEST

START_TEST(the_command_starts_before_its_term)
{
	struct options options = preset_options();
	struct plan plan;
	struct problem problem;

	options.drain = "true";
	options.drain_delay = span(17 * SEC - 1);
	ck_assert_int_eq(made(&options).drain_delay, 17 * SEC - 1);
	options.drain_delay = span(17 * SEC);
	ck_assert(!plan_make(&options, &plan, &problem));
	ck_assert_int_eq(problem.misfit, MISFIT_DRAIN_DELAY);
}
END_TEST

START_TEST(an_escalation_may_not_reach_into_the_drain)
{
	struct options options = preset_options();
	struct plan plan;

	options.drain = "true";
	options.escalations = 1;
	options.escalate[0].signal = SIGQUIT;
	expect_edge(&options, &options.escalate[0].before, 10500 * MS, MISFIT_ESCALATE);
	options.drain = NULL;
	expect_edge(&options, &options.escalate[0].before, 28500 * MS, MISFIT_ESCALATE);
	options.escalate[0].before = share(10);
	options.escalate[1] = (struct escalation){ SIGINT, span(10 * SEC) };
	options.escalations = 2;
	plan = made(&options);
	ck_assert_int_eq(plan.escalate[0].signal, SIGINT);
	ck_assert_int_eq(plan.escalate[0].at, 18500 * MS);
	ck_assert_int_eq(plan.escalate[1].signal, SIGQUIT);
	ck_assert_int_eq(plan.escalate[1].at, 25500 * MS);
	options.escalate[0].before = span(20 * SEC);
	plan = made(&options);
	ck_assert_int_eq(plan.escalate[0].signal, SIGQUIT);
	ck_assert_int_eq(plan.escalate[0].at, 8500 * MS);
	ck_assert_int_eq(plan.escalate[1].signal, SIGINT);
}
END_TEST

START_TEST(an_after_command_moves_the_kill_and_all_that_counts_to_it)
{
	struct options options = preset_options();
	struct plan plan;

	options.after = "true";
	plan = made(&options);
	ck_assert_int_eq(plan.deadline, 28500 * MS);
	ck_assert_int_eq(plan.kill, 25500 * MS);
	expect_edge(&options, &options.drain_min, 22500 * MS, MISFIT_DRAIN_MIN);
	options.drain_min = span(0);
	options.after_max = span(SEC);
	ck_assert_int_eq(made(&options).kill, 27500 * MS);
}
END_TEST

START_TEST(what_does_not_fit_an_assumed_grace_is_cut)
{
	struct options options = preset_options();
	struct plan plan;

	options.grace = (struct duration){ .kind = DURATION_UNSET };
	options.platform = PLATFORM_DOCKER;
	options.drain = "true";
	options.drain_min = span(20 * SEC);
	options.drain_max = span(30 * SEC);
	options.drain_delay = span(15 * SEC);
	options.escalations = 1;
	options.escalate[0] = (struct escalation){ SIGQUIT, span(9 * SEC) };
	plan = made(&options);
	ck_assert_int_eq(plan.drain_min, 8 * SEC);
	ck_assert_int_eq(plan.drain_max, 8 * SEC);
	ck_assert_int_eq(plan.drain_delay, 0);
	ck_assert_int_eq(plan.escalate[0].at, 8 * SEC);
	ck_assert_int_eq(plan.cut, 1u << MISFIT_DRAIN_MIN | 1u << MISFIT_DRAIN_MAX |
	                                   1u << MISFIT_DRAIN_MIN_MAX |
	                                   1u << MISFIT_DRAIN_DELAY | 1u << MISFIT_ESCALATE);
}
END_TEST

START_TEST(a_drain_without_room_in_an_assumed_grace_is_left_out)
{
	struct options options = preset_options();
	struct plan plan;

	options.grace = (struct duration){ .kind = DURATION_UNSET };
	options.platform = PLATFORM_NOMAD;
	options.spent = span(10 * SEC);
	options.margin = span(4 * SEC);
	options.drain = "true";
	plan = made(&options);
	ck_assert(!plan.drains);
	ck_assert_int_eq(plan.spent, 4 * SEC);
	ck_assert_int_eq(plan.margin, 500 * MS);
	ck_assert_int_eq(plan.cut,
	        1u << MISFIT_SPENT | 1u << MISFIT_MARGIN | 1u << MISFIT_NO_DRAIN_ROOM);
}
END_TEST

START_TEST(without_an_end_a_drain_needs_one_of_its_own)
{
	struct options options = preset_options();
	struct plan plan;

	options.grace = span(NEVER);
	plan = made(&options);
	ck_assert(plan.deadline == NEVER && plan.kill == NEVER && plan.exit_by == NEVER);
	ck_assert_int_eq(plan.linger, 2 * SEC);
	ck_assert_int_eq(plan.settle, 250 * MS);
	options.margin = span(SEC);
	ck_assert_int_eq(made(&options).settle, 500 * MS);
	options.drain = "true";
	expect_refused(&options, MISFIT_INFINITE_DRAIN, 0, 0);
	options.drain_max = span(10 * SEC);
	ck_assert_int_eq(made(&options).drain_term, 9 * SEC);
	options.drain_min = span(10 * SEC + 1);
	expect_refused(&options, MISFIT_DRAIN_MIN_MAX, 10 * SEC + 1, 10 * SEC);
	options.drain_min = share(10);
	expect_refused(&options, MISFIT_INFINITE_SHARE, 0, 0);
	options.drain_min = span(0);
	options.drain_delay = span(9 * SEC);
	expect_refused(&options, MISFIT_DRAIN_DELAY, 9 * SEC, 0);
	options.drain_delay = span(0);
	options.escalations = 1;
	options.escalate[0] = (struct escalation){ SIGQUIT, span(SEC) };
	expect_refused(&options, MISFIT_INFINITE_ESCALATE, 0, 0);
}
END_TEST

START_TEST(a_retry_waits_at_least_100_ms)
{
	struct options options = preset_options();

	options.drain = "true";
	ck_assert_int_eq(made(&options).drain_retry, NEVER);
	options.drain_retry = (struct duration){ .kind = DURATION_SHARE, .value = 1 };
	ck_assert_int_eq(made(&options).drain_retry, 100 * MS);
	options.drain_retry = span(2 * SEC);
	ck_assert_int_eq(made(&options).drain_retry, 2 * SEC);
}
END_TEST

/* ---- every grace period with every share ---- */

/* What is wrong with it, or NULL: libcheck notes every assertion, and there would be millions. */
static const char *wrong_clock(const struct plan *plan)
{
	if (plan->allowance < SEC || plan->allowance > plan->grace)
		return "allowance";
	if (plan->margin <= 0 || plan->margin > plan->allowance / 2)
		return "margin";
	if (plan->deadline + plan->margin != plan->allowance)
		return "deadline";
	if (plan->exit_by < plan->deadline || plan->exit_by > plan->allowance)
		return "exit";
	if (plan->kill <= 0 || plan->kill > plan->deadline)
		return "kill";
	if (plan->survey > plan->margin / 2 || plan->settle > plan->margin / 2)
		return "survey or settling";
	return NULL;
}

static const char *wrong_drain(const struct plan *plan)
{
	if (plan->drain_min > plan->drain_max)
		return "least time";
	if (plan->drain_delay >= plan->drain_term || plan->drain_term >= plan->drain_max)
		return "delay or TERM";
	if (plan->drain_max < 500 * MS || plan->drain_max + plan->reserve > plan->kill)
		return "budget";
	return NULL;
}

static const char *wrong_escalation(const struct plan *plan)
{
	for (int i = 0; i < plan->escalations; i++)
		if (plan->escalate[i].at < plan->drain_max ||
		        plan->escalate[i].at > plan->kill ||
		        (i > 0 && plan->escalate[i].at < plan->escalate[i - 1].at))
			return "escalation";
	return NULL;
}

static void expect_bounds_or_refusal(const struct options *options)
{
	struct plan plan;
	struct problem problem;
	const char *wrong = NULL;

	if (!plan_make(options, &plan, &problem)) {
		if (problem.misfit == MISFIT_NONE)
			ck_abort_msg("refused without a reason");
		return;
	}
	wrong = wrong_clock(&plan);
	if (!wrong && plan.drains)
		wrong = wrong_drain(&plan);
	if (!wrong)
		wrong = wrong_escalation(&plan);
	if (wrong)
		ck_abort_msg("grace %lld ms: %s", (long long)(plan.grace / MS), wrong);
}

/* All shares at once, and each by itself; with an after command and without. */
static void try_shares(nsec_t grace)
{
	for (int64_t percent = 0; percent <= 100; percent += 5) {
		struct options all = preset_options();
		struct duration *values[] = { &all.drain_min, &all.drain_max, &all.drain_delay,
			&all.margin, &all.after_max, &all.escalate[0].before };

		all.grace = span(grace);
		all.drain = "true";
		all.after = percent % 2 ? "true" : NULL;
		for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
			struct duration before = *values[i];

			*values[i] = share(percent);
			all.escalations = i == 5;
			expect_bounds_or_refusal(&all);
			*values[i] = before;
		}
		all.drain_min = all.drain_max = share(percent);
		all.escalations = 1;
		all.escalate[0] = (struct escalation){ SIGQUIT, share(100 - percent) };
		expect_bounds_or_refusal(&all);
	}
}

START_TEST(waiting_for_connections_alone_is_a_drain_with_its_budget)
{
	struct options options = preset_options();
	struct plan plan;

	options.drain_idle = true;
	plan = made(&options);
	ck_assert(plan.drains);
	ck_assert_int_eq(plan.drain_min, 0);
	ck_assert_int_eq(plan.drain_max, 18 * SEC);
	ck_assert_int_eq(plan.drain_quiet, NEVER);
	options.drain_quiet = share(10);
	ck_assert_int_eq(made(&options).drain_quiet, 3 * SEC);
	options.drain_idle = false;
	ck_assert(!made(&options).drains);
	options.grace = span(NEVER);
	expect_refused(&options, MISFIT_INFINITE_SHARE, 0, 0);
	options.drain_quiet = span(0);
	options.drain_idle = true;
	expect_refused(&options, MISFIT_INFINITE_DRAIN, 0, 0);
}
END_TEST

START_TEST(what_is_waited_for_before_the_start_takes_no_grace)
{
	struct options options = preset_options();

	options.wait_for = "http://localhost";
	options.wait_for_max = span(120 * SEC);
	options.grace = span(SEC);
	ck_assert_int_eq(made(&options).wait_for, 120 * SEC);
	ck_assert(!made(&options).drains);
	options.grace = span(NEVER);
	ck_assert_int_eq(made(&options).wait_for, 120 * SEC);
}
END_TEST

START_TEST(every_grace_with_every_share_keeps_the_bounds_or_is_refused)
{
	for (nsec_t grace = 0; grace < 5 * SEC; grace += 7 * MS)
		try_shares(grace);
	for (nsec_t grace = 5 * SEC; grace <= 3600 * SEC; grace += SEC)
		try_shares(grace);
}
END_TEST

START_TEST(idle_takes_two_looks_after_the_least_time)
{
	struct options options = preset_options();

	options.drain_idle = true;
	/* Of 30 s the drain may have 25.5. */
	expect_edge(&options, &options.drain_min, 24250 * MS, MISFIT_DRAIN_MIN);
	options.drain_min = span(24250 * MS);
	ck_assert_int_eq(made(&options).drain_max, 25500 * MS);
	options.drain_min = span(0);
	options.drain_max = span(1249 * MS);
	expect_refused(&options, MISFIT_DRAIN_SHORT, 1249 * MS, 1250 * MS);
	options.drain_max = span(1250 * MS);
	ck_assert_int_eq(made(&options).drain_max, 1250 * MS);
}
END_TEST

SUITE("plan", idle_takes_two_looks_after_the_least_time, the_sums_of_the_contract,
        the_platforms_grace_is_assumed, a_second_is_the_least_grace,
        what_is_spent_leaves_a_second, the_margin_is_at_most_half,
        a_least_time_may_reach_the_reserve,
        a_budget_set_by_hand_stays_under_80_percent_and_the_reserve,
        the_least_time_fits_into_the_budget, a_drain_has_half_a_second,
        the_command_starts_before_its_term, an_escalation_may_not_reach_into_the_drain,
        an_after_command_moves_the_kill_and_all_that_counts_to_it,
        what_does_not_fit_an_assumed_grace_is_cut,
        a_drain_without_room_in_an_assumed_grace_is_left_out,
        without_an_end_a_drain_needs_one_of_its_own, a_retry_waits_at_least_100_ms,
        waiting_for_connections_alone_is_a_drain_with_its_budget,
        what_is_waited_for_before_the_start_takes_no_grace,
        every_grace_with_every_share_keeps_the_bounds_or_is_refused)
