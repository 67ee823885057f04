#include <string.h>

#include "output/json.h"
#include "output/planjson.h"
#include "output/source.h"
#include "text/signame.h"

static void open_object(struct writer *writer, const char *key)
{
	json_key(writer, key);
	write_char(writer, '{');
}

static void put_source(struct writer *writer, const char *key, const struct duration *duration)
{
	json_text(writer, key, source_word(duration));
}

static void put_command(struct writer *writer, const struct plan *plan)
{
	if (!plan->options->drain) {
		json_text(writer, "command", NULL);
		return;
	}
	open_object(writer, "command");
	json_span(writer, "start_ms", plan->drain_delay);
	json_span(writer, "term_ms", plan->drain_term);
	json_span(writer, "kill_ms", plan->drain_max);
	json_span(writer, "retry_ms", plan->drain_retry);
	write_char(writer, '}');
}

/* Without a command or a watcher it lasts its least time. */
static nsec_t drain_end(const struct plan *plan)
{
	if (!plan->drains)
		return 0;
	return plan_open_ended(plan) ? plan->drain_max : plan->drain_min;
}

static void put_drain(struct writer *writer, const struct plan *plan)
{
	const struct options *options = plan->options;

	if (!plan->drains) {
		json_text(writer, "drain", NULL);
		return;
	}
	open_object(writer, "drain");
	json_span(writer, "min_ms", plan->drain_min);
	put_source(writer, "min_source", &options->drain_min);
	json_span(writer, "max_ms", drain_end(plan));
	put_source(writer, "max_source",
	        plan_open_ended(plan) ? &options->drain_max : &options->drain_min);
	put_command(writer, plan);
	json_bool(writer, "idle", options->drain_idle);
	write_char(writer, '}');
}

static void put_ready(struct writer *writer, const struct plan *plan)
{
	bool drain = plan->options->ready_until == READY_UNTIL_DRAIN;

	json_span(writer, "ready_file_ms",
	        !plan->options->ready_file ? NEVER
	        : drain                    ? 0
	                                   : drain_end(plan));
}

static void put_escalations(struct writer *writer, const struct plan *plan)
{
	json_key(writer, "escalations");
	write_char(writer, '[');
	for (int i = 0; i < plan->escalations; i++) {
		json_next(writer);
		write_text(writer, "{\"signal\":\"");
		write_signal(writer, plan->escalate[i].signal);
		write_char(writer, '"');
		json_span(writer, "at_ms", plan->escalate[i].at);
		write_char(writer, '}');
	}
	write_char(writer, ']');
}

static void put_after(struct writer *writer, const struct plan *plan)
{
	if (!plan->options->after) {
		json_text(writer, "after", NULL);
		return;
	}
	open_object(writer, "after");
	json_span(writer, "start_ms", plan->kill);
	json_span(writer, "max_ms", plan->after_max);
	put_source(writer, "max_source", &plan->options->after_max);
	write_char(writer, '}');
}

static void put_sum(struct writer *writer, const struct plan *plan)
{
	const struct options *options = plan->options;

	json_span(writer, "grace_ms", plan->grace);
	json_text(writer, "grace_source", source_grace(options));
	json_span(writer, "spent_ms", plan->spent);
	put_source(writer, "spent_source", &options->spent);
	json_span(writer, "margin_ms", plan->margin);
	put_source(writer, "margin_source", &options->margin);
	json_span(writer, "allowance_ms", plan->allowance);
	json_span(writer, "deadline_ms", plan->deadline);
	json_span(writer, "reserve_ms", plan->reserve);
}

static void put_notes(struct writer *writer, const struct writer *notes)
{
	size_t from = 0;

	json_key(writer, "notes");
	write_char(writer, '[');
	for (size_t at = 0; at < notes->length; at++) {
		if (notes->text[at] != '\n')
			continue;
		json_next(writer);
		write_json(writer, notes->text + from, at - from);
		from = at + 1;
	}
	write_char(writer, ']');
}

void planjson_write(struct writer *writer, const struct plan *plan, const struct writer *notes)
{
	write_char(writer, '{');
	json_bool(writer, "fits", true);
	put_sum(writer, plan);
	put_drain(writer, plan);
	put_ready(writer, plan);
	json_span(writer, "stop_ms", drain_end(plan));
	put_escalations(writer, plan);
	json_span(writer, "kill_ms", plan->kill);
	json_span(writer, "linger_ms", plan->linger);
	put_source(writer, "linger_source", &plan->options->linger);
	put_after(writer, plan);
	json_span(writer, "exit_by_ms", plan->exit_by);
	json_span(writer, "runtime_kill_ms", plan->allowance);
	put_notes(writer, notes);
	write_text(writer, "}\n");
}

void planjson_refusal(struct writer *writer, const struct writer *problem)
{
	write_char(writer, '{');
	json_bool(writer, "fits", false);
	json_key(writer, "problem");
	write_json(writer, problem->text, problem->length);
	write_text(writer, "}\n");
}
