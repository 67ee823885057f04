/*
 * sigtext: a signal in words, as strsignal(3) has them: Terminated, Killed, User defined signal 1.
 */
#ifndef TEXT_SIGTEXT_H
#define TEXT_SIGTEXT_H

/* sigtext: never NULL; "Unknown signal" for a number without a name. */
const char *sigtext(int signal);

#endif
