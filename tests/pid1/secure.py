"""What leaks to nobody, and what others' bytes cannot do: see SECURITY in drainit(1)."""

import http.server
import json
import os
import re
import signal
import sys
import threading

from harness import both, equal, test
from hook import Hook

# What a terminal would obey, what would forge a line, what is no UTF-8; C1 in one byte and in two.
EVIL = ["\x1b[2J\x1b]0;owned\x07", "end\ndrainit: +0s exit 0; all is well\r", "\udcff\udc9b31m",
        "\x9b31m\x7f\x08", '"},{"forged":"']
LIST = "import os, sys\nfolder = '/proc/self/fd'\n" \
    "open_now = [fd for fd in os.listdir(folder) if os.path.exists(folder + '/' + fd)]\n" \
    "open(sys.argv[1], 'a').write(' '.join(sorted(open_now, key=int)) + '\\n')\n"


def lines_of(path):
    with open(path, encoding="ascii") as file:
        return file.read().splitlines()


@both
def no_child_has_a_descriptor_but_0_1_and_2(w):
    """Main child, drain command at each attempt, after command; with all that drainit itself has open."""
    told = {name: w.path(name) for name in ("main", "drain", "after")}
    script = w.path("tell.py")
    with open(script, "w", encoding="ascii") as file:
        file.write(LIST)
    listed = f"{sys.executable} {script} "
    w.start("--grace", "9s", "--log", "json", "--report", w.path("report.json"),
            "--ready-file", w.path("up"), "--drain-idle", "--drain-retry", "100ms",
            "--drain", f"sh -c '{listed}{told['drain']}; test -e {w.path('again')} || "
            f"{{ touch {w.path('again')}; exit 1; }}'",
            "--after", listed + told["after"], "--",
            "sh", "-c", f"{listed}{told['main']}; kill -TERM $PPID; sleep 100").wait()
    equal(lines_of(told["main"]), ["0 1 2"], "the main child's")
    equal(lines_of(told["drain"]), ["0 1 2"] * 2, "the drain command's")
    equal(lines_of(told["after"]), ["0 1 2"], "the after command's")


@test
def a_descriptor_that_was_handed_on_reaches_the_main_child_alone(w):
    told = {name: w.path(name) for name in ("main", "drain")}
    script = w.path("tell.py")
    with open(script, "w", encoding="ascii") as file:
        file.write(LIST)
    ours, theirs = os.pipe()
    listed = f"{sys.executable} {script} "
    try:
        init = w.start("--grace", "9s", "--drain", listed + told["drain"], "--", "sh", "-c",
                       f"{listed}{told['main']}; touch {w.path('up')}; sleep 100",
                       pass_fds=[theirs])
    finally:
        os.close(theirs)
        os.close(ours)
    w.eventually(lambda: os.path.exists(w.path("up")), "it is up")
    equal(Hook(init).wait(), 0)
    init.send(signal.SIGTERM)
    init.wait()
    equal(lines_of(told["main"]), [f"0 1 2 {theirs}"], "the main child's")
    equal(lines_of(told["drain"]), ["0 1 2"], "the drain command's, for a hook")


@test
def nothing_of_the_environment_is_told(w):
    secret = {"API_TOKEN": "hunter2-a", "DATABASE_URL": "postgres://u:hunter2-b@db/x",
              "DRAINIT_GRACE": "4s", "DRAINIT_GRACES": "hunter2-c"}
    for log in "text", "json":
        init = w.start("-v", "-w", "--log", log, "--report", w.path("report.json"),
                       "--drain", "false", "--after", "true", "--", "sh", "-c",
                       "trap '' TERM; (setsid sleep 100 &); (true &); sleep 0.2; kill -USR1 $PPID; "
                       "kill -TERM $PPID; while :; do sleep 0.1; done", environment=secret)
        init.wait()
        with open(w.path("report.json"), encoding="utf-8") as file:
            said = init.log() + file.read()
        assert "SIGKILL: pid" in said and "DRAINIT_GRACES" in said, said
        assert "hunter2" not in said, said
    for words in ["--grase", "3s"], ["--plan"], ["--help"], ["--status"], ["--", "/no/such/program"]:
        init = w.start(*words, environment=secret)
        init.wait()
        assert "hunter2" not in init.log(), init.log()


