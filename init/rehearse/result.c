#include "rehearse/result.h"

#include <string.h>

#include "output/json.h"

static void put_answers(struct writer *writer, const struct verdict *verdict)
{
	static const char *const names[QUESTIONS] = { "refused", "completed", "released",
		"exit" };
	static const char *const words[] = {
		[ANSWER_YES] = "yes", [ANSWER_NO] = "no", [ANSWER_UNTRIED] = "untried"
	};

	json_key(writer, "answers");
	write_char(writer, '{');
	for (int i = 0; i < QUESTIONS; i++) {
		json_key(writer, names[i]);
		write_char(writer, '{');
		json_text(writer, "answer", words[verdict->answers[i]]);
		json_text(writer, "evidence", verdict->evidence[i]);
		write_char(writer, '}');
	}
	write_char(writer, '}');
}

static void put_phase(struct writer *writer, const char *phase, nsec_t from, nsec_t until)
{
	json_next(writer);
	write_char(writer, '{');
	json_text(writer, "phase", phase);
	json_span(writer, "start_ms", from);
	json_span(writer, "ms", until == NEVER ? NEVER : until - from);
	write_char(writer, '}');
}

static void put_phases(struct writer *writer, const struct facts *facts)
{
	nsec_t signalled = judge_signalled(facts),
	       gone = nsec_min(facts->main_gone, facts->exited);

	json_key(writer, "phases");
	write_char(writer, '[');
	if (facts->plan->drains)
		put_phase(writer, "drain", 0, signalled);
	if (gone >= signalled)
		put_phase(writer, "stop", signalled, gone);
	if (facts->told.sweep != NEVER)
		put_phase(writer, "sweep", gone, facts->exited);
	write_char(writer, ']');
}

static void put_ports(struct writer *writer, const struct facts *facts)
{
	json_key(writer, "ports");
	write_char(writer, '[');
	for (int i = 0; i < facts->port_count; i++) {
		json_next(writer);
		write_number(writer, facts->ports[i]);
	}
	write_char(writer, ']');
}

static void put_connections(struct writer *writer, const struct flow_counts *counts)
{
	json_key(writer, "connections");
	write_char(writer, '{');
	json_number(writer, "at_stop", counts->at_stop);
	json_number(writer, "finished", counts->finished);
	json_number(writer, "reset", counts->reset);
	json_number(writer, "open_at_end", counts->open_at_end);
	write_char(writer, '}');
}

static void put_requests(struct writer *writer, const struct facts *facts)
{
	struct request_counts counts = judge_requests(facts);

	json_key(writer, "requests");
	write_char(writer, '{');
	json_number(writer, "made", counts.made);
	json_number(writer, "in_flight", counts.in_flight);
	json_number(writer, "completed", counts.completed);
	json_number(writer, "refused", counts.refused);
	json_number(writer, "cut", counts.cut);
	write_char(writer, '}');
}

static void put_left(struct writer *writer, const struct facts *facts)
{
	json_key(writer, "leftovers");
	write_char(writer, '[');
	for (int i = 0; i < facts->left_count; i++) {
		json_next(writer);
		write_char(writer, '{');
		json_number(writer, "pid", facts->left[i].pid);
		json_text(writer, "command", facts->left[i].command);
		write_char(writer, '}');
	}
	write_char(writer, ']');
}

static void put_advice(struct writer *writer, const struct advice *advice)
{
	json_key(writer, "advice");
	write_char(writer, '[');
	for (int i = 0; i < advice->count; i++) {
		json_next(writer);
		write_json(writer, advice->list[i], strlen(advice->list[i]));
	}
	write_char(writer, ']');
}

void result_write(struct writer *writer, const struct facts *facts,
        const struct verdict *verdict, const struct advice *advice)
{
	write_char(writer, '{');
	json_text(writer, "verdict", verdict->good ? "good" : "bad");
	put_answers(writer, verdict);
	json_number(writer, "exit_status", facts->exit_status);
	json_bool(writer, "killed_by_runtime", facts->killed_by_runtime);
	json_span(writer, "grace_ms", facts->plan->grace);
	json_span(writer, "used_ms", nsec_add(facts->exited, facts->plan->spent));
	json_span(writer, "listened_ms", facts->listened);
	put_ports(writer, facts);
	put_phases(writer, facts);
	json_span(writer, "listener_closed_ms", facts->listener_closed);
	put_connections(writer, &facts->connections);
	put_requests(writer, facts);
	put_left(writer, facts);
	put_advice(writer, advice);
	write_text(writer, "}\n");
}
