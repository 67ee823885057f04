"""The lives whose every call is made to fail: together they reach what the init can do."""

import http.server
import os
import socket
import struct
import subprocess
import threading
import time

from life import Life, Scenario, ask_by_signal

OBEYS = "on 15 5 20 say ready hang"
NAME_SERVER = f"127.53.{os.getpid() >> 8 & 255}.{os.getpid() & 255}"  # no other run's


def by_hook(life):
    """As a kubelet does: the hook, and the signal when that has returned."""
    life.asked = time.monotonic()
    hook = subprocess.Popen(
        ["nsenter", f"--target={life.init.pid}", "--pid", "--mount", life.world.drainit, "--prestop"],
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        life.hook = hook.wait(life.scenario.deadline)
    except subprocess.TimeoutExpired:
        hook.kill()
        hook.wait()
        life.hook = "nothing"
    if life.init.status is None:
        ask_by_signal(life)


def with_a_connection(life):
    """One is open from before the stop request to the end."""
    with socket.create_connection(("127.0.0.1", int(life.world.value("main", "port")))):
        ask_by_signal(life)
        life.await_line("main", "got 15", life.scenario.deadline)


def in_the_middle(life):
    """There is no main child that could say when it is ready."""
    time.sleep(0.1)
    ask_by_signal(life)


def name_server(world):
    with open(world.path("resolv.conf"), "w") as file:
        file.write(f"nameserver {NAME_SERVER}\n")
    with open(world.path("hosts"), "w") as file:
        file.write("127.0.0.2 nobody\n")


SCENARIOS = [
    Scenario("nothing but a main child", ["--grace", "2s"], OBEYS, 5, 1.75),
    Scenario("stderr is a pipe", ["--grace", "2s", "--linger", "100ms"], "daemon [ ignore 15 ] " + OBEYS,
             5, 1.75, pipe=True),
    Scenario("stderr is a socket, and CHLD is ignored", ["--grace", "2s"], OBEYS, 5, 1.75, socket=True,
             settings=["ignore", "17"]),
    Scenario("a termination log", ["--grace", "2s"], OBEYS, 5, 1.75,
             first='mount -t tmpfs none /dev && mknod -m 666 /dev/null c 1 3 && : >/dev/termination-log && '
                   'exec "$@"'),
    Scenario("a drain command that fails once",
             ["--grace", "3s", "--drain-retry", "100ms", "--drain", "sh -c 'test $DRAINIT_ATTEMPT -ge 2'"],
             OBEYS, 5, 2.75),
    Scenario("a drain command that hangs",
             ["--grace", "3s", "--drain-max", "1s",
              "--drain", "{actor} name drain ignore 15 fork [ hang ] say runs hang"],
             OBEYS, 5, 2.75, expects=[("drain", "runs")]),
    Scenario("a drain by request", ["--grace", "3s", "--drain", "POST http://localhost:{port}/drain"],
             OBEYS, 5, 2.75),
    Scenario("a drain by request to a name",
             ["--grace", "3s", "--drain", "http://server.test:{port}/drain"], OBEYS, 5, 2.75,
             settings=["bind", "{folder}/resolv.conf:/etc/resolv.conf",
                       "bind", "{folder}/hosts:/etc/hosts"], prepare=name_server, patient=True),
    Scenario("a request that is refused", ["--grace", "3s", "--drain", "http://127.0.0.1:{port}/refused"],
             OBEYS, 5, 2.75),
    Scenario("idle connections", ["--grace", "4s", "--drain-idle"], "listen " + OBEYS, 5, 3.75, patient=True),
    Scenario("a connection that stays", ["--grace", "3s", "--drain-idle", "--drain-max", "1300ms",
                                         "--drain-quiet", "30s"],
             "listen " + OBEYS, 5, 2.75, ask=with_a_connection, patient=True),
    Scenario("a ready file and a report",
             ["--grace", "2s", "--ready-file", "{folder}/up", "--report", "{folder}/report.json"],
             OBEYS, 5, 1.75),
    Scenario("a sidecar that is waited for",
             ["--grace", "2s", "--wait-for", "http://127.0.0.1:{port}/up", "--wait-for-max", "1500ms"],
             OBEYS, 5, 1.75),
    Scenario("a sidecar that never comes",
             ["--grace", "2s", "--wait-for", "http://127.0.0.1:1/", "--wait-for-max", "400ms",
              "--after", "{actor} name after say ran exit 0"],
             "", 125, None, command=["x"], statuses=[127]),
    Scenario("a stop while a sidecar is waited for",
             ["--grace", "2s", "--wait-for", "http://127.0.0.1:1/"], "", 143, 1.75, command=["x"],
             statuses=[125], ask=in_the_middle),
    Scenario("a main child that ignores its signal",
             ["--grace", "2s", "--escalate", "QUIT@500ms", "--report", "{folder}/report.json",
              "--ready-file", "{folder}/up"],
             "ignore 15 ignore 3 fork [ ignore 15 ] daemon [ ignore 15 ] say ready hang", 137, 1.75),
    Scenario("leftovers that ignore theirs",
             ["--grace", "3s", "--linger", "300ms", "--log", "json"],
             "daemon [ ignore 15 fork [ ignore 15 ] hang ] fork [ ] " + OBEYS, 5, 2.75),
    Scenario("an after command", ["--grace", "3s", "--after", "{actor} name after say ran fork [ hang ] exit 0"],
             OBEYS, 5, 2.75, expects=[("after", "ran")]),
    Scenario("a request after it", ["--grace", "3s", "--after", "POST http://127.0.0.1:{port}/quit"],
             OBEYS, 5, 2.75),
    Scenario("a hook", ["--grace", "4s", "--drain-min", "200ms"], OBEYS, 5, 3.75, ask=by_hook),
    Scenario("an end that nobody asked for",
             ["--grace", "2s", "--linger", "200ms", "--report", "{folder}/report.json"],
             "daemon [ ignore 15 ] on 15 5 20 say ready exit 7", 7, None),
    Scenario("a command that is not there", ["--grace", "2s"], "", 127, None,
             command=["no-such-command"], statuses=[125, 126]),
    Scenario("a script without an interpreter", ["--grace", "2s"], "", 6, None,
             command=["./script"], statuses=[125, 126, 127],
             prepare=lambda world: script(world, "exit 6\n")),
    Scenario("a subreaper", ["--grace", "3s", "-p", "TERM", "--linger", "100ms"],
             "daemon [ ignore 15 ] " + OBEYS, 5, 2.75, below=True),
    Scenario("as tini", ["-g", "-v"], "daemon [ hang ] " + OBEYS, 5, 5, program="tini", unlimited=True,
             refusals=(1, 126, 127)),
    Scenario("as dumb-init with a grace period", ["-v"], OBEYS, 5, 1.75, program="dumb-init",
             environment={"DRAINIT_GRACE": "2s"}, refusals=(1, 2)),
    Scenario("as dumb-init on a terminal", ["-v"], OBEYS, 5, 5, program="dumb-init", refusals=(1, 2),
             settings=["terminal"], terminal=True, unlimited=True),
    Scenario("as catatonit, for a pause", ["-P"], "", 0, 5, program="catatonit", command=[],
             statuses=[1, 255], ask=in_the_middle),
    Scenario("a terminal", ["--grace", "2s"], OBEYS, 5, 1.75, settings=["terminal"], terminal=True),
    Scenario("a burst of orphans", ["--grace", "2s"], "orphans 600 " + OBEYS, 5, 1.75),
    Scenario("a plan", ["--plan", "--grace", "2s"], "", 0, None, command=["x"], statuses=[1]),
    Scenario("what asks as a hook", [], OBEYS, 0, None, question="--prestop", statuses=[125]),
    Scenario("what asks for the phase", [], OBEYS, 0, None, question="--status", statuses=[125]),
]


# Each was a fault of the init once: part of every sample.
FOUND = {
    ("a hook", "init:7:2:12"),  # the one answer was lost
    ("a hook", "init:129:2:11"),
    ("a connection that stays", "*:7:1+:12"),  # a busy loop
    ("what asks for the phase", "init:2:1:24"),  # what lay on the stack was printed
    ("a stop while a sidecar is waited for", "init:56:1:11"),  # leftovers were waited for
    ("idle connections", "fork1:45:2:12"),  # the watcher was blind for the whole drain
}


def script(world, text):
    with open(world.path("script"), "w") as file:
        file.write(text)
    os.chmod(world.path("script"), 0o755)


class Server(http.server.BaseHTTPRequestHandler):
    def answer(self):
        refused = self.path == "/refused"
        self.send_response(503 if refused else 200)
        self.send_header("Content-Length", "6" if refused else "0")
        self.end_headers()
        if refused:
            self.wfile.write(b"not me")

    do_GET = do_POST = answer

    def log_message(self, *_):
        pass


class Patient(http.server.ThreadingHTTPServer):
    request_queue_size = 256
    daemon_threads = True

    def handle_error(self, *_):
        """A client that was made to fail."""


def answer_names(server):
    """Every name is 127.0.0.1, and has no IPv6 address."""
    while True:
        question, client = server.recvfrom(512)
        end = question.find(b"\0", 12) + 5
        if end < 16 or end > len(question):
            continue
        wanted = struct.unpack(">H", question[end - 4:end - 2])[0]
        record = b"\xc0\x0c" + struct.pack(">HHIH", 1, 1, 60, 4) + bytes([127, 0, 0, 1])
        found = wanted == 1
        server.sendto(question[:2] + struct.pack(">HHHHH", 0x8180, 1, found, 0, 0) +
                      question[12:end] + (record if found else b""), client)


def serve():
    """What the requests go to, for all lives."""
    web = Patient(("127.0.0.1", 0), Server)
    names = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    names.bind((NAME_SERVER, 53))
    threading.Thread(target=web.serve_forever, daemon=True).start()
    threading.Thread(target=answer_names, args=[names], daemon=True).start()
    Life.servers = {"port": web.server_address[1]}
