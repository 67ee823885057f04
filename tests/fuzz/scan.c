/*
 * argv and environment: what is taken can be planned or is refused with words; what is said of it is plain text; and
 * the plan as text and JSON holds whatever they were.
 */
#include "fuzz/words.h"

#include "core/plan.h"
#include "options/usage.h"
#include "output/advice.h"
#include "output/misfit.h"
#include "output/planjson.h"
#include "output/timeline.h"
#include "rehearse/rehearsal.h"
#include "unit/isjson.h"

/* As the modes have room for. */
static char problem_text[4096], warning_text[4096], out_text[32768];

static void require_duration(const struct duration *duration)
{
	switch (duration->kind) {
	case DURATION_UNSET:
		break;
	case DURATION_SPAN:
		require(duration->value >= 0);
		break;
	case DURATION_SHARE:
		require(duration->value >= 0 && duration->value <= SHARE_WHOLE);
		break;
	case DURATION_INFINITE:
		break;
	}
	require(duration->kind <= DURATION_INFINITE);
}

static void require_signals(const struct options *options)
{
	bool stops = !options->habits.mute;

	/* Another program's stand-in without a grace period forwards all that comes. */
	require((options->stop_signals != 0) == stops);
	require(!stops || (options->stop_signals & signal_bit(options->first_stop)));
	for (int signal = 1; signal <= SIGNAL_LAST; signal++)
		require(options->rewrite[signal] <= SIGNAL_LAST);
	require(options->escalations >= 0 && options->escalations <= ESCALATIONS_MAX);
	for (int i = 0; i < options->escalations; i++) {
		require(options->escalate[i].signal >= 1);
		require(options->escalate[i].signal <= SIGNAL_LAST);
		require_duration(&options->escalate[i].before);
	}
	require(options->parent_death_signal >= 0);
	require(options->parent_death_signal <= SIGNAL_LAST);
}

static void require_options(const struct options *options)
{
	const struct duration *all[] = { &options->wait_for_max, &options->grace,
		&options->spent, &options->margin, &options->drain_delay, &options->drain_min,
		&options->drain_max, &options->drain_retry, &options->drain_quiet,
		&options->linger, &options->after_max };

	for (size_t i = 0; i < sizeof all / sizeof *all; i++)
		require_duration(all[i]);
	require_signals(options);
	require(options->platform <= PLATFORM_DOCKER);
	require(options->forward_to <= FORWARD_MAIN &&
	        options->ready_until <= READY_UNTIL_STOP);
	require(options->after_on <= AFTER_SUCCESS && options->log <= LOG_JSON);
	require(options->idle_port_count >= 0 && options->idle_port_count <= IDLE_PORTS_MAX);
	require(options->stop_status >= -1 && options->stop_status <= 255);
	require(options->drain_idle_max >= 0);
}

static struct writer written(void (*write)(struct writer *, const struct plan *),
        const struct plan *plan, size_t room)
{
	struct writer writer = writer_on(out_text, room);

	write(&writer, plan);
	require(!writer.full);
	require_plain(writer.text, writer.length, "\n");
	require(writer.length == 0 || writer.text[writer.length - 1] == '\n');
	return writer;
}

static void draw(const struct plan *plan)
{
	static char notes_text[ADVICE_BYTES];
	const struct chart chart = { .columns = 80, .utf8 = true };
	struct writer writer = written(misfit_cuts, plan, 2048);
	struct writer notes = writer_on(notes_text, sizeof notes_text);

	writer = written(advice_write, plan, ADVICE_BYTES);
	write_bytes(&notes, writer.text, writer.length);
	writer = writer_on(out_text, TIMELINE_BYTES);
	timeline_write(&writer, plan, &chart);
	require(!writer.full);
	require_plain(writer.text, writer.length, "\n");
	writer = writer_on(out_text, PLANJSON_BYTES);
	planjson_write(&writer, plan, &notes);
	require(!writer.full && is_json(writer.text, writer.length));
}

