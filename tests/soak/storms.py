"""A storm of orphans and one of signals, each under one drainit that must be after it as it was before."""

import os
import signal
import subprocess
import time

import harness
from lives import memory

OWN = 2          # children: the main child, and who writes the log's file
ROUNDS = 5       # the first warms up: what is measured are the others
SIZES = [1, 20, 1000, 2000]  # of a batch: alone, and as a burst


def descriptors(pid):
    return sorted(os.readlink(f"/proc/{pid}/fd/{fd}") for fd in os.listdir(f"/proc/{pid}/fd"))


def children(pid):
    """Those that have not been reaped, alive or not."""
    with open(f"/proc/{pid}/task/{pid}/children") as file:
        return file.read().split()


def state(storm):
    """What must not grow, once the last of the storm has been reaped."""
    pid = storm.init.pid
    storm.world.eventually(lambda: len(children(pid)) <= OWN, f"{OWN} children")
    found = memory(pid)
    return {"anonymous KiB": found["Anonymous"], "resident KiB": found["Rss"],
            "descriptors": descriptors(pid)}


def text(found):
    return ", ".join(f"{len(value) if isinstance(value, list) else value} {key}"
                     for key, value in found.items())


class Storm:
    """drainit over the payload, whose words go through pipes."""

    def __init__(self, name, *words):
        self.world = harness.World(name)
        self.init = self.world.start("--grace", "2s", "--", self.world.tool("payload"), *words,
                                     stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.took = 0.0

    def ask(self, words):
        if words:
            self.init.process.stdin.write(words.encode())
            self.init.process.stdin.flush()
        answer = self.init.process.stdout.readline().decode().strip()
        assert answer, f"the payload has ended: {self.init.wait()}"
        return answer

    def stop(self, wanted):
        """A stop request is heard as at first."""
        self.init.send(signal.SIGTERM)
        harness.equal(self.init.wait(), wanted, "exit status")
        assert self.init.used() < harness.SLACK, f"ended {self.init.used():.3f} s after its TERM"


def flat(states):
    for later in states[1:]:
        harness.equal(later, states[0], "after a round")


def orphans(tell, count):
    storm = Storm("orphans", "orphans")
    states = []
    try:
        for turn in range(ROUNDS):
            began = time.monotonic()
            # Two thirds in bursts, the rest in small families.
            share = count // ROUNDS
            parts = [share // 60, share // 4, share // 3]
            for size, part in zip(SIZES, [*parts, share - sum(parts)]):
                harness.equal(storm.ask(f"{part} {size}\n"), "done")
            states.append(state(storm))
            storm.took += time.monotonic() - began
        tell(True, f"{count // ROUNDS * ROUNDS} orphans were reaped, none stayed a zombie")
        told(tell, lambda: flat(states), f"it is after them as it was before ({text(states[0])})")
        told(tell, lambda: storm.stop(143), "and hears its stop request")
        print(f"     {storm.took:.0f} s, {count / storm.took:.0f} a second", flush=True)
    except AssertionError as error:
        tell(False, "orphans are reaped, none stays a zombie", str(error))
    finally:
        storm.world.close()


def told(tell, claim, sentence):
    try:
        claim()
        tell(True, sentence)
    except AssertionError as error:
        tell(False, sentence, str(error))


def signals(tell, count, seed):
    """The sender says what it has sent, and whether it came."""
    storm = Storm("signals", "count", "counts")
    counts = storm.world.path("counts")
    states, sent, came = [], {}, {}
    try:
        storm.ask("")
        for turn in range(ROUNDS):
            began = time.monotonic()
            sender = subprocess.run(
                [storm.world.tool("payload"), "send", counts, str(storm.init.pid),
                 str(count // ROUNDS), str(seed + turn)], capture_output=True, text=True)
            storm.took += time.monotonic() - began
            harness.equal(sender.returncode, 0, f"the sender ({sender.stdout})")
            for line in sender.stdout.splitlines():
                number, out, here = map(int, line.split())
                sent[number] = sent.get(number, 0) + out
                came[number] = came.get(number, 0) + here
            states.append(state(storm))
        queued = {number: sent[number] for number in sent if number >= 34}
        harness.equal({number: came[number] for number in queued}, queued, "what came")
        merged = sum(sent.values()) - sum(came.values())
        tell(True, f"{sum(sent.values())} signals were forwarded: all {sum(queued.values())} that "
             f"queue, and of the others the last of each kind ({merged} merged)")
        told(tell, lambda: flat(states), f"it is after them as it was before ({text(states[0])})")
        told(tell, lambda: storm.stop(0), "and hears its stop request")
        print(f"     {storm.took:.0f} s, {count / storm.took:.0f} a second", flush=True)
    except AssertionError as error:
        tell(False, "signals are forwarded, none that queues is lost", str(error))
    finally:
        storm.world.close()
