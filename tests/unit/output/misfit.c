#include "output/misfit.h"

#include "unit/options/given.h"

static char text[1024];
static struct plan plan;

static void expect_misfit(const char *environment, const char *arguments, const char *expected)
{
	struct writer writer = writer_on(text, sizeof(text) - 1);
	struct problem problem;

	ck_assert_msg(!plan_make(expect_taken(environment, arguments), &plan, &problem),
	        "taken: %s", arguments);
	misfit_refusal(&writer, &plan, &problem);
	expect_text(writer, expected);
}

static void expect_cut(const char *environment, const char *arguments, const char *expected)
{
	struct writer writer = writer_on(text, sizeof(text) - 1);
	struct problem problem;

	ck_assert_msg(plan_make(expect_taken(environment, arguments), &plan, &problem),
	        "refused: %s", arguments);
	misfit_cuts(&writer, &plan);
	expect_text(writer, expected);
}

START_TEST(each_refusal_says_what_would_fit)
{
	expect_misfit("", "--grace|500ms|--|app",
	        "--grace=500ms: too short; at least 1s (for an immediate kill: -r TERM:KILL)");
	expect_misfit("", "--grace|30s|--spent|29.5s|--|app",
	        "--spent=29.5s: leaves under 1s of the grace period; at most 29s of 30s");
	expect_misfit("", "--grace|30s|--margin|16s|--|app",
	        "--margin=16s: over half of the allowance; at most 15s of 30s");
	expect_misfit("", "--grace|2s|--margin|1s|--drain|x|--|app",
	        "drain: no room for it; at least 500ms, but 2s grace period - 1s margin - 1s "
	        "reserve leaves 0s");
	expect_misfit("", "--grace|3s|--drain-min|2s|--|app",
	        "--drain-min=2s: reaches into the reserve of the stop phase; at most 1.5s of "
	        "3s: 3s grace period - 500ms margin - 1s reserve");
	expect_misfit("", "--grace|30s|--drain|x|--drain-max|10s|--drain-min|11s|--|app",
	        "--drain-min=11s: longer than --drain-max; at most 10s of 30s");
	expect_misfit("", "--grace|30s|--drain|x|--drain-max|25s|--|app",
	        "--drain-max=25s: over 80% of the allowance; at most 24s of 30s");
	expect_misfit("", "--grace|30s|--drain|x|--drain-max|100ms|--|app",
	        "--drain-max=100ms: too short for a drain; at least 500ms");
	expect_misfit("", "--grace|30s|--drain|x|--drain-delay|17s|--|app",
	        "--drain-delay=17s: the drain command would start when its TERM is due; less "
	        "than 17s");
	expect_misfit("", "--grace|30s|--escalate|QUIT@29s|--|app",
	        "--escalate=...@29s: would come before the stop signal; at most 28.5s of 30s: "
	        "30s grace period - 1.5s margin");
}
END_TEST

START_TEST(the_sum_has_all_that_takes_part)
{
	expect_misfit("",
	        "--grace|30s|--spent|10s|--margin|2s|--drain|x|--drain-max|16s|--after|y|"
	        "--after-max|1s|--|app",
	        "--drain-max=16s: reaches into the reserve of the stop phase; at most 15s of "
	        "30s: 30s grace period - 10s spent - 2s margin - 1s for the after command - 2s "
	        "reserve");
	expect_misfit("", "--grace|30s|--drain|x|--escalate|QUIT@20s|--|app",
	        "--escalate=...@20s: would come before the stop signal; at most 10.5s of 30s: "
	        "30s grace period - 1.5s margin - 18s drain");
}
END_TEST

START_TEST(the_place_and_the_value_are_those_that_were_written)
{
	expect_misfit("DRAINIT_DRAIN_MAX=90%", "--grace|30s|--drain|x|--|app",
	        "DRAINIT_DRAIN_MAX=90% (27s): over 80% of the allowance; at most 24s of 30s");
	expect_misfit("DRAINIT_GRACE=infinity", "--drain|x|--|app",
	        "DRAINIT_GRACE=infinity: a drain then needs a --drain-max in seconds");
}
END_TEST

START_TEST(without_an_end_there_is_nothing_to_count_from)
{
	expect_misfit("", "--grace|infinity|--drain|x|--|app",
	        "--grace=infinity: a drain then needs a --drain-max in seconds");
	expect_misfit("", "--grace|infinity|--linger|50%|--|app",
	        "--grace=infinity: there is nothing that a percentage could be of; write "
	        "seconds");
	expect_misfit("", "--grace|infinity|--escalate|QUIT@1s|--|app",
	        "--grace=infinity: no SIGKILL comes that --escalate could be before");
}
END_TEST

START_TEST(what_fits_needs_no_warning)
{
	expect_cut("", "--drain|x|--drain-max|8s|--|app", "");
}
END_TEST

START_TEST(what_was_cut_is_one_warning_that_names_grace)
{
	expect_cut("", "--drain|x|--drain-max|9s|--|app",
	        "nobody stated the grace period, so it is taken to be 10s (default of docker, "
	        "podman); cut to fit it: --drain-max to 8s; state it with --grace or "
	        "DRAINIT_GRACE\n");
	expect_cut("NOMAD_ALLOC_ID=x",
	        "--drain|x|--drain-max|9s|--drain-min|12s|--escalate|QUIT@3s|--|app",
	        "nobody stated the grace period, so it is taken to be 5s (default of Nomad); "
	        "cut to fit it: --drain-min to 3.5s, --drain-max to 3.5s, --escalate; state it "
	        "with --grace or DRAINIT_GRACE\n");
	expect_cut("NOMAD_ALLOC_ID=x", "--drain|x|--margin|2.5s|--spent|3.5s|--|app",
	        "nobody stated the grace period, so it is taken to be 5s (default of Nomad); "
	        "cut to fit it: --margin to 750ms, the whole drain; state it with --grace or "
	        "DRAINIT_GRACE\n");
}
END_TEST

SUITE("misfit", each_refusal_says_what_would_fit, the_sum_has_all_that_takes_part,
        the_place_and_the_value_are_those_that_were_written,
        without_an_end_there_is_nothing_to_count_from, what_fits_needs_no_warning,
        what_was_cut_is_one_warning_that_names_grace)
