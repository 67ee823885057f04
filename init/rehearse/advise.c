#include "rehearse/advise.h"

#include <signal.h>
#include <string.h>

#include "rehearse/rehearsal.h"
#include "text/signame.h"

/* Servers to which TERM means another stop. Sources: their manuals; Debian 12's versions were tried. */
struct server {
	const char *name; /* as ps shows it; a version may follow: php-fpm8.2 */
	int signal;
	bool alone;       /* to the master, which tells its workers */
	const char *does; /* and then the signal */
};

#define SIGWINCH_ 28
#define FINISHES  " finishes what is in flight, not on TERM, but on "

static const struct server servers[] = {
	{ "nginx", SIGQUIT, false, FINISHES },
	{ "apache2", SIGWINCH_, false, FINISHES },
	{ "httpd", SIGWINCH_, false, FINISHES },
	{ "haproxy", SIGUSR1, false, FINISHES },
	{ "php-fpm", SIGQUIT, true, FINISHES },
	{ "postgres", SIGINT, true,
	        " waits on TERM until every client has left; it stops in time on " },
};

/* Not what goes by a server's name without being it: postgres_exporter. */
static const struct server *find_server(const char *name)
{
	for (size_t i = 0; name && i < sizeof servers / sizeof *servers; i++) {
		size_t length = strlen(servers[i].name);

		if (strncmp(name, servers[i].name, length) == 0 &&
		        name[length + strspn(name + length, "0123456789.")] == '\0')
			return &servers[i];
	}
	return NULL;
}

bool advise_known(const char *name)
{
	return find_server(name) != NULL;
}

static struct writer next(struct advice *out)
{
	return writer_on(out->list[out->count < ADVICE_MOST ? out->count : ADVICE_MOST - 1],
	        ADVICE_BYTES - 1);
}

static void done(struct advice *out, const struct writer *writer)
{
	writer->text[writer->length] = '\0';
	if (out->count < ADVICE_MOST)
		out->count++;
}

static void put(struct advice *out, const char *text)
{
	struct writer writer = next(out);

	write_text(&writer, text);
	done(out, &writer);
}

static bool forced(const struct facts *facts)
{
	return facts->killed_by_runtime || facts->told.forced;
}

static bool advise_server(
        const struct facts *facts, const struct verdict *verdict, struct advice *out)
{
	const struct server *server = find_server(facts->server);
	const struct options *options = facts->plan->options;
	struct writer writer = next(out);

	if (!server || (verdict->answers[ASK_COMPLETED] != ANSWER_NO && !forced(facts)) ||
	        options->rewrite[SIGTERM] == server->signal)
		return false;
	write_text(&writer, server->name);
	write_text(&writer, server->does);
	write_signal(&writer, server->signal);
	write_text(&writer, ": ");
	write_text(&writer, server->alone && options->forward_to == FORWARD_GROUP ? "-c " : "");
	write_text(&writer, "-r TERM:");
	write_signal(&writer, server->signal);
	done(out, &writer);
	return true;
}

static bool is_shell(const char *name)
{
	static const char *const shells[] = { "sh", "bash", "dash", "ash", "ksh", "zsh",
		"busybox" };

	for (size_t i = 0; name && i < sizeof shells / sizeof *shells; i++) {
		if (strcmp(name, shells[i]) == 0)
			return true;
	}
	return false;
}

static bool advise_shell(
        const struct facts *facts, const struct verdict *verdict, struct advice *out)
{
	struct writer writer = next(out);

	if (verdict->good || !is_shell(facts->main_name) || !facts->main_child)
		return false;
	write_text(&writer, "the main child is a shell (");
	write_text(&writer, facts->main_name);
	write_text(&writer,
	        ") and the program its child, so the exit status is the shell's: write 'exec ");
	write_plain(&writer, facts->main_child, strlen(facts->main_child));
	write_text(&writer, " ...' in the script");
	done(out, &writer);
	return true;
}

static void advise_stubborn(const struct facts *facts, struct advice *out)
{
	struct writer writer = next(out);
	int stop = rehearsal_stop_request(facts->plan->options);
	int sent = facts->plan->options->rewrite[stop];

	write_text(&writer, "it does not end on ");
	if (sent == 0)
		write_text(&writer, "a stop signal that is dropped (-r)");
	else
		write_signal(&writer, sent);
	write_text(&writer,
	        ": give it a handler that closes the listener, finishes and exits; or, "
	        "if it knows another signal for that, -r ");
	write_signal(&writer, stop);
	write_text(&writer, ":SIGNAL");
	done(out, &writer);
}

static void advise_exit(
        const struct facts *facts, const struct verdict *verdict, struct advice *out)
{
	struct writer writer = next(out);
	const struct options *options = facts->plan->options;
	int sent = options->rewrite[rehearsal_stop_request(options)];

	write_text(&writer, "exit status ");
	write_number(&writer, facts->exit_status);
	if (sent != 0 && facts->exit_status == 128 + sent) {
		write_text(&writer, ": it has no handler for ");
		write_signal(&writer, sent);
		write_text(&writer,
		        ", or its runtime exits so on purpose (a JVM does). Add a handler; ");
		write_text(&writer, verdict->answers[ASK_COMPLETED] == ANSWER_NO
		                            ? "--stop-status 0 would only hide it"
		                            : "if the stop is orderly, --stop-status 0");
	} else {
		write_text(&writer,
		        " after a stop that was asked for looks like a failure to Jobs and "
		        "alerts: exit with 0, or -e ");
		write_number(&writer, facts->exit_status);
	}
	done(out, &writer);
}

static void advise_cut(const struct facts *facts, struct advice *out)
{
	put(out, facts->connections.open_at_end > 0
	                 ? "clients keep their connections: close idle ones at the stop signal "
	                   "(HTTP: 'Connection: close'), and let --drain-idle with "
	                   "--drain-quiet 2s wait for the busy ones before it"
	                 : "on the stop signal close the listener, finish what is in flight, "
	                   "then exit; --drain-idle --drain-quiet 2s waits for it before the "
	                   "stop signal");
}

void advise(const struct facts *facts, const struct verdict *verdict, struct advice *out)
{
	bool said;

	out->count = 0;
	said = advise_server(facts, verdict, out);
	said |= advise_shell(facts, verdict, out);
	if (forced(facts) && !said)
		advise_stubborn(facts, out);
	if (verdict->answers[ASK_REFUSED] == ANSWER_NO && !forced(facts))
		put(out, "close the listener when the stop signal comes, not before and not "
		         "after");
	if (verdict->answers[ASK_COMPLETED] == ANSWER_NO && !said)
		advise_cut(facts, out);
	if (verdict->answers[ASK_EXIT] == ANSWER_NO && !forced(facts))
		advise_exit(facts, verdict, out);
	if (facts->left_count > 0 && !forced(facts) && !said)
		put(out, "run it in the foreground ('daemon off;', -DFOREGROUND, --nodaemon): "
		         "what leaves the process group is found out only in the sweep, and "
		         "has --linger");
	if (facts->requests.made && !facts->plan->drains)
		put(out, "no drain is configured: behind a Service or a balancer new requests "
		         "still come for some seconds after the stop request: --drain-min 5s");
}
