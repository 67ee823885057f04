/*
 * usage: what --help, --version and --license print.
 */
#ifndef OPTIONS_USAGE_H
#define OPTIONS_USAGE_H

#include "options/row.h"
#include "text/template.h"
#include "text/writer.h"

/* Enough for each of the three. */
#define USAGE_BYTES 8192

/* usage_help: from the rows, at most 80 columns wide. places: the name that we were started under. */
void usage_help(
        const struct program *program, const struct places *places, struct writer *writer);

void usage_version(const struct program *program, struct writer *writer);

void usage_license(struct writer *writer);

#endif
