"""The sequences of one container's stop: hook, TERM with what is left, SIGKILL."""

import http.server
import threading
import time
import urllib.error
import urllib.request

from harness import between, equal, test
from kubelet import OBEDIENT, Container, Stop, in_time, prestop


def drain(w, verbs):
    return ["--drain", f"{w.actor} name drain {verbs}"]


@test
def our_hook_returns_when_the_drain_is_done_and_TERM_goes_on_from_there(w):
    pod = Container(w, "--grace 8s", more=drain(w, "env DRAINIT_REASON sleep 1200"))
    stop = Stop(pod, 8, prestop())
    w.see("drain", "DRAINIT_REASON=prestop")
    in_time(stop)
    equal((stop.hook.status, stop.events), (0, []), stop.hook.output)
    between(stop.hook.took, 1.2, 1.2, "the hook")
    assert stop.told_at() >= stop.term_at, "the main child served until TERM"
    equal(len(w.said("drain")), 1, "drains")
    report = pod.report()
    equal((report["outcome"], report["reason"], report["exit_status"]), ("clean", "prestop", 0))
    equal((report["drain"]["ok"], report["drain"]["ended_by"], report["drain"]["attempts"]),
          (True, "done", 1))
    equal(report["signals"], {"TERM": 1})


@test
def our_hook_without_a_drain_returns_at_once(w):
    pod = Container(w, "--grace 6s")
    stop = Stop(pod, 6, prestop())
    in_time(stop)
    equal(stop.hook.status, 0, stop.hook.output)
    between(stop.ended_at, 0, 0.2, "the whole stop")


@test
def our_hook_fails_with_the_drain_and_the_kubelet_has_an_event(w):
    pod = Container(w, "--grace 6s", more=drain(w, "exit 7"))
    stop = Stop(pod, 6, prestop())
    in_time(stop)
    equal((stop.hook.status, stop.events), (1, ["FailedPreStopHook"]), stop.hook.output)
    report = pod.report()
    equal((report["drain"]["ok"], report["drain"]["status"]), (False, 7))


@test
def our_hook_is_over_by_the_drains_budget_however_the_command_hangs(w):
    pod = Container(w, "--grace 5s", more=drain(w, "ignore 15 fork [ ignore 15 ] hang"))
    stop = Stop(pod, 5, prestop())
    in_time(stop)
    equal((stop.hook.status, stop.events), (1, ["FailedPreStopHook"]), stop.hook.output)
    between(stop.hook.took, 2.5, 3.0, "the hook")
    report = pod.report()
    equal((report["drain"]["ended_by"], report["drain"]["killed"]), ("budget", True))


@test
def a_main_child_that_does_not_stop_is_killed_by_us_and_not_by_the_kubelet(w):
    pod = Container(w, "--grace 5s --drain-min 500ms", "watch say ready hang")
    stop = Stop(pod, 5, prestop())
    in_time(stop)
    equal(stop.over(), 137)
    report = pod.report()
    equal((report["outcome"], report["killed_by"]), ("forced", "drainit"))
    equal([each["state"] for each in report["survivors"]], ["S"])


@test
def without_a_hook_TERM_begins_it_all(w):
    pod = Container(w, "--grace 6s", more=drain(w, "sleep 400"))
    stop = Stop(pod, 6)
    in_time(stop)
    between(stop.told_at(), 0.4, 0.4, "stop signal")
    equal(pod.report()["reason"], "TERM")


@test
def a_sleep_hook_that_was_told_of_leaves_the_rest(w):
    pod = Container(w, "--grace 7s --spent 3s", "watch say ready hang", drain(w, "ignore 15 hang"))
    stop = Stop(pod, 7, lambda: time.sleep(3))
    in_time(stop)
    between(stop.term_at, 3, 3, "TERM to us")
    # What is left is 4 s: 60 % of it drain, the last SIGKILL falls due at 3.5 s.
    between(stop.told_at(), 5.4, 5.4, "TERM to the main child")
    report = pod.report()
    equal((report["outcome"], report["spent_ms"], report["grace_ms"]), ("forced", 3000, 7000))
    assert 6300 <= report["used_ms"] < 7000, report["used_ms"]


@test
def a_sleep_hook_that_nobody_told_of_costs_the_main_child_its_time(w):
    """Not our doing: the examples' policy refuses such a Pod."""
    pod = Container(w, "--grace 7s", "watch say ready hang", drain(w, "ignore 15 hang"))
    stop = Stop(pod, 7, lambda: time.sleep(4))
    stop.over()
    between(stop.kill_at, 7, 7, "the kubelet's SIGKILL")
    equal((stop.told_at(), pod.message()), (None, b""))


