/*
 * gather: what was seen, as facts.
 */
#ifndef REHEARSE_GATHER_H
#define REHEARSE_GATHER_H

#include "rehearse/scene.h"

/* gather: the container is gone; what its clients were sent is still read. report: the path of drainit's own. */
void gather(struct scene *scene, const char *report);

#endif
