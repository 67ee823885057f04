"""The registry that a drain speaks to is slow, hangs, or is away: a real proxy stands before it."""

import os
import signal
import threading
import time

from harness import between, budget, equal, test
from surroundings import OBEDIENT, Registry, ends, free_port, needs, proxied, report, reporting


def wget(url):
    return f"busybox wget -q -O /dev/null {url}/instance"


def drained(w, grace, line, more=()):
    init = w.act(f"--grace {grace}s", OBEDIENT, drain_line=line, more=[*reporting(w), *more])
    init.send(signal.SIGTERM)
    used = ends(init, 0)
    return used, report(w, init)["drain"], init


def slow(w, line_of):
    with proxied(w, 0.5) as (registry, url):
        used, drain, _ = drained(w, 10, line_of(url))
        between(used, 0.5, 0.5, "exit")
        equal((drain["ok"], drain["attempts"], drain["status"], drain["ended_by"]),
              (True, 1, 0, "done"))
        between(drain["ms"] / 1000, 0.5, 0.5, "the drain")
        equal(len(registry.asked), 1, f"requests ({registry.asked})")


@test
def a_registry_that_is_slow_by_500_ms_is_asked_by_us_and_awaited(w):
    slow(w, lambda url: f"DELETE {url}/instance")


@test
def a_registry_that_is_slow_by_500_ms_is_asked_by_a_command_and_awaited(w):
    needs("busybox")
    slow(w, wget)


def hung(w, line_of):
    """Of 3 s: deadline 2.5 s, reserve 1 s, so 1.5 s for the drain; then the child has its turn."""
    with proxied(w, 60) as (_, url):
        used, drain, init = drained(w, 3, line_of(url))
        # The command's TERM comes a tenth of its budget earlier; a request of ours ends with it.
        between(used, 1.35, 1.5, "exit")
        equal((drain["ok"], drain["ended_by"]), (False, "budget"), f"{drain}")
        return init


@test
def a_registry_that_hangs_costs_our_request_its_budget_and_no_more(w):
    init = hung(w, lambda url: f"DELETE {url}/instance")
    assert "drain" in init.log(), init.log()


@test
def a_registry_that_hangs_costs_a_command_its_budget_and_no_more(w):
    needs("busybox")
    hung(w, wget)


@test
def a_registry_that_hangs_costs_a_deaf_command_its_budget_and_no_more(w):
    needs("busybox")
    with proxied(w, 60) as (_, url):
        used, drain, _ = drained(w, 3, f"sh -c 'trap \"\" TERM; {wget(url)}; exit 0'")
        between(used, 1.5, 1.5, "exit")
        equal((drain["ok"], drain["killed"], drain["ended_by"]), (False, True, "budget"), f"{drain}")


@test
def a_registry_that_is_away_and_comes_back_is_asked_again(w):
    port = free_port()
    with proxied(w, 0, port) as (_, url):
        back = []
        timer = threading.Timer(0.8, lambda: back.append(Registry(port)))
        timer.start()
        used, drain, init = drained(w, 10, f"DELETE {url}/instance", ["--drain-retry", "200ms"])
        timer.join()
        equal((drain["ok"], drain["status"]), (True, 0), f"{drain}")
        assert drain["attempts"] > 2, f"{drain}"
        assert "503" in init.log(), init.log()
        between(used, 0.5, 1.2, "exit")
        equal(back[0].asked, ["DELETE /instance"])
        back[0].shutdown()
        back[0].server_close()


@test
def an_after_request_that_hangs_is_given_up_before_the_deadline(w):
    with proxied(w, 60) as (_, url):
        deadline, _, _ = budget(4, after=True)
        init = w.act("--grace 4s", OBEDIENT, more=["--after", f"POST {url}/quit", *reporting(w)])
        init.send(signal.SIGTERM)
        used = ends(init, 0)
        between(used, 0, deadline, "exit")
        equal(report(w, init)["after"]["status"], 143)


@test
def a_dependency_that_hangs_keeps_the_child_from_its_start_and_says_so(w):
    with proxied(w, 60) as (_, url):
        began = time.monotonic()
        init = w.start("--wait-for", f"{url}/ready", "--wait-for-max", "1s", "--", w.actor, "say",
                       "ready")
        equal(init.wait(), 125)
        # A little earlier: the helper that asks has a moment to say what it heard.
        between(init.ended_at - began, 0.9, 1.0, "exit")
        equal(w.said("main"), [])
        assert "COMMAND is not started" in init.log(), init.log()


@test
def a_stop_request_ends_the_wait_for_a_dependency_that_hangs(w):
    with proxied(w, 60) as (_, url):
        init = w.start("--wait-for", f"{url}/ready", "--", w.actor, "say", "ready")
        w.eventually(lambda: os.path.exists(f"/proc/{init.pid}") and
                     "drainit:wait" in open(f"/proc/{init.pid}/comm").read(), "it waits")
        init.send(signal.SIGTERM)
        between(ends(init, 143), 0, 0, "exit")
