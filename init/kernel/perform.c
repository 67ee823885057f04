#include <errno.h>
#include <signal.h>

#include "kernel/brief.h"
#include "kernel/helpers.h"
#include "kernel/kill.h"
#include "kernel/perform.h"
#include "kernel/place.h"
#include "kernel/spawn.h"
#include "kernel/survey.h"

static int start_main(struct edge *edge)
{
	int error = spawn_main(edge);

	place_leave(edge->options);
	return error;
}

static int start_command(struct edge *edge, const struct machine *machine, enum role role,
        int attempt, nsec_t now)
{
	const struct options *options = edge->options;
	const char *line = role == ROLE_DRAIN ? options->drain : options->after;

	if (helpers_is_request(line))
		return helpers_start(edge, machine, role);
	if (!edge->told)
		return ENOMEM;
	brief_write(edge, machine, role, attempt, now);
	return spawn_command(edge, role, line);
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
	case ROLE_SURVEY:
	case ROLE_WATCHER:
	case ROLE_WAIT:
		return helpers_start(edge, machine, role);
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
	case ACTION_ANSWER:
		hooks_answer(&edge->hooks, action->status);
		return true;
	case ACTION_SUSPEND:
		kill(edge->children.self, SIGSTOP);
		return true;
	case ACTION_EXIT:
		return true;
	}
	return true;
}
