#include "output/chart.h"

#include <string.h>

#include "text/wrap.h"

#define CELLS_MOST (CHART_COLUMNS_MOST - CHART_LABEL)

/* A tick, the longest label that a step gives (10h30m), and what sets it apart from the next. */
#define TICK_CELLS 8

#define TENTH (100 * MSEC)

struct look {
	const char *utf8;
	const char *ascii;
	const char *colour; /* SGR of ECMA-48, after the 0 */
	const char *name;   /* NULL: needs none */
};

static const struct look looks[INK_COUNT] = {
	[INK_NONE] = { .utf8 = " ", .ascii = " " },
	[INK_SURE] = { "█", "#", ";32", "certain" },
	[INK_MAY] = { "░", "-", ";36", "possible" },
	[INK_STOP] = { "▒", "=", ";33", "stop phase" },
	[INK_EVENT] = { "▲", "^", ";1", "event" },
	[INK_KILL] = { "×", "X", ";1;31", "SIGKILL" },
	[INK_OPEN] = { .utf8 = "→", .ascii = ">" },
};

static int columns_of(const struct chart *chart)
{
	if (chart->columns < CHART_COLUMNS_LEAST)
		return CHART_COLUMNS_LEAST;
	return chart->columns < CHART_COLUMNS_MOST ? chart->columns : CHART_COLUMNS_MOST;
}

static int cells_of(const struct chart *chart)
{
	return columns_of(chart) - CHART_LABEL;
}

/* The edge between two cells that an instant is nearest to. Of milliseconds a line full of years is no overflow. */
static int edge_of(const struct chart *chart, nsec_t at)
{
	nsec_t span = chart->span / MSEC;

	if (at >= chart->span)
		return cells_of(chart);
	return (int)((at / MSEC * cells_of(chart) + span / 2) / span);
}

/* The cell that begins there; the last one at the end. */
static int cell_of(const struct chart *chart, nsec_t at)
{
	int edge = edge_of(chart, at);

	return edge < cells_of(chart) ? edge : edge - 1;
}

static void put_glyph(struct writer *writer, const struct chart *chart, enum ink ink)
{
	write_text(writer, chart->utf8 ? looks[ink].utf8 : looks[ink].ascii);
}

/* Only where it changes. */
static void put_colour(
        struct writer *writer, const struct chart *chart, enum ink from, enum ink to)
{
	if (!chart->colour || looks[from].colour == looks[to].colour)
		return;
	/* From anew: bold would stay. */
	write_text(writer, "\x1b[0");
	write_text(writer, looks[to].colour ? looks[to].colour : "");
	write_char(writer, 'm');
}

static void put_label(struct writer *writer, const char *label)
{
	size_t length = strlen(label);

	write_text(writer, label);
	wrap_spaces(writer, length < CHART_LABEL ? CHART_LABEL - length : 1);
}

/* ---- the axis ---- */

/* The least round step that leaves its labels room. */
static nsec_t step_of(const struct chart *chart)
{
	static const int tenths[] = { 1, 2, 5, 10, 20, 50, 100, 150, 300, 600, 1200, 3000, 6000,
		9000, 18000, 36000, 72000, 216000, 432000, 864000 };
	const int last = sizeof tenths / sizeof *tenths - 1;
	int i = 0;
	nsec_t step;

	while (i < last && edge_of(chart, tenths[i] * TENTH) < TICK_CELLS)
		i++;
	step = tenths[i] * TENTH;
	while (edge_of(chart, step) < TICK_CELLS)
		step *= 2;
	return step;
}

static size_t span_length(nsec_t span)
{
	char bytes[32];
	struct writer writer = writer_on(bytes, sizeof bytes);

	write_span(&writer, span);
	return writer.length;
}

/* The end has its label at the end of the line; a tick that would run into it has none. */
static void put_labels(struct writer *writer, const struct chart *chart, nsec_t step)
{
	size_t end = (size_t)cells_of(chart) - span_length(chart->span);
	size_t from = writer->length;

	for (nsec_t at = 0; at < chart->span; at += step) {
		size_t cell = (size_t)cell_of(chart, at);

		if (cell + span_length(at) >= end)
			break;
		wrap_spaces(writer, cell - (writer->length - from));
		write_span(writer, at);
	}
	wrap_spaces(writer, end - (writer->length - from));
	write_span(writer, chart->span);
	write_char(writer, '\n');
}

