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
	if (duration->kind == DURATION_UNSET)
		write_text(writer, derived);
	else if (duration->source == SOURCE_OPTION)
		write_text(writer, name.option);
	else if (duration->source == SOURCE_ENVIRONMENT)
		write_text(writer, name.variable);
	else
		write_text(writer, "default");
}

#define NAME(option, variable) ((struct name){ "--" option, "DRAINIT_" variable })

static void put_grace_source(struct writer *writer, const struct plan *plan)
{
	write_char(writer, '(');
	if (plan->assumed) {
		write_text(writer, "default of ");
		write_text(writer, platform_name(plan->options->platform));
	} else {
		put_source(writer, &plan->options->grace, NAME("grace", "GRACE"), "");
	}
	write_char(writer, ')');
}

void timeline_grace(struct writer *writer, const struct plan *plan)
{
	write_span(writer, plan->grace);
	write_char(writer, ' ');
	put_grace_source(writer, plan);
}

/* ---- the plan ---- */

#define NAME_COLUMN 18
#define SPAN_COLUMN 10

static void pad(struct writer *writer, size_t from, size_t width)
{
	while (!writer->full && writer->length - from < width)
		write_char(writer, ' ');
}

/* Two columns, both padded; the caller adds the rest of the line. */
static void put_columns(struct writer *writer, const char *name, const char *sign, nsec_t span)
{
	size_t from = writer->length;

	write_text(writer, name);
	pad(writer, from, NAME_COLUMN);
	from = writer->length;
	write_text(writer, sign);
	write_span(writer, span);
	pad(writer, from, SPAN_COLUMN);
}

/* Of what begins at an instant; at NEVER there is none to tell. */
static void put_row(struct writer *writer, const char *name, nsec_t at)
{
	size_t from = writer->length;

	if (at != NEVER) {
		put_columns(writer, name, "+", at);
		return;
	}
	write_text(writer, name);
	pad(writer, from, NAME_COLUMN + SPAN_COLUMN);
}

static void put_sum(struct writer *writer, const struct plan *plan)
{
	const struct options *options = plan->options;

	put_columns(writer, "grace period", "", plan->grace);
	put_grace_source(writer, plan);
	if (plan->grace != NEVER) {
		write_char(writer, '\n');
		put_columns(writer, "spent before", "", plan->spent);
		write_char(writer, '(');
		put_source(writer, &options->spent, NAME("spent", "SPENT"), "default");
		write_text(writer, ")\n");
		put_columns(writer, "margin", "", plan->margin);
		write_char(writer, '(');
		put_source(writer, &options->margin, NAME("margin", "MARGIN"),
		        "derived: 5% of the allowance, 500ms to 2s");
		write_char(writer, ')');
	}
	write_text(writer, "\n");
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

static void put_least(struct writer *writer, const struct plan *plan)
{
	write_span(writer, plan->drain_min);
	write_text(writer, " (");
	put_source(writer, &plan->options->drain_min, NAME("drain-min", "DRAIN_MIN"), "");
	write_text(writer, ")\n");
}

/* The stop signal, at the latest. */
static nsec_t stop_at(const struct plan *plan)
{
	if (!plan->drains)
		return 0;
	return plan_open_ended(plan) ? plan->drain_max : plan->drain_min;
}

static void put_command(struct writer *writer, const struct plan *plan)
{
	put_row(writer, "  drain command", plan->drain_delay);
	write_text(writer, "TERM at +");
	write_span(writer, plan->drain_term);
	write_text(writer, ", SIGKILL at +");
	write_span(writer, plan->drain_max);
	if (plan->drain_retry != NEVER) {
		write_text(writer, ", a failed one again after ");
		write_span(writer, plan->drain_retry);
	}
	write_text(writer, "\n");
}

static void put_drain(struct writer *writer, const struct plan *plan)
{
	const struct options *options = plan->options;

	put_row(writer, "drain", 0);
	if (!plan_open_ended(plan)) {
		put_least(writer, plan);
		return;
	}
	write_text(writer, "at most ");
	write_span(writer, plan->drain_max);
	write_text(writer, " (");
	put_source(writer, &options->drain_max, NAME("drain-max", "DRAIN_MAX"),
	        drain_max_origin(plan));
	write_text(writer, ")\n");
	if (plan->drain_min > 0) {
		put_row(writer, "", NEVER);
		write_text(writer, "at least ");
		put_least(writer, plan);
	}
	if (options->drain)
		put_command(writer, plan);
}

static void put_ready(struct writer *writer, const struct plan *plan)
{
	bool drain = plan->options->ready_until == READY_UNTIL_DRAIN;

	if (!plan->options->ready_file)
		return;
	put_row(writer, "ready file", drain ? 0 : stop_at(plan));
	write_text(writer, drain ? "removed\n" : "removed, at the latest\n");
}

static void put_stop(struct writer *writer, const struct plan *plan)
{
	bool group = plan->options->forward_to == FORWARD_GROUP;

	put_row(writer, "stop signal", stop_at(plan));
	write_text(writer, plan->drains && plan_open_ended(plan) ? "at the latest, " : "");
	write_text(writer, group ? "to the main child's group\n" : "to the main child alone\n");
	for (int i = 0; i < plan->escalations; i++) {
		put_row(writer, "escalation", plan->escalate[i].at);
		write_signal(writer, plan->escalate[i].signal);
		write_text(writer, " (--escalate)\n");
	}
}

static void put_leftovers(struct writer *writer, const struct plan *plan)
{
	put_row(writer, "leftovers", NEVER);
	write_span(writer, plan->linger);
	write_text(writer, " (");
	put_source(writer, &plan->options->linger, NAME("linger", "LINGER"), "default");
	write_text(writer,
	        plan->kill == NEVER ? ")\n" : "), the main child's group until SIGKILL\n");
}

static void put_after(struct writer *writer, const struct plan *plan)
{
	const struct options *options = plan->options;

	put_row(writer, "after command", plan->kill);
	write_text(writer, plan->kill == NEVER ? "" : "at the latest, ");
	write_text(writer, "for at most ");
	write_span(writer, plan->after_max);
	write_text(writer, " (");
	put_source(writer, &options->after_max, NAME("after-max", "AFTER_MAX"), "default");
	write_text(writer, ")\n");
}

static void put_end(struct writer *writer, const struct plan *plan)
{
	put_leftovers(writer, plan);
	put_row(writer, "SIGKILL", plan->kill);
	write_text(writer,
	        plan->kill == NEVER ? "none to the main child\n" : "to all that is left\n");
	if (plan->options->after)
		put_after(writer, plan);
	if (plan->kill == NEVER)
		return;
	put_row(writer, "drainit's exit", plan->exit_by);
	write_text(writer, "at the latest\n");
	put_row(writer, "runtime's SIGKILL", plan->allowance);
	write_text(writer, "the end of the grace period\n");
}

void timeline_write(struct writer *writer, const struct plan *plan)
{
	put_sum(writer, plan);
	write_text(writer, "\n");
	put_ready(writer, plan);
	if (plan->drains)
		put_drain(writer, plan);
	put_stop(writer, plan);
	put_end(writer, plan);
}
