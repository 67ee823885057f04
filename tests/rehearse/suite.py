"""What the tests of this folder are made of: a rehearsal, and what it said.

A test is a function that takes a Box; its name is the claim. A rehearsal lasts as long as the
program under it takes to stop, so they run side by side: each has a folder and ports of its own.
"""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time

TESTS = []
PATIENCE = 40  # seconds, for what has no bound of its own
QUESTIONS = ["refused", "completed", "released", "exit"]
# Debian's own, where there is one: a user's may lie where others may not look.
PYTHON = shutil.which("python3", path="/usr/local/bin:/usr/bin:/bin") or sys.executable


class Skip(Exception):
    """Its text says what is missing."""


def test(function):
    TESTS.append(function)
    return function


def needs(program):
    """The program's path."""
    found = shutil.which(program)
    if not found:
        raise Skip(f"{program} not installed")
    return found


def until(met, what, patience=PATIENCE):
    """Waits for a condition that sends no event; returns what it found."""
    limit = time.monotonic() + patience
    while not (found := met()):
        assert time.monotonic() < limit, f"waited {patience} s for {what}"
        time.sleep(0.02)
    return found


def connected(port):
    """A connection to who will listen there."""
    def attempt():
        try:
            return socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)
        except ConnectionRefusedError:
            return None
    return until(attempt, f"somebody to listen on port {port}")


class Judged:
    """A rehearsal that is over: its exit status, what it answered, what was said beside it."""

    def __init__(self, status, output, said, took):
        self.status, self.output, self.said, self.took = status, output, said, took
        self.result = None

    def read(self):
        """The answer as one JSON object, and nothing else."""
        try:
            self.result = json.loads(self.output)
        except ValueError as error:
            raise AssertionError(f"stdout is not one JSON object: {error}: {self}") from error
        return self

    def __getitem__(self, key):
        assert key in self.result, f"no '{key}' in {self}"
        return self.result[key]

    def __str__(self):
        output = json.dumps(self.result) if self.result else self.output
        return f"exit status {self.status} after {self.took:.1f} s\n{output}\n{self.said[-2000:]}"

    def answers(self):
        return {name: self["answers"][name]["answer"] for name in QUESTIONS}

    def phases(self):
        return [phase["phase"] for phase in self["phases"]]

    def phase(self, name):
        """Its length is by drainit's clock. What is used may be more: the kernel has yet to clear the
        namespaces away."""
        found = [phase for phase in self["phases"] if phase["phase"] == name]
        assert len(found) == 1, f"phase '{name}': {self}"
        return found[0]

    def has(self, condition, what):
        assert condition, f"{what}: {self}"

    def is_good(self):
        """All four, and what must then hold of the figures."""
        self.has(set(self.answers().values()) == {"yes"}, "an answer is not yes")
        self.has((self.status, self["verdict"]) == (0, "good"), "not good")
        self.has(self["requests"]["cut"] == 0 and self["connections"]["reset"] == 0
                 and self["connections"]["open_at_end"] == 0, "what was cut is no 'yes'")
        self.has(self["leftovers"] == [] and not self["killed_by_runtime"], "not released")
        self.is_told()

    def is_bad(self, *no, perhaps=()):
        """To these, and no others, the answer is no. perhaps: where the claim is not about it."""
        told = {name for name, answer in self.answers().items() if answer == "no"}
        self.has(told - set(perhaps) == set(no) - set(perhaps), f"not 'no' to just {no}")
        self.has((self.status, self["verdict"]) == (1, "bad"), "not bad")
        self.is_told()

    def is_told(self):
        """What every answer holds, good or bad."""
        for name in QUESTIONS:
            self.has(self["answers"][name]["answer"] in ("yes", "no", "untried")
                     and self["answers"][name]["evidence"], f"{name} without evidence")
        self.has("stop" in self.phases(), "no stop phase")
        self.has(self["used_ms"] >= self.phase("stop")["ms"], "time used")

    def advises(self, *words):
        """One of these words is in the advice."""
        advice = " ".join(self["advice"])
        self.has(any(word in advice for word in words), f"advice without {' or '.join(words)}")