static void require_plan(const struct plan *plan)
{
	require(plan->allowance == nsec_before(plan->grace, plan->spent));
	require(plan->deadline == nsec_before(plan->allowance, plan->margin));
	require(plan->kill <= plan->deadline && plan->kill >= 0 && plan->margin >= 0);
	require(plan->drain_min <= plan->drain_max || !plan->drains);
	require(plan->drain_term <= plan->drain_max || !plan->drains);
	require(plan->drain_max <= plan->kill || !plan->drains);
	for (int i = 0; i < plan->escalations; i++) {
		require(plan->escalate[i].at >= 0 && plan->escalate[i].at <= plan->kill);
		require(i == 0 || plan->escalate[i - 1].at <= plan->escalate[i].at);
	}
}

static void plan(const struct options *options)
{
	struct plan plan;
	struct problem problem;

	if (plan_make(options, &plan, &problem)) {
		require_plan(&plan);
		draw(&plan);
	} else {
		struct writer writer = writer_on(out_text, 512);

		require(problem.misfit > MISFIT_NONE && problem.misfit < MISFIT_COUNT);
		misfit_refusal(&writer, &plan, &problem);
		require(!writer.full && writer.length > 0);
		require_plain(writer.text, writer.length, "");
	}
}

/* Once more with nothing of ours in the environment, which changes nothing more. */
static void strip(struct given *given)
{
	size_t left = 0;

	scan_strip(given->program, given->environment);
	while (given->environment[left])
		left++;
	scan_strip(given->program, given->environment);
	require(left == 0 || given->environment[left - 1]);
	require(!given->environment[left]);
}

/* drainit-rehearse takes what drainit does, and hands it on so that drainit takes it too. */
static void rehearse(struct given *given)
{
	static char *const more[] = { NULL };
	char *words[WORDS_MOST + 1 + REHEARSAL_WORDS];
	struct writer problem = writer_on(problem_text, sizeof problem_text);
	struct writer warnings = writer_on(warning_text, sizeof warning_text);
	struct rehearsal rehearsal;
	struct options again;
	enum mode mode;
	int count = 0;

	if (!rehearsal_scan(given->invocation.argc, given->argv, given->environment, &rehearsal,
	            &mode, &problem, &warnings)) {
		require(problem.length > 0);
		return;
	}
	if (mode != MODE_RUN)
		return;
	rehearsal_pass_on(&rehearsal, given->argv, more, words);
	while (words[count])
		require(++count <= WORDS_MOST + REHEARSAL_WORDS);
	const struct invocation invocation = { count, words, given->environment, 7 };
	problem.length = 0;
	require(scan(
	        compat_program("drainit"), &invocation, &again, &mode, &problem, &warnings));
	require(mode == MODE_RUN);
	for (int i = 0; again.command[i] || rehearsal.options.command[i]; i++)
		require(again.command[i] == rehearsal.options.command[i]);
	/* Pointers and all, but for where COMMAND stands. */
	again.command = rehearsal.options.command;
	require(memcmp(&again, &rehearsal.options, sizeof again) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	struct feed feed = { bytes, size };
	struct given given;
	struct options options, again;
	enum mode mode;
	struct writer problem = writer_on(problem_text, sizeof problem_text);
	struct writer warnings = writer_on(warning_text, sizeof warning_text);

	memset(&options, 0x5a, sizeof options);
	memset(&again, 0x5a, sizeof again);
	given_words(&given, &feed);
	if (!scan(given.program, &given.invocation, &options, &mode, &problem, &warnings)) {
		require(problem.length > 0 || problem.full);
		require_plain(problem.text, problem.length, given.program->words ? "\n\t" : "");
	} else {
		require(problem.length == 0);
		require(mode != MODE_RUN || (options.command > given.argv && *options.command));
		require_options(&options);
		problem.length = 0;
		scan(given.program, &given.invocation, &again, &mode, &problem, &warnings);
		require(memcmp(&options, &again, sizeof options) == 0);
		if (mode == MODE_RUN || mode == MODE_PLAN)
			plan(&options);
	}
	require_plain(warnings.text, warnings.length, "\n");
	require(warnings.full || warnings.length == 0 ||
	        warnings.text[warnings.length - 1] == '\n');
	strip(&given);
	if (!given.program->words)
		rehearse(&given);
	given_free(&given);
	return 0;
}
