"""What the tests of the shipped binary stand on: an init in a container, and what its children say.

A test is a function that takes a World; its name is the claim. Nothing sleeps where an event can be
awaited: actors say what they do on a FIFO, the container tells of the init's end with the kernel's
time. A bound in time is the contract's own instant plus SLACK, which is the scheduler's due.
"""

import contextlib
import fcntl
import os
import select
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import traceback

HERE = os.path.dirname(os.path.abspath(__file__))
SLACK = float(os.environ.get("PID1_SLACK", "1"))
PATIENCE = 30.0  # for what has no bound of its own: nobody waits that long unless something is broken

TESTS = []


class Skip(Exception):
    """Why a test cannot be run here."""


def test(function):
    """Run beside the others: a test that mostly waits."""
    TESTS.append((function, False))
    return function


def alone(function):
    """Run by itself: a test that takes the whole machine."""
    TESTS.append((function, True))
    return function


def budget(grace, drain_max=None, after=False):
    """The design's sums for a grace period, in seconds: (deadline, SIGKILL to all, exited by)."""
    margin = min(max(0.05 * grace, 0.5), 2.0, grace / 2)
    deadline = grace - margin
    kill = deadline - (min(5.0, 0.1 * grace) if after else 0)
    return deadline, kill, deadline + margin / 2


class Line:
    def __init__(self, text):
        self.name, pid, at, self.text = text.split(" ", 3)
        self.pid, self.at = int(pid), int(at) / 1e9

    def __repr__(self):
        return f"{self.name}[{self.pid}] {self.text}"


