/*
 * remedy: what would be right where a value was wrong.
 */
#ifndef OPTIONS_REMEDY_H
#define OPTIONS_REMEDY_H

#include "options/row.h"
#include "text/writer.h"

/* write_remedy: by the row's kind, as "write 0 to 255". */
void write_remedy(struct writer *writer, const struct row *row);

#endif