void chart_axis(struct writer *writer, const struct chart *chart)
{
	nsec_t step = step_of(chart);
	nsec_t tick = 0;

	wrap_spaces(writer, CHART_LABEL);
	put_labels(writer, chart, step);
	wrap_spaces(writer, CHART_LABEL);
	for (int cell = 0; cell < cells_of(chart); cell++) {
		bool ticks = cell == cell_of(chart, tick);

		if (ticks)
			write_text(writer, chart->utf8 ? "┼" : "+");
		else
			write_text(writer, chart->utf8 ? "─" : "-");
		if (ticks)
			tick = nsec_min(tick + step, chart->span);
	}
	write_char(writer, '\n');
}

/* ---- rows ---- */

/* A line's cells, with one more at its end: which bar is seen in each, from 1; 0: none. */
struct line {
	unsigned char owner[CELLS_MOST + 1];
	int end;
};

/* Is it all that is left of its bar? */
static bool is_last_of_bar(const struct line *line, int cell)
{
	int owner = line->owner[cell];

	return owner != 0 && line->owner[cell + 1] != owner &&
	       (cell == 0 || line->owner[cell - 1] != owner);
}

/* Beside what would vanish; to the right while there is room. */
static int find_room(const struct line *line, int from, int cells)
{
	int cell = from;

	while (cell < cells && is_last_of_bar(line, cell))
		cell++;
	if (cell < cells)
		return cell;
	for (cell = from; cell > 0 && is_last_of_bar(line, cell);)
		cell--;
	return cell;
}

static void put_bar(
        struct line *line, const struct chart *chart, const struct bar *bar, int owner)
{
	int from = find_room(line, cell_of(chart, bar->from), cells_of(chart));
	int until = edge_of(chart, bar->until);

	if (until <= from)
		until = from + 1;
	for (int cell = from; cell < until; cell++)
		if (!is_last_of_bar(line, cell))
			line->owner[cell] = (unsigned char)owner;
	if (until > line->end)
		line->end = until;
}

static enum ink ink_at(const struct line *line, const struct bar *bars, int cell)
{
	const struct bar *bar;

	if (line->owner[cell] == 0)
		return INK_NONE;
	bar = &bars[line->owner[cell] - 1];
	return bar->until == NEVER && cell == line->end - 1 ? INK_OPEN : bar->ink;
}

void chart_row(struct writer *writer, const struct chart *chart, const char *label,
        const struct bar *bars, int count)
{
	struct line line = { .end = 0 };
	enum ink last = INK_NONE;

	for (int i = 0; i < count; i++)
		put_bar(&line, chart, &bars[i], i + 1);
	if (line.end > 0)
		put_label(writer, label);
	else
		write_text(writer, label);
	for (int cell = 0; cell < line.end; cell++) {
		enum ink ink = ink_at(&line, bars, cell);

		put_colour(writer, chart, last, ink);
		put_glyph(writer, chart, ink);
		last = ink;
	}
	put_colour(writer, chart, last, INK_NONE);
	write_char(writer, '\n');
}

/* ---- words ---- */

static void put_wrapped(
        struct writer *writer, const struct chart *chart, const char *text, size_t indent)
{
	struct wrap wrap = { indent, (size_t)columns_of(chart) };

	wrap_text(writer, wrap, text, indent);
	write_char(writer, '\n');
}

void chart_text(
        struct writer *writer, const struct chart *chart, const char *label, const char *text)
{
	put_label(writer, label);
	put_wrapped(writer, chart, text, CHART_LABEL);
}

void chart_note(struct writer *writer, const struct chart *chart, const char *text)
{
	write_text(writer, "- ");
	put_wrapped(writer, chart, text, 2);
}

void chart_legend(struct writer *writer, const struct chart *chart)
{
	for (enum ink ink = INK_SURE; ink < INK_OPEN; ink++) {
		write_text(writer, ink == INK_SURE ? "" : "  ");
		put_colour(writer, chart, INK_NONE, ink);
		put_glyph(writer, chart, ink);
		put_colour(writer, chart, ink, INK_NONE);
		write_char(writer, ' ');
		write_text(writer, looks[ink].name);
	}
	write_char(writer, '\n');
}
