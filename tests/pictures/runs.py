"""The runs that the pictures are made of: containers, each in a PID namespace, and what stands
around them: a balancer that learns late, a runtime with its grace period, a kubelet with its hook.

Each returns what was measured, in seconds from the stop request, and fails if the run did not show
what the picture is to say.
"""

import concurrent.futures
import http.client
import json
import os
import shlex
import signal
import subprocess
import threading
import time

from container import Container, until

HERE = os.path.dirname(os.path.abspath(__file__))
GRACE = 10.0
KUBELET_EXTRA = 2.0  # from TERM to SIGKILL, if the hook took all of the grace period

# The race.
PORTS = {"web-1": 8011, "web-2": 8012}
RATE = 40  # requests a second, to both in turn
BEFORE, AFTER = 1.0, 5.0  # seconds of traffic around the stop request
LEARNS = 1.5  # the balancer hears of the withdrawal so long after the stop request
DRAIN = 3.0

# The hang.
FINISHES = 3  # seconds that the program needs after TERM


class Timed(Container):
    """Keeps each line that its processes write with the time when it came; and when it ended."""

    def __init__(self, words):
        self.lines, self.ended = [], None
        reader, writer = os.pipe()
        self.reader = threading.Thread(target=self.read, args=(reader,), daemon=True)
        self.reader.start()
        try:
            super().__init__(words, f"/dev/fd/{writer}")
        finally:
            os.close(writer)
        # A wait with a limit would look but twenty times a second.
        self.watcher = threading.Thread(target=self.watch, daemon=True)
        self.watcher.start()

    def read(self, reader):
        with os.fdopen(reader, encoding="utf-8", errors="replace") as pipe:
            for line in pipe:
                self.lines.append((time.monotonic(), line.rstrip()))

    def watch(self):
        self.process.wait()
        self.ended = time.monotonic()

    def said(self):
        return "\n".join(line for _, line in self.lines)

    def heard(self, words):
        """When the first line with these words came, or nothing."""
        return next((when for when, line in list(self.lines) if words in line), None)

    def stop_in_time(self, limit):
        """Waits for its end; at the limit the runtime's SIGKILL. Returns if that was needed."""
        self.watcher.join(max(0, limit - time.monotonic()))
        killed = self.ended is None
        if killed:
            self.send(signal.SIGKILL)
        self.watcher.join(GRACE)
        self.reader.join(GRACE)
        assert self.ended, "it outlives SIGKILL"
        return killed


def listens(port):
    """Whether anybody does; the listeners come first in the kernel's table."""
    with open("/proc/net/tcp", encoding="ascii") as table:
        next(table)
        for line in table:
            _, local, _, state, *_ = line.split()
            if state != "0A":
                return False
            if int(local.split(":")[1], 16) == port:
                return True
    return False


def command(words, program):
    """As a person writes it."""
    return shlex.join([os.path.basename(words[0]), *words[1:], program])


class Balancer:
    """Requests at a steady rate, to those on its list in turn; it tries nothing again."""

    def __init__(self):
        self.list, self.learned = list(PORTS), None
        self.requests = []  # (when it was sent, to whom, whether it was answered in full)
        self.done = threading.Event()
        self.thread = threading.Thread(target=self.send, daemon=True)

    def send(self):
        with concurrent.futures.ThreadPoolExecutor(32) as pool:
            began, number = time.monotonic(), 0
            while not self.done.wait(max(0, began + number / RATE - time.monotonic())):
                names = self.list  # another list takes its place, it does not change
                pool.submit(self.ask, names[number % len(names)])
                number += 1

    def withdraw(self, name):
        self.list = [other for other in self.list if other != name]
        self.learned = time.monotonic()

    def ask(self, name):
        sent = time.monotonic()
        connection = http.client.HTTPConnection("127.0.0.1", PORTS[name], timeout=5)
        try:
            connection.request("GET", "/page")
            answer = connection.getresponse()
            good = answer.status == 200 and answer.read() == b"page\n"
        except (OSError, http.client.HTTPException):
            good = False
        finally:
            connection.close()
        self.requests.append((sent, name, good))

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.done.set()
        self.thread.join()


def nginx(folder, name):
    """Its words, and what they need."""
    place = os.path.join(folder, name)
    os.makedirs(place, exist_ok=True)
    with open(os.path.join(HERE, "nginx.conf"), encoding="utf-8") as file:
        text = file.read().replace("FOLDER", place).replace("PORT", str(PORTS[name]))
    with open(os.path.join(place, "nginx.conf"), "w", encoding="utf-8") as file:
        file.write(text)
    return ["nginx", "-p", place, "-c", os.path.join(place, "nginx.conf"), "-e", "stderr"]


def race(folder, words):
    """nginx below an init, in the traffic of a balancer that learns late that it is going."""
    second = Timed(["tini", "--", *nginx(folder, "web-2")])
    first = Timed([*words, *nginx(folder, "web-1")])
    try:
        for port in PORTS.values():
            until(lambda: listens(port), f"port {port}")
        with Balancer() as balancer:
            time.sleep(BEFORE)
            stop = time.monotonic()
            # As its image says: STOPSIGNAL SIGQUIT, the orderly one.
            first.send(signal.SIGQUIT)
            threading.Timer(LEARNS, balancer.withdraw, ["web-1"]).start()
            while listens(PORTS["web-1"]):
                assert time.monotonic() < stop + GRACE, "web-1 listens for ever"
                time.sleep(0.002)
            closed = time.monotonic()
            killed = first.stop_in_time(stop + GRACE)
            time.sleep(max(0, stop + AFTER - time.monotonic()))
    finally:
        for container in first, second:
            container.close()
    asked = first.heard("signal 3 (SIGQUIT) received")
    assert asked and not killed and first.process.returncode == 0, first.said()
    requests = [(sent - stop, name, good) for sent, name, good in sorted(balancer.requests)]
    return {"command": command(words, "nginx"), "requests": requests,
            "learned": balancer.learned - stop,
            "closed": closed - stop, "asked": asked - stop, "ended": first.ended - stop,
            "failed": sum(not good for _, _, good in requests)}


