"""What is dockerd's alone: it asks the init for its version, and checks health by itself."""

import json
import time

from container import IGNORES, OBEYS, shell
from engine import PATIENCE, call, docker, equal, holds, holds_not


@docker
def docker_info_takes_drainit_for_its_init(e):
    said = e.do("info")
    holds(said, "Init Binary: ")
    holds_not(said, "failed to retrieve docker-init version", "init binary")
    information = json.loads(e.do("info", "--format", "{{json .}}"))
    equal(information["InitBinary"].rsplit("/", 1)[1], "docker-init")
    equal([warning for warning in information.get("Warnings") or [] if "init" in warning], [])
    assert information["InitCommit"]["ID"] != "N/A", "the engine does not understand --version"


@docker
def without_a_word_a_container_has_the_daemons_init(e):
    status, output = call([*e.client, "run", "--rm", "box", "/bin/ps", "-o", "pid,args"])
    equal(status, 0)
    holds(output, "1 /sbin/docker-init -- /bin/ps")


@docker
def a_stop_thaws_what_is_paused_and_drainit_ends_it(e):
    container = e.start("-e DRAINIT_GRACE=2s", *shell(IGNORES)).see("ready")
    e.do("pause", container.name)
    status, took, _ = container.stop(4)
    equal(status, 137)
    assert took < 3, f"the stop took {took:.1f} s"
    holds(container.log(), "exit 137")


@docker
def a_health_check_sees_the_drain(e):
    container = e.start(
        "--health-cmd /bin/health --health-interval 250ms --health-retries 1 "
        "-e DRAINIT_GRACE=20s -e DRAINIT_READY_FILE=/tmp/ready -e DRAINIT_DRAIN_MIN=10s",
        *shell(OBEYS)).see("ready")

    def becomes(state):
        limit = time.monotonic() + PATIENCE
        while container.inspect("State.Health.Status") != state:
            assert time.monotonic() < limit, f"never {state}"
            time.sleep(0.1)

    becomes("healthy")
    container.send("TERM")
    becomes("unhealthy")
    time.sleep(1)
    container.send("TERM")  # ends the drain
    equal(container.wait(), 3)
