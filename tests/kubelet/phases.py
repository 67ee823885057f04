"""--status as an exec probe, and the name that ps shows, through a whole stop."""

import os
import time

from harness import World, equal, test
from kubelet import Container, Stop, in_time, prestop


def becomes(w, pod, title):
    w.eventually(lambda: pod.title() == title, f"the name {title}, not {pod.title()}", 5)


@test
def each_phase_is_told_by_name_and_by_status(w):
    pod = Container(w, "--grace 10s --drain-min 800ms",
                    "fork [ on 15 0 900 name left hang ] on 15 0 900 say ready hang")
    becomes(w, pod, "drainit:serving")
    equal(pod.status(), (0, "serving"))
    hook = pod.prestop()
    becomes(w, pod, "drainit:drain")
    equal(pod.status(), (1, "drain"))
    equal((hook.took < 3, hook.status), (True, 0), hook.output)
    becomes(w, pod, "drainit:drained")
    equal(pod.status(), (1, "drained"))
    stop = Stop(pod, 10)
    becomes(w, pod, "drainit:stop")
    equal(pod.status(), (1, "stop"))
    equal(stop.over(), 0)


@test
def a_drain_that_failed_is_told_until_TERM(w):
    pod = Container(w, "--grace 10s --drain /bin/false")
    hook = pod.prestop()
    equal((hook.took < 3, hook.status), (True, 1), hook.output)
    becomes(w, pod, "drainit:failed")
    equal(pod.status(), (1, "failed"))


@test
def what_stays_ready_until_the_stop_passes_the_probe_in_the_drain(w):
    pod = Container(w, f"--grace 10s --drain-min 1s --ready-until stop --ready-file {w.path('r')}")
    stop = Stop(pod, 10, prestop())
    becomes(w, pod, "drainit:drain+")
    equal(pod.status()[0], 0)
    in_time(stop)


@test
def leftovers_are_the_sweep(w):
    pod = Container(w, "--grace 8s", "fork [ on 15 0 1500 hang ] on 15 0 0 say ready hang")
    stop = Stop(pod, 8)
    becomes(w, pod, "drainit:sweep")
    equal(pod.status(), (1, "sweep"))
    equal((stop.over(), stop.kill_at), (0, None))


@test
def another_programs_name_is_kept_and_status_asks(w):
    tini = w.path("tini")
    with open(World.drainit, "rb") as source, open(tini, "wb") as target:
        target.write(source.read())
    os.chmod(tini, 0o755)
    pod = Container(w, None, command=[tini, "--", w.actor, "on", "15", "0", "0", "say", "ready",
                                      "hang"],
                    settings={"DRAINIT_GRACE": "6s", "DRAINIT_DRAIN_MIN": "700ms"})
    equal(pod.title(), "tini")
    probe = pod.exec(tini, "--status")
    equal((probe.took < 5, probe.status, probe.output.strip()), (True, 0, "serving"))
    stop = Stop(pod, 6, [tini, "--prestop"])
    time.sleep(0.3)
    probe = pod.exec(tini, "--status")
    equal((probe.took < 5, probe.status), (True, 1), probe.output)
    in_time(stop)
    equal(stop.hook.status, 0, stop.hook.output)
