"""Whatever stderr is, it never blocks us: the deadline holds, the child's flags stay."""

import fcntl
import os
import socket
import subprocess

import signal

from harness import PATIENCE, both, budget, equal, between, test

LOUD = "ignore 15 flags 2 fork [ ignore 15 ] fork [ setsid ignore 15 ] say ready hang"
LOUD_OPTIONS = "--grace 2s -v -v -v --drain-min 0 --ready-file /no/such/folder/ready"


def fill(fd):
    """Until nothing goes in any more; the flags are as before."""
    flags = fcntl.fcntl(fd, fcntl.F_GETFL)
    fcntl.fcntl(fd, fcntl.F_SETFL, flags | os.O_NONBLOCK)
    for size in (65536, 4096, 1):
        while True:
            try:
                os.write(fd, b"x" * size)
            except BlockingIOError:
                break
    fcntl.fcntl(fd, fcntl.F_SETFL, flags)


def deadline_holds(w, log=None, settings=(), nonblocking=None, **rest):
    init = w.act(LOUD_OPTIONS, LOUD, log=log, settings=settings, **rest)
    flags = w.value("main", "flags")
    if nonblocking is not None:
        equal(bool(int(flags, 8) & os.O_NONBLOCK), nonblocking, "the child's O_NONBLOCK")
    _, kill, exit_by = budget(2)
    init.send(signal.SIGTERM)
    equal(init.wait(), 137)
    between(init.used(), kill, exit_by, "exit")
    if isinstance(log, int):
        equal(bool(fcntl.fcntl(log, fcntl.F_GETFL) & os.O_NONBLOCK), bool(nonblocking),
              "O_NONBLOCK at the end")
    return init


@both
def a_full_pipe_that_nobody_reads(w):
    reader, writer = os.pipe()
    fill(writer)
    deadline_holds(w, writer, nonblocking=False)
    os.close(reader)
    os.close(writer)


@test
def a_full_pipe_that_the_child_itself_wants_not_to_block(w):
    reader, writer = os.pipe()
    fill(writer)
    os.set_blocking(writer, False)
    deadline_holds(w, writer, nonblocking=True)
    os.close(reader)
    os.close(writer)


@test
def a_pipe_whose_reader_is_stopped(w):
    reader, writer = os.pipe()
    stopped = subprocess.Popen(["cat"], stdin=reader, stdout=subprocess.DEVNULL)
    stopped.send_signal(signal.SIGSTOP)
    fill(writer)
    try:
        deadline_holds(w, writer, nonblocking=False)
    finally:
        stopped.kill()
        stopped.wait()
        os.close(reader)
        os.close(writer)


@test
def a_pipe_whose_reader_is_gone(w):
    reader, writer = os.pipe()
    os.close(reader)
    deadline_holds(w, writer, nonblocking=False)
    os.close(writer)


@test
def a_full_socket(w):
    ours, theirs = socket.socketpair()
    fill(theirs.fileno())
    deadline_holds(w, theirs.fileno(), nonblocking=False)
    ours.close()
    theirs.close()


@test
def a_socket_is_written_to(w):
    ours, theirs = socket.socketpair()
    deadline_holds(w, theirs.fileno(), nonblocking=False)
    theirs.close()
    assert b"actor" in ours.recv(65536), "no survivor was named"
    ours.close()


@test
def a_terminal_that_nobody_reads(w):
    master, slave = os.openpty()
    fill(slave)
    deadline_holds(w, slave, nonblocking=False)
    os.close(master)
    os.close(slave)


@test
def a_terminal_is_written_to(w):
    master, slave = os.openpty()
    deadline_holds(w, slave, nonblocking=False)
    os.set_blocking(master, False)
    assert b"actor" in os.read(master, 65536), "no survivor was named"
    os.close(master)
    os.close(slave)


@both
def a_closed_one(w):
    deadline_holds(w, settings=["no-stderr"])


@test
def a_closed_one_is_not_mistaken_for_something_of_ours(w):
    init = w.act("--grace 5s", "state on 15 0 0 say ready hang", settings=["no-stderr"])
    equal(w.said("main", "fd 2"), [], "descriptor 2 in the child")
    init.send(signal.SIGTERM)
    equal(init.wait(), 0)


@test
def a_file_on_a_device_that_is_full(w):
    deadline_holds(w, settings=["stderr", "/dev/full"])


@test
def a_file_on_a_full_file_system(w):
    os.mkdir(w.path("small"))
    deadline_holds(w, settings=["tmpfs", w.path("small"), "stderr", w.path("small/log")])


@test
def a_file_is_appended_to(w):
    path = w.path("kept")
    with open(path, "w") as file:
        file.write("from before\n")
    with open(path,
              "r+") as file:  # not opened to append: our lines must not land on the old ones
        file.seek(0, os.SEEK_END)
        deadline_holds(w, file.fileno())
    with open(path) as file:
        text = file.read()
    assert text.startswith("from before\n") and "actor" in text, text


@test
def a_full_pipe_holds_up_no_usage_error(w):
    reader, writer = os.pipe()
    fill(writer)
    equal(w.start("--grace", "3x", "--", "/bin/true", log=writer).wait(PATIENCE), 125)
    os.close(reader)
    os.close(writer)
