/*
 * many COUNT: so many reports, a line each, of shutdowns that no machine had time for: every field at
 * random, as large as it gets, and command lines of any bytes. The same ones at every run.
 * Exits with 1 if one did not fit.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "output/report.h"

static uint64_t state = 1;

/* xorshift64: Marsaglia, Xorshift RNGs, 2003. */
static uint64_t draw(uint64_t below)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state % below;
}

static bool toss(void)
{
	return draw(2);
}

/* Of every order of magnitude as often. */
static int64_t size(int64_t most)
{
	return (int64_t)draw((uint64_t)most >> draw(40) ? ((uint64_t)most >> draw(20)) + 1 : 2);
}

static int32_t known(int32_t most)
{
	return toss() ? (int32_t)size(most) : -1;
}

/* The libc's own two are never received. */
static int a_signal(int signal)
{
	return signal == 32 || signal == 33 ? 34 : signal;
}

/* Bytes as they come, or of a few that are hard to write. */
static void fill(char *text, size_t bytes)
{
	static const char hard[] =
	        "\"\\\x01\x1f\x7f\x80\xc3\xa9\xe2\x82\xac\xed\xa0\xf0\x9f\xa6\x80{}";
	size_t length = draw(bytes);
	bool any = toss();

	for (size_t at = 0; at < length; at++)
		text[at] = any ? (char)(1 + draw(255)) : hard[draw(sizeof hard - 1)];
	text[length] = '\0';
}

static void draw_survivors(struct survivors *survivors)
{
	*survivors = (struct survivors){ .count = (int)draw(SURVIVORS_MAX + 1) };
	survivors->total = survivors->count + (int)size(1 << 20);
	survivors->connections = known(INT32_MAX);
	for (int i = 0; i < survivors->count; i++) {
		struct survivor *one = &survivors->list[i];

		one->pid = 1 + (int32_t)size(4194303);
		one->age_s = toss() ? size(1LL << 33) : -1;
		one->state = "RSDTtIZ"[draw(7)];
		fill(one->command, sizeof one->command);
		if (toss())
			memcpy(one->wchan, "folio_wait_bit_common", sizeof one->wchan);
	}
}

static struct period draw_period(nsec_t *at, nsec_t end)
{
	struct period period = { NEVER, NEVER };

	if (toss())
		return period;
	period.from = *at;
	*at += size(end - *at);
	if (toss())
		period.to = *at;
	return period;
}

static void draw_phases(struct record *record, nsec_t from, nsec_t end, bool asked)
{
	if (asked) {
		record->drain = draw_period(&from, end);
		record->stop = draw_period(&from, end);
	}
	record->sweep = draw_period(&from, end);
	record->after = draw_period(&from, end);
	record->drain_status = known(255);
	record->after_status = known(255);
	record->attempts = (int)size(INT32_MAX - 1);
	record->drain_killed = toss();
	record->after_killed = toss();
	record->main_killed = toss();
	record->forced = asked && toss();
	for (int signal = 1; asked && signal <= SIGNAL_LAST; signal++)
		record->signals[a_signal(signal)] = toss() ? (uint16_t)size(UINT16_MAX) : 0;
}

static bool write_one(void)
{
	static const nsec_t born = 1000 * SEC;
	nsec_t end = born + size(90000 * SEC);
	bool asked = toss();
	char bytes[REPORT_BYTES + 1];
	struct options options = { .platform = (enum platform)draw(PLATFORM_DOCKER + 1) };
	struct plan plan = { .options = &options, .spent = size(3600 * SEC) };
	struct machine machine = { .plan = &plan, .at.stop = asked ? born : NEVER };
	struct record record;
	struct survivors survivors;
	struct watched watched = {
		.at_start = known(INT32_MAX),
		.now = known(INT32_MAX),
		.seen = toss(),
		.quiet_blind = toss(),
	};
	struct findings findings = { toss() ? &survivors : NULL, &watched, (int)draw(256), end,
		(int)draw(3) - 1 };
	struct writer writer = writer_on(bytes, REPORT_BYTES);

	options.grace.kind = toss() ? DURATION_SPAN : DURATION_UNSET;
	options.grace.source = toss() ? SOURCE_OPTION : SOURCE_ENVIRONMENT;
	plan.grace = draw(8) ? SEC + size(100000 * SEC) : NEVER;
	machine.reason = asked ? (uint8_t)a_signal((int)draw(SIGNAL_LAST + 1)) : 0;
	machine.drain_end = (enum drain_end)(draw(DRAIN_MAIN_CHILD + 1));
	machine.drain_ok = toss();
	machine.idle = toss();
	machine.killed_by = toss() ? 9 : 0;
	record_init(&record);
	draw_phases(&record, born, end, asked);
	draw_survivors(&survivors);
	report_write(&writer, &machine, &record, &findings);
	bytes[writer.length] = '\n';
	fwrite(bytes, 1, writer.length + 1, stdout);
	return !writer.full;
}

int main(int argc, char **argv)
{
	long count = argc > 1 ? strtol(argv[1], NULL, 10) : 0;
	bool fits = true;

	while (count-- > 0)
		fits = write_one() && fits;
	return fits ? 0 : 1;
}
