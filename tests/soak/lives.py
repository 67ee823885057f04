"""Lives lived, and what was wrong with each."""

import concurrent.futures
import json
import os
import select
import subprocess
import threading
import time

import harness
from draw import Life

SERVING = 28    # KiB: the contract's bound
WALKING = 64    # KiB: who looks through /proc for leftovers has so much on the stack
REPORT = 1024   # bytes

CLAIMS = {
    "status": "each ends with the status that its child and its options make",
    "late": "none has outlived its deadline and half its margin",
    "early": "nobody was killed, or told, before it was due",
    "report": "each report is whole, small, and tells what happened",
    "zombie": "no zombie stays while it serves",
    "memory": f"none has more than {SERVING} KiB of its own while it serves, {WALKING} ever",
    "hook": "each preStop hook is answered, and none is ended by our exit",
    "left": "nothing lives on, no file stays that says 'ready'",
}


def memory(pid):
    """What the kernel counts page by page, in KiB; its quick counters (RssAnon) may be off."""
    try:
        with open(f"/proc/{pid}/smaps_rollup") as file:
            lines = [line.split() for line in file.read().splitlines()[1:]]
    except OSError:
        return {}
    return {words[0].rstrip(":"): int(words[1]) for words in lines}


def slack():
    """The scheduler's due: more where many wait for each processor."""
    return harness.SLACK * max(1, os.getloadavg()[0] / os.cpu_count() / 4)


class Tally:
    """How often each claim was looked at, and the faults; from many threads."""

    def __init__(self):
        self.lock = threading.Lock()
        self.looked = dict.fromkeys(CLAIMS, 0)
        self.faults = []
        self.slow = 0     # children that the machine was too slow for
        self.worst = -9e9  # seconds after 'deadline and half the margin'
        self.past = 0     # lives that needed any of SLACK

    def look(self, claim, right, life, text):
        with self.lock:
            self.looked[claim] += 1
            if not right:
                self.faults.append((claim, life.mark, text))


