#include "rehearse/aim.h"

#include "kernel/wait.h"
#include "rehearse/probe.h"

/* How long a server may take to answer the first request, by which it is known for one of HTTP. */
#define HTTP_WAIT (2 * SEC)

static void aim_at(struct scene *scene, const struct url *url, const union address *address)
{
	requester_aim(&scene->requester, url, address, scene->rehearsal->requests,
	        rehearsal_span(&scene->rehearsal->traffic), wait_now());
}

static bool aim_at_url(struct scene *scene, struct writer *problem)
{
	struct addresses addresses = { .count = 0 };
	struct url url;

	url_parse(scene->rehearsal->url, "GET", &url);
	if (!resolve(url.host, url.port, wait_now() + HTTP_WAIT, &addresses)) {
		write_text(problem, "--url: no such host: ");
		write_text(problem, url.host);
		return false;
	}
	aim_at(scene, &url, &addresses.list[0]);
	return true;
}

/* At / of the first port that speaks HTTP. */
static void aim_at_ports(struct scene *scene)
{
	struct url url = { .method = "GET", .host = "localhost", .path = "/" };

	for (int i = 0; i < scene->look.port_count; i++) {
		struct endpoint where;
		union address address;

		url.port = scene->look.ports[i];
		if (!table_listens(&scene->table, url.port, &where))
			continue;
		address = probe_address(&where, url.port);
		aim_at(scene, &url, &address);
		if (requester_is_http(&scene->requester, wait_now() + HTTP_WAIT))
			return;
	}
	scene->requester.count = 0;
	scene->facts->requests.made = false;
}

bool aim(struct scene *scene, struct writer *problem)
{
	if (scene->rehearsal->requests == 0)
		return true;
	if (scene->rehearsal->url)
		return aim_at_url(scene, problem);
	aim_at_ports(scene);
	return true;
}
