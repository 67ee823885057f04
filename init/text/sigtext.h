/*
 * sigtext: a signal in words, as strsignal(3) has them: Terminated, Killed, User defined signal 1.
 */
#ifndef TEXT_SIGTEXT_H
#define TEXT_SIGTEXT_H

#include "text/writer.h"

/* write_sigtext: a real-time signal by its number from RTMIN, as the others; else "Unknown signal". */
void write_sigtext(struct writer *writer, int signal);

#endif
