#include "rehearse/rehearse.h"

#include <signal.h>
#include <string.h>
#include <sys/wait.h>

#include "kernel/wait.h"
#include "rehearse/aim.h"
#include "rehearse/gather.h"
#include "rehearse/progress.h"
#include "rehearse/sight.h"
#include "rehearse/stage.h"

/* After the first listener others may come. */
#define SETTLE (100 * MSEC)

/* ---- events ---- */

static void reap(struct scene *scene, nsec_t now)
{
	if (scene->pid == 0 || waitpid(scene->pid, &scene->status, WNOHANG) != scene->pid)
		return;
	scene->pid = 0;
	scene->exited = now;
}

static void hear(struct scene *scene, const struct event *event)
{
	if (event->kind != EVENT_SIGNAL)
		return;
	if (event->signal != SIGINT && event->signal != SIGTERM && event->signal != SIGHUP)
		return;
	scene->interrupted = event->signal;
	if (scene->pid != 0)
		kill(scene->pid, SIGKILL);
}

/* Until at, or until something has happened. */
static void wait_until(struct scene *scene, nsec_t at)
{
	struct event event;

	if (wait_event(at, &event) == WAITED_CHILD)
		reap(scene, wait_now());
	else
		hear(scene, &event);
}

/* ---- acts ---- */

/* Or else it starts when a time has passed. */
static bool awaits_listener(const struct scene *scene)
{
	return scene->rehearsal->after_start.kind == DURATION_UNSET;
}

static bool ready(const struct scene *scene, nsec_t now)
{
	if (!awaits_listener(scene))
		return now >= scene->next;
	return sight_serves(scene) && sight_listens(scene);
}

static bool begin_traffic(struct scene *scene, nsec_t now, struct writer *problem)
{
	/* Another listener may be right behind the first. */
	while (wait_now() < now + SETTLE && scene->pid != 0)
		wait_until(scene, now + SETTLE);
	look_ports(&scene->look);
	sight_sockets(scene, wait_now());
	for (int i = 0; i < scene->look.port_count; i++)
		sight_probe(scene, wait_now());
	if (!aim(scene, problem))
		return false;
	now = scene->served = wait_now();
	scene->act = ACT_TRAFFIC;
	/* Some are under way even if the stop request comes at once. */
	requester_tick(&scene->requester, now, true);
	scene->next = now + rehearsal_span(&scene->rehearsal->traffic);
	if (scene->facts->listened == NEVER)
		scene->next = now;
	progress_step("serving", scene->next, now);
	return true;
}

static void stop(struct scene *scene, nsec_t now)
{
	look_processes(&scene->look, now);
	kill(scene->pid, rehearsal_stop_request(&scene->rehearsal->options));
	scene->act = ACT_STOP;
	scene->stopped = now;
	scene->requester.over = true;
	scene->next = nsec_add(now, scene->plan->allowance);
	if (!scene->plan->drains)
		scene->signalled = now;
	progress_step("stop request sent", scene->next, now);
}

static void kill_as_runtime(struct scene *scene)
{
	scene->facts->killed_by_runtime = true;
	kill(scene->pid, SIGKILL);
	scene->next = NEVER;
}

/* What is due now. False: it cannot go on. */
static bool advance(struct scene *scene, nsec_t now, struct writer *problem)
{
	switch (scene->act) {
	case ACT_START:
		if (ready(scene, now))
			return begin_traffic(scene, now, problem);
		if (now < scene->next)
			return true;
		write_text(problem, "it did not listen within ");
		write_span(problem, scene->next - scene->started);
		write_text(problem,
		        "; --start-max gives it longer, --after-start does not wait for that");
		return false;
	case ACT_TRAFFIC:
		if (now >= scene->next)
			stop(scene, now);
		return true;
	case ACT_STOP:
		if (now >= scene->next)
			kill_as_runtime(scene);
		return true;
	}
	return true;
}

static bool play(struct scene *scene, struct writer *problem)
{
	nsec_t at = scene->started;

	while (scene->pid != 0) {
		nsec_t now = wait_now();

		sight_tick(scene, now);
		if (!advance(scene, now, problem))
			return false;
		at = nsec_max(at + SCENE_TICK, wait_now());
		/* Once at least: where a tick takes longer than its time, what has happened is heard all the same. */
		do
			wait_until(scene, at);
		while (scene->pid != 0 && wait_now() < at);
	}
	return true;
}

static void say_early_end(struct scene *scene, struct writer *problem)
{
	int status = scene_status(scene);

	write_text(problem, status >= 125 && status <= 127
	                            ? "COMMAND could not be started: exit status "
	                            : "it ended before the stop request, with ");
	write_number(problem, status);
}

static void set(struct scene *scene, const struct rehearsal *rehearsal, const struct plan *plan,
        struct facts *facts)
{
	*scene = (struct scene){
		.rehearsal = rehearsal,
		.plan = plan,
		.facts = facts,
		.stopped = NEVER,
		.exited = NEVER,
		.main_gone = NEVER,
		.signalled = NEVER,
		.closed = NEVER,
	};
	facts->plan = plan;
	facts->listened = NEVER;
	scene->requester.requests = &facts->requests;
	scene->requester.flows = &scene->flows;
	scene->requester.slow = rehearsal_span(&rehearsal->slow);
}

static void begin(struct scene *scene)
{
	const struct rehearsal *rehearsal = scene->rehearsal;
	bool listener = awaits_listener(scene);

	scene->started = wait_now();
	scene->next = scene->started + rehearsal_span(listener ? &rehearsal->start_max
	                                                       : &rehearsal->after_start);
	look_init(&scene->look, scene->pid);
	progress_step(listener ? "started, until it listens" : "started", scene->next,
	        scene->started);
}

/* Nothing that was started outlives us. */
static void clear(struct scene *scene)
{
	if (scene->pid == 0)
		return;
	kill(scene->pid, SIGKILL);
	waitpid(scene->pid, &scene->status, 0);
}

enum rehearsed rehearse(const struct rehearsal *rehearsal, const struct plan *plan,
        const struct container *container, struct facts *facts, struct writer *problem)
{
	static struct scene scene;
	bool good;

	set(&scene, rehearsal, plan, facts);
	scene.pid = stage_start(container, problem);
	if (scene.pid == 0)
		return REHEARSED_NOT;
	begin(&scene);
	good = play(&scene, problem);
	progress_end();
	clear(&scene);
	if (scene.interrupted) {
		facts->exit_status = 128 + scene.interrupted;
		return REHEARSED_INTERRUPTED;
	}
	if (good && scene.act != ACT_STOP) {
		say_early_end(&scene, problem);
		good = false;
	}
	if (!good)
		return REHEARSED_NOT;
	gather(&scene, container->report);
	return REHEARSED;
}
