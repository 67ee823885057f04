"""nginx, Apache, haproxy: each has a signal that cuts what is under way and one that does not."""

from suite import needs, test


def nginx(box):
    return [needs("nginx"), "-p", box.folder, "-c", box.fill_in("nginx.conf"), "-e", "stderr"]


def apache(box):
    return [needs("apache2"), "-DFOREGROUND", "-f", box.fill_in("apache.conf")]


def haproxy(box):
    box.start(*box.app("size=8000000", which=1))
    return [needs("haproxy"), "-db", "-q", "-f",
            box.fill_in("haproxy.cfg", BEHIND=str(box.port(1)))]


@test
def nginx_with_QUIT_is_good(box):
    judged = box.judge("-r TERM:QUIT", *nginx(box))
    judged.is_good()
    judged.has(judged["exit_status"] == 0 and judged["ports"] == [box.port()], "its figures")
    requests = judged["requests"]
    judged.has(1 <= requests["in_flight"] <= 4, "four at once were asked for")
    judged.has(requests["made"] >= requests["completed"] >= requests["in_flight"], "requests")
    judged.has(judged["listened_ms"] is not None and judged["listener_closed_ms"] is not None,
               "when it listened")
    judged.has(judged["listener_closed_ms"] < judged["used_ms"], "it closed its listener first")
    judged.has(judged["grace_ms"] == 10000, "docker's grace period is 10 s")


@test
def nginx_with_TERM_cuts_downloads(box):
    judged = box.judge("", *nginx(box))
    judged.is_bad("completed")
    judged.has(1 <= judged["requests"]["cut"] <= 4, "what was under way was cut")
    judged.has(judged["exit_status"] == 0, "nginx calls that success")
    judged.advises("QUIT", "-r ", "--rewrite")


@test
def the_runtime_sends_the_signal_that_the_options_name(box):
    """A Dockerfile's STOPSIGNAL: nginx's official image has QUIT."""
    box.judge("--stop-signals QUIT", *nginx(box)).is_good()


@test
def in_a_drain_connections_are_still_taken(box):
    judged = box.judge("-r TERM:QUIT --drain-min 2s", *nginx(box))
    judged.is_good()
    phases = judged.phases()
    judged.has(phases.index("drain") < phases.index("stop"), "first the drain, then the stop")
    judged.has(1900 <= judged.phase("drain")["ms"] <= 3000, "a drain of two seconds")
    judged.has(judged.phase("drain")["start_ms"] <= 200, "the drain begins with the request")
    judged.has(judged["listener_closed_ms"] >= 1900, "closed after the drain")


@test
def a_drain_until_the_connections_are_idle_comes_to_its_end(box):
    """Who drains so has its traffic moved away: requests must not go on to its last second. Then
    nginx's fast stop has nothing to cut."""
    judged = box.judge("--drain-min 1s --drain-idle", *nginx(box))
    judged.is_good()
    judged.has(1900 <= judged.phase("drain")["ms"] <= 5500, "over before its budget of 6 s")


@test
def Apache_with_WINCH_is_good(box):
    judged = box.judge("-r TERM:WINCH", *apache(box))
    judged.is_good()
    judged.has(judged["exit_status"] == 0, "exit status")


@test
def Apache_with_TERM_cuts_downloads(box):
    judged = box.judge("", *apache(box))
    judged.is_bad("completed", perhaps=["refused"])
    judged.has(judged["requests"]["cut"] >= 1, "what was under way was cut")


@test
def haproxy_with_USR1_is_good(box):
    judged = box.judge("-r TERM:USR1", *haproxy(box))
    judged.is_good()
    judged.has(judged["ports"] == [box.port()], "only its own port, not that of who is behind it")


@test
def haproxy_with_TERM_cuts_downloads_and_exits_143(box):
    judged = box.judge("", *haproxy(box))
    judged.is_bad("completed", "exit")
    judged.has(judged["exit_status"] == 143 and judged["requests"]["cut"] >= 1, "its figures")
