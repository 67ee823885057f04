"""Short lives of drainit of every kind, many at once, and what each must have reported.

A kind is the container's name in the logs. Its alerts are those that a fleet of its lives must raise.
"""

import dataclasses
import json
import os
import signal
import subprocess
import sys
import time

PATIENCE = 30
GONE = "echo ready; exec sleep 60"
STUBBORN = 'trap "" TERM; echo ready; exec sleep 60'
SERVER = [sys.executable, os.path.join(os.path.dirname(os.path.abspath(__file__)), "server.py")]
FLEET = """trap "" TERM; i=0
while [ $i -lt 100 ]; do (exec -a "$HOSTILE" sleep 60) & i=$((i + 1)); done
echo ready; wait"""
LATE = frozenset({"DrainitSloBurnsFast", "DrainitSloBurns", "DrainitSloBurnsSlowly"})

# What a process may call itself.
HOSTILE = [
    b'","drain":{"ok":false,"ended_by":"budget"},"outcome":"forced","x":"',
    b'\n{"outcome":"forced","exit_status":1}\n',
    bytes(range(1, 256)), bytes(range(128, 256)), b"\\" * 200, b'"' * 200, b"\x01" * 200,
    b"x" * 3000, "\u20ac\u2028\U0001f980".encode() * 40, b"\xed\xa0\x80\xc0\xaf\xf5\x80\xe2\x82",
    b" ", b"\x7f\x1b[31m\r\x08",
]


@dataclasses.dataclass
class Kind:
    name: str
    lives: int
    options: str = ""
    child: str | list = GONE
    acts: tuple = ("TERM",)
    report: dict = dataclasses.field(default_factory=dict)
    alerts: frozenset = frozenset()
    more: tuple = ()        # options whose values have blanks
    network: bool = False   # a network namespace of its own
    container: bool = False  # PID 1 of a PID namespace, as a hook finds it
    hook: int | None = None
    environment: dict = dataclasses.field(default_factory=dict)
    silent: bool = False    # the child says no "ready"


def kinds():
    late = {"outcome": "forced", "killed_by": "drainit", "exit_status": 137}
    drained = {"outcome": "clean", "reason": "TERM", "drain.ok": True, "drain.attempts": 1,
               "drain.status": 0, "drain.ended_by": "done"}
    # SIGKILL at 60 %, and no later than at 80 % on a machine that is busy.
    killed = "--grace 5s --margin 2s"
    failed = {"outcome": "clean", "drain.ok": False}
    idle = "--grace 6s --margin 2s --drain-idle"
    yield Kind("steady", 40, "--grace 5s --drain true", report=drained)
    yield Kind("plain", 20, "--grace 5s", acts=("INT",),
               report={"outcome": "clean", "reason": "INT", "drain": None, "killed_by": None})
    yield Kind("spent", 20, "--grace 10s --spent 8500ms", alerts={"DrainitGraceNearlyUsed"},
               report={"outcome": "clean", "spent_ms": 8500})
    yield Kind("registry", 27, "--grace 5s --drain true", report=drained,
               alerts={"DrainitDrainsFail"})
    yield Kind("registry", 3, "--grace 5s --drain false",
               report={**failed, "drain.status": 1, "drain.ended_by": "done"})
    yield Kind("flaky", 39, "--grace 5s --drain true", report=drained)
    yield Kind("flaky", 1, "--grace 5s --drain false", report=failed)
    yield Kind("hung", 6, "--grace 3s --drain-max 600ms", more=("--drain", "sleep 60"),
               report={**failed, "drain.status": 143, "drain.ended_by": "budget"},
               alerts={"DrainitDrainsFail"})
    yield Kind("deaf", 6, "--grace 3s --drain-max 600ms",
               more=("--drain", "sh -c 'trap \"\" TERM; sleep 60'"),
               report={**failed, "drain.status": 137, "drain.killed": True,
                       "drain.ended_by": "budget"}, alerts={"DrainitDrainsFail"})
    yield Kind("retried", 6, "--grace 3s --drain false --drain-retry 100ms --drain-max 650ms",
               report=failed, alerts={"DrainitDrainsFail"})
    yield Kind("missing", 4, "--grace 3s --drain /no/such/program", report=failed,
               alerts={"DrainitDrainsFail"})
    yield Kind("impatient", 6, "--grace 10s --drain-min 4s", acts=("TERM", 1.3, "TERM"),
               report={"outcome": "clean", "drain.ended_by": "signal", "signals.TERM": 2})
    yield Kind("leaver", 8, "--grace 10s --drain-min 4s", child="echo ready; sleep .3; exit 7",
               report={"outcome": "clean", "exit_status": 7, "drain.ended_by": "main child"})
    yield Kind("stubborn", 8, killed, STUBBORN, report=late, alerts=LATE)
    yield Kind("once", 20, "--grace 5s", report={"outcome": "clean"},
               alerts={"DrainitSloBurnsSlowly"})
    yield Kind("once", 1, killed, STUBBORN, report=late)
    yield Kind("shot", 5, "--grace 5s", STUBBORN, acts=("TERM", .1, "kill -9"),
               report={"outcome": "clean", "exit_status": 137})
    yield Kind("patient", 8, idle, SERVER + ["4", "400"], network=True,
               report={"outcome": "clean", "drain.ok": True, "connections.at_stop": 4,
                       "connections.after_drain": 0, "connections.cut": 0})
    yield Kind("found", 4, idle, SERVER + ["3", "0"], network=True,
               report={**late, "drain.ok": False, "connections.at_stop": 3,
                       "connections.cut": 3},
               alerts=LATE | {"DrainitConnectionsCut", "DrainitDrainsFail"})
    yield Kind("cut", 4, idle + "=8080", SERVER + ["3", "0"], network=True,
               report={**late, "drain.ok": False, "drain.ended_by": "budget",
                       "connections.at_stop": 3, "connections.cut": 3},
               alerts=LATE | {"DrainitConnectionsCut", "DrainitDrainsFail"})
    yield Kind("noisy", 5, "--grace 5s --drain-min 300ms",
               acts=("TERM", .1, "USR1", .05, "USR1", "HUP", 40),
               child='trap "" USR1 HUP RTMIN+6; echo ready; exec sleep 60',
               report={"signals.USR1": 2, "signals.HUP": 1, "signals.RTMIN+6": 1})
    yield Kind("endless", 6, "--grace infinity --drain true --drain-max 2s",
               report={**drained, "grace_ms": None, "used_share": None})
    yield Kind("variable", 6, environment={"DRAINIT_GRACE": "4s"},
               report={"grace_ms": 4000, "grace_source": "environment"})
    yield Kind("cluster", 6, environment={"KUBERNETES_SERVICE_HOST": "192.0.2.1"},
               report={"grace_ms": 30000, "grace_source": "kubernetes"})
    yield Kind("docker", 4, report={"grace_ms": 10000, "grace_source": "docker"})
    yield Kind("goodbye", 8, "--grace 5s --after true",
               report={"outcome": "clean", "after.status": 0, "after.killed": False})
    yield Kind("goodbye", 4, "--grace 2s", more=("--after", "sh -c 'trap \"\" TERM; sleep 60'"),
               report={"outcome": "clean", "after.killed": True})
    yield Kind("hooked", 10, "--grace 5s --drain true", acts=("hook", "TERM"), container=True,
               hook=0, report={**drained, "reason": "prestop"})
    yield Kind("hookfail", 6, "--grace 5s --drain false", acts=("hook", "TERM"), container=True,
               hook=1, report={**failed, "reason": "prestop"}, alerts={"DrainitDrainsFail"})
    # No stop was asked for: none of it is a stop that could be late.
    yield Kind("job", 20, "--grace 5s", child="exit 3", acts=(), silent=True,
               report={"outcome": "ended", "exit_status": 3, "reason": None, "used_ms": None,
                       "drain": None, "stop": None, "killed_by": None})
    yield Kind("crash", 5, "--grace 5s", child="kill -SEGV $$", acts=(), silent=True,
               report={"outcome": "ended", "exit_status": 139, "killed_by": None})
    yield Kind("litter", 5, "--grace 2s --linger 300ms", acts=(), silent=True,
               child='(trap "" TERM; exec sleep 60) & exit 0',
               report={"outcome": "ended", "exit_status": 0})
    yield Kind("absent", 3, "--grace 5s", child=["/no/such/program"], acts=(), silent=True,
               report={"exit_status": 127})
    for value in HOSTILE:
        yield Kind("hostile", 1, killed, ["bash", "-c", FLEET], report=late,
                   environment={b"HOSTILE": value}, alerts=LATE)


