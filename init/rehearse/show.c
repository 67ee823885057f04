#include "rehearse/show.h"

#include <string.h>

#include "output/timeline.h"

/* ---- what was measured, on the plan's axis ---- */

static void put_bar(struct writer *writer, const struct chart *chart, const char *label,
        nsec_t from, nsec_t until, enum ink ink)
{
	const struct bar bar = { from, until, ink };
	char text[64];
	struct writer words = writer_on(text, sizeof text - 1);

	write_char(&words, '+');
	write_span(&words, from);
	if (until > from) {
		write_text(&words, " to +");
		write_span(&words, until);
	}
	text[words.length] = '\0';
	chart_row(writer, chart, label, &bar, 1);
	chart_text(writer, chart, "", text);
}

static nsec_t last_request(const struct facts *facts)
{
	nsec_t last = -1;

	for (int i = 0; i < facts->requests.count; i++) {
		if (facts->requests.list[i].fate != FATE_REFUSED)
			last = nsec_max(last, facts->requests.list[i].ended);
	}
	return last;
}

static void put_measured(
        struct writer *writer, const struct facts *facts, const struct chart *chart)
{
	nsec_t signalled = judge_signalled(facts),
	       gone = nsec_min(facts->main_gone, facts->exited);

	write_text(writer, "\nMeasured:\n");
	chart_axis(writer, chart);
	if (facts->plan->drains)
		put_bar(writer, chart, "drain", 0, signalled, INK_SURE);
	put_bar(writer, chart, "stop signal", signalled, gone, INK_STOP);
	if (facts->listened != NEVER)
		put_bar(writer, chart, "listener", 0,
		        nsec_min(facts->listener_closed, facts->exited), INK_SURE);
	if (last_request(facts) >= 0)
		put_bar(writer, chart, "requests", 0, last_request(facts), INK_SURE);
	if (facts->told.sweep != NEVER)
		put_bar(writer, chart, "leftovers", gone, facts->exited, INK_MAY);
	put_bar(writer, chart, "exit", facts->exited, facts->exited,
	        facts->killed_by_runtime || facts->told.forced ? INK_KILL : INK_EVENT);
}

/* ---- the verdict ---- */

static const char *const questions[QUESTIONS] = {
	[ASK_REFUSED] = "New requests refused at once?",
	[ASK_COMPLETED] = "Requests in flight completed?",
	[ASK_RELEASED] = "Resources released?",
	[ASK_EXIT] = "Exit status 0?",
};

static const char *word(enum answer answer)
{
	switch (answer) {
	case ANSWER_YES:
		return "yes";
	case ANSWER_NO:
		return "NO";
	case ANSWER_UNTRIED:
		return "not tried";
	}
	return "";
}

static void put_answer(struct writer *writer, const struct verdict *verdict, int question,
        const struct chart *chart)
{
	write_number(writer, question + 1);
	write_text(writer, ". ");
	write_text(writer, questions[question]);
	write_char(writer, ' ');
	write_text(writer, word(verdict->answers[question]));
	write_char(writer, '\n');
	chart_text(writer, chart, "", verdict->evidence[question]);
}

static void put_advice(
        struct writer *writer, const struct advice *advice, const struct chart *chart)
{
	if (advice->count == 0)
		return;
	write_text(writer, "\nWhat to change:\n");
	for (int i = 0; i < advice->count; i++)
		chart_note(writer, chart, advice->list[i]);
}

void show_write(struct writer *writer, const struct facts *facts, const struct verdict *verdict,
        const struct advice *advice, const struct chart *chart)
{
	struct chart same = *chart;

	same.span = timeline_span(facts->plan);
	write_text(writer, "Planned:\n");
	timeline_write(writer, facts->plan, chart);
	put_measured(writer, facts, &same);
	write_char(writer, '\n');
	for (int i = 0; i < QUESTIONS; i++)
		put_answer(writer, verdict, i, chart);
	write_text(writer, "\nVerdict: ");
	write_plain(writer, facts->command, strlen(facts->command));
	write_text(
	        writer, verdict->good ? " stops gracefully\n" : " does not stop gracefully\n");
	put_advice(writer, advice, chart);
}
