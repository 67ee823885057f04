/*
 * plans: combinations of the options that the machine looks at.
 */
#ifndef EXPLORE_PLANS_H
#define EXPLORE_PLANS_H

#include <signal.h>

#include "core/plan.h"
#include "options/drainit.h"

/* A sequence that is the same in every run (Marsaglia's xorshift). */
static inline uint32_t draw(uint32_t *seed, uint32_t count)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 17;
	*seed ^= *seed << 5;
	return *seed % count;
}

static inline struct duration span(nsec_t value)
{
	return (struct duration){ .kind = value == NEVER ? DURATION_INFINITE : DURATION_SPAN,
		.source = SOURCE_OPTION,
		.value = value };
}

/* What the table of options presets, for all that the core reads. */
static inline struct options preset_options(void)
{
	struct options options = {
		.wait_for_max = span(30 * SEC),
		.grace = span(30 * SEC),
		.linger = span(2 * SEC),
		.after_max = span(5 * SEC),
		.stop_signals = signal_bit(SIGTERM) | signal_bit(SIGINT),
		.first_stop = SIGTERM,
		.stop_status = -1,
		.habits = drainit_program.habits,
	};

	for (int signal = 1; signal <= SIGNAL_LAST; signal++)
		options.rewrite[signal] = (uint8_t)signal;
	return options;
}

static inline void draw_drain(struct options *options, uint32_t *seed)
{
	nsec_t grace = options->grace.value == NEVER ? 10 * SEC : options->grace.value;
	uint32_t kind = draw(seed, 6);

	if (grace < 4 * SEC || kind == 0)
		return;
	options->drain_idle = kind == 5 || draw(seed, 4) == 0;
	if (kind > 1 && kind < 5)
		options->drain = "true";
	if (kind == 1 || kind == 4)
		options->drain_min = span(draw(seed, 2) ? grace / 8 : grace / 2);
	if (options->drain && kind > 2 && draw(seed, 2))
		options->drain_delay = span(grace / 10);
	if (options->drain && kind > 2 && draw(seed, 2))
		options->drain_retry = span(grace / 4);
	if (options->grace.value == NEVER || draw(seed, 3) == 0)
		options->drain_max = span(grace / 2);
}

static inline void draw_signals(struct options *options, uint32_t *seed)
{
	static const uint8_t sent[] = { SIGTERM, SIGQUIT, 0 };
	static const int steps[] = { SIGABRT, SIGXCPU };

	options->rewrite[SIGTERM] = sent[draw(seed, 3)];
	options->forward_to = draw(seed, 2) ? FORWARD_GROUP : FORWARD_MAIN;
	if (options->grace.value == NEVER)
		return;
	options->escalations = (int)draw(seed, 3);
	for (int i = 0; i < options->escalations; i++)
		options->escalate[i] = (struct escalation){ steps[i],
			span(options->grace.value / (i ? 5 : 10)) };
}

static inline void draw_end(struct options *options, uint32_t *seed)
{
	static const nsec_t lingers[] = { 0, 2 * SEC, 40 * SEC, NEVER };

	options->linger = span(lingers[draw(seed, 4)]);
	if (draw(seed, 2)) {
		options->after = "true";
		options->after_on = draw(seed, 2) ? AFTER_ALWAYS : AFTER_SUCCESS;
		options->after_max = span(draw(seed, 2) ? 5 * SEC : 100 * MSEC);
	}
	options->stop_status = draw(seed, 3) == 0 ? 0 : -1;
	if (draw(seed, 4) == 0)
		options->zero_exit[127 / 64] = (uint64_t)1 << 127 % 64;
}

static inline struct options draw_options(uint32_t *seed)
{
	static const nsec_t graces[] = { SEC, 5 * SEC, 10 * SEC, 30 * SEC, NEVER };
	struct options options = preset_options();

	options.grace = span(graces[draw(seed, 5)]);
	if (options.grace.value != NEVER && options.grace.value > SEC && draw(seed, 4) == 0)
		options.spent = span(SEC);
	/* Rounds of SIGKILL fill the half of it: few of them tell as much as many. */
	options.margin = span(60 * MSEC);
	if (draw(seed, 4) == 0) {
		options.wait_for = "http://localhost";
		options.wait_for_max = span(draw(seed, 2) ? 10 * SEC : 500 * MSEC);
	}
	draw_drain(&options, seed);
	draw_signals(&options, seed);
	draw_end(&options, seed);
	if (draw(seed, 3) == 0) {
		options.ready_file = "ready";
		options.ready_until = draw(seed, 2) ? READY_UNTIL_DRAIN : READY_UNTIL_STOP;
	}
	return options;
}

/* draw_plan: the next plan that can be followed; options is the caller's, which the plan points
 * into. */
static inline void draw_plan(struct options *options, struct plan *plan, uint32_t *seed)
{
	struct problem problem;

	do
		*options = draw_options(seed);
	while (!plan_make(options, plan, &problem));
}

#endif
