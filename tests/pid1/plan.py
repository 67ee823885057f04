"""--plan: drawn for where it is read, an object for programs, and a status for both."""

import fcntl
import json
import os
import re
import struct
import subprocess
import termios

from harness import World, equal, test

COLOUR = re.compile("\x1b\\[[0-9;]*m")
BUSY = ["--grace", "60s", "--drain", "leave", "--drain-min", "5s", "--after", "bye", "--escalate",
        "QUIT@5s", "--ready-file", "/run/ready"]


def run(*words, **environment):
    """Status, stdout, stderr: into pipes."""
    done = subprocess.run([World.drainit, "--plan", *words], env=environment, capture_output=True,
                          check=False)
    return done.returncode, done.stdout.decode(), done.stderr.decode()


def drawn(*words, **environment):
    status, text, problem = run(*words, **environment)
    equal((status, problem), (0, ""))
    return text


def on_a_terminal(*words, columns=0, **environment):
    """What a terminal of so many columns is sent."""
    master, slave = os.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    with subprocess.Popen([World.drainit, "--plan", *words], env=environment, stdout=slave,
                          stdin=subprocess.DEVNULL) as process:
        os.close(slave)
        text = b""
        while True:
            try:
                text += os.read(master, 65536)
            except OSError:  # EIO: nobody has the other end any more
                break
        os.close(master)
        equal(process.wait(), 0)
    return text.decode().replace("\r\n", "\n")


def widest(text):
    return max(len(line) for line in COLOUR.sub("", text).splitlines())


def axis(text):
    """The width of the axis, which is the whole width."""
    lines = [line for line in COLOUR.sub("", text).splitlines() if re.match(r" +[+┼][-─]", line)]
    equal(len(lines), 1, text)
    return len(lines[0])


@test
def a_plan_has_colour_on_a_terminal_and_only_there(w):
    coloured = on_a_terminal(*BUSY, columns=80, TERM="xterm")
    assert COLOUR.search(coloured), coloured
    plain = on_a_terminal(*BUSY, columns=80, TERM="xterm", NO_COLOR="1")
    assert "\x1b" not in plain, plain
    equal(COLOUR.sub("", coloured), plain)
    equal(on_a_terminal(*BUSY, columns=80, TERM="dumb"), plain)
    equal(drawn(*BUSY, COLUMNS="80", TERM="xterm"), plain)
    equal(on_a_terminal(*BUSY, columns=80, NO_COLOR=""), coloured)


@test
def a_plan_is_as_wide_as_the_terminal(w):
    for columns, width in ((40, 60), (60, 60), (80, 80), (133, 133), (200, 200), (300, 200)):
        for locale in ("C", "C.UTF-8"):
            text = on_a_terminal(*BUSY, columns=columns, LANG=locale, COLUMNS="99")
            equal((axis(text), widest(text)), (width, width), text)
    equal(axis(on_a_terminal(*BUSY, columns=0, COLUMNS="99")), 99)
    equal(axis(on_a_terminal(*BUSY, columns=0)), 80)


@test
def where_there_is_no_terminal_COLUMNS_says_how_wide_a_plan_is(w):
    for columns, width in (("1", 60), ("60", 60), ("99", 99), ("1000", 200), ("", 80), ("x", 80)):
        text = drawn(*BUSY, COLUMNS=columns)
        equal((axis(text), widest(text)), (width, width), text)
    equal(axis(drawn(*BUSY)), 80)


@test
def a_plan_is_ASCII_unless_the_locale_has_UTF_8(w):
    assert drawn(*BUSY).isascii() and drawn(*BUSY, LANG="C").isascii()
    assert drawn(*BUSY, LANG="C.UTF-8", LC_ALL="C").isascii()
    text = drawn(*BUSY, LANG="C.UTF-8")
    for glyph in "█░▒▲×":
        assert glyph in text, text
    equal(text, drawn(*BUSY, LC_CTYPE="en_US.utf8", LANG="C"))


@test
def a_plan_teaches(w):
    text = " ".join(drawn(KUBERNETES_SERVICE_HOST="192.0.2.1", DRAINIT_DRAIN_MAXX="3").split())
    for wanted in ("- DRAINIT_DRAIN_MAXX", "- the grace period is assumed", "- no drain: a Service",
                   "--spent 15s", "STOPSIGNAL", "wants -c"):
        assert wanted in text, f"no {wanted} in {text}"


def plan(*words, **environment):
    status, text, problem = run("--log", "json", *words, **environment)
    equal((status, problem, text.count("\n")), (0, "", 1))
    return json.loads(text)


@test
def a_plan_for_programs_is_one_object(w):
    seen = plan(*BUSY)
    wanted = {"fits": True, "grace_ms": 60000, "grace_source": "option", "margin_ms": 2000,
              "allowance_ms": 60000, "deadline_ms": 58000, "reserve_ms": 6000, "stop_ms": 36000,
              "kill_ms": 53000, "exit_by_ms": 59000, "runtime_kill_ms": 60000, "ready_file_ms": 0,
              "escalations": [{"signal": "QUIT", "at_ms": 48000}]}
    equal({key: seen[key] for key in wanted}, wanted)
    equal(seen["drain"]["command"], {"start_ms": 0, "term_ms": 35000, "kill_ms": 36000,
                                     "retry_ms": None})
    notes = plan(DRAINIT_SPNT='"\x1b\\\xff', KUBERNETES_SERVICE_HOST="192.0.2.1")["notes"]
    assert any("DRAINIT_SPNT" in note for note in notes) and len(notes) > 3, notes
    for words in ([], ["--grace", "infinity"], ["--grace", "1s", "-c"], ["--drain-idle=80,443"],
                  ["--grace", "infinity", "--drain", "x", "--drain-max", "9s", "--after", "y"],
                  ["--drain-min", "100s"], ["--grace", "9h", "--ready-file", "r", "--drain", "x"]):
        equal(plan(*words, COLUMNS="60")["fits"], True)
    equal(plan(DRAINIT_LOG="json")["grace_source"], "docker")


@test
def what_does_not_fit_is_125_with_the_sum_and_an_object(w):
    sum_of_it = ("--drain-min=9s: reaches into the reserve of the stop phase; at most 8.5s of 10s: "
                 "10s grace period - 500ms margin - 1s reserve")
    words = ["--grace", "10s", "--drain-min", "9s"]
    equal(run(*words), (125, "", f"drainit: {sum_of_it}\n"))
    status, text, problem = run(*words, "--log", "json")
    equal((status, problem), (125, f"drainit: {sum_of_it}\n"))
    equal(json.loads(text), {"fits": False, "problem": sum_of_it})
    equal(run("--grace", "3x", "--log", "json")[:2], (125, ""))
