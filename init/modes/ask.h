/*
 * ask: --prestop and --status: a second drainit in the container asks the one that runs.
 */
#ifndef MODES_ASK_H
#define MODES_ASK_H

/* ask_prestop: returns when the drain is over: 0 done, 1 failed, 125 nobody could be asked; says why. */
int ask_prestop(void);

/* ask_status: prints the phase. 0 while it serves, 1 in any other phase, 125 if there is no drainit. */
int ask_status(void);

#endif
