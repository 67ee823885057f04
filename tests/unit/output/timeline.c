#include "output/timeline.h"

#include "unit/output/drawn.h"

static char text[TIMELINE_BYTES + 1];

static const char *drawn(struct chart chart, const char *environment, const char *arguments)
{
	struct writer writer = writer_on(text, TIMELINE_BYTES);

	timeline_write(&writer, plan_of(environment, arguments), &chart);
	ck_assert(!writer.full);
	text[writer.length] = '\0';
	return text;
}

static void expect_plan(int columns, bool utf8, const char *environment, const char *arguments,
        const char *expected)
{
	const struct chart chart = { .columns = columns, .utf8 = utf8 };

	ck_assert_str_eq(drawn(chart, environment, arguments), expected);
}

/* A drawing is read as it stands. */
/* clang-format off */

START_TEST(without_options_it_is_the_platforms_grace_period)
{
	expect_plan(80, false, "KUBERNETES_SERVICE_HOST=10.0.0.1", "--plan",
	        "grace period      30s (default of Kubernetes)\n"
	        "spent before      0s (default)\n"
	        "margin            1.5s (derived: 5% of the allowance, 500ms to 2s)\n"
	        "\n"
	        "                  0s        5s         10s       15s       20s        25s    30s\n"
	        "                  +---------+----------+---------+---------+----------+--------+\n"
	        "stop signal       ===========================================================\n"
	        "                  +0s, to the main child's group\n"
	        "leftovers         -----------------------------------------------------------\n"
	        "                  2s (default) from the main child's end, its group until\n"
	        "                  SIGKILL\n"
	        "SIGKILL                                                                      X\n"
	        "                  +28.5s, to all that is left\n"
	        "drainit's exit                                                                ^\n"
	        "                  +29.25s at the latest\n"
	        "runtime's SIGKILL                                                              X\n"
	        "                  +30s, the end of the grace period\n"
	        "\n"
	        "# certain  - possible  = stop phase  ^ event  X SIGKILL\n");
}
END_TEST

START_TEST(every_number_says_where_it_came_from)
{
	expect_plan(80, false, "DRAINIT_GRACE=60s|DRAINIT_DRAIN_MIN=5s|DRAINIT_AFTER_MAX=3s",
	        "--spent|10s|--margin|2s|--drain|x|--drain-delay|1s|--drain-retry|2s|--drain-max|20s|--ready-file|/run/ready|--after|y|--linger|4s|-c|--escalate|QUIT@5s,USR1@8s",
	        "grace period      1m (DRAINIT_GRACE)\n"
	        "spent before      10s (--spent)\n"
	        "margin            2s (--margin)\n"
	        "\n"
	        "                  0s          10s          20s         30s          40s      50s\n"
	        "                  +-----------+------------+-----------+------------+----------+\n"
	        "ready file        ^\n"
	        "                  removed at +0s\n"
	        "drain             ######-------------------\n"
	        "                  at most 20s (--drain-max), at least 5s (DRAINIT_DRAIN_MIN)\n"
	        "  drain command    -----------------------^X\n"
	        "                  +1s, TERM at +19s, SIGKILL at +20s, a failed one again after\n"
	        "                  2s\n"
	        "stop signal             -------------------=====================^===^=====\n"
	        "                  +20s at the latest, to the main child alone, then USR1 at +37s\n"
	        "                  (--escalate), then QUIT at +40s (--escalate)\n"
	        "leftovers               --------------------------------------------------\n"
	        "                  4s (--linger) from the main child's end, its group until\n"
	        "                  SIGKILL\n"
	        "SIGKILL                                                                   X\n"
	        "                  +45s, to all that is left\n"
	        "after command                                                             ----\n"
	        "                  +45s at the latest, for at most 3s (DRAINIT_AFTER_MAX)\n"
	        "drainit's exit                                                                 ^\n"
	        "                  +49s at the latest\n"
	        "runtime's SIGKILL                                                              X\n"
	        "                  +50s, the end of the grace period: 10s of it spent before\n"
	        "\n"
	        "# certain  - possible  = stop phase  ^ event  X SIGKILL\n");
}
END_TEST

