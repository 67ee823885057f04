"""The well-known faults of these programs: drainit has none of them, under any of the names.

A test takes a World whose drainit is the link of that name; what differs between the names is in WAYS.
"""

import dataclasses
import os
import select
import signal
import time

import harness
from harness import between, budget, children, equal
from observe import Sleeper

TESTS = []
OURS = [""]  # the folder of the links to drainit


@dataclasses.dataclass
class Way:
    """subreaper: options that make it one. failed: exit codes for COMMAND not found, and a folder."""
    subreaper: tuple
    failed: tuple


WAYS = {
    "tini": Way(("-s", ), (127, 126)),
    "dumb-init": Way((), (2, 2)),
    "catatonit": Way((), (1, 1)),
}


def named(function):
    """One test for each name."""
    for name in WAYS:
        def of_name(world, name=name):
            harness.World.drainit = os.path.join(OURS[0], name)
            function(world, WAYS[name])
        of_name.__name__ = f"{function.__name__}__as_{name}"
        TESTS.append(of_name)
    return function


def look(init):
    return Sleeper(init.pid)


@named
def a_signal_that_comes_before_the_exec_is_not_lost(w, _):
    for _ in range(20):
        init = w.start("--", w.actor, *"unblock 15 hang".split(), settings=["block", "15"])
        init.send(signal.SIGTERM)
        equal(init.wait(10), 143)


@named
def nothing_wakes_up_every_second(w, _):
    init = w.act("", "say ready hang")
    w.eventually(lambda: look(init).state == "S", "asleep")
    before = look(init).switches
    time.sleep(1.5)  # the claim is about that time
    equal(look(init).switches, before, "context switches")


@named
def with_a_grace_period_the_children_are_waited_for(w, _):
    init = w.act("", "fork [ name grand on 15 0 300 say ready ] on 15 7 0 say ready hang",
                 environment={"DRAINIT_GRACE": "5s"})
    init.send(signal.SIGTERM)
    equal(init.wait(), 7)
    equal(len(w.said("grand", "bye")), 1, "clean-ups")
    equal(len(w.said("grand", "got 15")), 1, "TERMs")


@named
def no_signal_stays_blocked_in_the_child(w, _):
    for here in (False, True):
        w.start("--", w.actor, "name", f"main{here}", "state", here=here).wait()
        equal(w.value(f"main{here}", "blocked"), "0", "blocked")


class Typist:
    """A person at a terminal."""

    def __init__(self, w):
        self.master, self.slave = os.openpty()
        self.seen = ""
        self.init = w.start("--", "sh", "-i", settings=["terminal"], stdin=self.slave,
                            stdout=self.slave, log=self.slave,
                            environment={"PS1": "ready> ", "ENV": "/dev/null"})

    def see(self, text):
        limit = time.monotonic() + 10
        while text not in self.seen:
            ready, _, _ = select.select([self.master], [], [], max(0, limit - time.monotonic()))
            assert ready, f"no {text!r} in {self.seen!r}"
            self.seen += os.read(self.master, 4096).decode(errors="replace")
        self.seen = self.seen.split(text, 1)[1]

    def type(self, text):
        os.write(self.master, text.encode())

    def close(self):
        os.close(self.master)
        os.close(self.slave)


@named
def a_shell_has_job_control_on_a_terminal(w, _):
    typist = Typist(w)
    try:
        typist.see("ready> ")
        typist.type("sh -c 'echo be\"\"gun; exec sleep 60'\n")
        typist.see("begun")
        typist.type("\x1a")
        typist.see("ready> ")
        typist.type("jobs; echo li\"\"sted\n")
        typist.see("topped")
        typist.see("listed")
        typist.type("kill %1; fg; exit 3\n")
        equal(typist.init.wait(10), 3)
    finally:
        typist.close()