class Lived:
    """One life as it went."""

    def __init__(self, life, tally):
        self.life, self.tally = life, tally
        self.world = harness.World(life.mark.replace("/", "-"), life.here)
        self.words = life.words(self.world.actor, self.world.path)
        self.cut = False  # TERM may come before the drain has ended

    def check(self, claim, right, what):
        text = "" if right else "\n       ".join(
            [what, self.life.told(self.words), *self.init.log().splitlines()])
        self.tally.look(claim, right, self.life, text)

    def live(self):
        try:
            self.begin()
            self.end()
        except AssertionError as error:
            self.check("late", False, str(error))
        finally:
            self.world.close()

    def begin(self):
        life, world = self.life, self.world
        self.init = world.start(*self.words)
        self.began = time.monotonic()
        if life.ready and not life.early:
            self.began = world.see("main", "ready").at
            self.look_at_the_zombies()
        if life.early:
            self.await_the_block()
        if life.hook:
            self.ask_by_hook()
        for after, number in life.stops:
            # Over already: its pid is still its own, and a signal to it does nothing.
            select.select([self.init.control], [], [], after)
            self.look_at_the_memory()
            self.init.send(number)

    def ask_by_hook(self):
        """Half of the time its end is awaited, as a kubelet does; else TERM comes as soon as it was heard."""
        pid = self.init.pid
        self.init.signalled_at = time.monotonic()
        self.hook = subprocess.Popen(
            ["nsenter", f"--target={pid}", "--pid", "--mount", harness.World.drainit, "--prestop"],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        patient = self.life.chance(0.5)
        self.cut = not patient
        while self.hook.poll() is None and (
                patient or harness.stat(pid)[0] in ("drainit:serving", "drainit")):
            time.sleep(0.002)

    def judge_hook(self):
        try:
            status = self.hook.wait(harness.PATIENCE)
        except subprocess.TimeoutExpired:
            self.hook.kill()
            status = self.hook.wait()
        self.check("hook", status in {0, 1}, f"the hook's status: {status}")
        self.hook_status = status

    def await_the_block(self):
        """What comes before drainit's first call is the kernel's: it drops it, or ends who is not PID 1."""
        limit = time.monotonic() + harness.PATIENCE
        while time.monotonic() < limit:
            try:
                with open(f"/proc/{self.init.pid}/status") as file:
                    text = file.read()
            except OSError:
                return
            # In its wait for signals the kernel shows none as blocked (do_sigtimedwait); its name tells then.
            if ("SigBlk:\t0000000000000000" not in text or "Name:\tdrainit:" in text
                    or "State:\tZ" in text):
                return

    def look_at_the_memory(self):
        pid = self.init.pid
        anonymous = memory(pid).get("Anonymous")
        if anonymous:
            # After: who serves now did so then.
            serving = harness.stat(pid)[0] == "drainit:serving"
            self.check("memory", anonymous <= (SERVING if serving else WALKING),
                       f"{anonymous} KiB{' while it serves' if serving else ''}")

    def look_at_the_zombies(self):
        """Those that its child has made are reaped soon."""
        pid = self.init.pid
        limit = time.monotonic() + 5
        while (dead := self.zombies(pid)) and time.monotonic() < limit:
            time.sleep(0.002)
        self.check("zombie", not dead, f"zombies for 5 s: {dead}")

    @staticmethod
    def zombies(pid):
        try:
            with open(f"/proc/{pid}/task/{pid}/children") as file:
                children = file.read().split()
        except OSError:
            return []
        return [child for child in children if harness.stat(child)[1] == "Z"]

    def end(self):
        life, init = self.life, self.init
        status = init.wait(life.exit_by + life.lasts + harness.PATIENCE)
        origin = init.signalled_at if life.stopped else self.began
        self.used = init.ended_at - origin
        if life.hook:
            self.judge_hook()
        self.judge_time()
        self.judge_status(status)
        if life.report:
            self.judge_report(status)
        # A PID namespace takes all that was in it along: there the kernel leaves nothing to be found.
        left = self.survivors() if life.here else []
        self.check("left", not left, f"left behind: {[harness.stat(pid) for pid in left]}")
        if life.ready_file and life.stopped and life.ready:
            self.check("left", not os.path.exists(self.world.path("up")), "the ready file is there")

    def survivors(self):
        """Who has its SIGKILL may not have had the processor yet to end."""
        limit = time.monotonic() + slack()
        while (left := self.world.living()) and time.monotonic() < limit:
            time.sleep(0.01)
        return left

    def judge_time(self):
        life = self.life
        limit = life.exit_by if life.stopped else (
            life.lasts + life.linger + (0.2 if life.after else 0))
        over = self.used - limit
        with self.tally.lock:
            self.tally.worst = max(self.tally.worst, over)
            self.tally.past += over > 0
        self.check("late", over <= slack(),
                   f"ended {self.used:.3f} s after it was asked to, limit {limit:.3f} s")
        # A stop signal while a hook waits for the drain ends the drain.
        least = life.least - (life.drained if self.cut else 0)
        if least > 0:
            self.check("early", self.used >= least,
                       f"ended after {self.used:.3f} s, not before {least:.3f} s")

    def judge_status(self, status):
        life = self.life
        right = status in life.statuses
        if not right and status == 137 and life.stopped and self.used >= life.kill:
            # Killed at its due time: right, if the child had not yet done its work by then.
            done = [line for line in self.world.said("main", "bye")
                    if line.at < self.init.signalled_at + life.kill]
            right = not done and (life.early or bool(self.world.said("main")))
            with self.tally.lock:
                self.tally.slow += right and not life.early
            life.forced = None
        self.check("status", right, f"status {status}, wanted {sorted(life.statuses)}")

    def judge_report(self, status):
        try:
            with open(self.world.path("report.json"), "rb") as file:
                text = file.read()
            report = json.loads(text)
        except (OSError, ValueError) as error:
            self.check("report", False, f"no report: {error}")
            return
        wrong = list(self.wrong_in(report, status))
        if len(text) > REPORT:
            wrong.append(f"{len(text)} bytes")
        if "json" in self.life.options:
            last = self.init.log().splitlines()[-1:]
            if not last or json.loads(last[0]) != report:
                wrong.append(f"the log ends with {last}")
        self.check("report", not wrong, f"{'; '.join(wrong)}: {text}")

    def wrong_in(self, report, status):
        """What the report tells, and was not so."""
        life = self.life
        if report["exit_status"] != status:
            yield f"exit_status, it was {status}"
        if report["grace_ms"] != life.grace * 1000:
            yield "grace_ms"
        outcomes = {"clean", "forced", "ended"}
        if not life.stopped:
            outcomes = {"ended"}
        elif life.forced:
            outcomes = {"forced"}
        elif life.forced is False and not life.leaves and not life.after:
            outcomes = {"clean"}
        if report["outcome"] not in outcomes:
            yield f"outcome, not of {sorted(outcomes)}"
        if report["outcome"] == "ended":
            return
        reasons = {"prestop"} if life.hook else {number.name[3:] for number in life.firsts}
        if report["reason"] not in reasons:
            yield "reason"
        if not 0 <= report["used_ms"] / 1000 <= self.used + 0.002:
            yield f"used_ms, it was {self.used:.3f} s"
        sent = [number.name[3:] for _, number in life.stops]
        for name, count in report["signals"].items():
            if count > sent.count(name):
                yield f"signals: {name}"
        drain = report["drain"]
        if life.hook and self.hook_status != (1 if drain and not drain["ok"] else 0):
            yield f"drain: the hook's status was {self.hook_status}"
        if drain and life.forced is not None and life.drain_ok is not None \
                and len(life.stops) == 1 and drain["ok"] and not life.drain_ok:
            yield "drain: ok, though it failed"


def live_all(seed, numbers, at_once, tally):
    """All lives, so many at once. Each pool thread starts its containers: they die with it."""
    def one(number):
        Lived(Life(seed, number), tally).live()

    with concurrent.futures.ThreadPoolExecutor(at_once) as pool:
        for future in concurrent.futures.as_completed(
                [pool.submit(one, number) for number in numbers]):
            future.result()
