#include <signal.h>

#include "output/advice.h"
#include "output/timeline.h"

static void put_line(struct writer *writer, bool applies, const char *line)
{
	if (!applies)
		return;
	write_text(writer, line);
	write_char(writer, '\n');
}

/* What was cut for it has been said with the same remedy. */
static void advise_grace(struct writer *writer, const struct plan *plan)
{
	nsec_t usual = plan_usual_grace(plan->options->platform);

	put_line(writer, plan->assumed && plan->cut == 0,
	        "the grace period is assumed: state what the platform gives with --grace or "
	        "DRAINIT_GRACE");
	if (plan->grace >= usual)
		return;
	timeline_grace(writer, plan);
	write_text(writer, " is below the usual ");
	write_span(writer, usual);
	write_text(writer, ": SIGKILL comes when the platform was told to send it: state "
	                   "that, or leave --grace out\n");
}

static void advise_drain(struct writer *writer, const struct plan *plan)
{
	bool kubernetes = plan->options->platform == PLATFORM_KUBERNETES;
	bool none = !plan->drains && plan->cut == 0;

	put_line(writer, none && kubernetes,
	        "no drain: a Service sends requests for seconds after the stop signal, to a "
	        "program that has closed: --drain-min 5s");
	put_line(writer, none && !kubernetes,
	        "no drain: a proxy or balancer in front sends requests to a program that has "
	        "closed: --drain-min 5s, or --drain CMD to leave it");
	put_line(writer, kubernetes && plan->options->spent.source == SOURCE_PRESET,
	        "a preStop hook's time is not seen here: state it with --spent (sleep 15: "
	        "--spent 15s), or make 'drainit --prestop' the hook");
	put_line(writer,
	        plan->drains && plan->options->ready_file &&
	                plan->options->ready_until == READY_UNTIL_DRAIN,
	        "the ready file goes when the drain begins: a Service with no other endpoint "
	        "serves nobody from then on: --ready-until stop");
}

/* Neither --stop-signals nor --rewrite says anything. */
static bool usual_signals(const struct options *options)
{
	if (options->stop_signals != (signal_bit(SIGTERM) | signal_bit(SIGINT)))
		return false;
	for (int signal = 1; signal <= SIGNAL_LAST; signal++)
		if (options->rewrite[signal] != signal)
			return false;
	return true;
}

static void advise_signals(struct writer *writer, const struct plan *plan)
{
	bool group = plan->options->forward_to == FORWARD_GROUP;

	put_line(writer, usual_signals(plan->options),
	        "only TERM and INT start the shutdown: where the image has another STOPSIGNAL "
	        "(nginx QUIT, httpd WINCH, haproxy USR1) name it: --stop-signals QUIT, or with "
	        "TERM sent: -r TERM:QUIT");
	put_line(writer, group,
	        "the whole group has the stop signal: a master that drains its own workers "
	        "(php-fpm, gunicorn, celery, PostgreSQL) wants -c");
	put_line(writer, !group,
	        "only the main child has the stop signal: a shell passes it to nobody: exec "
	        "the program, or -g");
}

void advice_write(struct writer *writer, const struct plan *plan)
{
	advise_grace(writer, plan);
	advise_drain(writer, plan);
	advise_signals(writer, plan);
}
