"""Frozen and thawed, by the cgroup or by SIGSTOP to all: the clock runs on."""

import os
import signal
import time

from harness import between, budget, equal, test
from surroundings import DEAF, Group, ends, last_of_log, report, reporting


class ByCgroup(Group):
    def __init__(self):
        super().__init__("freezer")

    def watch(self, init):
        return init

    def freeze(self):
        self.write("freezer.state", "FROZEN")
        limit = time.monotonic() + 10
        while self.read("freezer.state").strip() != "FROZEN":
            assert time.monotonic() < limit, "it does not freeze"
            time.sleep(0.001)

    def thaw(self):
        self.write("freezer.state", "THAWED")

    def __exit__(self, *_):
        self.thaw()
        super().__exit__()


class BySignal:
    """SIGSTOP to all of its PID namespace, as we see them; PID 1 last, as it would reap the stopped."""

    enters = []

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.thaw()

    def watch(self, init):
        self.namespace = os.readlink(f"/proc/{init.pid}/ns/pid")
        self.init = init.pid

    def all(self):
        found = []
        for pid in filter(str.isdigit, os.listdir("/proc")):
            try:
                if os.readlink(f"/proc/{pid}/ns/pid") == self.namespace:
                    found.append(int(pid))
            except OSError:
                continue
        return sorted(found, key=lambda pid: pid != self.init)

    def send(self, number):
        for pid in self.all():
            try:
                os.kill(pid, number)
            except ProcessLookupError:
                pass

    def freeze(self):
        self.send(signal.SIGSTOP)

    def thaw(self):
        self.send(signal.SIGCONT)


def both_ways(function):
    """A test for each way of freezing."""
    def by_cgroup(world):
        with ByCgroup() as ice:
            function(world, ice)

    def by_signal(world):
        with BySignal() as ice:
            function(world, ice)

    by_cgroup.__name__ = function.__name__ + "__by_the_cgroup"
    by_signal.__name__ = function.__name__ + "__by_SIGSTOP"
    test(by_cgroup)
    test(by_signal)
    return function


def frozen(w, ice, options, verbs, **rest):
    init = w.act(options, verbs, before=ice.enters, more=reporting(w), **rest)
    ice.watch(init)
    return init


@both_ways
def a_freeze_shorter_than_the_grace_period_moves_no_deadline(w, ice):
    _, kill, exit_by = budget(3)
    init = frozen(w, ice, "--grace 3s", DEAF)
    init.send(signal.SIGTERM)
    init.pause_until(0.3)
    ice.freeze()
    init.pause_until(1.5)
    ice.thaw()
    between(ends(init, 137), kill, exit_by, "exit")
    found = report(w, init)
    equal((found["outcome"], found["killed_by"]), ("forced", "drainit"), f"{found}")


@both_ways
def after_it_a_child_finishes_as_ever(w, ice):
    init = frozen(w, ice, "--grace 6s", "on 15 4 600 say ready hang")
    init.send(signal.SIGTERM)
    w.see("main", "got 15")
    ice.freeze()
    init.pause_until(1.2)
    ice.thaw()
    between(ends(init, 4), 0.6, 1.2, "exit")
    equal(len(w.said("main", "bye")), 1, "clean-ups")
    equal(report(w, init)["outcome"], "clean")


@both_ways
def a_freeze_past_the_deadline_is_followed_by_all_that_is_due(w, ice):
    init = frozen(w, ice, "--grace 2s --linger 5s", f"daemon [ ignore 15 ] {DEAF}")
    init.send(signal.SIGTERM)
    init.pause_until(0.3)
    ice.freeze()
    init.pause_until(3)
    ice.thaw()
    between(ends(init, 137), 3, 3, "exit")
    found = report(w, init)
    equal((found["outcome"], found["killed_by"]), ("forced", "drainit"), f"{found}")
    between(found["used_ms"] / 1000, 2.9, 3, "used_ms")
    equal(w.living(), [], "who lives on")


@both_ways
def and_the_log_has_its_last_line_though_we_are_late(w, ice):
    """It goes through a child of ours, as it is a file: a disk can be slow."""
    for _ in range(2):
        init = frozen(w, ice, "--grace 2s --log json", DEAF)
        init.send(signal.SIGTERM)
        init.pause_until(0.1)
        ice.freeze()
        init.pause_until(2)
        ice.thaw()
        between(ends(init, 137), 2, 2, "exit")
        equal(last_of_log(init), report(w, init))


@both_ways
def a_freeze_past_the_budget_of_the_drain_ends_the_drain_and_leaves_the_rest_to_the_child(w, ice):
    init = frozen(w, ice, "--grace 6s", "on 15 5 0 say ready hang",
                  drain="say begun ignore 15 hang")
    init.send(signal.SIGTERM)
    w.see("drain", "begun")
    ice.freeze()
    init.pause_until(4)  # of a budget of 3.6 s, and a deadline at 5.5 s
    ice.thaw()
    between(ends(init, 5), 4, 4, "exit")
    found = report(w, init)
    equal((found["outcome"], found["drain"]["ended_by"], found["drain"]["ok"]),
          ("clean", "budget", False), f"{found}")


@both_ways
def a_stop_request_during_a_freeze_counts_from_the_thaw(w, ice):
    """Nobody inside can know of it before."""
    _, kill, exit_by = budget(2)
    init = frozen(w, ice, "--grace 2s", DEAF)
    ice.freeze()
    init.send(signal.SIGTERM)
    init.pause_until(1)
    ice.thaw()
    between(ends(init, 137), 1 + kill, 1 + exit_by, "exit")
    equal(report(w, init)["outcome"], "forced")


@test
def frozen_children_hold_up_neither_report_nor_exit(w):
    """As a subreaper: PID 1's own exit waits, in the kernel, for those who cannot die."""
    with ByCgroup() as ice:
        _, kill, exit_by = budget(2)
        init = w.act("--grace 2s", DEAF, more=reporting(w), here=True)
        ice.add(w.said("main", "ready")[0].pid)
        ice.freeze()
        init.send(signal.SIGTERM)
        between(ends(init, 137), kill, exit_by, "exit")
        found = report(w, init)
        equal((found["outcome"], found["survivors_total"]), ("forced", 1), f"{found}")
