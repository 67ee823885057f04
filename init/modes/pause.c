#include <signal.h>
#include <unistd.h>

#include "kernel/children.h"
#include "kernel/place.h"
#include "kernel/wait.h"
#include "modes/pause.h"

static void reap_all(struct children *children)
{
	struct event event;
	enum reaped reaped;

	do
		reaped = children_reap(children, &event);
	while (reaped == REAPED_ONE);
}

int pause_until_stopped(void)
{
	static const struct options none;
	struct children children = { .self = getpid() };
	struct event event;

	place_leave(&none);
	place_close();
	for (;;) {
		if (wait_event(NEVER, &event) == WAITED_CHILD)
			reap_all(&children);
		else if (event.signal == SIGTERM || event.signal == SIGINT)
			return 0;
	}
}
