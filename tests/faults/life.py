"""One life of the init in which calls fail, and what must hold of it all the same."""

import dataclasses
import json
import os
import select
import signal
import socket
import subprocess
import time
import typing

import calls
import harness

READY_BY = 5.0
LATER = 10.0  # past its deadline by so much it hangs
CALLS_MOST = 15000
PROCESSOR_MOST = 1.0  # seconds
LEFT = 99  # somebody outlived an init that is no PID 1

# PID 1 to an init that is none: hands on its status, if it left nobody behind but its own who writes a file.
COUNT = f"""
"$@"
status=$?
for pid in /proc/[0-9]*; do
	read -r name <$pid/comm || continue
	case $pid/$name in
	/proc/1/* | */drainit*) ;;
	*) exit {LEFT} ;;
	esac
done
exit $status"""


def ask_by_signal(life):
    life.stop()


def read_what_is_there(fd):
    try:
        return os.read(fd, 1 << 16).decode(errors="replace")
    except BlockingIOError:
        return ""


@dataclasses.dataclass(eq=False)
class Scenario:
    """How an init is started, asked to stop, and what it then exits with when nothing fails."""
    name: str
    options: typing.Sequence[str]
    verbs: str  # of the main child
    status: int
    deadline: typing.Optional[float]  # from the stop request to its last instant; None: it ends by itself
    ask: typing.Callable = ask_by_signal
    command: typing.Optional[typing.Sequence[str]] = None  # in the place of an actor
    program: str = ""  # another one's name
    statuses: typing.Sequence[int] = ()  # right too when something fails
    refusals: typing.Sequence[int] = (125, 126, 127)  # when COMMAND could not be started
    expects: typing.Sequence = ()  # (actor, what it says)
    environment: dict = dataclasses.field(default_factory=dict)
    settings: typing.Sequence[str] = ()  # of the container
    prepare: typing.Optional[typing.Callable] = None
    pipe: bool = False  # stderr is one, not a file
    socket: bool = False
    terminal: bool = False
    first: str = ""  # what a shell does before it becomes the init
    below: bool = False  # a PID 1 that is none of ours
    unlimited: bool = False  # no deadline is kept
    patient: bool = False  # its drain waits for others, to its budget if need be
    usual: float = 0  # seconds, when nothing fails
    question: str = ""  # not the init is what is tried, but what asks it this

    def obeys(self):
        """Its main child ends of its stop signal, not of SIGKILL."""
        return self.deadline is not None and self.status != 137 and self.command is None


