#include "output/line.h"
#include "output/phasename.h"

bool line_stopping(const struct step *step)
{
	return step->machine->at.stop != NEVER;
}

nsec_t line_since_stop(const struct step *step)
{
	return step->event->now - step->machine->at.stop;
}

nsec_t line_left(const struct step *step)
{
	const struct plan *plan = step->machine->plan;
	bool last = step->machine->phase > PHASE_SWEEP;

	return nsec_max(
	        nsec_before(last ? plan->deadline : plan->kill, line_since_stop(step)), 0);
}

struct writer *line_begin(struct line *line, struct writer *out, const struct step *step)
{
	line->out = out;
	line->step = step;
	line->message = writer_on(line->bytes, sizeof line->bytes);
	return &line->message;
}

static void end_text(const struct line *line, bool timed)
{
	struct writer *out = line->out;

	write_text(out, "drainit: ");
	if (timed) {
		write_char(out, '+');
		write_span(out, line_since_stop(line->step));
		write_char(out, ' ');
	}
	write_bytes(out, line->message.text, line->message.length);
	write_char(out, '\n');
}

static void put_span(struct writer *out, nsec_t span)
{
	if (span == NEVER)
		write_text(out, "null");
	else
		write_number(out, (span + MSEC / 2) / MSEC);
}

static void end_json(const struct line *line, bool timed)
{
	struct writer *out = line->out;

	write_text(out, "{\"source\":\"drainit\",\"phase\":\"");
	write_text(out, line->step ? phasename(line->step->machine) : phasename_of(0));
	write_text(out, "\",\"since_stop_ms\":");
	put_span(out, timed ? line_since_stop(line->step) : NEVER);
	write_text(out, ",\"left_ms\":");
	put_span(out, timed ? line_left(line->step) : NEVER);
	write_text(out, ",\"message\":");
	write_json(out, line->message.text, line->message.length);
	write_text(out, "}\n");
}

void line_end(const struct line *line, enum log_format format)
{
	bool timed = line->step && line_stopping(line->step);

	if (format == LOG_JSON)
		end_json(line, timed);
	else
		end_text(line, timed);
}