START_TEST(in_60_columns_words_are_broken)
{
	expect_plan(60, true, "DRAINIT_GRACE=60s|DRAINIT_DRAIN_MIN=5s|DRAINIT_AFTER_MAX=3s",
	        "--spent|10s|--margin|2s|--drain|x|--drain-delay|1s|--drain-retry|2s|--drain-max|20s|--ready-file|/run/ready|--after|y|--linger|4s|-c|--escalate|QUIT@5s,USR1@8s",
	        "grace period      1m (DRAINIT_GRACE)\n"
	        "spent before      10s (--spent)\n"
	        "margin            2s (--margin)\n"
	        "\n"
	        "                  0s      10s      20s     30s      40s  50s\n"
	        "                  ┼───────┼────────┼───────┼────────┼──────┼\n"
	        "ready file        ▲\n"
	        "                  removed at +0s\n"
	        "drain             ████░░░░░░░░░░░░░\n"
	        "                  at most 20s (--drain-max), at least 5s\n"
	        "                  (DRAINIT_DRAIN_MIN)\n"
	        "  drain command    ░░░░░░░░░░░░░░░▲×\n"
	        "                  +1s, TERM at +19s, SIGKILL at +20s, a\n"
	        "                  failed one again after 2s\n"
	        "stop signal           ░░░░░░░░░░░░░▒▒▒▒▒▒▒▒▒▒▒▒▒▒▲▒▒▲▒▒▒\n"
	        "                  +20s at the latest, to the main child\n"
	        "                  alone, then USR1 at +37s (--escalate),\n"
	        "                  then QUIT at +40s (--escalate)\n"
	        "leftovers             ░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░\n"
	        "                  4s (--linger) from the main child's end,\n"
	        "                  its group until SIGKILL\n"
	        "SIGKILL                                                 ×\n"
	        "                  +45s, to all that is left\n"
	        "after command                                           ░░\n"
	        "                  +45s at the latest, for at most 3s\n"
	        "                  (DRAINIT_AFTER_MAX)\n"
	        "drainit's exit                                             ▲\n"
	        "                  +49s at the latest\n"
	        "runtime's SIGKILL                                          ×\n"
	        "                  +50s, the end of the grace period: 10s of\n"
	        "                  it spent before\n"
	        "\n"
	        "█ certain  ░ possible  ▒ stop phase  ▲ event  × SIGKILL\n");
}
END_TEST

START_TEST(in_200_columns_there_is_room_for_finer_ticks)
{
	expect_plan(200, true, "DRAINIT_GRACE=60s|DRAINIT_DRAIN_MIN=5s|DRAINIT_AFTER_MAX=3s",
	        "--spent|10s|--margin|2s|--drain|x|--drain-delay|1s|--drain-retry|2s|--drain-max|20s|--ready-file|/run/ready|--after|y|--linger|4s|-c|--escalate|QUIT@5s,USR1@8s",
	        "grace period      1m (DRAINIT_GRACE)\n"
	        "spent before      10s (--spent)\n"
	        "margin            2s (--margin)\n"
	        "\n"
	        "                  0s                5s                10s                15s               20s               25s               30s               35s                40s               45s            50s\n"
	        "                  ┼─────────────────┼─────────────────┼──────────────────┼─────────────────┼─────────────────┼─────────────────┼─────────────────┼──────────────────┼─────────────────┼────────────────┼\n"
	        "ready file        ▲\n"
	        "                  removed at +0s\n"
	        "drain             ██████████████████░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░\n"
	        "                  at most 20s (--drain-max), at least 5s (DRAINIT_DRAIN_MIN)\n"
	        "  drain command       ░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░▲░░░×\n"
	        "                  +1s, TERM at +19s, SIGKILL at +20s, a failed one again after 2s\n"
	        "stop signal                         ░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▲▒▒▒▒▒▒▒▒▒▒▲▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒\n"
	        "                  +20s at the latest, to the main child alone, then USR1 at +37s (--escalate), then QUIT at +40s (--escalate)\n"
	        "leftovers                           ░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░\n"
	        "                  4s (--linger) from the main child's end, its group until SIGKILL\n"
	        "SIGKILL                                                                                                                                                                               ×\n"
	        "                  +45s, to all that is left\n"
	        "after command                                                                                                                                                                         ░░░░░░░░░░░\n"
	        "                  +45s at the latest, for at most 3s (DRAINIT_AFTER_MAX)\n"
	        "drainit's exit                                                                                                                                                                                      ▲\n"
	        "                  +49s at the latest\n"
	        "runtime's SIGKILL                                                                                                                                                                                      ×\n"
	        "                  +50s, the end of the grace period: 10s of it spent before\n"
	        "\n"
	        "█ certain  ░ possible  ▒ stop phase  ▲ event  × SIGKILL\n");
}
END_TEST

