"""A stand-in for the kubelet and its runtime: what they do to one container, and when.

Stop is killContainer of pkg/kubelet/kuberuntime: its clock runs from before the hook; TERM comes with
what is left of the grace period in whole seconds, never less than two; SIGKILL when they are over.
The hook is a process of the container's namespaces whose parent is outside; nobody ends it when the
grace period does. The termination message is a file of the host, mounted over a path in /dev.
"""

import json
import os
import select
import signal
import subprocess
import threading
import time

from harness import PATIENCE, Init, World, children

HERE = os.path.dirname(os.path.abspath(__file__))
LEAST = 2         # seconds between TERM and SIGKILL: minimumGracePeriodInSeconds
TAIL = 4096       # bytes of a message file that are read, from its end
OF_A_POD = 12288  # bytes that all containers of a pod share
OBEDIENT = "on 15 0 0 say ready hang"


class Hook(threading.Thread):
    """An exec hook or probe: over when its process is, and nobody holds its output open."""

    def __init__(self, container, words, user=0):
        super().__init__(daemon=True)
        user = ["setpriv", f"--reuid={user}", f"--regid={user}", "--clear-groups"] if user else []
        self.began = time.monotonic()
        self.status, self.output, self.ended_at = None, "", None
        self.process = subprocess.Popen(
            ["nsenter", f"--target={container.pid}", "--pid", "--mount", *user, *words],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            env=container.environment, text=True)
        self.start()

    def run(self):
        self.output, _ = self.process.communicate()
        self.ended_at = time.monotonic()
        self.status = self.process.returncode

    def kill(self):
        """Ends what runs inside; its parent outside tells of it."""
        for pid in children(self.process.pid):
            os.kill(pid, signal.SIGKILL)

    @property
    def took(self):
        self.join(PATIENCE)
        assert self.status is not None, "the hook never ended"
        return self.ended_at - self.began


class InTheKubelet(threading.Thread):
    """A sleep or httpGet hook: the container sees nothing of it, or a request."""

    def __init__(self, function):
        super().__init__(daemon=True)
        self.function, self.status, self.output = function, None, ""
        self.start()

    def run(self):
        try:
            self.function()
            self.status = 0
        except OSError as error:
            self.status, self.output = 1, str(error)


class Container:
    """COMMAND of a pod, started; returns once its actor says 'ready'.

    options: drainit's, in one string; None: COMMAND is PID 1 itself. command: words, else verbs of an
    actor. beside: a Container whose PID namespace is shared: then the mounts alone are our own.
    """

    def __init__(self, world, options="", verbs=OBEDIENT, more=(), command=None, user=0, settings=None,
                 beside=None, name="main"):
        self.world, self.name = world, name
        self.folder = world.path(f"container{len(world.inits)}")
        os.mkdir(self.folder)
        os.chmod(self.folder, 0o755)
        self.message_path = os.path.join(self.folder, "message")
        with open(self.message_path, "wb"):
            os.chmod(self.message_path, 0o666)
        self.environment = {**world.environment, "KUBERNETES_SERVICE_HOST": "192.0.2.1",
                            **(settings or {})}
        command = command or [world.actor, "name", name, *verbs.split()]
        if options is not None:
            command = [World.drainit, *options.split(), *more, "--", *command]
        words = [os.path.join(HERE, "enter"), self.folder, str(user), *command]
        if beside:
            words = ["nsenter", f"--target={beside.pid}", "--pid", "--mount", "unshare", "--mount",
                     *words]
        ready = len(world.said(name, "ready")) + 1
        self.init = Init(world, words, [], bool(beside), self.environment, None)
        if name:
            world.see(name, "ready", ready)
        self.pid = children(self.init.pid)[0] if beside else self.init.pid
        if options is not None:
            world.eventually(lambda: self.gone() or self.title().startswith("drainit:"), "its name")

    def exec(self, *words, user=0):
        return Hook(self, words, user)

    def prestop(self, user=0):
        return self.exec(World.drainit, "--prestop", user=user)

    def status(self):
        """What an exec probe of --status says: (exit status, phase)."""
        probe = self.exec(World.drainit, "--status")
        assert probe.took < 5, "a probe that hangs"
        return probe.status, probe.output.strip()

    def title(self):
        """The name that ps shows."""
        with open(f"/proc/{self.pid}/comm", encoding="utf-8") as file:
            return file.read().strip()

    def gone(self, timeout=0.0):
        """Whether it has ended, or does within this time."""
        return self.init.status is not None or bool(
            select.select([self.init.control], [], [], max(0, timeout))[0])

    def message(self, containers=1):
        """The termination message of a pod of so many containers."""
        with open(self.message_path, "rb") as file:
            return file.read()[-TAIL:][:OF_A_POD // containers]

    def report(self):
        """What drainit left as the message: whole, small and valid."""
        text = self.message(containers=12)
        assert text, f"no report; the log:\n{self.init.log()}"
        assert len(text) <= 1024, f"{len(text)} bytes"
        return json.loads(text)


class Stop(threading.Thread):
    """One killContainer. hook: words, a function that the kubelet itself does, or a Hook that runs.

    turn: what a sidecar's TERM waits for, an Event. All instants are seconds from its begin.
    """

    def __init__(self, container, grace, hook=None, turn=None):
        super().__init__(daemon=True)
        self.container, self.grace, self.turn = container, grace, turn
        self.term_at = self.kill_at = None
        self.events = []
        self.began = container.init.signalled_at = time.monotonic()
        if callable(hook):
            hook = InTheKubelet(hook)
        elif isinstance(hook, (list, tuple)):
            hook = container.exec(*hook)
        self.hook = hook
        self.start()

    def since(self):
        return time.monotonic() - self.began

    def run(self):
        if self.hook:
            self.hook.join(self.grace)
            if not self.hook.is_alive() and self.hook.status:
                self.events.append("FailedPreStopHook")
        if self.turn:
            self.turn.wait(max(0, self.grace - int(self.since())))
        left = max(LEAST, self.grace - int(self.since()))
        self.term_at = self.since()
        self._signal(signal.SIGTERM)
        if not self.container.gone(left):
            self.kill_at = self.since()
            self._signal(signal.SIGKILL)

    def _signal(self, number):
        if not self.container.gone():
            os.kill(self.container.pid, number)

    def over(self):
        """Waits until the container is gone; returns its exit status."""
        self.join(self.grace + PATIENCE)
        status = self.container.init.wait()
        if self.hook:
            self.hook.join(PATIENCE)
        return status

    @property
    def ended_at(self):
        self.over()
        return self.container.init.ended_at - self.began

    def told_at(self):
        """When the container's main child got TERM; None: never."""
        found = self.container.world.said(self.container.name, "got 15")
        return found[0].at - self.began if found else None


def prestop():
    return [World.drainit, "--prestop"]


def in_time(stop):
    """What holds in every sequence whose clock allowed it: TERM to the main child, and our own end."""
    stop.over()
    assert stop.kill_at is None, f"the kubelet had to kill at {stop.kill_at:.2f} s"
    told = stop.told_at()
    assert told is not None and told < stop.grace, f"TERM to the main child: {told}"
    assert len(stop.container.world.said(stop.container.name, "got 15")) == 1, "TERM more than once"
    assert stop.ended_at < stop.grace, f"gone after {stop.ended_at:.2f} s"
