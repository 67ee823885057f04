#include <string.h>

#include "kernel/reportfile.h"
#include "kernel/say.h"
#include "kernel/wait.h"
#include "modes/finish.h"
#include "output/report.h"

/*
 * What the report's file and the log's last lines have together, also when we are late: else nobody learns
 * why. Who has a twentieth of a processor gets one turn in 100 ms.
 */
#define LEAST (250 * MSEC)

/* What a hook has to be gone, once it is answered. */
#define SEE_OFF_MOST (500 * MSEC)

static nsec_t last_moment(const struct supervisor *supervisor, nsec_t begun)
{
	const struct plan *plan = supervisor->machine.plan;
	nsec_t due = nsec_min(nsec_add(supervisor->machine.at.stop, plan->exit_by),
	        nsec_add(wait_now(), plan->settle));

	return nsec_max(due, nsec_add(begun, LEAST));
}

static bool report_wanted(const struct supervisor *supervisor)
{
	const struct options *options = supervisor->edge.options;

	if (options->habits.mute || (options->report && strcmp(options->report, "none") == 0))
		return false;
	return options->report || supervisor->machine.at.stop != NEVER;
}

/* For the file, and for the log's last line. */
static void report(const struct supervisor *supervisor, nsec_t begun)
{
	static char text[REPORT_BYTES + 1];
	struct writer writer = writer_on(text, REPORT_BYTES);
	const struct edge *edge = &supervisor->edge;
	const struct findings findings = {
		.survivors = edge->survivors,
		.watched = &edge->watched,
		.status = supervisor->status,
		.now = begun,
		.by_oom = edge->by_oom,
	};

	report_write(&writer, &supervisor->machine, &supervisor->record, &findings);
	if (report_wanted(supervisor))
		reportfile_write(edge->options->report, text, writer.length,
		        last_moment(supervisor, begun));
	text[writer.length] = '\n';
	if (edge->options->log == LOG_JSON && !edge->options->habits.mute)
		say(text, writer.length + 1);
}

void finish(const struct supervisor *supervisor)
{
	const struct options *options = supervisor->edge.options;
	nsec_t begun = wait_now();
	nsec_t gone_by = nsec_min(supervisor->machine.plan->margin / 4, SEE_OFF_MOST);

	if (report_wanted(supervisor) || options->log == LOG_JSON)
		report(supervisor, begun);
	hooks_see_off(&supervisor->edge.hooks, nsec_add(wait_now(), gone_by));
	say_close(last_moment(supervisor, begun));
}
