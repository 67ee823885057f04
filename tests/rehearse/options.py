"""Each option: what it does, its environment twin, and what is refused before anything starts."""

from suite import PATIENCE, test

SHORT = "--slow 200ms --traffic 500ms "


def refused(box, options, *names, environment=None, command=("sleep", "60")):
    judged = box.begin(options, *command, environment=environment, json=False).finish()
    judged.has(judged.status == 125 and judged.output == "", f"{options} {environment}")
    for name in names:
        judged.has(name in judged.said, f"{options} {environment}: '{name}' is not said")
    judged.has("\x1b" not in judged.said, "control bytes")
    judged.has(judged.took < 5, "it was started")


BAD = {"after-start": ["3x", "-1s"], "start-max": ["soon", "0x"], "slow": ["3x", "much"],
       "traffic": ["3x", "-2"], "requests": ["many", "-1", "1.5"],
       "url": ["ftp://127.0.0.1/", "https://127.0.0.1/", "web"]}


@test
def a_bad_value_is_a_usage_error_that_names_where(box):
    for name, values in BAD.items():
        for value in values:
            refused(box, [f"--{name}={value}"], f"--{name}", value)


@test
def a_bad_value_of_a_variable_is_a_usage_error_that_names_where(box):
    for name, values in {**BAD, "json": ["maybe"]}.items():
        variable = "DRAINIT_" + name.upper().replace("-", "_")
        refused(box, [], variable, values[0], environment={variable: values[0]})


@test
def an_unknown_option_is_told_the_nearest(box):
    refused(box, "--slwo 1s", "--slwo", "--slow")
    refused(box, "--afterstart 1s", "--afterstart", "--after-start")
    refused(box, "--drain-mni 1s", "--drain-mni", "--drain-min")
    refused(box, "-Z", "-Z")


@test
def what_drainit_refuses_is_refused(box):
    refused(box, "--grace 3x", "--grace", "3x")
    refused(box, "--grace 4s --drain-min 3s", "--drain-min")
    refused(box, [], "DRAINIT_GRACE", "3x", environment={"DRAINIT_GRACE": "3x"})


@test
def no_command_is_a_usage_error(box):
    refused(box, "", "COMMAND", command=())
    refused(box, "--slow 1s --", "COMMAND", command=())


@test
def help_lists_each_option_that_is_its_own(box):
    judged = box.begin("--help", json=False).finish()
    judged.has(judged.status == 0, "exit status")
    for name in [*BAD, "json"]:
        judged.has(f"--{name}" in judged.output, f"--{name}")


@test
def an_unknown_variable_is_a_warning_with_the_nearest_name(box):
    judged = box.judge(SHORT, *box.app(), environment={"DRAINIT_SLWO": "3x"})
    judged.is_good()
    judged.has("DRAINIT_SLWO" in judged.said and "DRAINIT_SLOW" in judged.said, "the warning")


@test
def no_setting_reaches_the_program(box):
    settings = {"DRAINIT_SLOW": "200ms", "DRAINIT_TRAFFIC": "500ms", "DRAINIT_REQUESTS": "1",
                "DRAINIT_JSON": "1", "DRAINIT_GRACE": "5s", "DRAINIT_START_MAX": "20s",
                "DRAINIT_URL": f"http://127.0.0.1:{box.port()}/page"}
    running = box.begin([], *box.app(), environment=settings, json=False)
    judged = running.finish().read()
    judged.is_good()
    judged.has(box.events("listens")[0]["settings"] == [], f"{box.events('listens')}")
    judged.has("unknown" not in judged.said, "nor is drainit at a loss about them")
    judged.has(judged["grace_ms"] == 5000, "drainit's own is drainit's")


def twin(options):
    """The same, as variables."""
    words = options.split()
    return {"DRAINIT_" + name[2:].upper().replace("-", "_"): value
            for name, value in zip(words[::2], words[1::2])}


def both(box, options, more, *words):
    """An app under these options, and under their environment twins, side by side. Yields what was
    judged, what the app saw of requests, and when of the stop signal."""
    started = [box.begin(f"{options} {more}", *box.app(*words, which=0)),
               box.begin(more, *box.app(*words, which=1), environment=twin(options))]
    for which, running in enumerate(started):
        judged = running.finish().read()
        judged.is_good()
        yield judged, box.events("request", which), box.events("term", which)[0]["at"]


@test
def requests_says_how_many_are_under_way_at_once(box):
    for judged, seen, _ in both(box, "--requests 2", SHORT, "delay=1"):
        judged.has(1 <= judged["requests"]["in_flight"] <= 2, "two at once")
        judged.has(judged["requests"]["made"] >= 2 and len(seen) >= 2, "made")


