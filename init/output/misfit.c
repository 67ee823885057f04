#include <stddef.h>

#include "output/misfit.h"
#include "output/timeline.h"

struct row {
	const char *option;
	const char *variable;
	bool single; /* it has one duration: */
	size_t into; /* offsetof it in struct options */
	const char *wrong;
	/* Where the grace period is only assumed: */
	const char *cut; /* what was cut; NULL: the option */
	size_t cut_to;   /* offsetof what it was cut to in struct plan; 0: no single span */
};

#define ROW(name, twin, field)                                                                 \
	.option = "--" name, .variable = "DRAINIT_" twin, .single = true,                      \
	.into = offsetof(struct options, field)
#define CUT(field) .cut_to = offsetof(struct plan, field)

static const struct row rows[MISFIT_COUNT] = {
	[MISFIT_NONE] = { 0 },
	[MISFIT_GRACE] = { ROW("grace", "GRACE", grace),
	        .wrong = "too short; at least 1s (for an immediate kill: -r TERM:KILL)" },
	[MISFIT_SPENT] = { ROW("spent", "SPENT", spent),
	        .wrong = "leaves under 1s of the grace period", CUT(spent) },
	[MISFIT_MARGIN] = { ROW("margin", "MARGIN", margin),
	        .wrong = "over half of the allowance", CUT(margin) },
	[MISFIT_NO_DRAIN_ROOM] = { .option = "drain",
	        .wrong = "no room for it",
	        .cut = "the whole drain" },
	[MISFIT_DRAIN_MIN] = { ROW("drain-min", "DRAIN_MIN", drain_min),
	        .wrong = "reaches into the reserve of the stop phase", CUT(drain_min) },
	[MISFIT_DRAIN_MIN_MAX] = { ROW("drain-min", "DRAIN_MIN", drain_min),
	        .wrong = "longer than --drain-max", CUT(drain_min) },
	[MISFIT_DRAIN_MAX] = { ROW("drain-max", "DRAIN_MAX", drain_max),
	        .wrong = "reaches into the reserve of the stop phase", CUT(drain_max) },
	[MISFIT_DRAIN_SHORT] = { ROW("drain-max", "DRAIN_MAX", drain_max),
	        .wrong = "too short for a drain", CUT(drain_max) },
	[MISFIT_DRAIN_DELAY] = { ROW("drain-delay", "DRAIN_DELAY", drain_delay),
	        .wrong = "the drain command would start when its TERM is due",
	        CUT(drain_delay) },
	[MISFIT_ESCALATE] = { .option = "--escalate",
	        .wrong = "would come before the stop signal" },
	[MISFIT_INFINITE_DRAIN] = { ROW("grace", "GRACE", grace),
	        .wrong = "a drain then needs a --drain-max in seconds" },
	[MISFIT_INFINITE_SHARE] = { ROW("grace", "GRACE", grace),
	        .wrong = "there is nothing that a percentage could be of; write seconds" },
	[MISFIT_INFINITE_ESCALATE] = { ROW("grace", "GRACE", grace),
	        .wrong = "no SIGKILL comes that --escalate could be before" },
};

static const struct duration *duration_of(const struct plan *plan, const struct row *row)
{
	return (const struct duration *)(const void *)((const char *)plan->options + row->into);
}

/* '30s grace period - 5s spent - 1.5s margin - 3s reserve': as far as the sum goes for this one. */
static void put_sum(struct writer *writer, const struct plan *plan, bool reserve)
{
	nsec_t after = plan->deadline - plan->kill;

	write_span(writer, plan->grace);
	write_text(writer, " grace period");
	if (plan->spent > 0) {
		write_text(writer, " - ");
		write_span(writer, plan->spent);
		write_text(writer, " spent");
	}
	write_text(writer, " - ");
	write_span(writer, plan->margin);
	write_text(writer, " margin");
	if (after > 0) {
		write_text(writer, " - ");
		write_span(writer, after);
		write_text(writer, " for the after command");
	}
	if (!reserve && plan->drain_max == 0)
		return;
	write_text(writer, " - ");
	write_span(writer, reserve ? plan->reserve : plan->drain_max);
	write_text(writer, reserve ? " reserve" : " drain");
}

static void put_limit(
        struct writer *writer, const struct plan *plan, const struct problem *problem)
{
	write_text(writer, "; at most ");
	write_span(writer, nsec_max(problem->limit, 0));
	write_text(writer, " of ");
	write_span(writer, plan->grace);
}

