/*
 * drawn: plans of every kind, and what holds for all that is drawn of them.
 */
#ifndef UNIT_OUTPUT_DRAWN_H
#define UNIT_OUTPUT_DRAWN_H

#include "core/plan.h"
#include "unit/options/given.h"

struct sample {
	const char *environment;
	const char *arguments;
};

static const struct sample samples[] = {
	{ "", "--plan" },
	{ "KUBERNETES_SERVICE_HOST=10.0.0.1", "--plan" },
	{ "KUBERNETES_SERVICE_HOST=10.0.0.1", "--drain-min|3600s|--drain|x|--margin|40s" },
	{ "NOMAD_ALLOC_ID=x", "--drain-min|1s" },
	{ "DRAINIT_GRACE=60s|DRAINIT_DRAIN_MIN=5s|DRAINIT_AFTER_MAX=3s",
	        "--spent|10s|--margin|2s|--drain|x|--drain-delay|1s|--drain-retry|2s|--drain-"
	        "max|"
	        "20s|--ready-file|/run/"
	        "ready|--after|y|--linger|4s|-c|--escalate|QUIT@5s,USR1@8s" },
	{ "", "--grace|60s|--drain-min|5s|--ready-file|r|--ready-until|stop" },
	{ "", "--grace|30s|--drain-idle|--drain-quiet|2s|--drain-min|5s|--ready-file|r" },
	{ "", "--grace|infinity" },
	{ "", "--grace|infinity|--drain|x|--drain-max|10s|--after|y" },
	{ "", "--grace|infinity|--drain-min|10s|--drain-max|20s|--linger|1h" },
	{ "", "--grace|1s" },
	{ "", "--grace|1s|--margin|1ms|--after|y|--after-max|1ms" },
	{ "", "--grace|1501ms|--margin|1ms|--drain|x|--escalate|QUIT@1ms|--drain-min|1ms" },
	{ "", "--grace|87600h|--drain|x|--drain-min|1ms|--after|y|--escalate|ABRT@1ms,QUIT@2ms,"
	      "USR1@3ms,USR2@4ms" },
	{ "", "--grace|1h30m|--drain|x|--drain-max|80%|--drain-retry|1m" },
	{ "", "--grace|12h|--spent|11h59m58765ms|--escalate|RTMIN+30@10%,RTMAX@20%" },
	{ "", "--grace|7123ms|--spent|6s|--linger|5%|--log|json" },
};

#define SAMPLES ((int)(sizeof samples / sizeof *samples))

/* The plan of one of them. */
static inline const struct plan *plan_of(const char *environment, const char *arguments)
{
	static struct plan plan;
	struct problem problem;
	char words[512] = "--plan|";
	const struct options *options = expect_taken(environment, strcat(words, arguments));

	ck_assert_msg(plan_make(options, &plan, &problem), "%s %s", environment, arguments);
	return &plan;
}

/* Every line: so many characters at most, without what colours it; no blank at its end; a newline. */
static inline void expect_lines(const char *text, size_t columns)
{
	while (*text != '\0') {
		size_t length = strcspn(text, "\n"), count = 0;

		for (size_t at = 0; at < length; at++) {
			if (text[at] == '\x1b')
				at += strcspn(text + at, "m");
			else if ((text[at] & 0xc0) != 0x80)
				count++;
		}
		ck_assert_msg(count <= columns, "%zu: %.*s", count, (int)length, text);
		ck_assert_msg(length == 0 || text[length - 1] != ' ', "blank: %.*s|",
		        (int)length, text);
		ck_assert_int_eq(text[length], '\n');
		text += length + 1;
	}
}

#endif