class Life:
    """What was seen: status, hits, lines of the actors, log; and the calls, if they were listed."""

    servers = {}

    def __init__(self, world, scenario, faults=(), listing=False):
        self.world, self.scenario, self.faults = world, scenario, faults
        self.asked = self.hook = self.piped = self.server = None
        self.processor = self.used = 0
        self.open = []
        self.hits, self.counts, self.calls = [], {}, []
        try:
            self.live(listing)
        finally:
            for fd in self.open:
                os.close(fd)

    def words(self):
        world, scenario = self.world, self.scenario
        program = world.drainit
        if scenario.program:
            program = world.path(scenario.program)
            os.symlink(world.drainit, program)
        if scenario.question:
            return ["nsenter", f"--target={self.server.pid}", "--pid", "--mount", program, scenario.question]
        command = [world.actor] if scenario.command is None else list(scenario.command)
        words = [program, *self.fill(scenario.options)]
        words += ["--", *command, *scenario.verbs.split()] if command else []
        first = COUNT if scenario.below else scenario.first
        return ["sh", "-c", first, "sh", *words] if first else words

    def fill(self, words):
        return [word.format(actor=self.world.actor, folder=self.world.directory, **self.servers)
                for word in words]

    def live(self, listing):
        world, scenario = self.world, self.scenario
        if scenario.prepare:
            scenario.prepare(world)
        if scenario.question:
            self.server = world.start("--grace", "3s", "--drain-min", "100ms", "--", world.actor,
                                      *scenario.verbs.split())
            world.see("main", "ready")
        gate, opener = os.pipe()
        more, log = {}, None
        if scenario.terminal:
            terminal, more["stdin"] = os.openpty()
            self.open += [terminal, more["stdin"]]
        if scenario.pipe or scenario.socket:
            ends = os.pipe() if scenario.pipe else [end.detach() for end in socket.socketpair()]
            reader, log = ends
            os.set_blocking(reader, False)
            self.open += [reader, log]
        self.init = harness.Init(
            world, self.words(), [*self.fill(scenario.settings), "gate", str(gate)],
            bool(scenario.question), {**world.environment, **scenario.environment}, log,
            pass_fds=[gate], **more)
        os.close(gate)
        with open(world.path("calls"), "w+b") as output:
            self.live_traced(opener, output, ["list"] if listing else [])
            output.seek(0)
            self.read_calls(output.read().decode())
        if scenario.pipe or scenario.socket:
            self.piped = read_what_is_there(reader)
        if self.server:
            self.server.send(signal.SIGTERM)
            self.server.wait()

    def live_traced(self, opener, output, options):
        injector = subprocess.Popen(
            [self.world.tool("inject"), str(self.init.pid), str(opener),
             os.path.realpath(self.world.drainit), *options, *self.faults],
            stdin=subprocess.DEVNULL, stdout=output, pass_fds=[opener])
        os.close(opener)
        self.born = time.monotonic()
        try:
            self.follow()
        finally:
            if self.init.status is None:
                self.init.close()
            injector.wait()
        assert injector.returncode == 0, f"the injector ended with {injector.returncode}"

    def follow(self):
        """Until it has ended: asks it to stop once the main child is ready, or late enough."""
        if self.scenario.verbs and not self.scenario.question:
            self.await_line("main", "ready", READY_BY)
        if self.init.status is None and self.scenario.deadline is not None:
            self.scenario.ask(self)
        try:
            self.init.wait((self.scenario.deadline or READY_BY) + LATER)
        except AssertionError:
            return
        with open(f"/proc/{self.init.pid}/stat") as file:
            user, system = file.read().rsplit(")", 1)[1].split()[11:13]
        self.processor = (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")

    def await_line(self, name, text, timeout):
        """Waits for a line of an actor, or the init's end. Returns whether it came."""
        limit = time.monotonic() + timeout
        while not self.world.said(name, text):
            left = limit - time.monotonic()
            if left <= 0:
                return False
            ready, _, _ = select.select([self.world.report, self.init.control], [], [], left)
            if self.init.control in ready:
                self.init.wait()
                return bool(self.world.said(name, text))
        return True

    def stop(self):
        pid = self.init.pid
        if self.scenario.below:
            # An orphan may be beside it.
            pid = next((child for child in harness.children(pid)
                        if harness.stat(child)[0].startswith("drainit")), pid)
        if self.asked is None:
            self.asked = time.monotonic()
        os.kill(pid, signal.SIGTERM)

    def read_calls(self, text):
        for line in text.splitlines():
            kind, *words = line.split()
            if kind == "hit":
                self.hits.append((words[0], int(words[1]), int(words[2])))
            elif kind == "calls":
                self.counts[words[0]] = int(words[1])
            else:
                self.calls.append((words[0], int(words[1]), int(words[2]), words[3],
                                   tuple(map(int, words[4:8])), int(words[8])))

    def log(self):
        return self.init.log() if self.piped is None else self.piped

    # ---- what must hold ----

    def wrongs(self):
        """Sentences: which invariants were violated."""
        if self.init.status is None:
            # Without a grace period it lives for as long as its main child does.
            forever = self.scenario.unlimited and self.nobody_can_be_killed()
            return [] if forever else ["it did not end"]
        found = self.wrong_answer() if self.server else self.wrong_status()
        found += self.wrong_time()
        if len(self.faults) < 2:
            found += self.wrong_report() + self.wrong_words()
        most = max(self.counts.values(), default=0)
        if most > CALLS_MOST:
            found.append(f"{most} system calls")
        if self.processor > PROCESSOR_MOST:
            found.append(f"{self.processor} s of the processor")
        left = self.world.living()
        if left:
            found.append(f"left alive: {left}")
        return found

    def right_statuses(self):
        right = {self.scenario.status}
        if self.faults:
            right |= set(self.scenario.statuses)
        if len(self.faults) > 1:
            right |= {125, 126, 127, 137, 143, *self.scenario.refusals}
        if self.nobody_can_be_killed():
            right |= {137, LEFT}
        if self.cannot_be_found():
            right.add(LEFT)
        return right

    def wrong_status(self):
        status, scenario = self.init.status, self.scenario
        if status < 0:
            return [f"it was ended by signal {-status}"]
        if not self.began() and scenario.command is None:
            if status not in scenario.refusals:
                return [f"status {status} without a start"]
            return [] if self.silent() or self.log() else [f"{status} without a reason on stderr"]
        if status not in self.right_statuses():
            return [f"status {status}, not {scenario.status}"]
        deaf = scenario.obeys() and not self.world.said("main", "got 15")
        if deaf and not self.nobody_can_be_killed() and len(self.faults) < 2:
            return [f"the main child never had its stop signal (status {status})"]
        return []

    def wrong_answer(self):
        """Of a hook or a probe; the init that it asked lives on as ever."""
        found = []
        right = {self.scenario.status, *self.scenario.statuses}
        if self.init.status not in right:
            found.append(f"it said {self.init.status}")
        if self.init.status == 125 and not self.silent() and not self.log():
            found.append("125 without a reason")
        if self.server.status != 5 or len(self.world.said("main", "got 15")) != 1:
            found.append(f"the init that was asked ended with {self.server.status}")
        return found

    def wrong_time(self):
        scenario = self.scenario
        used = self.used = self.init.ended_at - (self.asked or self.born)
        if scenario.deadline is not None and used > scenario.deadline + harness.SLACK:
            return [f"ended after {used:.2f} s, not by {scenario.deadline:.2f} s"]
        # It is one call that failed, once: what comes after it goes on as ever.
        late = scenario.usual and used > scenario.usual + harness.SLACK
        if late and self.once() and not self.may_take_longer():
            return [f"took {used:.2f} s, and {scenario.usual:.2f} s when nothing fails"]
        return []

    def may_take_longer(self):
        """Who was not reached is waited for; a drain that sees nothing is not idle; to close one by one, and
        be traced with each, takes its time."""
        return any(calls.NAMES.get(call) in ("kill", "mmap", "close_range") for _, call, _ in self.hits) or (
            self.scenario.patient and self.helper_hit())

    def once(self):
        return len(self.faults) == 1 and "+" not in self.faults[0]

    def wrong_report(self):
        path = self.world.path("report.json")
        if not os.path.exists(path) or os.path.getsize(path) == 0:
            return []
        with open(path) as file:
            text = file.read()
        try:
            said = json.loads(text)["exit_status"]
        except ValueError:
            return [f"a report that is none: {text[:80]!r}"]
        return [] if said == self.init.status else [
            f"the report says {said}, and the exit status is {self.init.status}"]

    def wrong_words(self):
        """What was to be seen and was not, though what failed had no part in it."""
        found = []
        if len(self.world.said("main", "got 15")) > 1:
            found.append("the main child had its stop signal twice")
        if self.began() and self.hook not in (None, 0):
            found.append(f"the hook said {self.hook}")
        if self.began() and not self.helper_hit():
            found += [f"no '{name} {text}'" for name, text in self.scenario.expects
                      if not self.world.said(name, text)]
            if os.path.exists(self.world.path("up")):
                found.append("the ready file is still there")
        ends = self.began() and not self.scenario.program and self.scenario.deadline and not self.server
        # To write to a file takes a process; one that is given up at the last instant may not come to it.
        if ends and self.used < self.scenario.deadline - 0.05 and not self.silent() and "exit " not in self.log():
            found.append("no word of the exit")
        return found

    def began(self):
        return bool(self.world.said("main", "ready"))

    def helper_hit(self):
        """It is a helper that failed, or the start of one."""
        return any(process != "init" or calls.NAMES.get(call) in ("clone", "pipe2", "mmap")
                   for process, call, _ in self.hits)

    def silent(self):
        """stderr is what failed, or what writes to it."""
        words = ("write", "open", "fstat", "connect", "sendto", "clone", "pipe2", "pwritev2", "fcntl")
        return any(process.startswith("writer") or calls.NAMES.get(call) in words
                   for process, call, _ in self.hits)

    def cannot_be_found(self):
        """As a subreaper: /proc is closed to it for good, or orphans do not come to it."""
        return self.scenario.below and (len(self.faults) > 1 or any(
            fault.split(":")[1] == "157" or fault.split(":")[2].endswith("+") for fault in self.faults))

    def nobody_can_be_killed(self):
        return any(fault.split(":")[1] == "62" and "+" in fault for fault in self.faults)