START_TEST(in_200_columns_without_utf_8)
{
	expect_plan(200, false, "", "--plan|--grace|30s|--drain|x|--drain-min|5s",
	        "grace period      30s (--grace)\n"
	        "spent before      0s (default)\n"
	        "margin            1.5s (derived: 5% of the allowance, 500ms to 2s)\n"
	        "\n"
	        "                  0s          2s          4s          6s           8s          10s         12s         14s         16s         18s         20s         22s          24s         26s         28s      30s\n"
	        "                  +-----------+-----------+-----------+------------+-----------+-----------+-----------+-----------+-----------+-----------+-----------+------------+-----------+-----------+----------+\n"
	        "drain             ##############################-------------------------------------------------------------------------------\n"
	        "                  at most 18s (derived: 60% of the allowance), at least 5s (--drain-min)\n"
	        "  drain command   -------------------------------------------------------------------------------------------------------^-----X\n"
	        "                  +0s, TERM at +17s, SIGKILL at +18s\n"
	        "stop signal                                     -------------------------------------------------------------------------------================================================================\n"
	        "                  +18s at the latest, to the main child's group\n"
	        "leftovers                                       -----------------------------------------------------------------------------------------------------------------------------------------------\n"
	        "                  2s (default) from the main child's end, its group until SIGKILL\n"
	        "SIGKILL                                                                                                                                                                                        X\n"
	        "                  +28.5s, to all that is left\n"
	        "drainit's exit                                                                                                                                                                                     ^\n"
	        "                  +29.25s at the latest\n"
	        "runtime's SIGKILL                                                                                                                                                                                      X\n"
	        "                  +30s, the end of the grace period\n"
	        "\n"
	        "# certain  - possible  = stop phase  ^ event  X SIGKILL\n");
}
END_TEST

START_TEST(without_a_command_the_drain_is_its_least_time)
{
	expect_plan(80, true, "",
	        "--plan|--grace|60s|--drain-min|5s|--ready-file|r|--ready-until|stop",
	        "grace period      1m (--grace)\n"
	        "spent before      0s (default)\n"
	        "margin            2s (derived: 5% of the allowance, 500ms to 2s)\n"
	        "\n"
	        "                  0s        10s        20s       30s       40s        50s     1m\n"
	        "                  ┼─────────┼──────────┼─────────┼─────────┼──────────┼────────┼\n"
	        "ready file             ▲\n"
	        "                  removed at +5s at the latest\n"
	        "drain             █████\n"
	        "                  5s (--drain-min)\n"
	        "stop signal            ▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒\n"
	        "                  +5s, to the main child's group\n"
	        "leftovers              ░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░\n"
	        "                  2s (default) from the main child's end, its group until\n"
	        "                  SIGKILL\n"
	        "SIGKILL                                                                       ×\n"
	        "                  +58s, to all that is left\n"
	        "drainit's exit                                                                 ▲\n"
	        "                  +59s at the latest\n"
	        "runtime's SIGKILL                                                              ×\n"
	        "                  +1m, the end of the grace period\n"
	        "\n"
	        "█ certain  ░ possible  ▒ stop phase  ▲ event  × SIGKILL\n");
}
END_TEST

START_TEST(a_watcher_may_take_what_the_drain_has)
{
	expect_plan(80, false, "",
	        "--plan|--grace|30s|--drain-idle|--drain-min|5s|--ready-file|r|--ready-until|stop",
	        "grace period      30s (--grace)\n"
	        "spent before      0s (default)\n"
	        "margin            1.5s (derived: 5% of the allowance, 500ms to 2s)\n"
	        "\n"
	        "                  0s        5s         10s       15s       20s        25s    30s\n"
	        "                  +---------+----------+---------+---------+----------+--------+\n"
	        "ready file                                             ^\n"
	        "                  removed at +18s at the latest\n"
	        "drain             ##########---------------------------\n"
	        "                  at most 18s (derived: 60% of the allowance), at least 5s\n"
	        "                  (--drain-min)\n"
	        "stop signal                 ---------------------------======================\n"
	        "                  +18s at the latest, to the main child's group\n"
	        "leftovers                   -------------------------------------------------\n"
	        "                  2s (default) from the main child's end, its group until\n"
	        "                  SIGKILL\n"
	        "SIGKILL                                                                      X\n"
	        "                  +28.5s, to all that is left\n"
	        "drainit's exit                                                                ^\n"
	        "                  +29.25s at the latest\n"
	        "runtime's SIGKILL                                                              X\n"
	        "                  +30s, the end of the grace period\n"
	        "\n"
	        "# certain  - possible  = stop phase  ^ event  X SIGKILL\n");
}
END_TEST

START_TEST(without_an_end_nothing_is_killed_and_bars_stay_open)
{
	expect_plan(80, false, "",
	        "--plan|--grace|infinity|--drain|x|--drain-max|10s|--after|y",
	        "grace period      infinity (--grace)\n"
	        "\n"
	        "                  0s              5s             10s             15s         20s\n"
	        "                  +---------------+--------------+---------------+-------------+\n"
	        "drain             -------------------------------\n"
	        "                  at most 10s (--drain-max)\n"
	        "  drain command   ----------------------------^--X\n"
	        "                  +0s, TERM at +9s, SIGKILL at +10s\n"
	        "stop signal       -------------------------------==============================>\n"
	        "                  +10s at the latest, to the main child's group\n"
	        "leftovers         ------------------------------------------------------------->\n"
	        "                  2s (default) from the main child's end\n"
	        "SIGKILL           none to the main child\n"
	        "after command     for at most 5s (default)\n"
	        "\n"
	        "# certain  - possible  = stop phase  ^ event  X SIGKILL\n");
}
END_TEST

