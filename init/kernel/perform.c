#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include "kernel/brief.h"
#include "kernel/kill.h"
#include "kernel/perform.h"
#include "kernel/place.h"
#include "kernel/readyfile.h"
#include "kernel/spawn.h"
#include "kernel/survey.h"

static int start_main(struct edge *edge)
{
	int error = spawn_main(edge);

	place_leave(edge->options);
	return error;
}

static int run_helper(struct edge *edge, enum role role, int answer)
{
	setpgid(0, 0);
	if (role == ROLE_READY)
		return readyfile_create(edge);
	if (role == ROLE_UNREADY)
		return readyfile_remove(edge);
	survey_take(&edge->children, answer);
	return 0;
}

/* A helper that runs our own code: a copy of us, that ends with what it has to say as its status. */
static int start_helper(struct edge *edge, enum role role, int answer)
{
	pid_t pid = fork();

	if (pid < 0)
		return errno;
	if (pid == 0)
		_exit(run_helper(edge, role, answer));
	edge->children.pid[role] = pid;
	return 0;
}

static int start_survey(struct edge *edge)
{
	int answer[2];
	int error;

	if (edge->survey >= 0)
		close(edge->survey);
	edge->survey = -1;
	if (pipe2(answer, O_CLOEXEC | O_NONBLOCK) < 0)
		return errno;
	error = start_helper(edge, ROLE_SURVEY, answer[1]);
	close(answer[1]);
	edge->survey = answer[0];
	return error;
}

static int start_command(struct edge *edge, const struct machine *machine, enum role role,
        int attempt, nsec_t now)
{
	const struct options *options = edge->options;

	if (!edge->told)
		return ENOMEM;
	brief_write(edge, machine, role, attempt, now);
	return spawn_command(edge, role, role == ROLE_DRAIN ? options->drain : options->after);
}

static int start(struct edge *edge, const struct machine *machine, enum role role, int attempt,
        nsec_t now)
{
	switch (role) {
	case ROLE_MAIN:
		return start_main(edge);
	case ROLE_DRAIN:
	case ROLE_AFTER:
		return start_command(edge, machine, role, attempt, now);
	case ROLE_READY:
	case ROLE_UNREADY:
		return start_helper(edge, role, -1);
	case ROLE_SURVEY:
		return start_survey(edge);
	case ROLE_NONE:
	case ROLE_COUNT:
		break;
	}
	return EINVAL;
}

bool perform(struct edge *edge, const struct machine *machine, const struct action *action,
        int attempt, nsec_t now, struct event *failed)
{
	int error;

	switch (action->kind) {
	case ACTION_START:
		error = start(edge, machine, action->role, attempt, now);
		*failed = (struct event){ .kind = EVENT_NOT_STARTED,
			.now = now,
			.role = action->role,
			.error = error };
		return error == 0;
	case ACTION_SIGNAL:
		kill_target(&edge->children, action->target, action->signal);
		return true;
	case ACTION_NAME:
		survey_name(edge, action->target);
		return true;
	case ACTION_SUSPEND:
		kill(edge->children.self, SIGSTOP);
		return true;
	case ACTION_EXIT:
		return true;
	}
	return true;
}
