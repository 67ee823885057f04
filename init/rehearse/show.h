/*
 * show: the rehearsal as a person reads it: what was planned, what was measured, a verdict a line, what to change.
 */
#ifndef REHEARSE_SHOW_H
#define REHEARSE_SHOW_H

#include "output/chart.h"
#include "rehearse/advise.h"

#define SHOW_BYTES 32768

/* show_write: chart: its span is the plan's. */
void show_write(struct writer *writer, const struct facts *facts, const struct verdict *verdict,
        const struct advice *advice, const struct chart *chart);

#endif
