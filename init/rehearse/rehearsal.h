/*
 * rehearsal: what is rehearsed: drainit's options, and those of the rehearsal itself.
 */
#ifndef REHEARSE_REHEARSAL_H
#define REHEARSE_REHEARSAL_H

#include <signal.h>

#include "options/row.h"
#include "text/writer.h"

/* The options of drainit come first: its rows count their places from there. */
struct rehearsal {
	struct options options;
	struct duration after_start; /* UNSET: as soon as it listens */
	struct duration start_max;   /* how long that may take */
	const char *url; /* checked by url_parse(); NULL: the first port, if it speaks HTTP */
	int requests;    /* in flight at once */
	struct duration slow;    /* an answer is read over so long */
	struct duration traffic; /* from the first request to the stop request */
	bool json;
	/* drainit-rehearse's own table: drainit's rows, less its modes, and ours. It points into itself: no copy. */
	struct program program;
	size_t theirs; /* of the rows, how many are drainit's */
	struct row rows[ROWS_MAX];
};

/* rehearsal_span: of an option of ours: none is a share or endless. */
nsec_t rehearsal_span(const struct duration *duration);

/*
 * rehearsal_scan: as scan(); of what is wrong, problem tells. What is ours is taken out of environment, so that
 * drainit does not meet variables that it does not know.
 */
bool rehearsal_scan(int argc, char **argv, char **environment, struct rehearsal *out,
        enum mode *mode, struct writer *problem, struct writer *warnings);

/* Words besides argv's: two more, -- and NULL. */
#define REHEARSAL_WORDS 4

/*
 * rehearsal_pass_on: drainit's command line: its name, its options as they were given, more, -- and COMMAND.
 * argv   as rehearsal_scan() had it.
 * more   further options, two words at most, ended by NULL.
 * words  room for argc + REHEARSAL_WORDS pointers.
 */
void rehearsal_pass_on(
        const struct rehearsal *rehearsal, char **argv, char *const *more, char **words);

/* rehearsal_stop_request: the signal that it is asked to stop with: TERM, if that is one of --stop-signals. */
static inline int rehearsal_stop_request(const struct options *options)
{
	return (options->stop_signals & signal_bit(SIGTERM)) != 0 ? SIGTERM
	                                                          : options->first_stop;
}

#endif
