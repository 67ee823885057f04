"""A twentieth of one processor, for drainit and all that it holds."""

import signal

from harness import alone, between, budget, equal
from surroundings import DEAF, OBEDIENT, Group, ends, report, reporting

PERIOD = 0.1  # seconds: who has used its 5 ms up waits for the next


def starved():
    return Group("cpu", cpu__cfs_period_us=100000, cpu__cfs_quota_us=5000)


# What is fair: a step of ours may need so many periods, and each of the actors' processes one.
ALONE_SLACK = 10 * PERIOD
# Those that spin take their turns of a few ms in the same 5 ms: we have one in each fourth period or so.
SPINNING_SLACK = 30 * PERIOD


@alone
def with_a_twentieth_of_a_processor_a_deaf_child_is_killed_at_the_deadline(w):
    with starved() as group:
        init = w.act("--grace 3s", DEAF, more=reporting(w), before=group.enters)
        _, kill, exit_by = budget(3)
        init.send(signal.SIGTERM)
        between(ends(init, 137), kill, exit_by + ALONE_SLACK, "exit")
        found = report(w, init)
        equal((found["outcome"], found["killed_by"]), ("forced", "drainit"), f"{found}")


@alone
def with_a_twentieth_and_three_that_spin_beside_it_too(w):
    with starved() as group:
        spin = f"daemon [ exec sh {spinner(w)} ] " * 3
        init = w.act("--grace 3s", f"{spin} {DEAF}", more=reporting(w), before=group.enters)
        _, kill, exit_by = budget(3)
        init.send(signal.SIGTERM)
        between(ends(init, 137), kill, exit_by + SPINNING_SLACK, "exit")
        told = dict(line.split() for line in group.read("cpu.stat").splitlines())
        assert int(told["nr_throttled"]) > 10, f"they had what they wanted: {told}"
        found = report(w, init)
        equal((found["outcome"], found["killed_by"]), ("forced", "drainit"), f"{found}")


@alone
def with_a_twentieth_a_drain_that_hangs_costs_its_budget(w):
    with starved() as group:
        init = w.act("--grace 3s", OBEDIENT, drain="say ready ignore 15 hang", more=reporting(w),
                     before=group.enters)
        init.send(signal.SIGTERM)
        between(ends(init, 0), 1.5, 1.5 + ALONE_SLACK, "exit")
        drain = report(w, init)["drain"]
        equal((drain["ok"], drain["ended_by"], drain["killed"]), (False, "budget", True), f"{drain}")


@alone
def with_a_twentieth_a_drain_that_succeeds_is_seen_to(w):
    with starved() as group:
        init = w.act("--grace 10s", OBEDIENT, drain="say ready sleep 100 exit 0", more=reporting(w),
                     before=group.enters)
        init.send(signal.SIGTERM)
        between(ends(init, 0), 0.1, 0.1 + ALONE_SLACK, "exit")
        equal(report(w, init)["drain"]["ok"], True)


def spinner(w):
    with open(w.path("spin"), "w") as file:
        file.write("while :; do :; done\n")
    return w.path("spin")
