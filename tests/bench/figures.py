"""What was measured: figures by name, init and round; medians, quartiles, ratios of the same round."""

import os
import re
import statistics
import subprocess

HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.dirname(os.path.dirname(HERE))
LIMIT = 600  # seconds for one measure, whatever hangs
SECONDS = 5  # of idling
BURST = 500
CONNECTIONS = 10000


class Init:
    """Who is measured: its command line up to the program's, and what its file is like."""

    def __init__(self, name, *command, version=None):
        self.name, self.command = name, command
        self.version = version  # how it is asked for it
        with open(command[0], "rb") as file:
            image = file.read()
        self.size = len(image)
        self.is_dynamic = b"/ld-musl-" in image or b"/ld-linux" in image

    def versioned(self):
        said = subprocess.run([self.command[0], self.version], capture_output=True, text=True,
                              check=False)
        number = re.search(r"\d+(\.\d+)+", said.stdout + said.stderr)
        return number[0] if number else "?"


class Figures:
    def __init__(self, folder, inits):
        self.folder, self.inits = folder, inits
        self.values = {}  # (name, init's name) -> {round: value}
        self.rounds = self.storm = 0
        for init in inits:
            self.add("file", init, 0, init.size)

    def add(self, name, init, number, value):
        self.values.setdefault((name, init.name), {})[number] = value

    def lap(self, measure, rounds, size):
        words = [os.path.join(self.folder, "lap"), measure, str(rounds), str(size)]
        for init in self.inits:
            words += ["+", *init.command]
        done = subprocess.run(words, stdout=subprocess.PIPE, text=True, timeout=LIMIT, check=False)
        if done.returncode != 0:
            raise SystemExit(f"tests/bench: 'lap {measure}' ended with {done.returncode}")
        for line in done.stdout.splitlines():
            name, which, number, value = line.split()
            self.add(name, self.inits[int(which)], int(number), float(value))

    def sockets(self, init):
        """What watching connections takes, and those who look once a second; whether that is little
        beside them.
        """
        done = subprocess.run([os.path.join(HERE, "sockets"), str(CONNECTIONS)],
                              stdout=subprocess.PIPE, text=True, timeout=LIMIT, check=False)
        told = dict(re.findall(r"^(drainit|ss -tn|netstat -an) +(\d+)$", done.stdout, re.M))
        if len(told) != 3:
            raise SystemExit(f"tests/bench/sockets: no figures: {done.stdout}")
        self.add("watching", init, 0, float(told["drainit"]))
        return {name: float(value) for name, value in told.items()}, done.returncode == 0

    def of(self, name, init):
        return list(self.values.get((name, init.name), {}).values())

    def median(self, name, init):
        values = self.of(name, init)
        return statistics.median(values) if values else None

    def quartiles(self, name, init):
        return quartiles(self.of(name, init))

    def ratios(self, name, init, floor):
        """To the floor's figure of the same round."""
        ours, floors = (self.values.get((name, one.name), {}) for one in (init, floor))
        return [value / floors[number] for number, value in ours.items() if floors.get(number)]

    def lines(self):
        """All that was measured, for whoever wants to look at it in another way."""
        for (name, init), values in self.values.items():
            for number, value in values.items():
                yield f"{name}\t{init}\t{number}\t{value:g}\n"


def quartiles(values):
    if len(values) < 2:
        return (values[0], values[0]) if values else None
    first, _, third = statistics.quantiles(values, n=4, method="inclusive")
    return first, third
