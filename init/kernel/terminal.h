/*
 * terminal: where stdout is read: how wide, in which characters, with colour or without.
 */
#ifndef KERNEL_TERMINAL_H
#define KERNEL_TERMINAL_H

#include "text/screen.h"

/* terminal_look: of stdout, with what the environment says. */
struct screen terminal_look(char *const *environment);

#endif
