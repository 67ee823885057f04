/*
 * reportfile: the report's file, written in a helper: a disk can be slow.
 */
#ifndef KERNEL_REPORTFILE_H
#define KERNEL_REPORTFILE_H

#include <stddef.h>

#include "core/nsec.h"

/*
 * reportfile_write: path in place, by one write; if that comes out short the file is emptied. NULL: the
 * termination message, if it is there and empty: another's, or the kubelet's fall-back to the log of a
 * crash, is never replaced. Waits for the helper until this instant at most.
 */
void reportfile_write(const char *path, const char *text, size_t length, nsec_t until);

#endif
