/*
 * endlog: log lines of a role's end.
 */
#ifndef OUTPUT_ENDLOG_H
#define OUTPUT_ENDLOG_H

#include "core/record.h"
#include "text/writer.h"

/* endlog_role: the role of this step's event ended or did not start; most say nothing of a success. */
void endlog_role(struct writer *writer, const struct record *record, const struct step *step);

#endif
