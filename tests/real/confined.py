"""drainit with nothing that it does not need: examples/seccomp.json, no capability, no root.

Its payload is drainit too, as a pause process or under another drainit: nothing else needs so little.
"""

import json
import os
import re

from engine import TOP, call, each, equal, holds_not

PROFILE = os.path.join(TOP, "examples", "seccomp.json")
CONFINED = f"--security-opt seccomp={PROFILE} --security-opt no-new-privileges --cap-drop=all " \
    "--user 1000:1000 --read-only --tmpfs /tmp"
# Never ends of a TERM.
DEAF = ["/drainit", "--grace", "infinity", "-r", "TERM:0", "--", "/drainit", "-P"]


def last_line(container):
    return json.loads(container.log().splitlines()[-1])


@each
def the_example_of_seccomp_lets_a_whole_shutdown_through(e):
    container = e.start(
        CONFINED, "/drainit", "--grace", "9s", "--log", "json", "--report", "/tmp/report", "--ready-file",
        "/tmp/up", "--drain", "/drainit --version", "--drain-idle=9", "--drain-quiet", "1s", "--after",
        "/drainit --version", "--", "/drainit", "-P")
    equal(container.run_in("/drainit", "--status"), "serving\n")
    status, took, _ = container.stop(15)
    equal(status, 0, container.log())
    report = last_line(container)
    equal((report["outcome"], report["drain"]["ok"], report["after"]["status"]), ("clean", True, 0))
    equal(report["connections"], {"at_stop": 0, "after_drain": 0, "cut": 0}, "what is seen of connections")
    assert took < 9, f"the stop took {took:.1f} s"
    holds_not(container.log(), "not permitted", "cannot")


@each
def the_example_of_seccomp_lets_survivors_be_named_and_killed(e):
    container = e.start(CONFINED, "/drainit", "--grace", "2s", "--", *DEAF)
    equal(container.run_in("/drainit", "--status"), "serving\n")
    equal(container.stop(9)[0], 137)
    named = re.findall(r"SIGKILL: pid \d+, state ., .*: (.*)", container.log())
    equal(sorted(named), sorted(["/drainit -P", " ".join(DEAF)]), container.log())


@each
def the_example_of_seccomp_lets_the_hook_ask(e):
    container = e.start(CONFINED, "/drainit", "--grace", "9s", "--drain", "/drainit --version", "--",
                        "/drainit", "-P")
    equal(container.run_in("/drainit", "--status"), "serving\n")
    equal(call([*e.client, "exec", container.name, "/drainit", "--prestop"]), (0, ""))
    equal(call([*e.client, "exec", container.name, "/drainit", "--status"]), (1, "drained\n"))
    equal(container.stop(9)[0], 0)


@each
def the_example_of_seccomp_lets_requests_out(e):
    """Nobody listens there: a connection that is refused was allowed to be tried."""
    container = e.start(CONFINED, "/drainit", "--grace", "9s", "--drain", "http://127.0.0.1:9/leave",
                        "--after", "http://localhost:9/bye", "--", "/drainit", "-P")
    equal(container.run_in("/drainit", "--status"), "serving\n")
    equal(container.stop(9)[0], 0)
    equal(len(re.findall("(?:drain|after) command ended with 1: ", container.log())), 2, container.log())
    holds_not(container.log().lower(), "not permitted", "denied")


@each
def the_example_of_seccomp_forbids_what_drainit_does_not_need(e):
    equal(e.run(CONFINED, "/drainit", "--", "/drainit", "--version"), call([e.drainit, "--version"]))
    equal(e.run(CONFINED, "/drainit", "--", "/bin/busybox", "mkdir", "/tmp/folder"), (127, ""))
    with open(PROFILE, encoding="utf-8") as file:
        allowed = {name for rule in json.load(file)["syscalls"] for name in rule["names"]}
    equal(allowed & {"ptrace", "mount", "unshare", "setns", "bpf", "clone3", "io_uring_setup", "keyctl",
                     "process_vm_writev", "setuid", "capset", "mprotect", "mkdir", "rename", "bind"}, set())
