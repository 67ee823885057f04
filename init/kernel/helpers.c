#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "kernel/helpers.h"
#include "kernel/raw.h"
#include "kernel/readyfile.h"
#include "kernel/request.h"
#include "kernel/sockets.h"
#include "kernel/survey.h"
#include "text/url.h"

/* A request that is to be answered must end, and tell why, before its SIGKILL. */
#define LAST_WORDS (50 * MSEC)

/* As an URL alone means everywhere; who wants another word writes it. */
#define METHOD "GET"

bool helpers_is_request(const char *line)
{
	return url_is_request(line);
}

/* ---- in the helper ---- */

static int ask(const char *line, nsec_t until, int to,
        int (*request)(const struct url *, nsec_t, char *, size_t))
{
	char said[SAID_BYTES] = "";
	struct url url;
	int status;

	/* Checked when it was read. */
	if (url_parse(line, METHOD, &url))
		return 1;
	status = request(&url, until, said, sizeof said);
	write(to, said, strlen(said));
	return status;
}

static int watch(const struct edge *edge, const struct machine *machine, int to)
{
	const struct options *options = edge->options;
	const struct plan *plan = machine->plan;
	const struct watch what = {
		.ports = options->idle_ports,
		.count = options->idle_port_count,
		.quiet = plan->drain_quiet,
		.most = options->drain_idle_max,
		.from = nsec_add(machine->at.stop, plan->drain_min),
		.until = nsec_add(machine->at.stop, plan->drain_max),
	};

	return sockets_watch(&what, &edge->children, to);
}

static int run(const struct edge *edge, const struct machine *machine, enum role role, int to)
{
	setpgid(0, 0);
	switch (role) {
	case ROLE_READY:
		return readyfile_create(edge);
	case ROLE_UNREADY:
		return readyfile_remove(edge);
	case ROLE_SURVEY:
		survey_take(edge, to);
		return 0;
	case ROLE_WATCHER:
		return watch(edge, machine, to);
	case ROLE_DRAIN:
		/* TERM is to end a request at once. */
		signals_refresh();
		return ask(edge->options->drain, machine->drain.term_at, to, request_send);
	case ROLE_AFTER:
		signals_refresh();
		return ask(edge->options->after, machine->after.term_at, to, request_send);
	case ROLE_WAIT:
		return ask(edge->options->wait_for,
		        nsec_before(machine->wait.kill_at, LAST_WORDS), to, request_until);
	case ROLE_NONE:
	case ROLE_MAIN:
	case ROLE_COUNT:
		break;
	}
	return EINVAL;
}

/* ---- in drainit ---- */

static bool says_something(enum role role)
{
	return role != ROLE_READY && role != ROLE_UNREADY;
}

/* Where the answer of a role that says something is read. */
static int *ear(struct edge *edge, enum role role)
{
	if (role == ROLE_SURVEY)
		return &edge->survey;
	return role == ROLE_WATCHER ? &edge->watching : &edge->said;
}

static int start_copy(struct edge *edge, const struct machine *machine, enum role role, int to)
{
	pid_t pid = raw_fork();

	if (pid < 0)
		return errno;
	if (pid == 0)
		_exit(run(edge, machine, role, to));
	edge->children.pid[role] = pid;
	return 0;
}

static int start_heard(
        struct edge *edge, const struct machine *machine, enum role role, int *heard)
{
	int ends[2];
	int error;

	if (*heard >= 0)
		close(*heard);
	*heard = -1;
	if (syscall(SYS_pipe2, ends, O_CLOEXEC | O_NONBLOCK) < 0)
		return errno;
	error = start_copy(edge, machine, role, ends[1]);
	close(ends[1]);
	*heard = ends[0];
	return error;
}

int helpers_start(struct edge *edge, const struct machine *machine, enum role role)
{
	if (says_something(role))
		return start_heard(edge, machine, role, ear(edge, role));
	return start_copy(edge, machine, role, -1);
}

static void hear_watcher(struct edge *edge)
{
	struct watched look;

	while (read(edge->watching, &look, sizeof look) == sizeof look)
		edge->watched = look;
}

static void hear_request(struct edge *edge)
{
	static char said[SAID_BYTES];
	ssize_t length = read(edge->said, said, sizeof said - 1);

	said[length > 0 ? length : 0] = '\0';
	edge->heard = said;
	close(edge->said);
	edge->said = -1;
}

void helpers_hear(struct edge *edge, enum role role)
{
	if (role == ROLE_WATCHER && edge->watching >= 0)
		hear_watcher(edge);
	else if ((role == ROLE_DRAIN || role == ROLE_AFTER || role == ROLE_WAIT) &&
	         edge->said >= 0)
		hear_request(edge);
	else
		edge->heard = "";
}