def race_below_tini(folder):
    run = race(folder, ["tini", "--"])
    lost = [(sent, name) for sent, name, good in run["requests"] if not good]
    assert len(lost) > LEARNS * RATE / 4, f"only {len(lost)} requests failed: no race to show"
    assert all(name == "web-1" and -0.2 < sent < LEARNS + 0.2 for sent, name in lost), lost
    assert run["closed"] < 0.5, run["closed"]
    return run


def race_below_drainit(folder, drainit):
    run = race(folder, [drainit, "--stop-signals", "QUIT", "--drain-min", f"{DRAIN:g}s", "--"])
    assert run["failed"] == 0, f"{run['failed']} requests failed below drainit"
    served = [sent for sent, name, _ in run["requests"] if name == "web-1" and sent > 0]
    assert len(served) > LEARNS * RATE / 4, f"web-1 served only {len(served)} requests more"
    assert DRAIN <= run["asked"] <= run["closed"] + 0.05, run
    assert run["ended"] < GRACE / 2, run["ended"]
    return run


APP = [os.path.join(HERE, "app"), str(FINISHES)]


def measured(container, stop, killed):
    """Who had what, and when: as the program's own lines and the container's end tell."""
    def since(when):
        return None if when is None else when - stop
    return {"term": since(container.heard("program: TERM")),
            "finished": since(container.heard("program: finished")),
            "ended": container.ended - stop, "killed": killed,
            "status": container.process.returncode, "said": container.said()}


def hang_in_hook():
    """tini, and a preStop hook that hangs: the kubelet waits for it until the grace period is over,
    sends TERM, and SIGKILL two seconds later; it does not end the hook.
    """
    container = Timed(["tini", "--", *APP])
    hook = None
    try:
        until(lambda: container.heard("program: serves"), "the program")
        stop = time.monotonic()
        hook = subprocess.Popen(["nsenter", "--mount", "--pid", "--target", str(container.init),
                                 "sleep", "1000"], stdin=subprocess.DEVNULL)
        container.watcher.join(GRACE)
        assert hook.poll() is None and container.ended is None, "the hook did not hang"
        container.send(signal.SIGTERM)
        killed = container.stop_in_time(stop + GRACE + KUBELET_EXTRA)
        hook.wait(GRACE)  # the end of PID 1 takes it along
        hung = time.monotonic() - stop
        run = measured(container, stop, killed)
    finally:
        container.close()
        if hook:
            hook.wait(GRACE)
    assert killed and run["term"] >= GRACE and not run["finished"], run
    return {**run, "hung": hung}


def stopped(words):
    """What a container's program is given when the container is told to stop."""
    container = Timed(words)
    try:
        until(lambda: container.heard("program: serves"), "the program")
        stop = time.monotonic()
        container.send(signal.SIGTERM)
        killed = container.stop_in_time(stop + GRACE)
        return measured(container, stop, killed)
    finally:
        container.close()


def hang_in_script(folder):
    """tini, and a start script that lets go of a registry before it passes TERM on; that hangs."""
    path = os.path.join(folder, "start.sh")
    with open(path, "w", encoding="utf-8") as file:
        file.write('trap "echo script: drains; sleep 1000; kill -TERM \\$child" TERM\n'
                   f'{shlex.join(APP)} &\nchild=$!\nwait\nwait\n')
    run = stopped(["tini", "--", "sh", path])
    assert "script: drains" in run["said"], run
    assert run["killed"] and run["term"] is None and not run["finished"], run
    return {**run, "hung": run["ended"]}


def hang_in_drain(folder, drainit):
    """drainit, and a drain command that hangs: it has a budget."""
    report = os.path.join(folder, "report")
    words = [drainit, "--grace", f"{GRACE:g}s", "--drain", "sleep 1000"]
    run = stopped([*words, "--report", report, "--", *APP])
    assert not run["killed"] and run["status"] == 0 and run["finished"], run
    with open(report, encoding="utf-8") as file:
        told = json.load(file)
    assert told["outcome"] == "clean" and told["drain"]["ended_by"] == "budget", told
    # What it says of itself, and what was seen from outside.
    assert abs(run["term"] - told["stop"]["start_ms"] / 1000) < 0.2, (run, told)
    assert abs(run["ended"] - told["used_ms"] / 1000) < 0.2, (run, told)
    return {**run, "command": command([*words, "--"], "app"), "hung": told["drain"]["ms"] / 1000}


def measure(folder, drainit):
    """All of them. Those that hang, at once: they use no port and no processor."""
    with concurrent.futures.ThreadPoolExecutor(3) as pool:
        hangs = [pool.submit(hang_in_hook), pool.submit(hang_in_script, folder),
                 pool.submit(hang_in_drain, folder, drainit)]
        hook, script, drain = [hang.result() for hang in hangs]
    return {"race": {"tini": race_below_tini(folder),
                     "drainit": race_below_drainit(folder, drainit)},
            "hang": {"hook": hook, "script": script, "drain": drain}}
