"""What goes wrong around a hook: twice, killed, of another user, nobody to ask, never a TERM."""

import os
import signal
import time

from harness import World, between, equal, stat, test
from kubelet import Container, Stop, in_time, prestop

NOBODY = 65534


def drain(w, verbs):
    return ["--drain", f"{w.actor} name drain {verbs}"]


@test
def a_second_hook_joins_the_first(w):
    pod = Container(w, "--grace 12s", more=drain(w, "say began sleep 3000"))
    first = Stop(pod, 12, prestop())
    time.sleep(2.2)
    second = pod.prestop()
    in_time(first)
    between(first.hook.took, 3, 3, "the first hook")
    equal((first.hook.status, second.took < 2, second.status), (0, True, 0), second.output)
    equal(len(w.said("drain", "began")), 1, "drains")


@test
def a_hook_after_the_drain_has_its_outcome_at_once(w):
    for verbs, status in (("sleep 300", 0), ("exit 3", 1)):
        pod = Container(w, "--grace 8s", "on 15 0 1500 say ready hang", drain(w, verbs))
        hook = pod.prestop()
        equal((hook.took < 2, hook.status), (True, status), hook.output)
        late = pod.prestop()
        equal((late.took < 1, late.status), (True, status), late.output)
        stop = Stop(pod, 8)
        w.eventually(lambda: pod.title() == "drainit:stop", "the stop phase")
        later = pod.prestop()
        equal((later.took < 1, later.status), (True, status), later.output)
        stop.over()
        equal(stop.kill_at, None)


@test
def a_hook_while_TERM_drains_joins_that_drain(w):
    pod = Container(w, "--grace 8s", more=drain(w, "say began sleep 1000"))
    stop = Stop(pod, 8)
    w.see("drain", "began")
    hook = pod.prestop()
    in_time(stop)
    equal((hook.took < 2, hook.status), (True, 0), hook.output)
    equal(pod.report()["reason"], "TERM")


@test
def a_hook_that_is_killed_halfway_is_an_event_and_the_main_child_has_its_TERM(w):
    for moment in (0.3, 1.4):
        before = len(w.said("main", "got 15"))
        began = len(w.said("drain", "began"))
        pod = Container(w, "--grace 6s", more=drain(w, "say began sleep 1800"))
        stop = Stop(pod, 6, prestop())
        w.see("drain", "began", began + 1)
        time.sleep(moment)
        stop.hook.kill()
        stop.over()
        equal((stop.events, stop.kill_at), (["FailedPreStopHook"], None))
        equal(len(w.said("main", "got 15")), before + 1)
        equal(pod.report()["outcome"], "clean")


@test
def a_hook_whom_we_may_not_signal_reads_the_phase(w):
    """drainit runs as nobody, the hook as root: it may ask, and cannot be answered."""
    for verbs, status in (("sleep 1500", 0), ("sleep 700 exit 3", 1)):
        before = len(w.said("main", "got 15"))
        pod = Container(w, "--grace 8s", user=NOBODY, more=drain(w, verbs))
        stop = Stop(pod, 8, prestop())
        stop.over()
        equal((stop.hook.status, stop.kill_at), (status, None), stop.hook.output)
        equal(len(w.said("main", "got 15")), before + 1)
        assert stop.hook.took < 4, stop.hook.took
        equal(pod.report()["reason"], "prestop")


@test
def a_hook_that_may_not_ask_says_so_and_TERM_begins_the_stop(w):
    pod = Container(w, "--grace 6s", more=drain(w, "sleep 300"))
    hook = pod.prestop(user=NOBODY)
    stop = Stop(pod, 6, hook)
    in_time(stop)
    equal((hook.status, stop.events), (125, ["FailedPreStopHook"]), hook.output)
    assert hook.took < 3 and hook.output.strip(), hook.output
    equal(pod.report()["reason"], "TERM")


@test
def a_hook_whose_question_finds_no_place_says_so(w):
    """Pending signals are counted by user, across containers: others can have used them up."""
    serve = """trap 'echo "main $$ 0 got 15" >"$ACTOR_REPORT"; exit 0' TERM
    echo "main $$ 0 ready" >"$ACTOR_REPORT"
    while :; do sleep 0.1; done"""
    pod = Container(w, None, command=["prlimit", "--sigpending=0", World.drainit, "--grace", "6s",
                                      "--drain-min", "300ms", "--", "sh", "-c", serve])
    stop = Stop(pod, 6, prestop())
    equal((stop.over(), stop.kill_at), (0, None))
    equal((stop.hook.status, stop.events), (125, ["FailedPreStopHook"]), stop.hook.output)
    assert stop.hook.took < 3 and stop.hook.output, stop.hook.output
    equal((pod.report()["outcome"], pod.report()["reason"]), ("clean", "TERM"))


