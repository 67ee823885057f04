#include <signal.h>

#include "output/json.h"
#include "output/report.h"
#include "output/source.h"
#include "text/signame.h"

/* Room that is left for the end of the object, and for survivors before signals take it. */
#define TAIL          2
#define SIGNALS_UNTIL (REPORT_BYTES - 256)

/* ---- the sum ---- */

static const char *outcome(const struct machine *machine, const struct record *record)
{
	if (machine->at.stop == NEVER)
		return "ended";
	return record->forced ? "forced" : "clean";
}

static void put_reason(struct writer *writer, const struct machine *machine)
{
	if (machine->at.stop == NEVER || machine->reason == 0) {
		json_text(writer, "reason", machine->at.stop == NEVER ? NULL : "prestop");
		return;
	}
	json_key(writer, "reason");
	write_char(writer, '"');
	write_signal(writer, machine->reason);
	write_char(writer, '"');
}

/* Three digits after the point. */
static void put_share(struct writer *writer, const char *key, nsec_t used, nsec_t grace)
{
	int64_t thousandths = used / (grace / 1000);

	json_key(writer, key);
	write_number(writer, thousandths / 1000);
	write_char(writer, '.');
	for (int64_t digit = 100; digit > 0; digit /= 10)
		write_number(writer, thousandths / digit % 10);
}

static void put_sum(struct writer *writer, const struct machine *machine, nsec_t now)
{
	const struct plan *plan = machine->plan;
	nsec_t used = machine->at.stop == NEVER ? NEVER : now - machine->at.stop + plan->spent;

	json_span(writer, "grace_ms", plan->grace);
	json_text(writer, "grace_source", source_grace(plan->options));
	json_span(writer, "spent_ms", plan->spent);
	json_span(writer, "used_ms", used);
	if (used == NEVER || plan->grace == NEVER)
		json_text(writer, "used_share", NULL);
	else
		put_share(writer, "used_share", used, plan->grace);
}

/* ---- phases ---- */

static const char *drain_end(enum drain_end end)
{
	switch (end) {
	case DRAIN_BUDGET:
		return "budget";
	case DRAIN_SIGNAL:
		return "signal";
	case DRAIN_MAIN_CHILD:
		return "main child";
	case DRAIN_RUNS:
	case DRAIN_DONE:
		break;
	}
	return "done";
}

/* Opens the phase's object; false: there was none. */
static bool put_period(struct writer *writer, const char *key, const struct period *period,
        const struct machine *machine, nsec_t now)
{
	bool asked = machine->at.stop != NEVER;
	nsec_t to = period->to == NEVER ? now : period->to;

	if (period->from == NEVER) {
		json_text(writer, key, NULL);
		return false;
	}
	json_key(writer, key);
	write_char(writer, '{');
	json_span(writer, "start_ms",
	        asked ? nsec_max(period->from - machine->at.stop, 0) : NEVER);
	json_span(writer, "ms", to - period->from);
	return true;
}

static void put_drain(struct writer *writer, const struct machine *machine,
        const struct record *record, nsec_t now)
{
	if (!put_period(writer, "drain", &record->drain, machine, now))
		return;
	json_bool(writer, "ok", machine_drained(machine));
	json_number(writer, "attempts", record->attempts);
	json_known(writer, "status", record->drain_status);
	json_bool(writer, "killed", record->drain_killed);
	json_text(writer, "ended_by", drain_end(machine->drain_end));
	write_char(writer, '}');
}

static void put_phases(struct writer *writer, const struct machine *machine,
        const struct record *record, nsec_t now)
{
	static const struct period nothing = { NEVER, NEVER };

	put_drain(writer, machine, record, now);
	/* Without leftovers there was nothing to sweep. */
	if (put_period(writer, "stop", &record->stop, machine, now))
		write_char(writer, '}');
	if (put_period(
	            writer, "sweep", machine->swept ? &record->sweep : &nothing, machine, now))
		write_char(writer, '}');
	if (!put_period(writer, "after", &record->after, machine, now))
		return;
	json_known(writer, "status", record->after_status);
	json_bool(writer, "killed", record->after_killed);
	write_char(writer, '}');
}

/* ---- the rest ---- */

static void put_connections(
        struct writer *writer, const struct record *record, const struct findings *findings)
{
	const struct watched *watched = findings->watched;
	int cut = findings->survivors ? findings->survivors->connections : -1;

	json_key(writer, "connections");
	write_char(writer, '{');
	json_known(writer, "at_stop", watched->seen ? watched->at_start : -1);
	json_known(writer, "after_drain", watched->seen ? watched->now : -1);
	json_known(writer, "cut", record->forced ? cut : 0);
	write_char(writer, '}');
}

static const char *killer(const struct machine *machine, const struct record *record,
        const struct findings *findings)
{
	/* Given up while it lived: it dies with us. */
	if (machine_live(machine, ROLE_MAIN))
		return "drainit";
	if (machine->killed_by != SIGKILL)
		return NULL;
	if (record->main_killed)
		return "drainit";
	if (findings->by_oom < 0)
		return NULL;
	return findings->by_oom ? "oom" : "other";
}

static void put_signals(struct writer *writer, const struct record *record)
{
	json_key(writer, "signals");
	write_char(writer, '{');
	for (int signal = 1; signal <= SIGNAL_LAST && writer->length < SIGNALS_UNTIL;
	        signal++) {
		if (record->signals[signal] == 0)
			continue;
		json_next(writer);
		write_char(writer, '"');
		write_signal(writer, signal);
		write_text(writer, "\":");
		write_number(writer, record->signals[signal]);
	}
	write_char(writer, '}');
}

static void put_survivor(struct writer *writer, const struct survivor *survivor)
{
	const char state[] = { survivor->state, '\0' };

	write_char(writer, '{');
	json_number(writer, "pid", survivor->pid);
	json_text(writer, "state", state);
	json_known(writer, "age_s", survivor->age_s);
	json_text(writer, "wchan", survivor->wchan[0] ? survivor->wchan : NULL);
	json_text(writer, "command", survivor->command);
	write_char(writer, '}');
}

static void put_survivors(struct writer *writer, const struct survivors *survivors)
{
	json_number(writer, "survivors_total", survivors ? survivors->total : 0);
	json_key(writer, "survivors");
	write_char(writer, '[');
	for (int i = 0; survivors && i < survivors->count; i++) {
		char bytes[512];
		struct writer one = writer_on(bytes, sizeof bytes);

		put_survivor(&one, &survivors->list[i]);
		if (one.full || writer->length + one.length + 1 + TAIL > writer->size)
			break;
		if (i > 0)
			write_char(writer, ',');
		write_bytes(writer, one.text, one.length);
	}
	write_text(writer, "]}");
}

void report_write(struct writer *writer, const struct machine *machine,
        const struct record *record, const struct findings *findings)
{
	write_char(writer, '{');
	json_text(writer, "outcome", outcome(machine, record));
	json_number(writer, "exit_status", findings->status);
	put_reason(writer, machine);
	put_sum(writer, machine, findings->now);
	put_phases(writer, machine, record, findings->now);
	put_connections(writer, record, findings);
	json_text(writer, "killed_by", killer(machine, record, findings));
	put_signals(writer, record);
	put_survivors(writer, record->forced ? findings->survivors : NULL);
}
