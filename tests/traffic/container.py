"""A command as PID 1 of a PID namespace, as in a container."""

import os
import signal
import subprocess
import time

PATIENCE = 40  # seconds, for what takes some


def until(met, what):
    """Waits for a condition; returns what it found."""
    limit = time.monotonic() + PATIENCE
    while not (found := met()):
        assert time.monotonic() < limit, f"waited {PATIENCE} s for {what}"
        time.sleep(0.02)
    return found


class Container:
    """What it writes goes to a file, anew with each start."""

    def __init__(self, words, log):
        self.log = log
        with open(log, "wb") as file:
            self.process = subprocess.Popen(
                ["unshare", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc", *words],
                stdin=subprocess.DEVNULL, stdout=file, stderr=file)
        self.init = until(self.find_init, "PID 1")

    def find_init(self):
        """The pid of its PID 1 as we see it: unshare's only child."""
        assert self.process.poll() is None, self.said()
        with open(f"/proc/{self.process.pid}/task/{self.process.pid}/children") as file:
            return int(file.read() or 0)

    def said(self):
        with open(self.log, encoding="utf-8", errors="replace") as file:
            return file.read()

    def send(self, number):
        os.kill(self.init, number)

    def stop(self, number=signal.SIGTERM):
        """What a runtime does first. Returns the exit status and how long it took."""
        began = time.monotonic()
        self.send(number)
        return self.process.wait(PATIENCE), time.monotonic() - began

    def close(self):
        """PID 1 first: when unshare has ended, so has all that was below it."""
        if self.process.poll() is None:
            self.send(signal.SIGKILL)
        self.process.wait()
