/*
 * finish: the last steps before the exit.
 */
#ifndef MODES_FINISH_H
#define MODES_FINISH_H

#include "modes/supervisor.h"

/*
 * finish: the report into its file and the log, the hooks seen off, the log's writer waited for. Each step has a
 * little time of its own, so that all end by the plan's exit_by whoever hangs.
 */
void finish(const struct supervisor *supervisor);

#endif
