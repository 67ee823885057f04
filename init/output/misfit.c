#include <stddef.h>

#include "output/misfit.h"
#include "output/timeline.h"

struct row {
	const char *option;
	const char *variable;
	size_t into; /* offsetof its duration in struct options; 0: no single one */
	const char *wrong;
	const char *cut; /* what was done where the grace period is only assumed */
};

#define ROW(name, twin, field)                                                                 \
	.option = "--" name, .variable = "DRAINIT_" twin,                                      \
	.into = offsetof(struct options, field)

static const struct row rows[MISFIT_COUNT] = {
	[MISFIT_NONE] = { 0 },
	[MISFIT_GRACE] = { ROW("grace", "GRACE", grace),
	        .wrong = "too short; at least 1s (for an immediate kill: -r TERM:KILL)" },
	[MISFIT_SPENT] = { ROW("spent", "SPENT", spent),
	        .wrong = "leaves less than 1s of the grace period", .cut = "--spent" },
	[MISFIT_MARGIN] = { ROW("margin", "MARGIN", margin),
	        .wrong = "over half of the allowance", .cut = "--margin" },
	[MISFIT_NO_DRAIN_ROOM] = { .option = "drain",
	        .variable = "drain",
	        .wrong = "no room for it",
	        .cut = "the whole drain" },
	[MISFIT_DRAIN_MIN] = { ROW("drain-min", "DRAIN_MIN", drain_min),
	        .wrong = "reaches into what the stop phase needs", .cut = "--drain-min" },
	[MISFIT_DRAIN_MIN_MAX] = { ROW("drain-min", "DRAIN_MIN", drain_min),
	        .wrong = "longer than --drain-max", .cut = "--drain-min" },
	[MISFIT_DRAIN_MAX] = { ROW("drain-max", "DRAIN_MAX", drain_max),
	        .wrong = "over 80% of the allowance, or reaches into what the stop phase needs",
	        .cut = "--drain-max" },
	[MISFIT_DRAIN_SHORT] = { ROW("drain-max", "DRAIN_MAX", drain_max),
	        .wrong = "too short for a drain; at least 500ms", .cut = "--drain-max" },
	[MISFIT_DRAIN_DELAY] = { ROW("drain-delay", "DRAIN_DELAY", drain_delay),
	        .wrong = "the drain command would start when its TERM is due",
	        .cut = "--drain-delay" },
	[MISFIT_ESCALATE] = { .option = "--escalate",
	        .variable = "DRAINIT_ESCALATE",
	        .wrong = "reaches into the drain",
	        .cut = "--escalate" },
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

static void put_remedy(
        struct writer *writer, const struct plan *plan, const struct problem *problem)
{
	switch (problem->misfit) {
	case MISFIT_NO_DRAIN_ROOM:
		write_text(writer, "; at least 500ms, but ");
		put_sum(writer, plan, true);
		write_text(writer, " leaves ");
		write_span(writer, nsec_max(problem->limit, 0));
		break;
	case MISFIT_DRAIN_MIN:
	case MISFIT_DRAIN_MAX:
		put_limit(writer, plan, problem);
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
	case MISFIT_NONE:
	case MISFIT_GRACE:
	case MISFIT_DRAIN_SHORT:
	case MISFIT_INFINITE_DRAIN:
	case MISFIT_INFINITE_SHARE:
	case MISFIT_INFINITE_ESCALATE:
	case MISFIT_COUNT:
		break;
	}
}

void misfit_refusal(
        struct writer *writer, const struct plan *plan, const struct problem *problem)
{
	const struct row *row = &rows[problem->misfit];
	bool variable = row->into && duration_of(plan, row)->source == SOURCE_ENVIRONMENT;

	write_text(writer, variable ? row->variable : row->option);
	if (row->into) {
		write_char(writer, '=');
		write_span(writer, duration_of(plan, row)->kind == DURATION_INFINITE
		                           ? NEVER
		                           : problem->wants);
	}
	write_text(writer, ": ");
	write_text(writer, row->wrong);
	put_remedy(writer, plan, problem);
}

void misfit_cuts(struct writer *writer, const struct plan *plan)
{
	const char *between = ": cut to fit it: ";

	if (plan->cut == 0)
		return;
	write_text(writer, "nobody stated the grace period, so it is taken to be ");
	timeline_grace(writer, plan);
	for (int i = 0; i < MISFIT_COUNT; i++) {
		if (!(plan->cut >> i & 1) || !rows[i].cut)
			continue;
		write_text(writer, between);
		write_text(writer, rows[i].cut);
		between = ", ";
	}
	write_text(writer, "; state it with --grace or DRAINIT_GRACE\n");
}
