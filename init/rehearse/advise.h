/*
 * advise: what to change, so that the next rehearsal goes better.
 */
#ifndef REHEARSE_ADVISE_H
#define REHEARSE_ADVISE_H

#include "rehearse/judge.h"

#define ADVICE_MOST  6
#define ADVICE_BYTES 320

struct advice {
	char list[ADVICE_MOST][ADVICE_BYTES]; /* each ended by NUL */
	int count;
};

/* advise: the most telling first; nothing where there is nothing to say. */
void advise(const struct facts *facts, const struct verdict *verdict, struct advice *out);

/* advise_known: is this the name of a server whose orderly signal we know? As ps shows it. */
bool advise_known(const char *name);

#endif
