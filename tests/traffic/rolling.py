"""A rolling stop under load: one server after the other is stopped, started, and waited for.

haproxy in front, two nginx behind, each below an init as PID 1; nobody retries. wrk counts what
failed: over kept and new connections, answers that last longer than nginx's fast stop, downloads.
"""

import os
import re
import signal
import socket
import subprocess

from container import Container, until

HERE = os.path.dirname(os.path.abspath(__file__))
# Each its own port: they share a network, and a drain looks at connections by their port.
SERVERS = {"web-1": "8011", "web-2": "8012"}
# Connections, port of haproxy, path.
LOADS = [(16, 8000, "quick"), (16, 8001, "quick"), (8, 8000, "slow"), (8, 8001, "slow")]
# One for each server; begun in front of each stop.
DOWNLOADS = (2, 8002, "download")


def fill_in(folder, name, target, **words):
    """A configuration of this folder, with its words in capitals replaced."""
    with open(os.path.join(HERE, name), encoding="utf-8") as file:
        text = file.read()
    for word, value in {"FOLDER": folder, **words}.items():
        text = text.replace(word, value)
    path = os.path.join(folder, target)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    return path


class Haproxy:
    def __init__(self, folder):
        self.socket = os.path.join(folder, "haproxy.socket")
        self.process = subprocess.Popen(
            ["haproxy", "-db", "-q", "-f", fill_in(folder, "haproxy.cfg", "haproxy.cfg")],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def rows(self):
        """Its own table: a dictionary for each server, and each way in."""
        text = ""
        with socket.socket(socket.AF_UNIX) as connection:
            try:
                connection.connect(self.socket)
            except OSError:
                return []
            connection.sendall(b"show stat\n")
            while some := connection.recv(65536).decode():
                text += some
        head, *lines = text.strip().split("\n")
        names = head.lstrip("# ").split(",")
        return [dict(zip(names, line.split(","))) for line in lines]

    def serves(self, name):
        states = [row["status"] for row in self.rows() if row["svname"] == name]
        return bool(states) and all(state == "UP" for state in states)

    def downloads(self, name):
        return any(int(row["scur"]) > 0 for row in self.rows()
                   if (row["pxname"], row["svname"]) == ("download", name))

    def requests(self):
        return sum(int(row["req_tot"]) for row in self.rows() if row["svname"] == "FRONTEND")

    def close(self):
        self.process.kill()
        self.process.wait()


class Load:
    """wrk, until it is told to stop."""

    def __init__(self, connections, port, path):
        self.process = subprocess.Popen(
            ["wrk", "-t1", f"-c{connections}", "-d120s", "--timeout", "20s",
             "-s", os.path.join(HERE, "paced.lua"), f"http://127.0.0.1:{port}/{path}"],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)

    def stop(self):
        """Returns how many requests there were, and how many of them failed, as wrk counts."""
        self.process.send_signal(signal.SIGINT)
        said = self.process.communicate()[0]
        made = re.search(r"(\d+) requests in", said)
        assert made, said
        errors = re.search(r"Socket errors: (.*)", said)
        failed = sum(map(int, re.findall(r"\d+", errors[1] if errors else "")))
        refused = re.search(r"Non-2xx or 3xx responses: (\d+)", said)
        return int(made[1]), failed + int(refused[1] if refused else 0)

    def close(self):
        self.process.kill()
        self.process.wait()


class Rolling:
    """words(ready file) gives the init and its options, up to the '--' in front of nginx."""

    def __init__(self, folder, words, say=lambda text: None):
        self.folder, self.words, self.say = folder, words, say
        self.containers, self.loads, self.stops = {}, [], []
        for name, size in ("slow", 40960), ("download", 307200):
            with open(os.path.join(folder, name), "wb") as file:
                file.write(b"x" * size)

    def start(self, name):
        settings = fill_in(self.folder, "nginx.conf", name + ".conf", NAME=name,
                           PORT=SERVERS[name])
        ready = os.path.join(self.folder, name + ".ready")
        words = self.words(ready)
        if ready not in words:
            # An init that knows no such file: it is there once and for all.
            with open(ready, "wb"):
                pass
        self.containers[name] = Container(
            [*words, "nginx", "-p", self.folder, "-c", settings, "-e", "stderr"],
            os.path.join(self.folder, name + ".log"))

    def turn(self, haproxy, name):
        self.begin(*DOWNLOADS)
        until(lambda: haproxy.downloads(name), f"a download from {name}")
        container = self.containers[name]
        status, took = container.stop()
        self.stops.append((status, took, container.said()))
        for line in container.said().splitlines():
            self.say(f"{name} | {line}")
        self.say(f"{name} was stopped by TERM, and ended with {status} after {took:.1f} s")
        self.start(name)
        until(lambda: haproxy.serves(name), f"haproxy to send requests to {name}")
        self.say(f"{name} serves again")

    def begin(self, *load):
        self.loads.append(Load(*load))

    def run(self, least):
        """Both servers, once each; at least so many requests. Returns made and failed."""
        haproxy = Haproxy(self.folder)
        try:
            for name in SERVERS:
                self.start(name)
            for name in SERVERS:
                until(lambda: haproxy.serves(name), f"haproxy to send requests to {name}")
            for load in LOADS:
                self.begin(*load)
            until(lambda: haproxy.requests() > least / 20, "the load to begin")
            for name in SERVERS:
                self.turn(haproxy, name)
            until(lambda: haproxy.requests() > least * 1.05, f"{least} requests")
            counts = [load.stop() for load in self.loads]
            return sum(made for made, _ in counts), sum(failed for _, failed in counts)
        finally:
            for thing in [haproxy, *self.loads, *self.containers.values()]:
                thing.close()


def below_drainit(drainit, *drain):
    return lambda ready: [drainit, "--grace", "15s", "--ready-file", ready, "--drain-min", "1s",
                          *drain, "--"]


def below_tini(_):
    return ["tini", "--"]
