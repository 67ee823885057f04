#include "output/timeline.h"
#include "text/signame.h"

/* ---- where a number came from ---- */

static const char *platform_name(enum platform platform)
{
	switch (platform) {
	case PLATFORM_KUBERNETES:
		return "Kubernetes";
	case PLATFORM_ECS:
		return "ECS";
	case PLATFORM_NOMAD:
		return "Nomad";
	case PLATFORM_CLOUD_RUN:
		return "Cloud Run";
	case PLATFORM_DOCKER:
		return "docker, podman";
	}
	return "";
}

struct name {
	const char *option;
	const char *variable;
};

static void put_source(struct writer *writer, const struct duration *duration, struct name name,
        const char *derived)
{
	write_char(writer, '(');
	if (duration->kind == DURATION_UNSET)
		write_text(writer, derived);
	else if (duration->source == SOURCE_OPTION)
		write_text(writer, name.option);
	else if (duration->source == SOURCE_ENVIRONMENT)
		write_text(writer, name.variable);
	else
		write_text(writer, "default");
	write_char(writer, ')');
}

#define NAME(option, variable) ((struct name){ "--" option, "DRAINIT_" variable })

static void put_grace_source(struct writer *writer, const struct plan *plan)
{
	if (!plan->assumed) {
		put_source(writer, &plan->options->grace, NAME("grace", "GRACE"), "");
		return;
	}
	write_text(writer, "(default of ");
	write_text(writer, platform_name(plan->options->platform));
	write_char(writer, ')');
}

void timeline_grace(struct writer *writer, const struct plan *plan)
{
	write_span(writer, plan->grace);
	write_char(writer, ' ');
	put_grace_source(writer, plan);
}

/* ---- the plan ---- */

/* A span, and where it came from. */
static void put_span(struct writer *writer, nsec_t span, const struct duration *duration,
        struct name name, const char *derived)
{
	write_span(writer, span);
	write_char(writer, ' ');
	put_source(writer, duration, name, derived);
}

/* A row: its bars, and below them its words. */
struct row {
	struct writer *writer;
	const struct plan *plan;
	const struct chart *chart;
	const char *label;
	struct bar bars[3 + ESCALATIONS_MAX];
	int count;
	struct writer words;
	char bytes[256];
};

static struct writer *row_begin(struct row *row, const char *label)
{
	row->label = label;
	row->count = 0;
	row->words = writer_on(row->bytes, sizeof row->bytes - 1);
	return &row->words;
}

static void add_bar(struct row *row, enum ink ink, nsec_t from, nsec_t until)
{
	if (from < until)
		row->bars[row->count++] = (struct bar){ from, until, ink };
}

static void add_mark(struct row *row, enum ink ink, nsec_t at)
{
	if (at != NEVER)
		row->bars[row->count++] = (struct bar){ at, at, ink };
}

/* Without a bar its words stand beside the label. */
static void row_end(struct row *row)
{
	row->bytes[row->words.length] = '\0';
	if (row->count > 0)
		chart_row(row->writer, row->chart, row->label, row->bars, row->count);
	chart_text(row->writer, row->chart, row->count > 0 ? "" : row->label, row->bytes);
}

static void put_sum(struct row *row)
{
	const struct plan *plan = row->plan;
	const struct options *options = plan->options;

	timeline_grace(row_begin(row, "grace period"), plan);
	row_end(row);
	if (plan->grace == NEVER)
		return;
	put_span(row_begin(row, "spent before"), plan->spent, &options->spent,
	        NAME("spent", "SPENT"), "");
	row_end(row);
	put_span(row_begin(row, "margin"), plan->margin, &options->margin,
	        NAME("margin", "MARGIN"), "derived: 5% of the allowance, 500ms to 2s");
	row_end(row);
}

static void put_at(struct writer *words, nsec_t at)
{
	write_char(words, '+');
	write_span(words, at);
}

static const char *drain_max_origin(const struct plan *plan)
{
	switch (plan->bound) {
	case BOUND_SHARE:
		break;
	case BOUND_RESERVE:
		return "derived: what the reserve leaves";
	case BOUND_LEAST:
		return plan->options->drain_idle ? "derived: --drain-min and 1.25s to see idle"
		                                 : "derived: --drain-min";
	}
	return "derived: 60% of the allowance";
}

static nsec_t stop_earliest(const struct plan *plan)
{
	return plan->drains ? plan->drain_min : 0;
}

static nsec_t stop_latest(const struct plan *plan)
{
	return plan->drains && plan_open_ended(plan) ? plan->drain_max : stop_earliest(plan);
}

static void put_drain(struct row *row)
{
	const struct plan *plan = row->plan;
	struct writer *words = row_begin(row, "drain");

	add_bar(row, INK_SURE, 0, plan->drain_min);
	add_bar(row, INK_MAY, plan->drain_min, stop_latest(plan));
	if (plan_open_ended(plan)) {
		write_text(words, "at most ");
		put_span(words, plan->drain_max, &plan->options->drain_max,
		        NAME("drain-max", "DRAIN_MAX"), drain_max_origin(plan));
		write_text(words, plan->drain_min > 0 ? ", at least " : "");
	}
	if (plan->drain_min > 0) {
		put_span(words, plan->drain_min, &plan->options->drain_min,
		        NAME("drain-min", "DRAIN_MIN"), "");
	}
	row_end(row);
}

