"""The incident that drainit is there to end.

The registry hangs, the connections never close, and the hook waits for both in a loop. With a shell
in front, the program that held the data was never told to stop: SIGKILL was the first it heard.
"""

import json
import os
import select
import socket
import sys

from harness import between, equal, test
from kubelet import HERE, Container, Stop, in_time, prestop

# What the image's start script did, and what its preStop hook did.
DRAIN = """deregister() { exec 3<>/dev/tcp/127.0.0.1/$REGISTRY; echo DELETE >&3; read -r answer <&3; }
until deregister; do sleep 0.1; done
while grep -q ":$PORT .* 01 " /proc/net/tcp; do sleep 0.1; done
"""
START = f"drain() {{ {DRAIN} kill -TERM $!; wait; }}\ntrap drain TERM\n" + '"$@" &\nwait $!\n'


class Registry:
    """Takes every connection and answers nobody; its own clients' ends are let be."""

    def __init__(self):
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]

    def asked(self):
        """Somebody waits for an answer."""
        return bool(select.select([self.socket], [], [], 0)[0])


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


def setting(w):
    registry, port = Registry(), free_port()
    names = {"REGISTRY": str(registry.port), "PORT": f"{port:04X}"}
    app = [sys.executable, os.path.join(HERE, "app.py"), "main", str(port)]
    return registry, port, names, app


@test
def before__a_start_script_that_drains_in_a_shell_never_hands_TERM_on(w):
    registry, port, names, app = setting(w)
    pod = Container(w, None, command=["bash", "-c", START, "start", *app], settings=names)
    client = socket.create_connection(("127.0.0.1", port))
    stop = Stop(pod, 4)
    equal(stop.over(), -9)
    assert registry.asked(), "the script did ask"
    between(stop.kill_at, 4, 4, "the kubelet's SIGKILL")
    equal((stop.told_at(), pod.message(), pod.init.log()), (None, b"", ""), "nobody knows why")
    client.close()


@test
def before__a_preStop_hook_that_drains_in_a_shell_and_a_shell_as_PID_1(w):
    registry, port, names, app = setting(w)
    pod = Container(w, None, command=["bash", "-c", '"$@"; exit', "start", *app], settings=names)
    client = socket.create_connection(("127.0.0.1", port))
    stop = Stop(pod, 3, ["bash", "-c", DRAIN])
    equal(stop.over(), -9)
    assert registry.asked(), "the hook did ask"
    between(stop.kill_at, 5, 5, "the kubelet's SIGKILL, the hook still looping")
    equal((stop.told_at(), stop.events), (None, []), "the kubelet has no event for it")
    client.close()


def holds(log, *words):
    for word in words:
        assert word in log, f"'{word}' is not in the log:\n{log}"


@test
def after__with_drainit_the_same_program_is_told_in_time_and_the_failure_is_seen(w):
    for form in ("DELETE http://127.0.0.1:%s/v1/app", "bash -c '%s'" % DRAIN.replace("'", '"')):
        registry, port, names, app = setting(w)
        before = len(w.said("main", "got 15"))
        line = form % registry.port if "%s" in form else form
        pod = Container(w, f"--grace 8s --drain-idle={port} --log json", more=["--drain", line],
                        command=app, settings=names)
        client = socket.create_connection(("127.0.0.1", port))
        stop = Stop(pod, 8, prestop())
        equal((stop.over(), stop.kill_at), (0, None), pod.init.log())
        assert registry.asked(), "it did ask"
        equal(len(w.said("main", "got 15")), before + 1)
        equal(len(w.said("main", "bye")), before + 1, "its work is put away")
        assert stop.ended_at < 8, stop.ended_at
        # Seen in the hook's status, in the log, and in the report.
        equal((stop.hook.status, stop.events), (1, ["FailedPreStopHook"]), stop.hook.output)
        report = pod.report()
        equal((report["outcome"], report["drain"]["ok"], report["drain"]["ended_by"]),
              ("clean", False, "budget"))
        assert report["connections"]["after_drain"] == 1, report["connections"]
        last = json.loads(pod.init.log().splitlines()[-1])
        equal(last["drain"]["ok"], False, "the log's last line")
        client.close()


@test
def after__with_drainit_and_no_hook_at_all(w):
    registry, port, names, app = setting(w)
    pod = Container(w, f"--grace 6s --drain-idle={port}", command=app, settings=names,
                    more=["--drain", f"DELETE http://127.0.0.1:{registry.port}/v1/app"])
    client = socket.create_connection(("127.0.0.1", port))
    stop = Stop(pod, 6)
    in_time(stop)
    equal(stop.over(), 0)
    equal(pod.report()["drain"]["ok"], False)
    holds(pod.init.log(), "drain")
    client.close()
