"""One life of the init, with a call of it that fails, and what must hold of it all the same."""

import json
import os
import select
import signal
import subprocess
import time

import calls
import harness

LATER = 10.0  # past its deadline by so much it hangs
CALLS_MOST = 15000
PROCESSOR_MOST = 1.0  # seconds


class Scenario:
    """How an init is started, asked to stop, and what it then exits with when nothing fails.

    deadline: seconds from the stop request to its last instant; None: it ends by itself.
    """

    def __init__(self, name, options, verbs, status, deadline, ask=None, **rest):
        self.name, self.options, self.verbs, self.status = name, options, verbs, status
        self.deadline, self.ask, self.rest = deadline, ask, rest
        self.program = rest.get("program")

    def obeys(self):
        """Its main child ends of its stop signal, not of SIGKILL."""
        return self.deadline is not None and self.status != 137


class Life:
    """What was seen: status, hits, lines of the actors, log; and the calls, if they were listed."""

    def __init__(self, world, scenario, faults=(), listing=False):
        self.world, self.scenario, self.faults = world, scenario, faults
        self.asked = self.hook = self.answered = self.piped = None
        self.processor = 0
        self.output = self.terminal = None
        try:
            self.live(listing)
        finally:
            if self.output:
                self.output.close()
            if self.terminal:
                os.close(self.terminal)

    def live(self, listing):
        world, rest = self.world, dict(self.scenario.rest)
        options = [word.format(w=world, actor=world.actor, folder=world.directory,
                               **Life.servers) for word in self.scenario.options]
        verbs = self.scenario.verbs.format(w=world, folder=world.directory).split()
        settings = [word.format(folder=world.directory) for word in rest.pop("settings", ())]
        prepare = rest.pop("prepare", None)
        if prepare:
            prepare(world)
        gate, opener = os.pipe()
        self.output = open(world.path("calls"), "w+b")
        pipe = rest.pop("pipe", False)
        program = rest.pop("program", world.drainit)
        if program != world.drainit:
            os.symlink(world.drainit, world.path(program))
            program = world.path(program)
        if rest.pop("terminal", False):
            self.terminal, rest["stdin"] = os.openpty()
        if pipe:
            self.reader, rest["log"] = os.pipe()
        for key in ("refusals", "expects", "statuses", "unlimited"):
            rest.pop(key, None)
        command = rest.pop("command", [world.actor])
        log = rest.pop("log", None)
        self.init = harness.Init(
            world, [program, *options, "--", *command, *verbs],
            [*settings, "gate", str(gate)], rest.pop("here", False),
            {**world.environment, **rest.pop("environment", {})}, log, pass_fds=[gate], **rest)
        os.close(gate)
        if pipe:
            os.close(log)
        if "stdin" in rest:
            os.close(rest["stdin"])
        injector = subprocess.Popen(
            [world.tool("inject"), str(self.init.pid), str(opener),
             os.path.realpath(world.drainit), *(["list"] if listing else []), *self.faults],
            stdin=subprocess.DEVNULL, stdout=self.output, pass_fds=[opener])
        os.close(opener)
        try:
            self.follow()
        finally:
            if self.init.status is None:
                self.init.close()
            injector.wait()
            if pipe:
                self.piped = os.read(self.reader, 65536).decode(errors="replace")
                os.close(self.reader)
        assert injector.returncode == 0, f"the injector ended with {injector.returncode}"
        self.read_calls()

    def follow(self):
        """Until it has ended: asks it to stop once the main child is ready, or late enough."""
        self.await_line("main", "ready", 5)
        if self.init.status is None and self.scenario.deadline is not None:
            (self.scenario.ask or ask_by_signal)(self)
        limit = (self.scenario.deadline or 5) + LATER
        try:
            self.init.wait(limit)
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
        if self.asked is None:
            self.asked = time.monotonic()
        self.init.send(signal.SIGTERM)

    def read_calls(self):
        self.hits, self.counts, self.calls = [], {}, []
        self.output.seek(0)
        for line in self.output.read().decode().splitlines():
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
        found = []
        if self.init.status is None:
            # Without a grace period it lives for as long as its main child does.
            forever = self.scenario.rest.get("unlimited") and self.nobody_can_be_killed()
            return [] if forever else ["it did not end"]
        found += self.wrong_status()
        found += self.wrong_time()
        found += self.wrong_report()
        found += self.wrong_words()
        most = max(self.counts.values(), default=0)
        if most > CALLS_MOST:
            found.append(f"{most} system calls")
        if self.processor > PROCESSOR_MOST:
            found.append(f"{self.processor} s of the processor")
        left = self.world.living()
        if left and not self.cannot_be_found():
            found.append(f"left alive: {left}")
        return found

    def wrong_status(self):
        status, scenario = self.init.status, self.scenario
        began = bool(self.world.said("main", "ready"))
        if status < 0:
            return [f"it was ended by signal {-status}"]
        if len(self.faults) > 1:
            right = {scenario.status, *scenario.rest.get("statuses", ()), 125, 126, 127, 137, 143}
            return [] if status in right else [f"status {status}"]
        if not began and not scenario.rest.get("command"):
            if status not in scenario.rest.get("refusals", (125, 126, 127)):
                return [f"status {status} without a start"]
            return [] if self.silent() or self.log() else [f"{status} without a reason on stderr"]
        if scenario.obeys() and self.nobody_can_be_killed():
            return [] if status in (scenario.status, 137) else [f"status {status}, not 137"]
        if scenario.obeys() and not self.world.said("main", "got 15"):
            return [f"the main child never had its stop signal (status {status})"]
        return [] if status in (scenario.status, *scenario.rest.get("statuses", ())) else [f"status {status}, not {scenario.status}"]

    def wrong_words(self):
        """What was to be seen and was not, though what failed had no part in it."""
        found = []
        began = bool(self.world.said("main", "ready"))
        if len(self.faults) > 1:
            return []
        if len(self.world.said("main", "got 15")) > 1:
            found.append("the main child had its stop signal twice")
        if self.scenario.ask and began and self.hook not in (None, 0):
            found.append(f"the hook said {self.hook}")
        if began and not self.helper_hit():
            found += [f"no '{name} {text}'" for name, text in self.scenario.rest.get("expects", ())
                      if not self.world.said(name, text)]
            if os.path.exists(self.world.path("up")):
                found.append("the ready file is still there")
        if began and not self.silent() and not self.scenario.program and \
                self.scenario.deadline and '; ' not in self.log() and "exit " not in self.log():
            found.append("no word of the exit")
        return found

    def helper_hit(self):
        """It is a helper that failed, or the start of one."""
        return any(process != "init" or calls.NAMES.get(call) in ("clone", "pipe2", "mmap")
                   for process, call, _ in self.hits)

    def cannot_be_found(self):
        """As a subreaper: /proc is closed to it for good, or orphans do not come to it."""
        return len(self.faults) > 1 or any(
            fault.split(":")[1] == "157" or fault.split(":")[2] == "1+" for fault in self.faults)

    def nobody_can_be_killed(self):
        return any(fault.startswith("*:62:1+") for fault in self.faults)

    def silent(self):
        """stderr is what failed, or what writes to it."""
        return any(
            process.startswith("writer") or call in (1, 2, 5, 22, 44, 56, 293, 328)
            for process, call, _ in self.hits)

    def wrong_time(self):
        if self.asked is None or self.scenario.deadline is None:
            return []
        used = self.init.ended_at - self.asked
        if used > self.scenario.deadline + harness.SLACK:
            return [f"ended after {used:.2f} s, not by {self.scenario.deadline:.2f} s"]
        return []

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


def ask_by_signal(life):
    life.stop()
