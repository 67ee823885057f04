/*
 * aim: where requests go: to the URL that was named, else to / of the first port that speaks HTTP.
 */
#ifndef REHEARSE_AIM_H
#define REHEARSE_AIM_H

#include "rehearse/scene.h"

/* aim: false if the URL's host does not exist; no requests at all, or no port with HTTP, are no failure. */
bool aim(struct scene *scene, struct writer *problem);

#endif
