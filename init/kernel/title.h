/*
 * title: the name that ps and /proc/PID/comm show: drainit:serving.
 */
#ifndef KERNEL_TITLE_H
#define KERNEL_TITLE_H

#define TITLE_PREFIX "drainit:"

/* title_set: prefix and phase; the kernel keeps 15 bytes (prctl(2), PR_SET_NAME). */
void title_set(const char *phase);

#endif
