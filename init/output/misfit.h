/*
 * misfit: what does not fit the grace period, in words, with the sum spelled out.
 */
#ifndef OUTPUT_MISFIT_H
#define OUTPUT_MISFIT_H

#include "core/plan.h"
#include "text/writer.h"

/* misfit_refusal: one line without prefix or newline: *where=value: what is wrong; what would be right*. */
void misfit_refusal(
        struct writer *writer, const struct plan *plan, const struct problem *problem);

/* misfit_cuts: one warning, a line, for all that an assumed grace period made us cut; nothing if nothing was. */
void misfit_cuts(struct writer *writer, const struct plan *plan);

#endif
