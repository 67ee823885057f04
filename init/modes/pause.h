/*
 * pause: an init without a child, which holds a pod's namespaces: it reaps, and TERM or INT ends it.
 */
#ifndef MODES_PAUSE_H
#define MODES_PAUSE_H

/* pause_until_stopped: returns the exit status, 0. Signals are blocked already. */
int pause_until_stopped(void);

#endif