class Init:
    """The init under test, as seen from outside: pid, signals, status, what it wrote."""

    def __init__(self, world, words, settings, here, environment, log, **rest):
        control, theirs = socket.socketpair()
        self.control, self.buffer = control, b""
        self.status = self.ended_at = self.signalled_at = None
        self.log_path = os.path.join(world.directory, f"log{len(world.inits)}")
        output = log if log is not None else open(self.log_path, "wb")
        command = [world.tool("container"), str(theirs.fileno())]
        command += (["here"] if here else []) + list(settings) + ["--"] + words
        rest.setdefault("stdin", subprocess.DEVNULL)
        rest.setdefault("stdout", output)
        self.process = subprocess.Popen(
            command, stderr=output, env=environment, cwd=rest.pop("cwd", world.directory),
            pass_fds=[theirs.fileno(), *rest.pop("pass_fds", [])], **rest)
        theirs.close()
        if log is None:
            output.close()
        world.inits.append(self)
        self.pid = int(self._message("pid", PATIENCE)[0])

    def _message(self, wanted, timeout):
        limit = time.monotonic() + timeout
        while b"\n" not in self.buffer:
            ready, _, _ = select.select([self.control], [], [],
                                        max(0, limit - time.monotonic()))
            data = self.control.recv(4096) if ready else b""
            if not data:
                raise AssertionError(f"the init gave no '{wanted}' in {timeout:.0f} s")
            self.buffer += data
        line, self.buffer = self.buffer.split(b"\n", 1)
        kind, *values = line.decode().split()
        assert kind == wanted, f"{kind} in place of {wanted}"
        return values

    def send(self, number):
        """Sends a signal to the init; the first one is where its time is counted from."""
        if self.signalled_at is None:
            self.signalled_at = time.monotonic()
        os.kill(self.pid, number)

    def wait(self, timeout=PATIENCE):
        """Exit status, or minus the signal that ended the init itself."""
        if self.status is None:
            raw, at = self._message("status", timeout)
            self.ended_at = int(at) / 1e9
            self.status = os.waitstatus_to_exitcode(int(raw))
        return self.status

    def pause_until(self, seconds):
        """Until so long after the first signal: for claims about when the next one comes."""
        time.sleep(max(0, self.signalled_at + seconds - time.monotonic()))

    def used(self):
        """Seconds from the first signal that was sent to the init's end."""
        self.wait()
        return self.ended_at - self.signalled_at

    def log(self):
        with open(self.log_path, "rb") as file:
            return file.read().decode(errors="replace")

    def close(self):
        if self.status is None:
            try:
                os.kill(self.pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        self.control.close()
        self.process.wait()


class World:
    """One test's own folder, FIFO and inits. All that it started is gone when it is closed."""

    tools = None
    drainit = None
    count = 0
    open = set()

    def __init__(self, name, here=False):
        World.count += 1
        World.open.add(self)
        self.name, self.here = name, here
        self.mark = f"{os.getpid()}-{World.count}"
        self.directory = tempfile.mkdtemp(prefix="pid1-")
        os.chmod(self.directory, 0o755)
        self.inits, self.lines, self.pending, self.log_ends = [], [], b"", []
        fifo = os.path.join(self.directory, "report")
        os.mkfifo(fifo)
        os.chmod(fifo, 0o666)
        self.report = os.open(fifo, os.O_RDWR | os.O_NONBLOCK)
        fcntl.fcntl(self.report, 1031,
                    1 << 20)  # F_SETPIPE_SZ: no actor waits for a slow reader
        self.environment = {
            "PATH": os.environ["PATH"], "ACTOR_REPORT": fifo, "ACTOR_MARK": self.mark}

    def tool(self, name):
        return os.path.join(World.tools, name)

    @property
    def actor(self):
        return self.tool("actor")

    def path(self, name):
        return os.path.join(self.directory, name)

    def start(self, *words, settings=(), before=(), here=None, environment=None, log=None,
              **rest):
        """drainit with these words. here: not PID 1. before: what execs it (setpriv ...)."""
        return Init(self, [*before, World.drainit, *map(str, words)], settings,
                    self.here if here is None else here,
                    {**self.environment, **(environment or {})}, log, **rest)

    def act(self, options, verbs, drain=None, drain_line=None, after=None, more=(), **rest):
        """drainit over an actor, options and verbs each in one string; returns once it says 'ready'.

        drain, after: verbs of an actor that is the drain or after command. drain_line: any command
        line. more: options whose values have blanks.
        """
        before = len(self.said("main", "ready"))
        if drain:
            drain_line = f"{self.actor} name drain {drain}"
        words = [*options.split(), *more]
        words += ["--drain", drain_line] if drain_line else []
        words += ["--after", f"{self.actor} name after {after}"] if after else []
        init = self.start(*words, "--", self.actor, *verbs.split(), **rest)
        self.see("main", "ready", before + 1)
        return init

    def _read(self, timeout):
        ready, _, _ = select.select([self.report], [], [], timeout)
        if not ready:
            return False
        self.pending += os.read(self.report, 65536)
        *whole, self.pending = self.pending.split(b"\n")
        self.lines += [Line(line.decode()) for line in whole]
        return True

    def said(self, name=None, text=None):
        """All lines so far, of whom and with what text (None: any)."""
        while self._read(0):
            pass
        return [line for line in self.lines
                if (name is None or line.name == name) and (text is None or line.text == text)]

    def see(self, name, text, count=1, timeout=PATIENCE):
        """Waits for the count-th line with this text from name."""
        limit = time.monotonic() + timeout
        while True:
            found = [line for line in self.lines if line.name == name and line.text == text]
            if len(found) >= count:
                return found[count - 1]
            left = limit - time.monotonic()
            if left <= 0 or not self._read(left):
                raise AssertionError(f"{name} never said '{text}' ({count}); heard: {self.lines[-8:]}")

    def value(self, name, key):
        """What name said after this first word."""
        found = [line.text for line in self.said(name) if line.text.split(" ", 1)[0] == key]
        assert found, f"{name} said no '{key}'"
        return found[0].split(" ", 1)[1]

    def living(self, variable=None):
        """Pids of what carries this test's mark (and the variable, if named), zombies left out."""
        wanted = [f"ACTOR_MARK={self.mark}".encode()]
        found = []
        for pid in filter(str.isdigit, os.listdir("/proc")):
            try:
                with open(f"/proc/{pid}/environ", "rb") as file:
                    environment = file.read().split(b"\0")
            except OSError:
                continue
            if wanted[0] in environment and (variable is None or any(
                    word.startswith(variable.encode() + b"=") for word in environment)):
                found.append(int(pid))
        return [pid for pid in found if pid not in {init.process.pid for init in self.inits}]

    def eventually(self, condition, what, timeout=PATIENCE):
        """For what sends no event: looks every few milliseconds until condition() is true."""
        limit = time.monotonic() + timeout
        while not condition():
            assert time.monotonic() < limit, f"never came true: {what}"
            time.sleep(0.005)

    def close(self):
        World.open.discard(self)
        for init in self.inits:
            init.close()
        for pid in self.living():
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        os.close(self.report)
        shutil.rmtree(self.directory, ignore_errors=True)


def interrupted(*_):
    """A signal's handler: the pool's threads cannot be ended, what they have started can. One of them may be closing
    the same world."""
    for world in list(World.open):
        with contextlib.suppress(OSError):
            world.close()
    os._exit(130)


def stat(pid):
    """(command, state, parent) of a process; command '' if it is gone."""
    try:
        with open(f"/proc/{pid}/stat") as file:
            text = file.read()
    except (FileNotFoundError, ProcessLookupError):
        return "", "", 0
    state, parent = text.rsplit(")", 1)[1].split()[:2]
    return text.split("(", 1)[1].rsplit(")", 1)[0], state, int(parent)


def children(pid, state=None):
    found = []
    for other in filter(str.isdigit, os.listdir("/proc")):
        _, its, parent = stat(other)
        if parent == pid and (state is None or its == state):
            found.append(int(other))
    return found


def equal(found, wanted, what=""):
    assert found == wanted, f"{what or 'value'}: {found!r}, wanted {wanted!r}"


def between(found, low, high, what):
    """An instant lies where the contract puts it: never early, late by no more than SLACK."""
    assert low <= found, f"{what}: after {found:.3f} s, not before {low:.3f} s"
    assert found <= high + SLACK, f"{what}: after {found:.3f} s, by {high:.3f} s + {SLACK} s"


def run_one(function, here):
    world = World(function.__name__, here)
    try:
        function(world)
        return "ok", ""
    except Skip as reason:
        return "skip", str(reason)
    except AssertionError as error:
        where = traceback.extract_tb(error.__traceback__)
        line = next((frame for frame in where if frame.name == function.__name__), where[-1])
        log = "".join(f"    | {text}\n" for init in world.inits[-1:]
                      if os.path.exists(init.log_path) for text in init.log().splitlines()[:20])
        return "FAIL", f"{os.path.basename(line.filename)}:{line.lineno}: {error}\n{log}".rstrip()
    except Exception:
        return "FAIL", traceback.format_exc()
    finally:
        world.close()


def both(function, takes_all=False):
    """Run as PID 1 and, once more, as a plain child that must be a subreaper."""
    def as_subreaper(world):
        world.here = True
        function(world)
    as_subreaper.__name__ = function.__name__ + "__as_a_subreaper"
    TESTS.append((function, takes_all))
    TESTS.append((as_subreaper, takes_all))
    return function


def both_alone(function):
    return both(function, takes_all=True)
