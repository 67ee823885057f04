"""mtail and Prometheus with the files of examples/observability, on the loopback of this namespace."""

import contextlib
import json
import os
import shutil
import subprocess
import time
import urllib.parse
import urllib.request

MTAIL, PROMETHEUS = "127.0.0.1:3903", "127.0.0.1:9090"
PATIENCE = 20


def get(address, path, **query):
    url = f"http://{address}{path}?{urllib.parse.urlencode(query)}"
    with urllib.request.urlopen(url, timeout=PATIENCE) as answer:
        return answer.read()


def wait_until(what, done):
    limit = time.monotonic() + PATIENCE
    while True:
        with contextlib.suppress(OSError):
            if done():
                return
        assert time.monotonic() < limit, f"not in {PATIENCE} s: {what}"
        time.sleep(0.1)


class Pipeline:
    """A node's log folder, mtail that reads it, and Prometheus that asks mtail."""

    def __init__(self, folder, examples):
        self.pods, self.files, self.processes = os.path.join(folder, "pods"), {}, []
        self.folder, self.examples = folder, examples
        os.mkdir(self.pods)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for process in self.processes:
            process.kill()
            process.wait()

    def _start(self, name, *words):
        with open(os.path.join(self.folder, name + ".log"), "wb") as log:
            self.processes.append(subprocess.Popen(words, stdout=log, stderr=log,
                                                   cwd=self.folder))

    def start(self):
        programs = os.path.join(self.folder, "mtail")
        os.mkdir(programs)
        shutil.copy(os.path.join(self.examples, "drainit.mtail"), programs)
        self._start("mtail", "mtail", "-logtostderr", "-emit_prog_label=false",
                    "-address", "127.0.0.1", "-progs", programs,
                    "-logs", os.path.join(self.pods, "*", "*", "*.log"))
        # The example as it stands, but for the pace.
        shutil.copy(os.path.join(self.examples, "drainit.rules.yml"), self.folder)
        with open(os.path.join(self.examples, "prometheus.yml"), encoding="utf-8") as file:
            text = file.read()
        path = os.path.join(self.folder, "prometheus.yml")
        with open(path, "w", encoding="utf-8") as file:
            file.write("global: {scrape_interval: 1s, evaluation_interval: 1s}\n" + text)
        self._start("prometheus", "prometheus", "--config.file", path,
                    "--storage.tsdb.path", os.path.join(self.folder, "tsdb"),
                    "--web.listen-address", PROMETHEUS)

    def add(self, namespace, container, number):
        """A container's log, as the kubelet lays it out; it is there when the container starts."""
        folder = os.path.join(self.pods, f"{namespace}_{container}-{number}_{number:08x}",
                              container)
        os.makedirs(folder)
        path = os.path.join(folder, "0.log")
        self.files[container, number] = path
        with open(path, "wb"):
            pass

    def wait_for_logs(self):
        wait_until("mtail has every log open", lambda: json.loads(
            get(MTAIL, "/debug/vars"))["log_count"] == len(self.files))
        wait_until("Prometheus answers", lambda: get(PROMETHEUS, "/-/ready"))

    def write(self, container, number, log):
        """As a CRI runtime writes what a container says on its stderr."""
        with open(self.files[container, number], "ab") as file:
            file.write(b"".join(b"2026-01-01T00:00:00.000000000Z stderr F " + line + b"\n"
                                for line in log.splitlines()))


def ask(query):
    answer = json.loads(get(PROMETHEUS, "/api/v1/query", query=query))
    return [(sample["metric"], float(sample["value"][1])) for sample in answer["data"]["result"]]


def firing():
    """{container: {alert, ...}}"""
    alerts = {}
    for labels, _ in ask('ALERTS{alertstate="firing"}'):
        alerts.setdefault(labels["container"], set()).add(labels["alertname"])
    return alerts
