#include <assert.h>
#include <signal.h>

#include "core/act.h"

static struct action *add(struct actions *out, enum action_kind kind)
{
	struct action *action = &out->list[out->count++];

	assert(out->count <= ACTIONS_MAX);
	*action = (struct action){ .kind = kind };
	return action;
}

void act_start(struct machine *machine, struct actions *out, enum role role)
{
	add(out, ACTION_START)->role = role;
	machine->live = (uint16_t)(machine->live | 1u << role);
}

void act_signal(struct actions *out, enum target target, int signal)
{
	struct action *action = add(out, ACTION_SIGNAL);

	action->target = target;
	action->signal = signal;
}

void act_kill(struct actions *out, enum target target)
{
	add(out, ACTION_NAME)->target = target;
	act_signal(out, target, SIGKILL);
}

void act_answer(struct actions *out, int status)
{
	add(out, ACTION_ANSWER)->status = status;
}

void act_suspend(struct actions *out)
{
	add(out, ACTION_SUSPEND);
}

void act_exit(struct actions *out, int status)
{
	add(out, ACTION_EXIT)->status = status;
}

enum target act_target(const struct machine *machine)
{
	return machine->plan->options->forward_to == FORWARD_GROUP ? TARGET_GROUP : TARGET_MAIN;
}
