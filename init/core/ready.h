/*
 * ready: the ready file's part of the machine: there while the container should get traffic.
 */
#ifndef CORE_READY_H
#define CORE_READY_H

#include "core/machine.h"

/* ready_create: its creator waits for the main child's exec. */
void ready_create(struct machine *machine, struct actions *out);

/* ready_remove: nothing waits for that; nothing happens if it was removed before. */
void ready_remove(struct machine *machine, struct actions *out);

void ready_creator_ended(struct machine *machine, struct actions *out);

#endif
