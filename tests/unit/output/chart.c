#include "output/chart.h"

#include "unit/output/drawn.h"

static char text[8192];
static struct chart chart;

static void given_chart(int columns, nsec_t span)
{
	chart = (struct chart){ .columns = columns, .span = span };
}

static struct writer row(const struct bar *bars, int count)
{
	struct writer writer = writer_on(text, sizeof text - 1);

	chart_row(&writer, &chart, "label", bars, count);
	ck_assert(!writer.full);
	return writer;
}

static struct writer axis(int columns, nsec_t span, bool utf8)
{
	struct writer writer = writer_on(text, sizeof text - 1);

	given_chart(columns, span);
	chart.utf8 = utf8;
	chart_axis(&writer, &chart);
	return writer;
}

/* A drawing is read as it stands. */
/* clang-format off */

START_TEST(the_axis_has_round_seconds_that_fit)
{
	expect_text(axis(60, 30 * SEC, false),
	        "                  0s            10s           20s        30s\n"
	        "                  +-------------+-------------+------------+\n");
	expect_text(axis(80, 100 * SEC, false),
	        "                  0s       15s       30s      45s      1m        1m15s     1m40s\n"
	        "                  +--------+---------+--------+--------+---------+--------+----+\n");
	expect_text(axis(61, 1500 * MSEC, true),
	        "                  0s            500ms          1s        1.5s\n"
	        "                  ┼─────────────┼──────────────┼────────────┼\n");
}
END_TEST

/* clang-format on */

START_TEST(an_axis_of_any_span_fits_and_begins_and_ends_with_a_tick)
{
	for (nsec_t span = MSEC; span < 90000 * 3600 * SEC; span += span / 7 + MSEC) {
		for (int columns = 50; columns <= 210; columns += 5) {
			struct writer writer = axis(columns, span, false);
			size_t width = columns < 60    ? 60
			               : columns > 200 ? 200
			                               : (size_t)columns;

			text[writer.length] = '\0';
			ck_assert_uint_eq(writer.length, 2 * width + 2);
			expect_lines(text, width);
			ck_assert_int_eq(text[width + 1 + CHART_LABEL], '+');
			ck_assert_int_eq(text[2 * width], '+');
		}
	}
}
END_TEST

START_TEST(bars_lie_where_their_time_is)
{
	const struct bar bars[] = {
		{ 0, 10 * SEC, INK_SURE },
		{ 10 * SEC, 21 * SEC, INK_MAY },
		{ 30 * SEC, 42 * SEC, INK_STOP },
		{ 33 * SEC, 33 * SEC, INK_EVENT },
		{ 42 * SEC, 42 * SEC, INK_KILL },
	};

	given_chart(60, 42 * SEC);
	expect_text(
	        row(bars, 5), "label             ##########-----------         ===^=======X\n");
	chart.utf8 = true;
	expect_text(
	        row(bars, 5), "label             ██████████░░░░░░░░░░░         ▒▒▒▲▒▒▒▒▒▒▒×\n");
}
END_TEST

START_TEST(a_bar_without_an_end_goes_on_past_the_axis)
{
	const struct bar bar = { 0, NEVER, INK_STOP };

	given_chart(60, 42 * SEC);
	expect_text(
	        row(&bar, 1), "label             =========================================>\n");
	chart.utf8 = true;
	expect_text(
	        row(&bar, 1), "label             ▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒→\n");
}
END_TEST

START_TEST(without_a_bar_a_row_is_its_label)
{
	given_chart(60, SEC);
	expect_text(row(NULL, 0), "label\n");
}
END_TEST

START_TEST(nothing_vanishes_in_a_cell_that_is_taken)
{
	const struct bar short_first[] = {
		{ 0, MSEC, INK_SURE },
		{ MSEC, 10 * SEC, INK_MAY },
	};
	const struct bar at_the_end[] = {
		{ 42 * SEC, 42 * SEC, INK_EVENT },
		{ 42 * SEC, 42 * SEC, INK_KILL },
		{ 0, 42 * SEC, INK_STOP },
	};

	given_chart(60, 42 * SEC);
	expect_text(row(short_first, 2), "label             #---------\n");
	expect_text(row(at_the_end, 3),
	        "label             ========================================X^\n");
}
END_TEST

START_TEST(colour_changes_where_the_ink_does_and_ends_with_the_bar)
{
	const struct bar bars[] = {
		{ 0, 2 * SEC, INK_SURE },
		{ 2 * SEC, 4 * SEC, INK_MAY },
		{ 6 * SEC, 6 * SEC, INK_KILL },
	};

	given_chart(60, 42 * SEC);
	chart.colour = true;
	expect_text(row(bars, 3),
	        "label             \x1b[0;32m##\x1b[0;36m--\x1b[0m  \x1b[0;1;31mX\x1b[0m\n");
}
END_TEST

START_TEST(words_stand_beside_the_labels)
{
	struct writer writer = writer_on(text, sizeof text - 1);

	given_chart(60, SEC);
	chart_text(
	        &writer, &chart, "label", "fourteen words that are broken where the line ends");
	chart_text(&writer, &chart, "", "below");
	chart_note(&writer, &chart,
	        "a note goes from edge to edge, and where it is broken the rest is set in");
	expect_text(writer, "label             fourteen words that are broken where the\n"
	                    "                  line ends\n"
	                    "                  below\n"
	                    "- a note goes from edge to edge, and where it is broken the\n"
	                    "  rest is set in\n");
}
END_TEST

START_TEST(the_legend_names_every_ink)
{
	struct writer writer = writer_on(text, sizeof text - 1);

	given_chart(60, SEC);
	chart_legend(&writer, &chart);
	chart.utf8 = true;
	chart_legend(&writer, &chart);
	expect_text(writer, "# certain  - possible  = stop phase  ^ event  X SIGKILL\n"
	                    "█ certain  ░ possible  ▒ stop phase  ▲ event  × SIGKILL\n");
}
END_TEST

SUITE("chart", the_axis_has_round_seconds_that_fit,
        an_axis_of_any_span_fits_and_begins_and_ends_with_a_tick, bars_lie_where_their_time_is,
        a_bar_without_an_end_goes_on_past_the_axis, without_a_bar_a_row_is_its_label,
        nothing_vanishes_in_a_cell_that_is_taken,
        colour_changes_where_the_ink_does_and_ends_with_the_bar, words_stand_beside_the_labels,
        the_legend_names_every_ink)