class Slow(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        time.sleep(1.2)
        self.send_error(500)

    def log_message(self, *_):
        pass


@test
def the_answer_to_an_httpGet_hook_is_not_looked_at(w):
    server = http.server.HTTPServer(("127.0.0.1", 0), Slow)
    threading.Thread(target=server.handle_request, daemon=True).start()

    def get():
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{server.server_port}/stop", timeout=20)
        except urllib.error.HTTPError:
            pass

    pod = Container(w, "--grace 6s --spent 2s", more=drain(w, "sleep 300"))
    stop = Stop(pod, 6, get)
    in_time(stop)
    server.server_close()
    equal(stop.events, [])
    between(stop.term_at, 1.2, 1.2, "TERM to us")
    equal(pod.report()["outcome"], "clean")


@test
def an_httpGet_hook_that_reaches_nobody_is_an_event_and_nothing_else(w):
    def get():
        urllib.request.urlopen("http://127.0.0.1:1/stop", timeout=5)

    pod = Container(w, "--grace 4s --drain-min 300ms")
    stop = Stop(pod, 4, get)
    in_time(stop)
    equal(stop.events, ["FailedPreStopHook"])
    equal(pod.report()["outcome"], "clean")


@test
def a_hook_of_somebody_else_that_loops_leaves_two_seconds(w):
    """The main child has its TERM in them if what is left was told: 4 s of 4, less what is ours."""
    pod = Container(w, "--grace 6s --spent 4s")
    stop = Stop(pod, 4, ["sh", "-c", "while :; do sleep 0.1; done"])
    stop.over()
    equal((stop.kill_at, stop.events), (None, []))
    between(stop.term_at, 4, 4, "TERM to us")
    between(stop.told_at(), 4, 4, "TERM to the main child")
    equal(pod.report()["outcome"], "clean")


@test
def a_shorter_grace_period_than_stated_ends_the_drain_of_our_hook_with_its_TERM(w):
    """kubectl delete --grace-period, an eviction, a probe's own: nobody tells the container."""
    pod = Container(w, "--grace 20s", more=drain(w, "hang"))
    stop = Stop(pod, 3, prestop())
    stop.over()
    equal(stop.kill_at, None, "SIGKILL by the kubelet")
    between(stop.term_at, 3, 3, "TERM to us")
    between(stop.told_at(), 3, 3, "TERM to the main child")
    equal(stop.hook.status, 1, stop.hook.output)
    report = pod.report()
    equal((report["outcome"], report["drain"]["ended_by"]), ("clean", "signal"))


@test
def a_shorter_grace_period_without_a_hook_is_enough_for_a_drain_that_ends(w):
    pod = Container(w, "--grace 20s", more=drain(w, "sleep 500"))
    stop = Stop(pod, 2)
    in_time(stop)
    equal(pod.report()["outcome"], "clean")


@test
def a_shorter_grace_period_than_a_hung_drain_is_the_kubelets_SIGKILL(w):
    """The clock did not allow it; what was cut off left no report, and so none that is wrong."""
    pod = Container(w, "--grace 20s", more=drain(w, "hang"))
    stop = Stop(pod, 2)
    equal(stop.over(), -9)
    equal((stop.told_at(), pod.message()), (None, b""))


@test
def a_failed_probe_restarts_with_its_own_grace_period(w):
    """Each start has a message file of its own; the drain is that of any stop."""
    for hook in (prestop(), None):
        before = len(w.said("main", "got 15"))
        pod = Container(w, "--grace 6s", more=drain(w, "sleep 200"))
        stop = Stop(pod, 4, hook)
        stop.over()
        equal((stop.kill_at, len(w.said("main", "got 15"))), (None, before + 1))
        equal(pod.report()["outcome"], "clean")


@test
def TERM_that_follows_the_hook_at_once_is_no_second_stop(w):
    pod = Container(w, "--grace 6s", "on 15 0 300 say ready hang")
    stop = Stop(pod, 6, prestop())
    in_time(stop)
    equal(len(w.said("main", "bye")), 1)


@test
def the_exec_of_a_hook_leaves_nothing_that_holds_its_output(w):
    pod = Container(w, "--grace 6s --drain-min 400ms", OBEDIENT)
    stop = Stop(pod, 6, prestop())
    between(stop.hook.took, 0.4, 0.4, "exec, until its output is closed")
    in_time(stop)
