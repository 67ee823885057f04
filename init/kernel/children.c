#include <signal.h>
#include <sys/wait.h>

#include "kernel/children.h"
#include "kernel/spawn.h"

static enum role forget(struct children *children, pid_t pid)
{
	for (enum role role = ROLE_MAIN; role < ROLE_COUNT; role++) {
		if (children->pid[role] == pid) {
			children->pid[role] = 0;
			return role;
		}
	}
	return ROLE_NONE;
}

enum reaped children_reap(struct children *children, struct event *out)
{
	int status;
	pid_t pid = waitpid(-1, &status, WNOHANG);

	if (pid == 0)
		return REAPED_NONE;
	if (pid < 0) {
		*out = (struct event){ .kind = EVENT_NO_CHILD };
		return REAPED_LAST;
	}
	*out = (struct event){ .kind = EVENT_ENDED, .role = forget(children, pid), .pid = pid };
	out->error = spawn_error(out->role);
	if (out->error != 0) {
		out->kind = EVENT_NOT_STARTED;
		out->in_exec = true;
	}
	out->killed_by = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
	out->status = WIFSIGNALED(status) ? 128 + out->killed_by : WEXITSTATUS(status);
	return REAPED_ONE;
}

void children_reap_more(const struct children *children)
{
	kill(children->self, SIGCHLD);
}
