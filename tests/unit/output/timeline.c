#include "output/timeline.h"

#include "unit/options/given.h"

static char text[TIMELINE_BYTES + 1];
static struct plan plan;

static void expect_plan(const char *environment, const char *arguments, const char *expected)
{
	struct writer writer = writer_on(text, TIMELINE_BYTES);
	struct problem problem;

	ck_assert(plan_make(expect_taken(environment, arguments), &plan, &problem));
	timeline_write(&writer, &plan);
	ck_assert(!writer.full);
	expect_text(writer, expected);
}

START_TEST(without_options_it_is_the_platforms_grace_period)
{
	expect_plan("KUBERNETES_SERVICE_HOST=10.0.0.1", "--plan",
	        "grace period      30s       (default of Kubernetes)\n"
	        "spent before      0s        (default)\n"
	        "margin            1.5s      (derived: 5% of the allowance, 500ms to 2s)\n"
	        "\n"
	        "stop signal       +0s       to the main child's group\n"
	        "leftovers                   2s (default), the main child's group until "
	        "SIGKILL\n"
	        "SIGKILL           +28.5s    to all that is left\n"
	        "drainit's exit    +29.25s   at the latest\n"
	        "runtime's SIGKILL +30s      the end of the grace period\n");
}
END_TEST

START_TEST(every_number_says_where_it_came_from)
{
	expect_plan("DRAINIT_GRACE=60s|DRAINIT_DRAIN_MIN=5s|DRAINIT_AFTER_MAX=3s",
	        "--plan|--spent|10s|--margin|2s|--drain|x|--drain-delay|1s|--drain-retry|2s|"
	        "--drain-max|20s|--ready-file|/run/ready|--after|y|--linger|4s|-c|--escalate|"
	        "QUIT@5s,USR1@8s",
	        "grace period      1m        (DRAINIT_GRACE)\n"
	        "spent before      10s       (--spent)\n"
	        "margin            2s        (--margin)\n"
	        "\n"
	        "ready file        +0s       removed\n"
	        "drain             +0s       at most 20s (--drain-max)\n"
	        "                            at least 5s (DRAINIT_DRAIN_MIN)\n"
	        "  drain command   +1s       TERM at +19s, SIGKILL at +20s, a failed one again "
	        "after 2s\n"
	        "stop signal       +20s      at the latest, to the main child alone\n"
	        "escalation        +37s      USR1 (--escalate)\n"
	        "escalation        +40s      QUIT (--escalate)\n"
	        "leftovers                   4s (--linger), the main child's group until "
	        "SIGKILL\n"
	        "SIGKILL           +45s      to all that is left\n"
	        "after command     +45s      at the latest, for at most 3s "
	        "(DRAINIT_AFTER_MAX)\n"
	        "drainit's exit    +49s      at the latest\n"
	        "runtime's SIGKILL +50s      the end of the grace period\n");
}
END_TEST

static void expect_origin(const char *arguments, const char *origin)
{
	struct writer writer = writer_on(text, TIMELINE_BYTES);
	struct problem problem;

	ck_assert(plan_make(expect_taken("", arguments), &plan, &problem));
	timeline_write(&writer, &plan);
	text[writer.length] = '\0';
	ck_assert_msg(strstr(text, origin) != NULL, "no '%s' in:\n%s", origin, text);
}

START_TEST(a_derived_budget_says_which_bound_it_is)
{
	expect_origin(
	        "--plan|--grace|30s|--drain|x", "at most 18s (derived: 60% of the allowance)");
	expect_origin("--plan|--grace|3s|--drain|x",
	        "at most 1.5s (derived: what the reserve leaves)");
	expect_origin("--plan|--grace|30s|--drain|x|--drain-min|20s",
	        "at most 20s (derived: --drain-min)");
	expect_origin("--plan|--grace|30s|--drain|x|--drain-idle|--drain-min|20s",
	        "at most 21.25s (derived: --drain-min and 1.25s to see idle)");
	/* The least is as long as what the reserve leaves: it did not raise it. */
	expect_origin("--plan|--grace|5s|--drain|x|--drain-idle|--drain-min|2250ms",
	        "at most 3.5s (derived: --drain-min and 1.25s to see idle)");
}
END_TEST

START_TEST(without_a_command_the_drain_is_its_least_time)
{
	expect_plan("", "--plan|--grace|60s|--drain-min|5s|--ready-file|r|--ready-until|stop",
	        "grace period      1m        (--grace)\n"
	        "spent before      0s        (default)\n"
	        "margin            2s        (derived: 5% of the allowance, 500ms to 2s)\n"
	        "\n"
	        "ready file        +5s       removed, at the latest\n"
	        "drain             +0s       5s (--drain-min)\n"
	        "stop signal       +5s       to the main child's group\n"
	        "leftovers                   2s (default), the main child's group until "
	        "SIGKILL\n"
	        "SIGKILL           +58s      to all that is left\n"
	        "drainit's exit    +59s      at the latest\n"
	        "runtime's SIGKILL +1m       the end of the grace period\n");
}
END_TEST

START_TEST(a_watcher_may_take_what_the_drain_has)
{
	expect_origin("--plan|--grace|30s|--drain-idle|--drain-min|5s",
	        "drain             +0s       at most 18s (derived: 60% of the allowance)\n"
	        "                            at least 5s (--drain-min)\n"
	        "stop signal       +18s      at the latest, to the main child's group\n");
	expect_origin("--plan|--grace|30s|--drain-idle|--ready-file|r|--ready-until|stop",
	        "ready file        +18s      removed, at the latest\n");
}
END_TEST

START_TEST(the_ready_file_goes_when_it_was_told_to)
{
	expect_origin("--plan|--grace|30s|--drain|x|--ready-file|r|--ready-until|stop",
	        "ready file        +18s      removed, at the latest\n");
}
END_TEST

START_TEST(without_an_end_there_is_no_last_line)
{
	expect_plan("", "--plan|--grace|infinity|--drain|x|--drain-max|10s|--after|y",
	        "grace period      infinity  (--grace)\n"
	        "\n"
	        "drain             +0s       at most 10s (--drain-max)\n"
	        "  drain command   +0s       TERM at +9s, SIGKILL at +10s\n"
	        "stop signal       +10s      at the latest, to the main child's group\n"
	        "leftovers                   2s (default)\n"
	        "SIGKILL                     none to the main child\n"
	        "after command               for at most 5s (default)\n");
}
END_TEST

START_TEST(the_least_grace_period_has_a_plan_too)
{
	expect_plan("", "--plan|--grace|1s",
	        "grace period      1s        (--grace)\n"
	        "spent before      0s        (default)\n"
	        "margin            500ms     (derived: 5% of the allowance, 500ms to 2s)\n"
	        "\n"
	        "stop signal       +0s       to the main child's group\n"
	        "leftovers                   2s (default), the main child's group until "
	        "SIGKILL\n"
	        "SIGKILL           +500ms    to all that is left\n"
	        "drainit's exit    +750ms    at the latest\n"
	        "runtime's SIGKILL +1s       the end of the grace period\n");
}
END_TEST

SUITE("timeline", without_a_command_the_drain_is_its_least_time,
        without_options_it_is_the_platforms_grace_period, every_number_says_where_it_came_from,
        a_derived_budget_says_which_bound_it_is, a_watcher_may_take_what_the_drain_has,
        the_ready_file_goes_when_it_was_told_to, without_an_end_there_is_no_last_line,
        the_least_grace_period_has_a_plan_too)
