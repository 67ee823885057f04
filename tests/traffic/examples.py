"""The Pods of examples/: read by a YAML parser, put to --plan, and run: what do they ask for?"""

import http.server
import os
import re
import signal
import subprocess
import threading

import yaml
from container import Container, until
from suite import test

EXAMPLES = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "examples")

# What a kubelet puts in: here, our own loopback stands for the node.
FIELDS = {"metadata.name": "web-1", "status.hostIP": "127.0.0.1", "status.podIP": "192.0.2.7"}
HOSTS = "127.0.0.1 localhost consul nacos eureka\n"

NACOS = "/nacos/v1/ns/instance?serviceName=web&ip=192.0.2.7&port=8080"
EUREKA = "/eureka/apps/WEB/web-1:web:8080"
ASKED = {
    "consul.yaml": [("PUT", 8500, "/v1/agent/service/deregister/web-1")],
    "nacos.yaml": [("PUT", 8848, NACOS + "&enabled=false"), ("DELETE", 8848, NACOS)],
    "eureka.yaml": [("PUT", 8761, EUREKA + "/status?value=OUT_OF_SERVICE"),
                    ("DELETE", 8761, EUREKA)],
    "istio-job.yaml": [("GET", 15021, "/healthz/ready"), ("POST", 15020, "/quitquitquit")],
    "envoy.yaml": [("POST", 9901, "/healthcheck/fail")],
}
# For how long to wait is the plan's business, not the request's.
WAITS = {"DRAINIT_DRAIN_MIN", "DRAINIT_DRAIN_IDLE", "DRAINIT_DRAIN_QUIET"}


class Asked:
    """Answers whoever asks, on all the ports of a Pod, and keeps what was asked."""

    def __init__(self, ports):
        asked = self.list = []

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def answer(self):
                asked.append((self.command, self.server.server_port, self.path))
                self.send_response(200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            do_GET = do_POST = do_PUT = do_DELETE = answer

            def log_message(self, *_):
                pass

        self.servers = [http.server.ThreadingHTTPServer(("127.0.0.1", port), Handler)
                        for port in ports]
        for server in self.servers:
            threading.Thread(target=server.serve_forever, daemon=True).start()

    def close(self):
        for server in self.servers:
            server.shutdown()
            server.server_close()


def pod(name):
    """The Pod's settings, as its only container gets them, and its grace period."""
    with open(os.path.join(EXAMPLES, name), encoding="utf-8") as file:
        spec = yaml.safe_load(file)["spec"]["template"]["spec"]
    settings = {}
    for entry in spec["containers"][0]["env"]:
        value = entry.get("value") or FIELDS[entry["valueFrom"]["fieldRef"]["fieldPath"]]
        # As a kubelet does: only what stands above it is known.
        settings[entry["name"]] = re.sub(r"\$\((\w+)\)", lambda match: settings[match[1]], value)
    return settings, spec["terminationGracePeriodSeconds"]


@test
def each_Pod_of_the_examples_is_accepted_and_states_its_grace_period(box):
    for name in ASKED:
        settings, seconds = pod(name)
        plan = subprocess.run([box.drainit, "--plan"], env=settings, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True, check=False)
        assert plan.returncode == 0 and "drainit:" not in plan.stdout, f"{name}: {plan.stdout}"
        assert settings["DRAINIT_GRACE"] == f"{seconds}s", name


@test
def each_Pod_of_the_examples_asks_for_what_its_registry_or_proxy_knows(box):
    hosts = os.path.join(box.folder, "hosts")
    with open(hosts, "w", encoding="utf-8") as file:
        file.write(HOSTS)
    subprocess.run(["mount", "--bind", hosts, "/etc/hosts"], check=True)
    asked = Asked({port for requests in ASKED.values() for _, port, _ in requests})
    try:
        for name, requests in ASKED.items():
            asked.list.clear()
            run(box, name)
            assert asked.list == requests, f"{name}: {asked.list}"
    finally:
        asked.close()
        subprocess.run(["umount", "/etc/hosts"], check=True)


def run(box, name):
    """The Pod's container from start to end."""
    settings = {key: value for key, value in pod(name)[0].items() if key not in WAITS}
    words = [f"{key}={value}" for key, value in settings.items()]
    container = Container(["env", *words, box.drainit, "--", "sh", "-c", "echo serving; sleep 60"],
                          os.path.join(box.folder, name + ".log"))
    try:
        until(lambda: "serving" in container.said(), f"the program of {name}")
        container.stop(signal.SIGTERM)
    finally:
        container.close()


@test
def each_drainit_line_of_the_examples_page_is_accepted(box):
    with open(os.path.join(EXAMPLES, "README.md"), encoding="utf-8") as file:
        lines = re.findall(r"^    \$ (.*\bdrainit\b.*)$", file.read(), re.M)
    assert len(lines) > 3, lines
    for line in lines:
        words = re.sub(r"\bdrainit\b", lambda _: f"'{box.drainit}' --plan", line, count=1)
        done = subprocess.run(["sh", "-c", words], stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True, check=False)
        assert done.returncode == 0 and "drainit:" not in done.stdout, f"{line}: {done.stdout}"
