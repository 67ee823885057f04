"""Children, callers and surroundings that do what nobody should: each test was a fault once."""

import os
import signal
import sys
import time

from harness import both, both_alone, budget, equal, between, test


def python(text):
    return [sys.executable, "-c", text]


@both_alone
def a_tree_of_1000_generations_is_gone_at_the_deadline(w):
    init = w.start("--grace", "3s", "--", w.actor, "ignore", "15", *"fork [".split() * 1000,
                   "say", "ready", *["]"] * 1000, "hang")
    w.see("main", "ready")
    _, kill, exit_by = budget(3)
    init.send(signal.SIGTERM)
    equal(init.wait(), 137)
    between(init.used(), kill, exit_by, "exit")
    equal(w.living(), [], "who lives on")


@test
def a_daemon_whose_first_thread_has_ended_is_stopped(w):
    """Its leader is a zombie: it looks dead, and is not. (To PID 1 with cgroup v1 it shows no cgroup.)"""
    init = w.start("--linger", "20s", "--", *python(
        "import ctypes, os, threading, time\n"
        "ready, told = os.pipe()\n"
        "if os.fork() == 0:\n"
        "    os.setsid()\n"
        "    def live():\n"
        "        os.write(told, b'.')\n"
        "        time.sleep(30)\n"
        "    threading.Thread(target=live).start()\n"
        "    ctypes.CDLL(None).pthread_exit(None)\n"
        "os.read(ready, 1)\n"
        "time.sleep(0.2)\n"
        "os._exit(4)\n"), here=True)
    started = time.monotonic()
    equal(init.wait(), 4)
    assert time.monotonic() - started < 10, "it was not told to stop"
    equal(w.living(), [], "who lives on")


@test
def who_joins_our_group_does_not_make_us_kill_it(w):
    """As a subreaper: our group is the caller's pipeline, and we are in it."""
    init = w.start("--grace", "2s", "--", *python(
        "import os, signal, time\n"
        "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        "ours = os.getpgid(os.getppid())\n"
        "if os.fork() == 0:\n"
        "    os.setpgid(0, ours)\n"
        "    open('joined', 'w')\n"
        "time.sleep(30)\n"), here=True, before=["setsid"])
    w.eventually(lambda: os.path.exists(w.path("joined")), "it has joined")
    init.send(signal.SIGTERM)
    equal(init.wait(), 137, "we live to tell")
    equal(w.living(), [], "who lives on")


@both
def a_main_child_that_left_its_group_gets_its_stop_signal(w):
    init = w.start("--grace", "9s", "--", *python(
        "import os, signal, time\n"
        "signal.signal(signal.SIGTERM, lambda *_: os._exit(6))\n"
        "child = os.fork()\n"
        "if child == 0:\n"
        "    os.setpgid(0, 0)\n"
        "    time.sleep(30)\n"
        "while os.getpgid(child) != child:\n"
        "    time.sleep(0.01)\n"
        "os.setpgid(0, child)\n"
        "open('left', 'w')\n"
        "while True:\n"
        "    time.sleep(1)\n"))
    w.eventually(lambda: os.path.exists(w.path("left")), "it has left its group")
    init.send(signal.SIGTERM)
    equal(init.wait(), 6)


@test
def the_log_goes_on_when_the_start_had_something_to_say(w):
    folder = w.path("gone")
    os.mkdir(folder)
    init = w.act("--grace 5s", "say ready hang", drain="exit 0", cwd=folder,
                 settings=["remove", folder])
    init.send(signal.SIGTERM)
    equal(init.wait(), 143)
    assert "exit 143" in init.log(), init.log()


@test
def another_user_s_terminal_still_gets_the_log(w):
    """It cannot be opened again, and knows no RWF_NOWAIT."""
    setpriv = ["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups", "--"]
    master, slave = os.openpty()
    os.fchmod(slave, 0o600)
    init = w.start("--", "/no/such/command", before=setpriv, log=slave)
    equal(init.wait(), 127)
    os.set_blocking(master, False)
    try:
        text = os.read(master, 4096)
    except BlockingIOError:
        text = b""
    os.close(master)
    os.close(slave)
    assert b"/no/such/command" in text, text


@test
def a_closed_stdin_is_an_empty_one_for_commands(w):
    folder = w.path("stdin")
    init = w.act("--grace 5s", "say ready hang",
                 drain_line=f"sh -c 'readlink /proc/$$/fd/0 > {folder}'",
                 before=["sh", "-c", 'exec "$@" <&-', "sh"])
    init.send(signal.SIGTERM)
    equal(init.wait(), 143)
    with open(folder) as file:
        equal(file.read().strip(), "/dev/null", "the drain command's stdin")


@test
def a_closed_stderr_is_no_place_for_a_pipe_of_ours(w):
    init = w.act(f"--grace 5s --ready-file {w.path('up')}", "say ready hang",
                 settings=["no-stderr"])
    w.eventually(lambda: os.path.exists(w.path("up")), "the ready file")
    equal(os.readlink(f"/proc/{init.pid}/fd/2"), "/dev/null", "stderr")
    init.send(signal.SIGTERM)
    equal(init.wait(), 143)


@test
def a_QUIT_that_meets_the_child_before_its_exec_ends_the_child_alone(w):
    """Before Linux 5.16 its core dump would end all who share its memory."""
    for turn in range(20):
        init = w.start("--stop-signals", "TERM", "--", "no-such-command",
                       environment={"PATH": "/no/dir:" * 16000})
        time.sleep(turn / 2000)
        init.send(signal.SIGQUIT)
        status = init.wait()
        assert status in (131, 127), f"status {status}"