@test
def the_same_user_that_is_not_root_asks_and_is_answered(w):
    pod = Container(w, "--grace 6s", user=NOBODY, more=drain(w, "sleep 500"))
    stop = Stop(pod, 6, pod.prestop(user=NOBODY))
    in_time(stop)
    equal(stop.hook.status, 0, stop.hook.output)
    between(stop.hook.took, 0.5, 0.5, "the hook")


@test
def a_PID_1_that_is_no_drainit_is_told_of_and_lives_on(w):
    """The signal that asks is one that the kernel drops where PID 1 has no handler for it."""
    pod = Container(w, None, "say ready hang")
    hook = pod.prestop()
    equal((hook.took < 3, hook.status), (True, 125), hook.output)
    assert "no drainit" in hook.output, "it says why"
    equal((pod.status()[0], pod.gone()), (125, False))


@test
def a_hook_without_a_TERM_ends_in_our_own_before_the_reserve_is_gone(w):
    pod = Container(w, "--grace 5s --drain-min 500ms")
    pod.init.signalled_at = time.monotonic()
    hook = pod.prestop()
    equal((hook.took < 2, hook.status), (True, 0), hook.output)
    # Deadline 4.5 s, less the reserve of 1 s.
    equal(pod.init.wait(), 0)
    told = w.see("main", "got 15").at - pod.init.signalled_at
    between(told, 3.5, 3.5, "TERM to the main child")
    report = pod.report()
    equal((report["outcome"], report["reason"], report["signals"]), ("clean", "prestop", {}))


@test
def the_main_child_that_ends_in_the_drain_ends_the_hook(w):
    for code, status in ((0, 0), (3, 1)):
        pod = Container(w, "--grace 8s --drain-min 4s", f"say ready sleep 900 exit {code}")
        hook = pod.prestop()
        stop = Stop(pod, 8, hook)
        equal(stop.over(), code)
        equal((hook.status, stop.kill_at), (status, None), hook.output)
        assert hook.took < 3, hook.took


@test
def a_hook_is_answered_before_we_exit(w):
    """Killed by our exit, it would be a false alarm: many times, at the closest."""
    for _ in range(8):
        pod = Container(w, "--grace 6s", "say ready sleep 400 exit 0", drain(w, "sleep 390"))
        hook = pod.prestop()
        equal(pod.init.wait(), 0)
        assert hook.took < 3, hook.took
        equal(hook.status, 0, hook.output)


@test
def pods_that_share_a_PID_namespace_have_a_hook_each(w):
    pause = Container(w, None, "say ready hang", name="pause")
    first = Container(w, "--grace 8s", beside=pause, name="first", more=drain(w, "sleep 600"))
    second = Container(w, "--grace 8s", beside=pause, name="second")
    equal(first.status(), (0, "serving"))
    stop = Stop(first, 8, prestop())
    equal(stop.over(), 0)
    equal((stop.hook.status, stop.kill_at), (0, None), stop.hook.output)
    between(stop.hook.took, 0.6, 0.6, "the hook")
    equal(len(w.said("first", "got 15")), 1)
    equal(first.report()["reason"], "prestop")
    equal((w.said("second", "got 15"), second.status()), ([], (0, "serving")), "the other pod's")
    last = Stop(second, 8, prestop())
    equal((last.over(), last.hook.status, last.kill_at), (0, 0, None), last.hook.output)


@test
def our_own_pause_is_asked_past(w):
    pause = Container(w, None, command=[World.drainit, "-P"], name=None)
    w.eventually(lambda: "drainit" in stat(pause.pid)[0], "the pause process")
    pod = Container(w, "--grace 6s --drain-min 300ms", beside=pause)
    stop = Stop(pod, 6, prestop())
    in_time(stop)
    equal(stop.hook.status, 0, stop.hook.output)
    equal(stat(pause.pid)[1], "S")


@test
def the_signal_of_a_stranger_is_forwarded_and_starts_no_drain(w):
    pod = Container(w, "--grace 6s", "watch say ready hang")
    for number in range(34, 65):
        os.kill(pod.pid, number)
    for number in range(34, 65):
        w.see("main", f"got {number}")
    equal(pod.status(), (0, "serving"))
    os.kill(pod.pid, signal.SIGKILL)
