/*
 * chart: bars on an axis of time, for a terminal or a file: a column of labels, and beside it the time.
 */
#ifndef OUTPUT_CHART_H
#define OUTPUT_CHART_H

#include "text/writer.h"

/* As many columns are filled, whatever is asked for. */
#define CHART_COLUMNS_LEAST 60
#define CHART_COLUMNS_MOST  200

/* Where the time begins. A label has a column less. */
#define CHART_LABEL 18

struct chart {
	int columns;
	bool utf8;
	bool colour;
	nsec_t span; /* what the axis shows, from 0; at least a millisecond */
};

/* Each is told from the others by its character too. */
enum ink {
	INK_NONE,
	INK_SURE,  /* lasts so long */
	INK_MAY,   /* may last so long, or have begun */
	INK_STOP,  /* the main child is finishing */
	INK_EVENT, /* a mark */
	INK_KILL,  /* a mark: SIGKILL */
	INK_OPEN,  /* chart_row's own: it goes on past the axis */
	INK_COUNT
};

/* A mark has no length. NEVER: the bar goes on past the axis. */
struct bar {
	nsec_t from, until;
	enum ink ink;
};

/* chart_axis: two lines: round seconds, and the ticks that they stand at. */
void chart_axis(struct writer *writer, const struct chart *chart);

/*
 * chart_row: a line; at most 255 bars. Of two in a cell the later one is seen, but the last cell of a bar is
 * left to it, and the later one stands beside it: nothing vanishes.
 */
void chart_row(struct writer *writer, const struct chart *chart, const char *label,
        const struct bar *bars, int count);

/* chart_text: words beside a label, or below a row where that is "". */
void chart_text(
        struct writer *writer, const struct chart *chart, const char *label, const char *text);

/* chart_note: lines from edge to edge; all but the first are set in. */
void chart_note(struct writer *writer, const struct chart *chart, const char *text);

/* chart_legend: a line: what each ink stands for. */
void chart_legend(struct writer *writer, const struct chart *chart);

#endif
