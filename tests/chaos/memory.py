"""No memory: a cgroup that is always at its limit, with the kernel's killer at work."""

import os
import signal

from harness import alone, between, budget, equal
from surroundings import Group, ends, needs, report, reporting

LIMIT = 32 << 20


def pressed(w, group, verbs, grace, **rest):
    """An actor beside a stress-ng that wants thrice what there is, is killed, and starts anew on and on."""
    needs("stress-ng")
    hog = w.path("hog")
    with open(hog, "w") as file:
        file.write("exec stress-ng --quiet --vm 2 --vm-bytes 96m --vm-keep --temp-path /tmp "
                   "--timeout 30\n")
    init = w.act(f"--grace {grace}s --linger 300ms", f"daemon [ exec sh {hog} ] {verbs}",
                 more=reporting(w),
                 before=group.enters, **rest)
    w.eventually(lambda: oom_kills(group) > 0, "the kernel's killer")
    return init


def oom_kills(group):
    fields = dict(line.split() for line in group.read("memory.oom_control").splitlines())
    return int(fields["oom_kill"])


@alone
def without_memory_a_deaf_child_is_killed_at_the_deadline(w):
    with Group("memory", memory__limit_in_bytes=LIMIT) as group:
        init = pressed(w, group, "ignore 15 say ready hang", 2)
        _, kill, exit_by = budget(2)
        init.send(signal.SIGTERM)
        between(ends(init, 137), kill, exit_by, "exit")
        found = report(w, init)
        equal((found["outcome"], found["killed_by"]), ("forced", "drainit"), f"{found}")
        assert any("actor" in one["command"] for one in found["survivors"]), f"{found}"
        equal(group.read("cgroup.procs"), "", "who lives on")


@alone
def without_memory_a_drain_command_is_still_started_and_held_to_its_budget(w):
    with Group("memory", memory__limit_in_bytes=LIMIT) as group:
        init = pressed(w, group, "on 15 0 0 say ready hang", 3, drain="say ready ignore 15 hang")
        init.send(signal.SIGTERM)
        used = ends(init, 0)
        drain = report(w, init)["drain"]
        equal((drain["ok"], drain["killed"], drain["attempts"]), (False, True, 1), f"{drain}")
        between(used, 1.5, 2.5, "exit")


@alone
def a_main_child_that_the_kernel_kills_in_its_stop_is_told_as_that(w):
    """It does not end at its TERM, but fills the memory that there is."""
    with Group("memory", memory__limit_in_bytes=LIMIT) as group:
        script = ("import signal, time\n"
                  "def fill(*_):\n"
                  "    kept = [bytearray(b'x' * (1 << 20)) for _ in range(500)]\n"
                  "signal.signal(signal.SIGTERM, fill)\n"
                  "open('up', 'w').close()\n"
                  "while True: time.sleep(1)\n")
        init = w.start("--grace", "5s", *reporting(w), "--", "python3", "-c", script,
                       before=group.seen_as_its_own)
        w.eventually(lambda: os.path.exists(w.path("up")), "its handler is there")
        init.send(signal.SIGTERM)
        between(ends(init, 137), 0, 2, "exit")
        found = report(w, init)
        equal((found["outcome"], found["exit_status"], found["survivors_total"]),
              ("clean", 137, 0), f"{found}")
        equal(found["killed_by"], "oom", f"{found}")


@alone
def without_memory_nothing_is_delayed_that_a_child_does_in_time(w):
    with Group("memory", memory__limit_in_bytes=LIMIT) as group:
        init = pressed(w, group, "on 15 7 100 say ready hang", 10)
        init.send(signal.SIGTERM)
        # Its daemon, the hog, has --linger.
        between(ends(init, 7), 0.1, 0.5, "exit")
