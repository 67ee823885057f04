/*
 * told: what drainit's own report says of the stop.
 */
#ifndef REHEARSE_TOLD_H
#define REHEARSE_TOLD_H

#include "rehearse/facts.h"

/*
 * told_read: out of a report that ends with NUL. Its keys are looked for as output/report.c writes them; in a string no
 * such text can stand, since each quote in one has a backslash.
 */
struct told told_read(const char *report);

#endif
