/*
 * report: the shutdown as one JSON object, for the termination message and for the log's last line.
 * Decisive keys first; whole milliseconds; what is not known is null, never a guess.
 */
#ifndef OUTPUT_REPORT_H
#define OUTPUT_REPORT_H

#include "core/record.h"
#include "core/survivor.h"
#include "core/watched.h"
#include "text/writer.h"

/* The pod's containers share 12 KiB (the kubelet's status manager). */
#define REPORT_BYTES 1024

/* What only the kernel edge knows. */
struct findings {
	const struct survivors *survivors; /* as last named; NULL: nobody was */
	const struct watched *watched;
	int status; /* what drainit exits with */
	nsec_t now;
	int by_oom; /* the OOM killer was there when the main child was killed, by the cgroup; -1: unknown */
};

/* report_write: one object, without a newline; of the survivors as many as fit. */
void report_write(struct writer *writer, const struct machine *machine,
        const struct record *record, const struct findings *findings);

#endif
