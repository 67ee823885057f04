/*
 * result: the rehearsal as one JSON object, for CI.
 */
#ifndef REHEARSE_RESULT_H
#define REHEARSE_RESULT_H

#include "rehearse/advise.h"

#define RESULT_BYTES 16384

/* result_write: one object and a newline. */
void result_write(struct writer *writer, const struct facts *facts,
        const struct verdict *verdict, const struct advice *advice);

#endif
