"""What the tests of this folder do to drainit's surroundings, and how they ask what it made of it."""

import contextlib
import http.server
import json
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time

from harness import Skip, equal

HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.dirname(os.path.dirname(HERE))
OBEDIENT = "on 15 0 0 say ready hang"
DEAF = "ignore 15 say ready hang"
CGROUPS = "/sys/fs/cgroup"


def needs(*programs):
    for program in programs:
        if not shutil.which(program):
            raise Skip(f"no {program} here")


def report(world, init):
    """Of a drainit that was started with reporting(world): whole, small, and the log's last line too."""
    init.wait()
    with open(world.path("report.json"), "rb") as file:
        text = file.read()
    assert text, f"no report; log:\n{init.log()}"
    assert len(text) <= 1024, f"{len(text)} bytes"
    return json.loads(text)


def reporting(world):
    return ["--report", world.path("report.json")]


def last_of_log(init):
    """The report as the log's last line (--log json)."""
    return json.loads(init.log().splitlines()[-1])


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


class Registry(http.server.ThreadingHTTPServer):
    """Answers each request with 204, and keeps what was asked."""

    daemon_threads = True

    def __init__(self, port=0):
        self.asked = []
        super().__init__(("127.0.0.1", port), self.handler())
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.05},
                         daemon=True).start()

    @property
    def port(self):
        return self.server_address[1]

    def handler(self):
        registry = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def answer(self):
                registry.asked.append(f"{self.command} {self.path}")
                self.send_response(204)
                self.end_headers()

            do_GET = do_POST = do_DELETE = answer

            def log_message(self, *_):
                pass

        return Handler


@contextlib.contextmanager
def proxied(world, delay, port=None):
    """haproxy before a registry, or a port of nobody: holds each request for so long. Registry and URL."""
    needs("haproxy")
    registry = Registry() if port is None else None
    front = free_port()
    configuration = world.path("haproxy.cfg")
    held = f"tcp-request inspect-delay {int(delay * 1000)}ms\n  tcp-request content accept if WAIT_END"
    with open(configuration, "w") as file:
        file.write(f"""defaults
  mode {'tcp' if delay else 'http'}
  timeout connect 60s
  timeout client 60s
  timeout server 60s
  retries 0
frontend slow
  bind 127.0.0.1:{front}
  {held if delay else ''}
  default_backend registry
backend registry
  server one 127.0.0.1:{port or registry.port}
""")
    proxy = subprocess.Popen(["haproxy", "-db", "-f", configuration], stdin=subprocess.DEVNULL,
                             stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        world.eventually(lambda: listens(front), "haproxy listens")
        yield registry, f"http://127.0.0.1:{front}"
    finally:
        proxy.kill()
        proxy.wait()
        if registry:
            registry.shutdown()
            registry.server_close()


def listens(port):
    with socket.socket() as client:
        return client.connect_ex(("127.0.0.1", port)) == 0


class Group:
    """A cgroup of version 1 that is ours, with these values."""

    def __init__(self, controller, **values):
        place = os.path.join(CGROUPS, controller)
        if not os.access(os.path.join(place, "cgroup.procs"), os.W_OK):
            raise Skip(f"no {controller} controller of cgroup v1 here")
        self.path = tempfile.mkdtemp(prefix=f"drainit-chaos-{os.environ['CHAOS_MARK']}-", dir=place)
        try:
            for name, value in values.items():
                self.write(name.replace("__", "."), value)
        except OSError as error:
            os.rmdir(self.path)
            raise Skip(f"{controller}: {error}") from None

    def write(self, name, value):
        with open(os.path.join(self.path, name), "w") as file:
            file.write(str(value))

    def read(self, name):
        with open(os.path.join(self.path, name)) as file:
            return file.read()

    @property
    def enters(self):
        """Words before drainit's that put it, and all that it starts, into the group."""
        return ["sh", "-c", f'echo 0 >{self.path}/cgroup.procs && exec "$@"', "sh"]

    @property
    def seen_as_its_own(self):
        """The same, and mounted where a container's own is."""
        words = self.enters
        where = os.path.dirname(self.path)
        words[2] = f"mount --bind {self.path} {where} && {words[2].replace(self.path, where)}"
        return words

    def add(self, pid):
        self.write("cgroup.procs", pid)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        limit = time.monotonic() + 10
        while True:
            for pid in self.read("cgroup.procs").split():
                with contextlib.suppress(ProcessLookupError):
                    os.kill(int(pid), signal.SIGKILL)
            try:
                os.rmdir(self.path)
                return
            except OSError:
                if time.monotonic() > limit:
                    raise
                time.sleep(0.02)


def ends(init, status, claim=None):
    equal(init.wait(), status, f"exit status; log:\n{init.log()}")
    return init.used()
