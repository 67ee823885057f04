"""The termination message, read as the kubelet reads it."""

import json
import os
import signal

from harness import children, equal, test
from kubelet import Container, Stop, in_time, prestop

WRITES = """trap 'echo "out of disk" >/dev/termination-log; exit 4' TERM
echo "main $$ 0 ready" >"$ACTOR_REPORT"
while :; do sleep 0.1; done"""
KEYS = ["outcome", "exit_status", "reason", "grace_ms", "grace_source", "spent_ms", "used_ms",
        "used_share", "drain", "stop", "sweep", "after", "connections", "killed_by", "signals",
        "survivors", "survivors_total"]


@test
def the_report_has_every_key_and_nothing_else(w):
    pod = Container(w, "--grace 6s --drain-min 200ms", settings={"DRAINIT_LOG": "json"})
    in_time(Stop(pod, 6, prestop()))
    report = pod.report()
    equal(sorted(report), sorted(KEYS))
    equal((report["grace_ms"], report["grace_source"]), (6000, "option"))
    assert abs(report["used_share"] - report["used_ms"] / 6000) < 0.002, report["used_share"]
    last = json.loads(pod.init.log().splitlines()[-1])
    equal({key: last.get(key) for key in KEYS}, report, "the log's last line")


@test
def a_message_of_the_programs_own_is_never_replaced(w):
    pod = Container(w, "--grace 5s", command=["sh", "-c", WRITES])
    stop = Stop(pod, 5, prestop())
    equal((stop.over(), stop.kill_at), (4, None))
    equal(pod.message(), b"out of disk\n")


@test
def what_ended_without_a_stop_leaves_the_message_to_the_logs(w):
    """FallbackToLogsOnError looks at the logs only where the message is empty."""
    for verbs, status in (("say ready exit 3", 3), ("say ready default 11 die 11", 139)):
        pod = Container(w, "--grace 5s", verbs)
        equal((pod.init.wait(), pod.message()), (status, b""))


@test
def any_user_can_write_it_on_a_root_that_cannot_be_written(w):
    pod = Container(w, "--grace 5s", user=65534)
    in_time(Stop(pod, 5, pod.prestop(user=65534)))
    equal(pod.report()["outcome"], "clean")


@test
def a_hundred_survivors_fit_a_pod_of_twelve_containers(w):
    names = "\\\"\x01\x7fé" * 200
    crowd = " ".join(["fork [ ignore 15 ]"] * 100)
    pod = Container(w, "--grace 5s", command=[w.actor, "ignore", "15", *crowd.split(), "say", "ready",
                                              "hang", names])
    stop = Stop(pod, 5)
    equal((stop.over(), stop.kill_at), (137, None))
    report = pod.report()
    equal((report["outcome"], report["survivors_total"]), ("forced", 101))
    assert 0 < len(report["survivors"]) < 101


@test
def what_decides_stands_first_for_a_pod_of_many_containers(w):
    pod = Container(w, "--grace 4s", "ignore 15 fork [ ignore 15 ] say ready hang")
    Stop(pod, 4).over()
    short = pod.message(containers=48)
    equal(len(short), 256)
    for key in ("outcome", "exit_status", "reason", "grace_ms", "used_ms"):
        assert f'"{key}":'.encode() in short, (key, short)


@test
def a_report_elsewhere_or_none_leaves_the_message_alone(w):
    place = w.path("report.json")
    for where in (place, "none"):
        pod = Container(w, f"--grace 5s --report {where}")
        Stop(pod, 5, prestop()).over()
        equal(pod.message(), b"")
    with open(place, encoding="utf-8") as file:
        equal(json.load(file)["outcome"], "clean")


@test
def somebody_elses_kill_is_not_ours(w):
    pod = Container(w, "--grace 6s --drain-min 3s")
    stop = Stop(pod, 6, prestop())
    w.eventually(lambda: pod.title() == "drainit:drain", "the drain")
    os.kill(children(pod.pid)[0], signal.SIGKILL)
    equal((stop.over(), stop.kill_at), (137, None))
    equal(pod.report()["killed_by"], "other")