/* A --drain-max has a second bound, and it was the nearer one: the sum is not what it breaks. */
static bool over_share(const struct plan *plan, const struct problem *problem)
{
	return problem->misfit == MISFIT_DRAIN_MAX &&
	       problem->limit < plan->kill - plan->reserve;
}

static void put_remedy(
        struct writer *writer, const struct plan *plan, const struct problem *problem)
{
	switch (problem->misfit) {
	case MISFIT_NO_DRAIN_ROOM:
		write_text(writer, "; at least ");
		write_span(writer, problem->wants);
		write_text(writer, ", but ");
		put_sum(writer, plan, true);
		write_text(writer, " leaves ");
		write_span(writer, nsec_max(problem->limit, 0));
		break;
	case MISFIT_DRAIN_MIN:
	case MISFIT_DRAIN_MAX:
		put_limit(writer, plan, problem);
		if (over_share(plan, problem))
			break;
		write_text(writer, ": ");
		put_sum(writer, plan, true);
		break;
	case MISFIT_ESCALATE:
		put_limit(writer, plan, problem);
		write_text(writer, ": ");
		put_sum(writer, plan, false);
		break;
	case MISFIT_SPENT:
	case MISFIT_MARGIN:
	case MISFIT_DRAIN_MIN_MAX:
		put_limit(writer, plan, problem);
		break;
	case MISFIT_DRAIN_DELAY:
		write_text(writer, "; less than ");
		write_span(writer, plan->drain_term);
		break;
	case MISFIT_DRAIN_SHORT:
		write_text(writer, "; at least ");
		write_span(writer, problem->limit);
		break;
	case MISFIT_NONE:
	case MISFIT_GRACE:
	case MISFIT_INFINITE_DRAIN:
	case MISFIT_INFINITE_SHARE:
	case MISFIT_INFINITE_ESCALATE:
	case MISFIT_COUNT:
		break;
	}
}

/* As it was written; a share with what it comes to. */
static void put_value(
        struct writer *writer, const struct duration *duration, const struct problem *problem)
{
	bool share =
	        duration->kind == DURATION_SHARE && duration->value % (SHARE_WHOLE / 100) == 0;

	write_char(writer, '=');
	if (share) {
		write_number(writer, duration->value / (SHARE_WHOLE / 100));
		write_text(writer, "% (");
	}
	write_span(writer, duration->kind == DURATION_INFINITE ? NEVER : problem->wants);
	if (share)
		write_char(writer, ')');
}

void misfit_refusal(
        struct writer *writer, const struct plan *plan, const struct problem *problem)
{
	const struct row *row = &rows[problem->misfit];
	bool variable = row->single && duration_of(plan, row)->source == SOURCE_ENVIRONMENT;

	write_text(writer, variable ? row->variable : row->option);
	if (row->single)
		put_value(writer, duration_of(plan, row), problem);
	if (problem->misfit == MISFIT_ESCALATE) {
		/* Which of them asks for that, so its signal, the problem does not tell. */
		write_text(writer, "=...@");
		write_span(writer, problem->wants);
	}
	write_text(writer, ": ");
	write_text(
	        writer, over_share(plan, problem) ? "over 80% of the allowance" : row->wrong);
	put_remedy(writer, plan, problem);
}

static void put_cut(struct writer *writer, const struct plan *plan, const struct row *row)
{
	write_text(writer, row->cut ? row->cut : row->option);
	if (!row->cut_to)
		return;
	write_text(writer, " to ");
	write_span(writer, *(const nsec_t *)(const void *)((const char *)plan + row->cut_to));
}

void misfit_cuts(struct writer *writer, const struct plan *plan)
{
	const char *between = "; cut to fit it: ";
	size_t told = 0;

	if (plan->cut == 0)
		return;
	write_text(writer, "nobody stated the grace period, so it is taken to be ");
	timeline_grace(writer, plan);
	for (int i = 0; i < MISFIT_COUNT; i++) {
		if (!(plan->cut >> i & 1) || (told && rows[i].cut_to == told))
			continue;
		told = rows[i].cut_to;
		write_text(writer, between);
		put_cut(writer, plan, &rows[i]);
		between = ", ";
	}
	write_text(writer, "; state it with --grace or DRAINIT_GRACE\n");
}