static void put_command(struct row *row)
{
	const struct plan *plan = row->plan;
	struct writer *words = row_begin(row, "  drain command");

	add_bar(row, INK_MAY, plan->drain_delay, plan->drain_max);
	add_mark(row, INK_EVENT, plan->drain_term);
	add_mark(row, INK_KILL, plan->drain_max);
	put_at(words, plan->drain_delay);
	write_text(words, ", TERM at ");
	put_at(words, plan->drain_term);
	write_text(words, ", SIGKILL at ");
	put_at(words, plan->drain_max);
	if (plan->drain_retry != NEVER) {
		write_text(words, ", a failed one again after ");
		write_span(words, plan->drain_retry);
	}
	row_end(row);
}

static void put_ready(struct row *row)
{
	bool drain = row->plan->options->ready_until == READY_UNTIL_DRAIN;
	nsec_t at = drain ? 0 : stop_latest(row->plan);
	struct writer *words = row_begin(row, "ready file");

	add_mark(row, INK_EVENT, at);
	write_text(words, "removed at ");
	put_at(words, at);
	write_text(words, drain ? "" : " at the latest");
	row_end(row);
}

static void put_stop(struct row *row)
{
	const struct plan *plan = row->plan;
	struct writer *words = row_begin(row, "stop signal");
	nsec_t latest = stop_latest(plan);

	add_bar(row, INK_MAY, stop_earliest(plan), latest);
	add_bar(row, INK_STOP, latest, plan->kill);
	put_at(words, latest);
	write_text(words, latest > stop_earliest(plan) ? " at the latest" : "");
	write_text(words, plan->options->forward_to == FORWARD_GROUP
	                          ? ", to the main child's group"
	                          : ", to the main child alone");
	for (int i = 0; i < plan->escalations; i++) {
		add_mark(row, INK_EVENT, plan->escalate[i].at);
		write_text(words, ", then ");
		write_signal(words, plan->escalate[i].signal);
		write_text(words, " at ");
		put_at(words, plan->escalate[i].at);
		write_text(words, " (--escalate)");
	}
	row_end(row);
}

/* They are there from when the main child has ended, which nobody knows. */
static void put_leftovers(struct row *row)
{
	const struct plan *plan = row->plan;
	struct writer *words = row_begin(row, "leftovers");

	add_bar(row, INK_MAY, stop_earliest(plan), plan->kill);
	put_span(words, plan->linger, &plan->options->linger, NAME("linger", "LINGER"), "");
	write_text(words, " from the main child's end");
	if (plan->kill != NEVER)
		write_text(words, ", its group until SIGKILL");
	row_end(row);
}

static void put_kill(struct row *row)
{
	const struct plan *plan = row->plan;
	struct writer *words = row_begin(row, "SIGKILL");

	add_mark(row, INK_KILL, plan->kill);
	if (plan->kill == NEVER) {
		write_text(words, "none to the main child");
	} else {
		put_at(words, plan->kill);
		write_text(words, ", to all that is left");
	}
	row_end(row);
}

static void put_after(struct row *row)
{
	const struct plan *plan = row->plan;
	struct writer *words = row_begin(row, "after command");

	if (plan->kill != NEVER) {
		add_bar(row, INK_MAY, plan->kill,
		        nsec_min(nsec_add(plan->kill, plan->after_max), plan->deadline));
		put_at(words, plan->kill);
		write_text(words, " at the latest, ");
	}
	write_text(words, "for at most ");
	put_span(words, plan->after_max, &plan->options->after_max,
	        NAME("after-max", "AFTER_MAX"), "");
	row_end(row);
}

/* What the grace period ends with. */
static void put_end(struct row *row)
{
	const struct plan *plan = row->plan;
	struct writer *words = row_begin(row, "drainit's exit");

	add_mark(row, INK_EVENT, plan->exit_by);
	put_at(words, plan->exit_by);
	write_text(words, " at the latest");
	row_end(row);

	words = row_begin(row, "runtime's SIGKILL");
	add_mark(row, INK_KILL, plan->allowance);
	put_at(words, plan->allowance);
	write_text(words, ", the end of the grace period");
	if (plan->spent > 0) {
		write_text(words, ": ");
		write_span(words, plan->spent);
		write_text(words, " of it spent before");
	}
	row_end(row);
}

static void put_rows(struct row *row)
{
	const struct options *options = row->plan->options;

	if (options->ready_file)
		put_ready(row);
	if (row->plan->drains)
		put_drain(row);
	if (row->plan->drains && options->drain)
		put_command(row);
	put_stop(row);
	put_leftovers(row);
	put_kill(row);
	if (options->after)
		put_after(row);
	if (row->plan->kill != NEVER)
		put_end(row);
}

/* Without an end: enough to see what is planned, and that it goes on. */
nsec_t timeline_span(const struct plan *plan)
{
	if (plan->allowance != NEVER)
		return plan->allowance;
	return nsec_max(stop_latest(plan) * 2, 10 * SEC);
}

void timeline_write(struct writer *writer, const struct plan *plan, const struct chart *where)
{
	struct chart chart = *where;
	struct row row = { .writer = writer, .plan = plan, .chart = &chart };

	chart.span = timeline_span(plan);
	put_sum(&row);
	write_char(writer, '\n');
	chart_axis(writer, &chart);
	put_rows(&row);
	write_char(writer, '\n');
	chart_legend(writer, &chart);
}
