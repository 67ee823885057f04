/*
 * scan: argv and environment -> struct options, by a table of rows; words every usage error.
 */
#ifndef OPTIONS_SCAN_H
#define OPTIONS_SCAN_H

#include "options/row.h"
#include "text/template.h"
#include "text/writer.h"

struct invocation {
	int argc;
	char **argv;
	char **environment;
	int pid; /* ours: some messages of other programs name it */
};

/* scan_places: what messages of other programs name: the last component of argv[0], and our pid. */
struct places scan_places(const struct program *program, const struct invocation *invocation);

/*
 * scan: fills *options from the presets, then the environment twins, then the command line, each
 * stronger than the one before. The first word that is no option, or the one after --, begins
 * COMMAND, whose words are never looked at.
 * Another program than drainit has its own rows on the command line and its own variables; ours count
 * only if they state a grace period, a drain or a ready file.
 * options      strings point into argv and environment.
 * mode         what was asked for. help, version and license win over a bad environment and over
 *              all that follows them.
 * problem      in *where=value: what is wrong; what would be right*, without a prefix or newline;
 *              another program's own words are whole lines.
 *              A value is shown cut and without control characters.
 * warnings     lines of the same form, each ended by a newline.
 * Returns true, or false with the first problem.
 */
bool scan(const struct program *program, const struct invocation *invocation,
        struct options *options, enum mode *mode, struct writer *problem,
        struct writer *warnings);

/*
 * scan_strip: takes the environment twin of every row out of environment, in place; the others
 * keep their order. The outermost drainit consumes the configuration.
 */
void scan_strip(const struct program *program, char **environment);

#endif
