/*
 * errname: what an errno means, in glibc's words, so that a search finds them. Only those that fork,
 * exec, open and unlink give: the libc's own table holds all, and takes some KB.
 */
#ifndef TEXT_ERRNAME_H
#define TEXT_ERRNAME_H

#include "text/writer.h"

/* write_error: No such file or directory; 'errno 99' for one that is not in the table. */
void write_error(struct writer *writer, int error);

#endif