class Running:
    """A rehearsal under way."""

    def __init__(self, box, words, environment, before, **rest):
        self.box, self.began = box, time.monotonic()
        self.process = subprocess.Popen(
            [*before, box.program, *words], env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8",
                                                 "REHEARSAL_MARK": box.mark, **environment},
            cwd=box.folder, **{"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE,
                               "stderr": subprocess.PIPE, **rest})
        box.running.append(self)

    def send(self, number):
        """To nobody, if it has ended."""
        self.process.send_signal(number)

    def finish(self, patience=PATIENCE):
        """Waits for its end."""
        output, said = self.process.communicate(timeout=patience)
        return Judged(self.process.returncode, (output or b"").decode(),
                      (said or b"").decode(errors="replace"), time.monotonic() - self.began)

    def close(self):
        if self.process.poll() is None:
            self.send(signal.SIGKILL)
            self.process.communicate()


class Box:
    """Each test's own folder and ports. What it started is ended by close()."""

    def __init__(self, top, number):
        self.top, self.number = top, number
        self.program = os.path.join(top, "drainit-rehearse")
        self.folder = os.path.join(top, str(number))
        self.mark = f"{os.getpid()}-{number}"
        self.running, self.things = [], []
        os.mkdir(self.folder)

    def port(self, which=0):
        return 20000 + 10 * self.number + which

    def path(self, name):
        return os.path.join(self.folder, name)

    def begin(self, options, *command, environment=None, before=(), json=True, **rest):
        """options: in one string, or a list where one of them has blanks."""
        words = options.split() if isinstance(options, str) else list(options)
        words = (["--json"] if json else []) + words
        return Running(self, [*words, "--", *command] if command else words, environment or {},
                       before, **rest)

    def judge(self, options, *command, **rest):
        """From start to end; what it answered."""
        return self.begin(options, *command, **rest).finish().read()

    def start(self, *words):
        """A program that is no part of the rehearsal."""
        process = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                   stderr=subprocess.DEVNULL)
        self.things.append(process)
        return process

    def fill_in(self, name, **words):
        """A configuration of this folder, with its words in capitals replaced."""
        with open(os.path.join(self.top, name), encoding="utf-8") as file:
            text = file.read()
        for word, value in {"FOLDER": self.folder, "TOP": self.top, "PORT": str(self.port()),
                            **words}.items():
            text = text.replace(word, value)
        with open(self.path(name), "w", encoding="utf-8") as file:
            file.write(text)
        return self.path(name)

    def app(self, *words, which=0):
        """Words that start app.py; events() tells what it saw."""
        with open(self.path(f"events{which}"), "wb"):
            os.chmod(self.path(f"events{which}"), 0o666)
        return [PYTHON, os.path.join(self.top, "app.py"), str(self.port(which)),
                f"events={self.path(f'events{which}')}", *words]

    def events(self, kind=None, which=0):
        with open(self.path(f"events{which}"), encoding="utf-8") as file:
            events = [json.loads(line) for line in file.read().split("\n")[:-1]]
        return [event for event in events if kind in (None, event["event"])]

    def living(self):
        """Who carries this test's mark, by pid: a name each; who has ended is left out."""
        found = {}
        for pid in filter(str.isdigit, os.listdir("/proc")):
            try:
                with open(f"/proc/{pid}/environ", "rb") as file:
                    marked = f"REHEARSAL_MARK={self.mark}".encode() in file.read().split(b"\0")
                with open(f"/proc/{pid}/comm", encoding="utf-8", errors="replace") as file:
                    name = file.read().strip()
            except OSError:
                continue
            if marked:
                found[int(pid)] = name
        return found

    def close(self):
        for running in self.running:
            running.close()
        for process in self.things:
            process.kill()
            process.wait()