@dataclasses.dataclass
class Life:
    kind: Kind
    number: int
    status: int | None = None
    hook: int | None = None
    log: bytes = b""
    file: bytes = b""
    trouble: str = ""

    @property
    def report(self):
        """The log's last line."""
        return json.loads(self.log.rstrip(b"\n").rpartition(b"\n")[2])


def first_child(pid):
    """PID 1 of the namespace that an unshare has made."""
    limit = time.monotonic() + PATIENCE
    while time.monotonic() < limit:
        with open(f"/proc/{pid}/task/{pid}/children", encoding="ascii") as file:
            children = file.read().split()
        if children:
            return int(children[0])
        time.sleep(0.01)
    raise AssertionError("nobody was started")


def do(act, life, pid, drainit):
    if isinstance(act, float):
        time.sleep(act)
    elif act == "hook":
        life.hook = subprocess.run(["nsenter", "-t", str(pid), "-p", "-m", drainit, "--prestop"],
                                   timeout=PATIENCE, check=False).returncode
    elif act == "kill -9":
        os.kill(first_child(pid), signal.SIGKILL)
    else:
        os.kill(pid, act if isinstance(act, int) else signal.Signals["SIG" + act])


def live(life, drainit, folder):
    """One life, from start to end; what it left is in the Life."""
    kind = life.kind
    path = os.path.join(folder, f"{kind.name}-{life.number}.json")
    before = ["unshare", "--net"] if kind.network else []
    if kind.container:
        before += ["unshare", "--pid", "--fork", "--mount-proc", "--kill-child"]
    child = kind.child if isinstance(kind.child, list) else ["sh", "-c", kind.child]
    command = [*before, drainit, "--log", "json", "--report", path, *kind.options.split(),
               *kind.more, "--", *child]
    environment = {b"PATH": os.environb[b"PATH"], **kind.environment}
    with open(path + ".log", "w+b") as log:
        process = subprocess.Popen(command, env=environment, cwd=folder, stdout=subprocess.PIPE,
                                   stderr=log, stdin=subprocess.DEVNULL)
        try:
            if not kind.silent and process.stdout.readline() != b"ready\n":
                life.trouble = "the main child was not started"
            pid = first_child(process.pid) if kind.container else process.pid
            for act in kind.acts:
                do(act, life, pid, drainit)
            life.status = process.wait(PATIENCE)
        except (subprocess.TimeoutExpired, OSError, AssertionError) as error:
            life.trouble = str(error)
        finally:
            process.kill()
            process.wait()
            process.stdout.close()
        log.seek(0)
        life.log = log.read()
    if os.path.exists(path):
        with open(path, "rb") as file:
            life.file = file.read()
    return life


def value(report, key):
    """'drain.ok' of a report."""
    for part in key.split("."):
        report = report[part]
    return report
