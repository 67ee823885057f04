/*
 * drainit: our own option table and exit codes.
 */
#ifndef OPTIONS_DRAINIT_H
#define OPTIONS_DRAINIT_H

#include "options/row.h"

extern const struct program drainit_program;

#endif