@test
def as_many_requests_as_are_asked_for_are_made_or_it_is_refused(box):
    for number in 64, 65, 200, 5000, 1 << 32:
        judged = box.begin(f"--requests {number} --traffic 500ms", *box.app("delay=1")).finish()
        if judged.status == 125:
            judged.has("--requests" in judged.said and judged.output == "", f"{number} refused")
        else:
            judged.read().is_good()
            judged.has(number / 2 <= judged["requests"]["in_flight"] <= number, f"{number}")


@test
def a_stop_without_any_traffic_before_it_can_be_good(box):
    judged = box.judge("--traffic 0", *box.app())
    judged.is_good()


@test
def none_are_made_if_none_are_asked_for(box):
    started = [box.begin("--requests 0", *box.app(which=0)),
               box.begin("", *box.app(which=1), environment={"DRAINIT_REQUESTS": "0"})]
    for which, running in enumerate(started):
        judged = running.finish().read()
        judged.has(judged["requests"]["made"] == 0, "made")
        judged.has(box.events("request", which) == [], "nor was it asked whether it speaks HTTP")


@test
def requests_go_to_the_url(box):
    options = f"--url http://127.0.0.1:{box.port()}/some/page?n=1"
    judged = box.judge(SHORT + options, *box.app())
    judged.is_good()
    lines = {event["line"] for event in box.events("request")}
    judged.has(lines == {"GET /some/page?n=1 HTTP/1.1"}, f"{lines}")


@test
def requests_go_to_the_url_of_the_environment(box):
    judged = box.judge(SHORT, *box.app(), environment={
        "DRAINIT_URL": f"http://127.0.0.1:{box.port()}/page"})
    judged.is_good()
    lines = {event["line"] for event in box.events("request")}
    judged.has(lines == {"GET /page HTTP/1.1"}, f"{lines}")


@test
def slow_says_how_long_an_answer_is_read(box):
    """One at a time. It must be more than what the kernel's buffers take in."""
    large = "size=8000000"
    for judged, _, _ in both(box, "--slow 3s", "--requests 1 --traffic 1s", large):
        judged.has(judged["requests"]["made"] <= 2, "slow ones")
        judged.has(judged.phase("stop")["ms"] <= 5000, "no slower")
    for judged, _, _ in both(box, "--slow 50ms", "--requests 1 --traffic 3s", large):
        judged.has(judged["requests"]["made"] >= 3, "quick ones")


@test
def traffic_says_how_long_requests_go_on_before_the_stop(box):
    for judged, seen, term in both(box, "--traffic 2s", "--slow 100ms"):
        judged.has(1.9 <= term - seen[0]["at"] <= 4, f"{term - seen[0]['at']:.2f} s")
    for judged, seen, term in both(box, "--traffic 200ms", "--slow 100ms"):
        judged.has(0.1 <= term - seen[0]["at"] <= 1.9, f"{term - seen[0]['at']:.2f} s")


@test
def after_start_says_when_the_stop_request_is_sent(box):
    running = [box.begin("--after-start 2s --slow 100ms", *box.app(which=0)),
               box.begin("--slow 100ms", *box.app(which=1),
                         environment={"DRAINIT_AFTER_START": "2s"})]
    for which, one in enumerate(running):
        judged = one.finish().read()
        judged.is_good()
        judged.has(judged["listened_ms"] < 1900, "it listened long before")
        term = box.events("term", which)[0]["at"] - one.began
        assert 1.9 <= term <= 4, f"after {term:.2f} s"


@test
def start_max_has_an_environment_twin(box):
    judged = box.begin("", "sleep", "60", environment={"DRAINIT_START_MAX": "1s"}).finish(PATIENCE)
    judged.has(judged.status == 125 and 0.9 < judged.took < 6, "given up after a second")


@test
def json_may_be_asked_for_by_the_environment(box):
    for value in ("1", "yes", "true", "on"):
        box.begin(SHORT, *box.app(), json=False, environment={"DRAINIT_JSON": value}
                  ).finish().read().is_good()
    judged = box.begin(SHORT, *box.app(), json=False, environment={"DRAINIT_JSON": "no"}).finish()
    judged.has(judged.status == 0 and not judged.output.startswith("{"), "text")


@test
def the_command_line_wins(box):
    judged = box.judge("--requests 0 --grace 4s", *box.app(),
                       environment={"DRAINIT_REQUESTS": "4", "DRAINIT_GRACE": "6s"})
    judged.has(judged["requests"]["made"] == 0 and judged["grace_ms"] == 4000, "who wins")