START_TEST(without_an_end_in_utf_8_and_without_a_drain)
{
	expect_plan(60, true, "", "--plan|--grace|infinity",
	        "grace period      infinity (--grace)\n"
	        "\n"
	        "                  0s      2s       4s      6s       8s   10s\n"
	        "                  ┼───────┼────────┼───────┼────────┼──────┼\n"
	        "stop signal       ▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒→\n"
	        "                  +0s, to the main child's group\n"
	        "leftovers         ░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░→\n"
	        "                  2s (default) from the main child's end\n"
	        "SIGKILL           none to the main child\n"
	        "\n"
	        "█ certain  ░ possible  ▒ stop phase  ▲ event  × SIGKILL\n");
}
END_TEST

START_TEST(the_least_grace_period_has_a_plan_too)
{
	expect_plan(60, false, "", "--plan|--grace|1s",
	        "grace period      1s (--grace)\n"
	        "spent before      0s (default)\n"
	        "margin            500ms (derived: 5% of the allowance, 500ms\n"
	        "                  to 2s)\n"
	        "\n"
	        "                  0s      200ms    400ms   600ms    800ms 1s\n"
	        "                  +-------+--------+-------+--------+------+\n"
	        "stop signal       =====================\n"
	        "                  +0s, to the main child's group\n"
	        "leftovers         ---------------------\n"
	        "                  2s (default) from the main child's end,\n"
	        "                  its group until SIGKILL\n"
	        "SIGKILL                                X\n"
	        "                  +500ms, to all that is left\n"
	        "drainit's exit                                    ^\n"
	        "                  +750ms at the latest\n"
	        "runtime's SIGKILL                                          X\n"
	        "                  +1s, the end of the grace period\n"
	        "\n"
	        "# certain  - possible  = stop phase  ^ event  X SIGKILL\n");
}
END_TEST

/* clang-format on */

/* In so many columns that no line is broken. */
static void expect_origin(const char *arguments, const char *origin)
{
	const struct chart chart = { .columns = 200 };

	ck_assert_msg(
	        strstr(drawn(chart, "", arguments), origin), "no '%s' in:\n%s", origin, text);
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

START_TEST(the_ready_file_goes_when_it_was_told_to)
{
	expect_origin("--plan|--grace|30s|--drain|x|--ready-file|r|--ready-until|stop",
	        "\n                  removed at +18s at the latest\n");
	expect_origin("--plan|--grace|30s|--drain|x|--ready-file|r",
	        "\n                  removed at +0s\n");
}
END_TEST

START_TEST(no_line_is_wider_than_the_screen)
{
	for (int i = 0; i < SAMPLES; i++) {
		for (int columns = 50; columns <= 210; columns++) {
			struct chart chart = {
				.columns = columns,
				.utf8 = columns % 2,
				.colour = columns % 3 == 0,
			};
			size_t width = columns < 60    ? 60
			               : columns > 200 ? 200
			                               : (size_t)columns;

			expect_lines(drawn(chart, samples[i].environment, samples[i].arguments),
			        width);
		}
	}
}
END_TEST

START_TEST(without_colour_and_utf_8_it_is_plain_ascii)
{
	const struct chart chart = { .columns = 120 };

	for (int i = 0; i < SAMPLES; i++)
		for (const char *c = drawn(chart, samples[i].environment, samples[i].arguments);
		        *c; c++)
			ck_assert_msg(
			        *c == '\n' || (*c >= ' ' && *c <= '~'), "%d in %s", *c, text);
}
END_TEST

SUITE("timeline", without_options_it_is_the_platforms_grace_period,
        every_number_says_where_it_came_from, in_60_columns_words_are_broken,
        in_200_columns_there_is_room_for_finer_ticks, in_200_columns_without_utf_8,
        without_a_command_the_drain_is_its_least_time, a_watcher_may_take_what_the_drain_has,
        without_an_end_nothing_is_killed_and_bars_stay_open,
        without_an_end_in_utf_8_and_without_a_drain, the_least_grace_period_has_a_plan_too,
        a_derived_budget_says_which_bound_it_is, the_ready_file_goes_when_it_was_told_to,
        no_line_is_wider_than_the_screen, without_colour_and_utf_8_it_is_plain_ascii)
