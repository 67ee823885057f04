/*
 * variable: the variables of the programs whose names drainit answers to, and those of ours that make
 * them more than that.
 */
#ifndef OPTIONS_VARIABLE_H
#define OPTIONS_VARIABLE_H

#include "options/value.h"
#include "text/template.h"

/* variables_ask_for_a_drain: is DRAINIT_GRACE, a DRAINIT_DRAIN... or DRAINIT_READY_FILE set, and not empty? */
bool variables_ask_for_a_drain(char **environment);

/* variables_take: those of values->program, which win over its command line. Returns false, with the
 * program's own words in problem, if one is not allowed. */
bool variables_take(struct values *values, const struct places *places, char **environment,
        struct writer *problem);

#endif
