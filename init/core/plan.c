#include <stddef.h>

#include "core/plan.h"

/* The figures of DESIGN's *Budget*. */
#define GRACE_LEAST      SEC
#define MARGIN_SHARE     50000 /* 5 % of the allowance */
#define MARGIN_LEAST     (500 * MSEC)
#define MARGIN_MOST      (2 * SEC)
#define RESERVE_SHARE    100000
#define RESERVE_LEAST    SEC
#define AFTER_SHARE      100000
#define DRAIN_SHARE      600000
#define DRAIN_SHARE_MOST 800000
#define IDLE_LOOKS       (1250 * MSEC) /* two, a second apart, and what they take */
#define DRAIN_LEAST      (500 * MSEC)
#define RETRY_LEAST      (100 * MSEC)
#define LEAD_MOST        SEC
#define SURVEY_MOST      (250 * MSEC)

static const nsec_t platform_grace[] = {
	[PLATFORM_KUBERNETES] = 30 * SEC,
	[PLATFORM_ECS] = 30 * SEC,
	[PLATFORM_NOMAD] = 5 * SEC,
	[PLATFORM_CLOUD_RUN] = 10 * SEC,
	[PLATFORM_DOCKER] = 10 * SEC,
};

nsec_t plan_usual_grace(enum platform platform)
{
	return platform_grace[platform];
}

bool plan_open_ended(const struct plan *plan)
{
	return plan->options->drain || plan->options->drain_idle;
}

nsec_t plan_lead(nsec_t budget)
{
	return nsec_min(budget / 10, LEAD_MOST);
}

static nsec_t share_of(nsec_t whole, int64_t share)
{
	/* In two parts: ten years times a million is more than 63 bits hold. */
	return whole / SHARE_WHOLE * share + whole % SHARE_WHOLE * share / SHARE_WHOLE;
}

static nsec_t span_of(const struct plan *plan, const struct duration *duration)
{
	switch (duration->kind) {
	case DURATION_UNSET:
		return 0;
	case DURATION_SPAN:
		return duration->value;
	case DURATION_SHARE:
		return share_of(plan->allowance, duration->value);
	case DURATION_INFINITE:
		return NEVER;
	}
	return 0;
}

/* A value that does not fit: cut where the grace period is only assumed, else a problem. */
static bool fits(struct plan *plan, struct problem *problem, enum misfit misfit, nsec_t *value,
        bool good, nsec_t limit)
{
	if (good)
		return true;
	if (!plan->assumed) {
		*problem = (struct problem){ misfit, *value, limit };
		return false;
	}
	plan->cut |= (uint32_t)1 << misfit;
	*value = limit;
	return true;
}

static bool lay_clock(struct plan *plan, struct problem *problem)
{
	const struct options *options = plan->options;

	if (plan->grace < GRACE_LEAST) {
		*problem = (struct problem){ MISFIT_GRACE, plan->grace, GRACE_LEAST };
		return false;
	}
	plan->spent = span_of(plan, &options->spent);
	if (!fits(plan, problem, MISFIT_SPENT, &plan->spent,
	            plan->spent <= plan->grace - GRACE_LEAST, plan->grace - GRACE_LEAST))
		return false;
	plan->allowance = plan->grace - plan->spent;
	plan->after_max = span_of(plan, &options->after_max);

	plan->margin = nsec_min(share_of(plan->allowance, MARGIN_SHARE), MARGIN_MOST);
	plan->margin = nsec_min(nsec_max(plan->margin, MARGIN_LEAST), plan->allowance / 2);
	if (options->margin.kind != DURATION_UNSET)
		plan->margin = span_of(plan, &options->margin);
	if (!fits(plan, problem, MISFIT_MARGIN, &plan->margin,
	            plan->margin > 0 && plan->margin <= plan->allowance / 2,
	            plan->allowance / 2))
		return false;

	plan->reserve = nsec_max(share_of(plan->allowance, RESERVE_SHARE), RESERVE_LEAST);
	plan->deadline = plan->allowance - plan->margin;
	plan->exit_by = plan->deadline + plan->margin / 2;
	plan->kill = plan->deadline;
	if (options->after)
		plan->kill -= nsec_min(plan->after_max, share_of(plan->allowance, AFTER_SHARE));
	plan->serve = nsec_max(plan->kill - plan->reserve, 0);
	return true;
}

/* What it takes to see that connections are idle, once that is judged. */
static nsec_t looks(const struct plan *plan)
{
	return plan->options->drain_idle ? IDLE_LOOKS : 0;
}

static nsec_t least(const struct plan *plan)
{
	return nsec_max(DRAIN_LEAST, looks(plan));
}

static void bound_drain(struct plan *plan, enum drain_bound bound, nsec_t budget)
{
	plan->bound = bound;
	plan->drain_max = budget;
}

static void derive_drain_max(struct plan *plan, nsec_t latest)
{
	bound_drain(plan, BOUND_SHARE, share_of(plan->allowance, DRAIN_SHARE));
	if (plan->drain_max > latest)
		bound_drain(plan, BOUND_RESERVE, latest);
	if (plan->drain_max < plan->drain_min + looks(plan))
		bound_drain(plan, BOUND_LEAST, plan->drain_min + looks(plan));
}

/* Room for the least time and the looks. */
static bool drain_max_has_room(struct plan *plan, struct problem *problem)
{
	return fits(plan, problem, MISFIT_DRAIN_SHORT, &plan->drain_max,
	               plan->drain_max >= least(plan), least(plan)) &&
	       fits(plan, problem, MISFIT_DRAIN_MIN_MAX, &plan->drain_min,
	               plan->drain_min <= plan->drain_max - looks(plan),
	               plan->drain_max - looks(plan));
}

