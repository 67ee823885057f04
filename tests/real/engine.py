"""What the tests with real engines stand on: podman with runc or crun, and dockerd, alike.

A test is a function that takes an engine; its name is the claim. Its containers are removed when
it ends.
"""

import hashlib
import json
import os
import pty
import re
import select
import subprocess
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.dirname(os.path.dirname(HERE))
PATIENCE = 30.0  # nobody waits that long unless something is broken

TESTS = []
count = 0
count_lock = threading.Lock()


class Skip(Exception):
    """Why a test cannot be run here."""


def each(function):
    """Run with podman and runc, podman and crun, and docker."""
    TESTS.append((function, ("podman with runc", "podman with crun", "docker")))
    return function


def podman(function):
    TESTS.append((function, ("podman with runc", "podman with crun")))
    return function


def podman_once(function):
    """What the runtime has no part in."""
    TESTS.append((function, ("podman with runc",)))
    return function


def docker(function):
    TESTS.append((function, ("docker",)))
    return function


def call(words, timeout=PATIENCE, **rest):
    """(exit status, what it wrote to stdout and stderr)"""
    done = subprocess.run(words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, timeout=timeout, check=False, **rest)
    return done.returncode, done.stdout.decode(errors="replace")


def digest(path):
    with open(path, "rb") as file:
        return hashlib.sha256(file.read()).hexdigest()


class Container:
    def __init__(self, engine, name):
        self.engine, self.name = engine, name

    def log(self):
        return self.engine.do("logs", self.name)

    def see(self, text):
        """Waits until the engine's log has it."""
        limit = time.monotonic() + PATIENCE
        while text not in self.log():
            assert time.monotonic() < limit, f"no '{text}' in the log:\n{self.log()}"
            time.sleep(0.05)
        return self

    def inspect(self, path):
        """A value of the engine's own record, State.Pid for one."""
        value = json.loads(self.engine.do("inspect", self.name))[0]
        for key in path.split("."):
            value = value[key]
        return value

    def exe(self):
        """What PID 1 of the container runs, as a digest; and the words it was started with."""
        pid = self.inspect("State.Pid")
        with open(f"/proc/{pid}/cmdline", "rb") as file:
            words = file.read().split(b"\0")[:-1]
        return digest(f"/proc/{pid}/exe"), [word.decode() for word in words]

    def run_in(self, *words):
        return self.engine.do("exec", self.name, *words)

    def send(self, signal):
        self.engine.do("kill", "-s", signal, self.name)

    def stop(self, seconds):
        """(exit status, seconds it took, what the engine said)"""
        began = time.monotonic()
        said = self.engine.do("stop", "-t", str(seconds), self.name)
        took = time.monotonic() - began
        return self.wait(), took, said

    def wait(self):
        return int(self.engine.do("wait", self.name))


class Engine:
    """A client's command line, and what each of its containers is started with."""

    def __init__(self, name, client, options, drainit):
        self.name, self.client, self.options, self.drainit = name, client, options, drainit
        self.containers = threading.local()

    def do(self, *words):
        status, output = call([*self.client, *words])
        assert status == 0, f"{words[0]}: {status}: {output}"
        return output

    def container_name(self):
        global count
        with count_lock:
            count += 1
            name = f"real-{count}"
        self.containers.__dict__.setdefault("names", []).append(name)
        return name

    def words(self, options, command, image):
        return ["run", "--name", self.container_name(), "--network=none",
                *(self.options + options).split(), image, *command]

    def run(self, options, *command, image="box"):
        """In the foreground: (exit status, output)."""
        return call([*self.client, *self.words(options, command, image)])

    def start(self, options, *command, image="box"):
        words = self.words(options, command, image)
        self.do(words[0], "-d", *words[1:])
        return Container(self, words[2])

    def run_on_terminal(self, options, *command, answers=()):
        """The same on a terminal. answers: (what is waited for, what is then typed)."""
        words = self.words("-it " + options, command, "box")
        ours, theirs = pty.openpty()
        process = subprocess.Popen([*self.client, *words], stdin=theirs, stdout=theirs,
                                   stderr=theirs, start_new_session=True)
        os.close(theirs)
        seen, answers, limit = b"", list(answers), time.monotonic() + PATIENCE
        try:
            while True:
                ready, _, _ = select.select([ours], [], [], max(0, limit - time.monotonic()))
                assert ready, f"the terminal says no more than {seen!r}"
                try:
                    data = os.read(ours, 4096)
                except OSError:  # nobody has the other side any more
                    data = b""
                if not data:
                    break
                seen += data
                if answers and answers[0][0].encode() in seen:
                    os.write(ours, answers.pop(0)[1].encode())
            return process.wait(PATIENCE), seen.decode(errors="replace")
        finally:
            os.close(ours)
            if process.poll() is None:
                process.kill()
                process.wait()

    def clean(self):
        for name in reversed(self.containers.__dict__.pop("names", [])):
            call([*self.client, "unpause", name])
            call([*self.client, "kill", name])
            call([*self.client, "rm", "-f", name])


def equal(found, wanted, what=""):
    assert found == wanted, f"{what or 'value'}: {found!r}, wanted {wanted!r}"


def holds(text, *parts):
    for part in parts:
        assert part in text, f"no '{part}' in:\n{text}"


def holds_not(text, *parts):
    for part in parts:
        assert part not in text, f"'{part}' in:\n{text}"


def survivors(log):
    """The command lines of those that drainit's SIGKILL was for."""
    return re.findall(r"SIGKILL: pid .*?: (.*)", log)
