/*
 * inform: the modes that print and exit: help, version, license, plan, and what cannot work.
 * Each returns the exit status.
 */
#ifndef MODES_INFORM_H
#define MODES_INFORM_H

#include "core/plan.h"
#include "options/row.h"
#include "text/template.h"

/* Room for a usage error, with the usage that some programs add to it. */
#define PROBLEM_BYTES 4096

int inform_usage(const struct program *program, const struct places *places, enum mode mode);

/* inform_plan: drawn, or with --log json an object; warnings are lines, and come before our advice. */
int inform_plan(
        const struct plan *plan, const struct writer *warnings, char *const *environment);

/* inform_misfit: --plan of what does not fit: as a refusal, and with --log json an object besides. */
int inform_misfit(
        const struct program *program, enum log_format format, const struct writer *problem);

/* inform_refusal: on stderr; nothing is started. */
int inform_refusal(const struct program *program, const struct writer *problem);

#endif
