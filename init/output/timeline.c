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

void timeline_grace(struct writer *writer, const struct plan *plan)
{
	write_span(writer, plan->grace);
	write_text(writer, " (");
	if (plan->assumed) {
		write_text(writer, "default of ");
		write_text(writer, platform_name(plan->options->platform));
	} else {
		put_source(writer, &plan->options->grace, NAME("grace", "GRACE"), "");
	}
	write_char(writer, ')');
}

/* ---- the plan ---- */

#define NAME_COLUMN  18
#define START_COLUMN 10

static void pad(struct writer *writer, size_t from, size_t width)
{
	while (!writer->full && writer->length - from < width)
		write_char(writer, ' ');
}

/* 'drain              +0s       for at most 18s  (...)': the caller adds the rest of the line. */
static void put_row(struct writer *writer, const char *name, nsec_t at)
{
	size_t from = writer->length;

	write_text(writer, name);
	pad(writer, from, NAME_COLUMN);
	from = writer->length;
	if (at != NEVER) {
		write_char(writer, '+');
		write_span(writer, at);
	}
	pad(writer, from, START_COLUMN);
}

static void put_sum(struct writer *writer, const struct plan *plan)
{
	const struct options *options = plan->options;

	put_row(writer, "grace period", NEVER);
	timeline_grace(writer, plan);
	write_text(writer, "\n");
	if (plan->grace == NEVER)
		return;
	put_row(writer, "spent before", NEVER);
	write_span(writer, plan->spent);
	write_text(writer, " (");
	put_source(writer, &options->spent, NAME("spent", "SPENT"), "default");
	write_text(writer, ")\n");
	put_row(writer, "margin", NEVER);
	write_span(writer, plan->margin);
	write_text(writer, " (");
	put_source(writer, &options->margin, NAME("margin", "MARGIN"),
	        "derived: 5% of the allowance, at least 500ms, at most 2s and half of it");
	write_text(writer, ")\n");
}

static void put_drain(struct writer *writer, const struct plan *plan)
{
	const struct options *options = plan->options;

	put_row(writer, "drain", 0);
	write_text(writer, "for ");
	write_span(writer, plan->drain_min);
	write_text(writer, " (");
	put_source(writer, &options->drain_min, NAME("drain-min", "DRAIN_MIN"), "default");
	write_text(writer, ") to ");
	write_span(writer, plan->drain_max);
	write_text(writer, " (");
	put_source(writer, &options->drain_max, NAME("drain-max", "DRAIN_MAX"),
	        "derived: 60% of the allowance, and what leaves the stop phase its reserve");
	write_text(writer, ")\n");
	if (!options->drain)
		return;
	put_row(writer, "  command", plan->drain_delay);
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

static void put_stop(struct writer *writer, const struct plan *plan)
{
	bool group = plan->options->forward_to == FORWARD_GROUP;

	put_row(writer, "stop signal", plan->drains ? plan->drain_max : 0);
	write_text(writer, plan->drains ? "at the latest, " : "");
	write_text(writer, group ? "to the main child's group\n" : "to the main child alone\n");
	for (int i = 0; i < plan->escalations; i++) {
		put_row(writer, "escalation", plan->escalate[i].at);
		write_signal(writer, plan->escalate[i].signal);
		write_text(writer, " (--escalate)\n");
	}
}

static void put_end(struct writer *writer, const struct plan *plan)
{
	const struct options *options = plan->options;

	if (plan->kill != NEVER) {
		put_row(writer, "SIGKILL", plan->kill);
		write_text(
		        writer, "to all that is left; leftovers that daemonised away after ");
		write_span(writer, plan->linger);
		write_text(writer, " (");
		put_source(writer, &options->linger, NAME("linger", "LINGER"), "default");
		write_text(writer, ")\n");
	}
	if (options->after) {
		put_row(writer, "after command", plan->kill);
		write_text(writer, "at the latest, for at most ");
		write_span(writer, plan->after_max);
		write_text(writer, " (");
		put_source(
		        writer, &options->after_max, NAME("after-max", "AFTER_MAX"), "default");
		write_text(writer, ")\n");
	}
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
	if (plan->drains)
		put_drain(writer, plan);
	put_stop(writer, plan);
	put_end(writer, plan);
}
