"""The bounds: any user, no capability, a read-only root, storms, many starts and stops."""

import random
import shutil
import signal

import harness
from harness import Skip, alone, budget, children, equal, between, test

STUBBORN = "ignore 15 daemon [ ignore 15 ] orphans 20 say ready hang"


def shutdown(w, **rest):
    _, kill, exit_by = budget(2)
    init = w.act("--grace 2s", STUBBORN, **rest)
    w.eventually(lambda: children(init.pid, "Z") == [], "no zombies")
    init.send(signal.SIGTERM)
    equal(init.wait(), 137)
    between(init.used(), kill, exit_by, "exit")


def setpriv(*words):
    if not shutil.which("setpriv"):
        raise Skip("needs setpriv (util-linux)")
    return ["setpriv", *words, "--"]


@test
def it_works_as_nobody(w):
    shutdown(w,
             before=setpriv("--reuid", "65534", "--regid", "65534", "--clear-groups",
                            "--no-new-privs"))


@test
def it_works_with_all_capabilities_dropped(w):
    shutdown(w,
             before=setpriv("--bounding-set", "-all", "--inh-caps", "-all", "--no-new-privs"))


@test
def it_works_on_a_read_only_root(w):
    shutdown(w, settings=["read-only"])


@test
def it_works_without_a_proc(w):
    init = w.act("--grace 2s", "ignore 15 say ready hang",
                 before=["unshare", "-m", "sh", "-c", 'umount -l /proc && exec "$@"', "sh"])
    _, kill, exit_by = budget(2)
    init.send(signal.SIGTERM)
    equal(init.wait(), 137)
    between(init.used(), kill, exit_by, "exit")


@alone
def a_storm_of_20000_orphans_leaves_no_zombie(w):
    init = w.act("--grace 5s", "orphans 2000 " * 10 + "say ready on 15 0 0 hang")
    equal(len(w.said("main", "orphans 0")), 10, "whole bursts")
    w.eventually(lambda: children(init.pid, "Z") == [], "no zombies")
    init.send(signal.SIGTERM)
    equal(init.wait(), 0)


@alone
def a_storm_of_orphans_delays_no_deadline(w):
    init = w.act("--grace 2s",
                 "fork [ ignore 15 " + "orphans 500 " * 400 + " ] ignore 15 say ready hang")
    _, kill, exit_by = budget(2)
    init.send(signal.SIGTERM)
    equal(init.wait(), 137)
    between(init.used(), kill, exit_by, "exit")


@alone
def a_storm_of_signals_delays_no_deadline(w):
    init = w.act("--grace 2s", "watch say ready ignore 10 ignore 40 hang")
    _, kill, exit_by = budget(2)
    init.send(signal.SIGTERM)
    while init.status is None:
        for number in (10, 40, 40, 15):
            init.send(number)
        try:
            init.wait(0.001)
        except AssertionError:
            pass
    equal(init.status, 137)
    between(init.used(), kill, exit_by, "exit")


@alone
def some_hundred_starts_and_stops_at_random_moments(w):
    dice = random.Random(harness.SEED)
    shapes = [("say ready hang", {143}), ("on 15 0 0 say ready hang", {0}),
              ("say ready orphans 5 hang", {143}),
              ("daemon [ hang ] say ready hang", {143}),
              ("fork [ chain ] on 15 3 1 say ready hang", {3}),
              ("say ready stop hang", {143}), ("say ready sleep 5 exit 6", {6, 143})]
    for turn in range(200):
        verbs, wanted = dice.choice(shapes)
        w.here = dice.random() < 0.3
        init = w.act("--grace 3s --linger 200ms", verbs)
        harness.time.sleep(dice.uniform(0, 0.004))
        init.send(signal.SIGTERM)
        status = init.wait(10)
        assert status in wanted, f"turn {turn}, '{verbs}': status {status} (seed {harness.SEED})"
        # One that exits by itself may do so just before it is told to.
        between(max(init.used(), 0), 0, budget(3)[2], f"turn {turn}, '{verbs}': exit")
        init.close()
        w.inits.remove(init)
    equal(w.living(), [], "who lives on")
