"""No stop request is ever lost, at whatever microsecond it comes; no start or stop hangs.

What comes before the init has blocked its signals is not the init's to keep: the kernel drops it for
a PID 1 that has no handler yet, and it ends any other process. So it is sent blocked (a runtime may do
that; it then waits in the queue across the exec), or once the kernel shows the init's own mask.
"""

import random
import signal
import time

import harness
from harness import alone, children

TERM_BIT = 1 << 14


def spin(seconds):
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        pass


def blocks_term(pid):
    with open(f"/proc/{pid}/status") as file:
        for line in file:
            if line.startswith("SigBlk:"):
                return bool(int(line.split()[1], 16) & TERM_BIT)
    return False


def storm(w, count, longest, verbs, wanted, before_term=None, options=(), **rest):
    dice = random.Random(f"{harness.SEED} {w.name} {w.here}")
    for _ in range(count):
        delay = dice.uniform(0, longest)
        init = w.start(*options, "--", w.actor, *verbs.split(), **rest)
        if before_term:
            before_term(init)
        spin(delay)
        init.send(signal.SIGTERM)
        status = init.wait(10)
        assert status in wanted, f"status {status} with TERM after {delay * 1e6:.0f} us (seed {harness.SEED})"
        init.close()
        w.inits.remove(init)


def own_mask(init):
    """Blocked, or (while it waits for them the kernel shows its signals as let in) it has a child."""
    limit = time.monotonic() + 10
    while not blocks_term(init.pid) and not children(init.pid):
        assert time.monotonic() < limit, "never blocked TERM"


@alone
def a_TERM_that_waits_from_before_the_first_instruction_is_kept(w):
    storm(w, 200, 0.003, "unblock 15 hang", {143}, settings=["block", "15"])


@alone
def a_TERM_at_any_moment_after_the_mask_is_kept(w):
    storm(w, 150, 0.002, "hang", {143}, own_mask)


@alone
def a_TERM_at_any_moment_is_kept_as_a_subreaper(w):
    w.here = True
    storm(w, 150, 0.002, "hang", {143}, own_mask)


@alone
def a_TERM_at_any_moment_is_kept_with_a_drain_and_a_ready_file(w):
    options = ["--grace", "5s", "--drain", "/bin/true", "--ready-file", w.path("ready"),
               "--after", "/bin/true"]
    storm(w, 60, 0.004, "hang", {143}, own_mask, options)


@alone
def a_TERM_around_the_childs_own_end_neither_hangs_nor_lies(w):
    storm(w, 150, 0.004, "sleep 1 exit 5", {5, 143}, own_mask)


@alone
def a_TERM_around_a_failing_exec_neither_hangs_nor_lies(w):
    dice = random.Random(harness.SEED)
    for _ in range(60):
        init = w.start("--", "/no/such/command", settings=["block", "15"])
        spin(dice.uniform(0, 0.002))
        init.send(signal.SIGTERM)
        status = init.wait(10)
        assert status in (127, 143), f"status {status} (seed {harness.SEED})"
        init.close()
        w.inits.remove(init)