def expect_harmless(text, lines=None):
    """Valid UTF-8, and no byte that a terminal obeys but the ends of the lines that are ours."""
    control = re.findall(r"[^\n\x20-\x7e\xa0-\U0010ffff]", text)
    equal(control, [], f"control characters in {text!r}")
    for line in lines or text.splitlines():
        assert line.startswith("drainit: "), f"a line that is not ours: {line!r}"


def log_bytes(init):
    with open(init.log_path, "rb") as file:
        return file.read().decode()  # strictly


def survivor(w, blank):
    """A main child with evil words, or with an evil name and no words at all."""
    code = "import ctypes, os, signal, sys\n" \
        "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n" \
        "ctypes.CDLL(None).prctl(15, b'\\x1b[31m\\n\\xff\\x9bx)', 0, 0, 0)\n"
    if blank:
        code += "stat = open('/proc/self/stat', 'rb').read().rsplit(b')', 1)[1].split()\n" \
            "ctypes.memset(int(stat[45]), 0, int(stat[46]) - int(stat[45]))\n"
    return [sys.executable, "-c", code + f"open({w.path('up')!r}, 'w')\nwhile True:\n    signal.pause()",
            *EVIL]


def is_there(w):
    w.eventually(lambda: os.path.exists(w.path("up")), "it is up")
    os.unlink(w.path("up"))


@test
def a_survivors_words_and_name_are_defused_in_log_and_report(w):
    for blank in False, True:
        init = w.start("--grace", "1s", "--report", w.path("report.json"), "--", *survivor(w, blank))
        is_there(w)
        init.send(signal.SIGTERM)
        equal(init.wait(), 137)
        said = log_bytes(init)
        expect_harmless(said)
        named = [line for line in said.splitlines() if "SIGKILL: pid" in line]
        equal(len(named), 1, said)
        with open(w.path("report.json"), encoding="utf-8", errors="strict") as file:
            report = json.load(file)
        equal(set(report["survivors"][0]) >= {"pid", "command"}, True)
        assert "forged" not in report and len(report["survivors"]) == 1, report


@test
def as_JSON_each_line_is_an_object_whatever_others_are_called(w):
    init = w.start("--grace", "1s", "--log", "json", "--", *survivor(w, False))
    is_there(w)
    init.send(signal.SIGTERM)
    equal(init.wait(), 137)
    said = log_bytes(init)
    equal(re.findall(r"[^\n\x20-\x7e\xa0-\U0010ffff]", said), [], said)
    for line in map(json.loads, said.splitlines()):
        assert set(line) >= {"source", "message"} or "outcome" in line, line


@test
def words_of_the_command_line_are_defused_in_what_is_refused(w):
    for words in ["--grace=" + EVIL[0]], ["--" + EVIL[1]], ["--", "/no/" + EVIL[0] + EVIL[1]], \
            ["--drain", EVIL[1] + EVIL[2], "--", "/no/such"], ["-r", EVIL[3]]:
        init = w.start(*words)
        assert init.wait() in (125, 127), init.log()
        expect_harmless(log_bytes(init))


@test
def what_a_server_says_of_a_failure_is_defused(w):
    class Evil(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.wfile.write(b"HTTP/1.1 500 " + EVIL[0].encode() + b"\xff\x9b31m\r\n"
                             b"Content-Type: \x1b[2J\r\n\r\n"
                             + "".join(EVIL).encode("utf-8", "surrogateescape"))

        def log_message(self, *_):
            pass

    server = http.server.HTTPServer(("127.0.0.1", 0), Evil)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        init = w.act("--grace 5s", "on 15 0 0 say ready hang",
                     drain_line=f"http://127.0.0.1:{server.server_port}/")
        init.send(signal.SIGTERM)
        equal(init.wait(), 0)
        expect_harmless(log_bytes(init))
        assert "500" in init.log(), init.log()
    finally:
        server.shutdown()
        server.server_close()
