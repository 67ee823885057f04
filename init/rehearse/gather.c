#include "rehearse/gather.h"

#include <fcntl.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "kernel/wait.h"
#include "rehearse/advise.h"
#include "rehearse/sight.h"
#include "rehearse/told.h"

/* What has arrived when the container is gone is still to be read. */
#define READ_ON (500 * MSEC)

/* Who had the stop signal with the main child ends beside it. */
#define GROUP_ENDS (100 * MSEC)

static nsec_t from_stop(const struct scene *scene, nsec_t at)
{
	return at == NEVER ? NEVER : at - scene->stopped;
}

/* Of those that lived right before the main child's end, or after it. */
static bool is_left(const struct scene *scene, const struct seen *seen, const struct look *look)
{
	const struct seen *main = &look->list[look->main];
	bool apart = seen->group != main->group;
	nsec_t gone = nsec_min(scene->main_gone, scene->exited);

	/* Who comes after the main child's end is a helper of drainit's, as are its forks. */
	if (seen == main || seen->first > gone || strncmp(seen->name, "drainit:", 8) == 0)
		return false;
	if (seen->last >= gone)
		return apart || seen->last > gone + GROUP_ENDS;
	/* It was gone before the next look, but drainit met it. */
	return apart && scene->facts->told.sweep != NEVER && seen->last >= main->last;
}

/* Whom SIGKILL met. */
static bool is_killed(const struct scene *scene, const struct seen *seen)
{
	return (scene->facts->told.forced || scene->facts->killed_by_runtime) &&
	       seen->last >= scene->exited - SEC &&
	       seen->last >= scene->stopped + scene->plan->kill - 5 * SCENE_TICK;
}

static void gather_left(struct scene *scene)
{
	const struct look *look = &scene->look;
	struct facts *facts = scene->facts;

	for (int i = 0; i < look->count && look->main >= 0; i++) {
		const struct seen *seen = &look->list[i];

		if (facts->left_count == LEFT_MOST ||
		        (!is_left(scene, seen, look) && !is_killed(scene, seen)))
			continue;
		facts->left[facts->left_count].pid = seen->pid;
		memcpy(facts->left[facts->left_count++].command, seen->command, SEEN_COMMAND);
	}
}

static void gather_names(struct scene *scene)
{
	const struct look *look = &scene->look;
	struct facts *facts = scene->facts;

	if (look->main < 0)
		return;
	facts->main_name = look->list[look->main].name;
	for (int i = 0; i < look->count; i++) {
		const struct seen *seen = &look->list[i];

		if (seen->parent == look->list[look->main].pid && !facts->main_child)
			facts->main_child = seen->name;
		if (!facts->server && seen->first < scene->stopped && advise_known(seen->name))
			facts->server = seen->name;
	}
}

static void gather_report(struct scene *scene, const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t length = -1;

	if (fd >= 0) {
		length = read(fd, scene->report, sizeof scene->report - 1);
		close(fd);
	}
	scene->report[length > 0 ? length : 0] = '\0';
	scene->facts->told = told_read(scene->report);
}

/* Connections that are open from then on were cut off by it. */
static nsec_t kill_at(const struct scene *scene)
{
	if (!scene->facts->told.forced && !scene->facts->killed_by_runtime)
		return NEVER;
	return nsec_min(scene->stopped + scene->plan->kill, scene->exited) - SCENE_TICK;
}

static void gather_instants(struct scene *scene)
{
	struct facts *facts = scene->facts;

	facts->exited = from_stop(scene, scene->exited);
	facts->main_gone = from_stop(scene, nsec_min(scene->main_gone, scene->exited));
	if (facts->told.stop != NEVER && facts->told.stop_length != NEVER)
		facts->main_gone = facts->told.stop + facts->told.stop_length;
	facts->signalled = from_stop(scene, scene->signalled);
	facts->listener_closed = NEVER;
	if (facts->listened != NEVER)
		facts->listener_closed =
		        from_stop(scene, nsec_min(scene->closed, scene->exited));
	for (int i = 0; i < facts->probe_count; i++)
		facts->probes[i].at -= scene->stopped;
	for (int i = 0; i < facts->requests.count; i++) {
		facts->requests.list[i].at -= scene->stopped;
		facts->requests.list[i].ended -= scene->stopped;
	}
}

void gather(struct scene *scene, const char *report)
{
	struct facts *facts = scene->facts;

	sight_sockets(scene, wait_now());
	sight_probe(scene, wait_now());
	requester_finish(&scene->requester, wait_now() + READ_ON);
	sight_sockets(scene, wait_now());
	gather_report(scene, report);
	if (!facts->told.there)
		facts->told.forced = from_stop(scene, scene->exited) >= scene->plan->kill;
	facts->exit_status = scene_status(scene);
	facts->connections = flows_count(&scene->flows, scene->stopped, kill_at(scene));
	facts->ports = scene->look.ports;
	facts->port_count = scene->look.port_count;
	gather_left(scene);
	gather_names(scene);
	gather_instants(scene);
}
