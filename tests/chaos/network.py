"""The network is cut in the middle of a drain: a link of the container's own goes down at the other end."""

import contextlib
import itertools
import os
import signal
import socket
import subprocess
import threading

from harness import between, budget, equal, test
from surroundings import OBEDIENT, Registry, ends, needs, report, reporting

numbers = itertools.count(1)
PORT = 8080

# Reads what comes, closes what has been closed, and ends at its TERM with 0 whatever is open.
SERVER = """
import os, signal, socket, threading
signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
listener = socket.create_server(("0.0.0.0", 8080))
open("up", "w").close()
def serve(connection):
    with connection:
        while connection.recv(100):
            pass
while True:
    threading.Thread(target=serve, args=listener.accept()[:1], daemon=True).start()
"""


class Link:
    """A network namespace for the container, and a veth pair from it to the tests' own."""

    def __init__(self):
        needs("ip", "nsenter")
        number = next(numbers)
        self.outside, self.inside = f"out{number}", f"in{number}"
        self.ours, self.theirs = f"192.0.2.{4 * number + 1}", f"192.0.2.{4 * number + 2}"
        self.holder = subprocess.Popen(["unshare", "--net", "sh", "-c", "echo; exec sleep 60"],
                                       stdout=subprocess.PIPE)
        self.holder.stdout.read(1)
        self.ip("link", "add", self.outside, "type", "veth", "peer", "name", self.inside, "netns",
                str(self.holder.pid))
        self.ip("address", "add", f"{self.ours}/30", "dev", self.outside)
        self.ip("link", "set", self.outside, "up")
        for words in (["address", "add", f"{self.theirs}/30", "dev", self.inside],
                      ["link", "set", self.inside, "up"], ["link", "set", "lo", "up"]):
            subprocess.run(["nsenter", f"--net=/proc/{self.holder.pid}/ns/net", "ip", *words],
                           check=True)
        self.namespace = os.open(f"/proc/{self.holder.pid}/ns/net", os.O_RDONLY)

    @staticmethod
    def ip(*words):
        subprocess.run(["ip", *words], check=True)

    @property
    def enters(self):
        return {"before": ["nsenter", f"--net=/proc/self/fd/{self.namespace}"],
                "pass_fds": [self.namespace]}

    def cut(self):
        self.ip("link", "set", self.outside, "down")

    def mend(self):
        self.ip("link", "set", self.outside, "up")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        os.close(self.namespace)
        self.ip("link", "delete", self.outside)
        self.holder.kill()
        self.holder.wait()
        self.holder.stdout.close()


@contextlib.contextmanager
def serving(w, link, *options):
    """A server behind the link, and a client that is connected to it."""
    init = w.start(*options, *reporting(w), "--", "python3", "-c", SERVER, **link.enters)
    w.eventually(lambda: os.path.exists(w.path("up")), "the server")
    with socket.create_connection((link.theirs, PORT), timeout=5) as client:
        yield init, client


@test
def a_connection_whose_other_end_is_gone_costs_the_drain_its_budget_and_no_more(w):
    """Nobody tells the server: to the kernel it is open, and it is counted as that."""
    with Link() as link, serving(w, link, "--grace", "4s", "--drain-idle") as (init, _):
        init.send(signal.SIGTERM)
        init.pause_until(0.5)
        link.cut()
        between(ends(init, 0), 2.4, 2.4, "exit")  # 60 % of 4 s
        found = report(w, init)
        drain, connections = found["drain"], found["connections"]
        equal((drain["ok"], drain["ended_by"]), (False, "budget"), f"{drain}")
        equal((connections["at_stop"], connections["after_drain"]), (1, 1), f"{connections}")
        assert "1 connection" in init.log(), init.log()


@test
def with_drain_quiet_a_connection_that_was_cut_is_idle_when_it_has_been_silent(w):
    options = "--grace 10s --drain-idle --drain-quiet 1s".split()
    with Link() as link, serving(w, link, *options) as (init, client):
        client.sendall(b"x")
        init.send(signal.SIGTERM)
        init.pause_until(0.3)
        link.cut()
        between(ends(init, 0), 1.0, 3.0, "exit")
        equal(report(w, init)["drain"]["ok"], True)


@test
def a_link_that_is_cut_for_a_second_costs_a_client_that_second(w):
    """It closes while the link is down; the server hears of it when it is mended."""
    with Link() as link, serving(w, link, "--grace", "20s", "--drain-idle") as (init, client):
        init.send(signal.SIGTERM)
        init.pause_until(0.2)
        link.cut()
        client.close()
        init.pause_until(1.5)
        link.mend()
        used = ends(init, 0)
        found = report(w, init)
        equal((found["drain"]["ok"], found["connections"]["at_stop"],
               found["connections"]["after_drain"]), (True, 1, 0), f"{found}")
        between(used, 1.5, 6, "exit")


class Away(Registry):
    """A registry at this end of the link."""

    def __init__(self, link):
        self.asked = []
        super(Registry, self).__init__((link.ours, 0), self.handler())
        threading.Thread(target=self.serve_forever, daemon=True).start()


@test
def a_registry_behind_a_cut_link_costs_our_request_its_budget_and_no_more(w):
    with Link() as link:
        registry = Away(link)
        link.cut()
        deadline, _, _ = budget(4)
        init = w.act("--grace 4s", OBEDIENT, drain_line=f"http://{link.ours}:{registry.port}/gone",
                     more=reporting(w), **link.enters)
        init.send(signal.SIGTERM)
        between(ends(init, 0), 0, 2.4, "exit")
        drain = report(w, init)["drain"]
        equal((drain["ok"], drain["attempts"]), (False, 1), f"{drain}")
        assert deadline > drain["ms"] / 1000 > 0, f"{drain}"
        equal(registry.asked, [])
        registry.shutdown()
        registry.server_close()


@test
def a_registry_behind_a_link_that_is_mended_is_reached_in_the_end(w):
    with Link() as link:
        registry = Away(link)
        link.cut()
        init = w.act("--grace 20s --drain-retry 300ms", OBEDIENT, more=reporting(w),
                     drain_line=f"http://{link.ours}:{registry.port}/gone", **link.enters)
        init.send(signal.SIGTERM)
        init.pause_until(0.7)
        link.mend()
        between(ends(init, 0), 0.7, 4, "exit")
        equal(report(w, init)["drain"]["ok"], True)
        equal(registry.asked, ["GET /gone"])
        registry.shutdown()
        registry.server_close()


@test
def a_command_behind_a_cut_link_is_held_to_its_budget(w):
    needs("busybox")
    with Link() as link:
        registry = Away(link)
        link.cut()
        init = w.act("--grace 3s", OBEDIENT, more=reporting(w), **link.enters,
                     drain_line=f"busybox wget -q -O /dev/null http://{link.ours}:{registry.port}/gone")
        init.send(signal.SIGTERM)
        between(ends(init, 0), 0, 1.5, "exit")
        equal(report(w, init)["drain"]["ok"], False)
        registry.shutdown()
        registry.server_close()
