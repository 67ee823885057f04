/*
 * duration: 500ms, 10s, 1.5s, 1m30s, 2h, a bare number of seconds, 40% (of the allowance), infinity.
 */
#ifndef TEXT_DURATION_H
#define TEXT_DURATION_H

#include "core/options.h"

/*
 * duration_parse: text -> *out (kind and value; source is left alone).
 * Strict: no sign, no space, no unit twice or out of order, a fraction only at the end, at most
 * 100 %, at most 10 years. Which kinds an option takes, the option's row knows.
 * Returns NULL, or what is wrong; then *out is untouched.
 */
const char *duration_parse(const char *text, struct duration *out);

#endif
