"""Native sidecars: the hook runs at once, TERM comes when every main container has ended."""

import threading
import time

from harness import between, equal, test
from kubelet import Container, Stop, in_time, prestop


def end_later(stop, seconds, turn):
    time.sleep(max(0, stop.began + seconds - time.monotonic()))
    turn.set()


@test
def a_sidecar_serves_between_its_hook_and_its_TERM(w):
    turn = threading.Event()
    pod = Container(w, "--grace 8s --drain-min 300ms")
    stop = Stop(pod, 8, prestop(), turn)
    equal((stop.hook.took < 2, stop.hook.status), (True, 0), stop.hook.output)
    end_later(stop, 3, turn)
    in_time(stop)
    between(stop.term_at, 3, 3, "TERM to us")
    between(stop.told_at(), 3, 3, "TERM to the main child")
    report = pod.report()
    equal((report["outcome"], report["reason"], report["signals"]), ("clean", "prestop", {"TERM": 1}))
    between(report["stop"]["start_ms"] / 1000, 2.5, 3, "the stop phase")


@test
def a_sidecar_whose_main_containers_take_all_is_over_before_the_kubelets_TERM(w):
    pod = Container(w, "--grace 5s --drain-min 300ms")
    stop = Stop(pod, 5, prestop(), threading.Event())
    stop.over()
    equal(stop.kill_at, None)
    # Deadline 4.5 s, less the reserve of 1 s.
    between(stop.told_at(), 3.4, 3.5, "TERM to the main child")
    equal(pod.report()["outcome"], "clean")


@test
def a_sidecar_that_does_not_stop_is_killed_by_us_even_so(w):
    pod = Container(w, "--grace 4s --drain-min 300ms", "watch say ready hang")
    stop = Stop(pod, 4, prestop(), threading.Event())
    equal((stop.over(), stop.kill_at), (137, None))
    assert stop.ended_at < 4, stop.ended_at
    equal((pod.report()["outcome"], pod.report()["killed_by"]), ("forced", "drainit"))


@test
def a_sidecars_failed_drain_is_told_at_once_and_it_serves_on(w):
    turn = threading.Event()
    pod = Container(w, "--grace 8s --drain /bin/false")
    stop = Stop(pod, 8, prestop(), turn)
    equal((stop.hook.took < 2, stop.hook.status), (True, 1), stop.hook.output)
    end_later(stop, 2, turn)
    in_time(stop)
    assert stop.told_at() >= 2, stop.told_at()
