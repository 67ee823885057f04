/*
 * source: where a number came from, in a word that programs read.
 */
#ifndef OUTPUT_SOURCE_H
#define OUTPUT_SOURCE_H

#include "core/options.h"

/* source_word: option, environment or default; 'derived' where nobody set what has no default. */
const char *source_word(const struct duration *duration);

/* source_grace: option, environment, or the platform's name. */
const char *source_grace(const struct options *options);

#endif