@named
def CHLD_and_PIPE_ignored_by_the_parent_change_nothing(w, _):
    for here in (False, True):
        init = w.start("--", w.actor, "exit", "6", here=here,
                       settings=["ignore", "17", "ignore", "13"])
        equal(init.wait(10), 6)


@named
def an_init_in_a_shared_PID_namespace_leaves_its_neighbours_alone(w, way):
    first = w.act("", "name first say up name main watch default 15 say ready hang")
    joined = ["nsenter", "--pid", "--target", str(first.pid)]
    second = w.start(*way.subreaper, "--", w.actor,
                     *"name second daemon [ name left watch say up ] on 15 9 0 say ready hang".split(),
                     before=joined, here=True)
    w.see("second", "ready")
    w.eventually(lambda: children(second.pid), "the init behind nsenter")
    os.kill(children(second.pid)[0], signal.SIGTERM)
    equal(second.wait(10), 9)
    equal(w.said("main", "got 15") + w.said("main", "bye"), [], "what the neighbour got")
    equal(look(first).state != "Z", True, "the neighbour's init lives")
    first.send(signal.SIGTERM)
    equal(first.wait(10), 143)


@named
def a_subreaper_below_another_init_passes_all_on(w, way):
    inner = [w.drainit, *way.subreaper, "--", w.actor,
             *"watch on 15 9 0 orphans 3 say ready hang".split()]
    outer = w.start("--", *inner)
    w.see("main", "ready")
    outer.send(signal.SIGUSR1)
    w.see("main", "got 10")
    w.eventually(lambda: not [one for pid in children(outer.pid) for one in children(pid, "Z")],
                 "all is reaped")
    outer.send(signal.SIGTERM)
    equal(outer.wait(10), 9)


# --- with one variable: the whole shutdown, under the old name, with its old exit codes ---


@named
def a_grace_period_brings_the_deadline(w, _):
    init = w.act("", "ignore 15 fork [ name grand ignore 15 ] say ready hang",
                 environment={"DRAINIT_GRACE": "1s"})
    _, kill, exit_by = budget(1)
    init.send(signal.SIGTERM)
    equal(init.wait(), 137)
    between(init.used(), kill, exit_by, "exit")
    equal(w.living(), [], "who lives on")


@named
def a_least_drain_time_comes_before_the_signal(w, _):
    init = w.act("", "on 15 5 0 say ready hang", environment={"DRAINIT_DRAIN_MIN": "300ms"})
    init.send(signal.SIGTERM)
    equal(init.wait(), 5)
    between(init.used(), 0.3, 0.3, "exit")


@named
def a_ready_file_comes_and_goes(w, _):
    path = w.path("ready")
    init = w.act("", "on 15 5 400 say ready hang", environment={"DRAINIT_READY_FILE": path})
    w.eventually(lambda: os.path.exists(path), "the ready file")
    init.send(signal.SIGTERM)
    w.eventually(lambda: not os.path.exists(path), "it is removed")
    equal(init.wait(), 5)


@named
def the_old_exit_codes_stay_with_a_grace_period(w, way):
    grace = {"DRAINIT_GRACE": "3s"}
    for command, wanted in (("/no/such/command", way.failed[0]), (w.directory, way.failed[1])):
        equal(w.start("--", command, environment=grace).wait(10), wanted, command)
    equal(w.start("-x", "--", "true", environment=grace).wait(10), 1, "an unknown option")
    equal(w.start("--", w.actor, "die", "9", environment=grace).wait(10), 137, "KILL")
    equal(w.start("--", w.actor, "exit", "42", environment=grace).wait(10), 42, "exit 42")


@named
def no_option_of_ours_reaches_the_child(w, _):
    init = w.start("--", w.actor, "env", "DRAINIT_GRACE", environment={"DRAINIT_GRACE": "3s"})
    equal(init.wait(10), 0)
    w.see("main", "DRAINIT_GRACE unset")


def run(test):
    """What went wrong, or nothing."""
    outcome, detail = harness.run_one(test, False)
    return "" if outcome == "ok" else detail