/* The drain's own budget, in plan->drain_max: derived, or as asked for and within bounds. */
static bool lay_drain_max(struct plan *plan, struct problem *problem, nsec_t latest)
{
	const struct duration *asked = &plan->options->drain_max;
	nsec_t most = nsec_min(share_of(plan->allowance, DRAIN_SHARE_MOST), latest);

	if (asked->kind == DURATION_UNSET) {
		derive_drain_max(plan, latest);
		return true;
	}
	plan->drain_max = span_of(plan, asked);
	return fits(plan, problem, MISFIT_DRAIN_MAX, &plan->drain_max, plan->drain_max <= most,
	               most) &&
	       drain_max_has_room(plan, problem);
}

static bool lay_command(struct plan *plan, struct problem *problem)
{
	plan->drain_term = plan->drain_max - plan_lead(plan->drain_max);
	plan->drain_delay = span_of(plan, &plan->options->drain_delay);
	return fits(plan, problem, MISFIT_DRAIN_DELAY, &plan->drain_delay,
	        plan->drain_delay < plan->drain_term, 0);
}

static bool lay_drain(struct plan *plan, struct problem *problem)
{
	nsec_t latest = plan->kill - plan->reserve;

	if (latest < least(plan)) {
		if (!plan->assumed) {
			*problem =
			        (struct problem){ MISFIT_NO_DRAIN_ROOM, least(plan), latest };
			return false;
		}
		plan->cut |= (uint32_t)1 << MISFIT_NO_DRAIN_ROOM;
		plan->drains = false;
		return true;
	}
	plan->drain_min = span_of(plan, &plan->options->drain_min);
	return fits(plan, problem, MISFIT_DRAIN_MIN, &plan->drain_min,
	               plan->drain_min <= latest - looks(plan), latest - looks(plan)) &&
	       lay_drain_max(plan, problem, latest) && lay_command(plan, problem);
}

/* No SIGKILL will come: what is left is a drain that has an end of its own, and spans. */
static bool lay_endless(struct plan *plan, struct problem *problem)
{
	const struct options *options = plan->options;

	plan->allowance = plan->deadline = plan->kill = plan->exit_by = plan->serve = NEVER;
	plan->margin =
	        options->margin.kind == DURATION_SPAN ? options->margin.value : MARGIN_LEAST;
	if (options->escalations > 0) {
		*problem = (struct problem){ MISFIT_INFINITE_ESCALATE, 0, 0 };
		return false;
	}
	if (!plan->drains)
		return true;
	if (options->drain_max.kind != DURATION_SPAN) {
		*problem = (struct problem){ MISFIT_INFINITE_DRAIN, 0, 0 };
		return false;
	}
	plan->drain_min = span_of(plan, &options->drain_min);
	plan->drain_max = span_of(plan, &options->drain_max);
	return drain_max_has_room(plan, problem) && lay_command(plan, problem);
}

static void insert_step(struct plan *plan, int signal, nsec_t at)
{
	int place = plan->escalations++;

	for (; place > 0 && plan->escalate[place - 1].at > at; place--)
		plan->escalate[place] = plan->escalate[place - 1];
	plan->escalate[place] = (struct plan_step){ signal, at };
}

static bool lay_escalation(struct plan *plan, struct problem *problem)
{
	nsec_t most = plan->kill - plan->drain_max;

	for (int i = 0; i < plan->options->escalations; i++) {
		const struct escalation *step = &plan->options->escalate[i];
		nsec_t before = span_of(plan, &step->before);

		if (!fits(plan, problem, MISFIT_ESCALATE, &before, before <= most, most))
			return false;
		insert_step(plan, step->signal, plan->kill - before);
	}
	return true;
}

static bool has_share(const struct options *options)
{
	const struct duration *all[] = { &options->margin, &options->drain_delay,
		&options->drain_min, &options->drain_max, &options->drain_retry,
		&options->drain_quiet, &options->linger, &options->after_max };

	for (size_t i = 0; i < sizeof all / sizeof *all; i++)
		if (all[i]->kind == DURATION_SHARE)
			return true;
	return false;
}

static bool lay_all(struct plan *plan, struct problem *problem)
{
	if (plan->grace == NEVER) {
		if (has_share(plan->options)) {
			*problem = (struct problem){ MISFIT_INFINITE_SHARE, 0, 0 };
			return false;
		}
		plan->after_max = span_of(plan, &plan->options->after_max);
		return lay_endless(plan, problem);
	}
	return lay_clock(plan, problem) && (!plan->drains || lay_drain(plan, problem)) &&
	       lay_escalation(plan, problem);
}

bool plan_make(const struct options *options, struct plan *plan, struct problem *problem)
{
	*problem = (struct problem){ .misfit = MISFIT_NONE };
	*plan = (struct plan){
		.options = options,
		.assumed = options->grace.kind == DURATION_UNSET,
		.drains = options->drain || options->drain_min.value > 0 || options->drain_idle,
		.drain_retry = NEVER,
		.drain_quiet = NEVER,
	};
	plan->grace = plan->assumed ? plan_usual_grace(options->platform)
	                            : span_of(plan, &options->grace);
	if (!lay_all(plan, problem))
		return false;
	if (options->drain_quiet.kind != DURATION_UNSET)
		plan->drain_quiet = span_of(plan, &options->drain_quiet);
	plan->wait_for = span_of(plan, &options->wait_for_max);
	plan->linger = span_of(plan, &options->linger);
	if (options->drain_retry.kind != DURATION_UNSET)
		/* A share of a short allowance may be less than what its row takes. */
		plan->drain_retry = nsec_max(span_of(plan, &options->drain_retry), RETRY_LEAST);
	plan->survey = nsec_min(plan->margin / 2, SURVEY_MOST);
	plan->settle = plan->margin / 2;
	return true;
}
