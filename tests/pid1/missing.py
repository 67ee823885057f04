"""Bounds: what an older kernel, a strict profile or a limit does not give is done without."""

import errno
import json
import os
import platform
import shutil
import signal
import socket

from harness import Skip, between, equal, test
from hook import Hook, title, waited_for_a_frozen_hook

OBEDIENT = "on 15 0 0 say ready hang"

CALLS = {
    "x86_64": {"clone": 56, "uname": 63, "pipe2": 293, "pwritev2": 328, "pidfd_open": 434,
               "close_range": 436, "getcwd": 79, "socket": 41, "mmap": 9},
    "aarch64": {"clone": 220, "uname": 160, "pipe2": 59, "pwritev2": 287, "pidfd_open": 434,
                "close_range": 436, "getcwd": 17, "socket": 198, "mmap": 222},
}
CLONE_VM = 0x100


def without(call, error, mask=0, value=0):
    """The settings of a container in which this system call fails, where its first argument has these bits."""
    numbers = CALLS.get(platform.machine())
    if not numbers:
        raise Skip(f"the numbers of {platform.machine()} are not known here")
    return ["deny", f"{numbers[call]},{error},{mask},{value}"]


@test
def a_hook_is_known_by_its_start_time_without_pidfds(w):
    init = w.act("--grace 8s", OBEDIENT, drain="say began sleep 300",
                 settings=without("pidfd_open", errno.ENOSYS))
    hooks = [Hook(init)]
    w.see("drain", "began")
    gone = Hook(init)
    os.kill(gone.pid(), signal.SIGKILL)
    gone.wait()
    hooks.append(Hook(init))
    equal([hook.wait() for hook in hooks], [0, 0])
    init.send(signal.SIGTERM)
    equal(init.wait(), 0)


@test
def a_hook_is_seen_off_without_pidfds(w):
    init = w.act("--grace 4s", "say ready hang", drain="say began hang",
                 settings=without("pidfd_open", errno.EPERM))
    hook = Hook(init)
    w.see("drain", "began")
    init.send(signal.SIGTERM)
    equal(hook.wait(), 1)
    equal(init.wait(), 128 + signal.SIGTERM)


@test
def the_exit_waits_for_a_hook_without_pidfds_but_not_for_long(w):
    waited_for_a_frozen_hook(w, settings=without("pidfd_open", errno.ENOSYS))


@test
def descriptors_are_closed_one_by_one_without_close_range(w):
    inner, outer = os.pipe()
    init = w.act("", OBEDIENT, settings=without("close_range", errno.ENOSYS), pass_fds=[outer])
    os.close(outer)
    w.eventually(lambda: not os.path.exists(f"/proc/{init.pid}/fd/{outer}"),
                 "what was open is closed")
    os.close(inner)
    init.send(signal.SIGTERM)
    equal(init.wait(), 0)


def starts_as_a_copy(w, settings):
    init = w.act("--grace 8s", "state " + OBEDIENT, drain="say once", settings=settings)
    equal(w.value("main", "group"), w.value("main", "pid"), "a group of its own")
    init.send(signal.SIGTERM)
    equal(init.wait(), 0)
    equal(len(w.said("drain", "once")), 1, "drains")
    missing = w.start("--", "/no/such/file", settings=settings)
    equal(missing.wait(), 127)
    assert "No such file or directory" in missing.log(), missing.log()


@test
def where_the_kernel_does_not_tell_its_age_nobody_shares_our_memory(w):
    starts_as_a_copy(w, without("uname", errno.EPERM))


@test
def where_memory_cannot_be_shared_the_child_is_a_copy(w):
    starts_as_a_copy(w, without("clone", errno.EINVAL, CLONE_VM, CLONE_VM))


class Pipe:
    """An init's stderr: a file would be written by a helper."""

    def __init__(self):
        self.end, self.log = os.pipe()

    def text(self):
        """All of it; the init has ended."""
        os.close(self.log)
        with open(self.end) as file:
            return file.read()


@test
def where_nothing_can_be_forked_it_says_so(w):
    pipe = Pipe()
    init = w.start("--", w.actor, "say", "ready", settings=without("clone", errno.EAGAIN),
                   log=pipe.log)
    equal(init.wait(), 125)
    equal(pipe.text().splitlines()[0],
          f"drainit: {w.actor}: cannot fork: Resource temporarily unavailable")


@test
def helpers_that_cannot_be_started_hold_up_nobody(w):
    ready, pipe = w.path("serving"), Pipe()
    init = w.act(f"--grace 3s --drain-idle --drain-max 1500ms --ready-file {ready} --log json "
                 f"--report {w.path('sum')}", OBEDIENT, log=pipe.log,
                 settings=without("clone", errno.EAGAIN, CLONE_VM, 0))
    init.send(signal.SIGTERM)
    equal(init.wait(), 0)
    between(init.used(), 1.5, 1.5, "exit")
    log = pipe.text()
    assert f"ready file {ready} cannot be created: Resource temporarily unavailable" in log, log
    assert "the watcher of connections could not be started" in log, log
    # The file cannot be written: the log's last line must do.
    equal(json.loads(log.splitlines()[-1])["exit_status"], 0)
    assert not os.path.exists(w.path("sum"))


@test
def who_survives_is_named_by_PID_1_where_no_helper_can_be_started(w):
    pipe = Pipe()
    init = w.act("--grace 2s", "ignore 15 say ready hang", log=pipe.log,
                 settings=without("clone", errno.EAGAIN, CLONE_VM, 0))
    init.send(signal.SIGTERM)
    equal(init.wait(), 137)
    log = pipe.text()
    assert "SIGKILL: pid " in log, log


@test
def without_a_pipe_to_spare_the_stop_is_as_ever(w):
    settings = without("pipe2", errno.EMFILE)
    init = w.act(f"--grace 3s --drain-idle --drain-max 1500ms --report {w.path('sum')}", OBEDIENT,
                 settings=settings)
    init.send(signal.SIGTERM)
    equal(init.wait(), 0)
    between(init.used(), 1.5, 1.5, "exit")
    # The ready file's creator waits for the exec at a pipe's end.
    init = w.start("--ready-file", w.path("serving"), "--", w.actor, "say", "ready",
                   settings=settings)
    equal(init.wait(), 125)


@test
def commands_run_in_the_root_where_the_directory_is_not_told(w):
    where = w.path("where")
    init = w.act("--grace 8s", OBEDIENT, settings=without("getcwd", errno.ENOENT),
                 drain_line=f"sh -c 'readlink /proc/self/cwd >{where}'")
    init.send(signal.SIGTERM)
    equal(init.wait(), 0)
    with open(where) as file:
        equal(file.read(), "/\n")
    assert "commands run in /" in init.log(), init.log()


@test
def connections_are_read_from_proc_where_the_kernel_has_no_socket_for_them(w):
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        with socket.create_connection(("127.0.0.1", port)):
            init = w.act(f"--grace 3s --drain-idle={port} --drain-max 1500ms", OBEDIENT,
                         settings=without("socket", errno.EAFNOSUPPORT))
            init.send(signal.SIGTERM)
            equal(init.wait(), 0)
    between(init.used(), 1.5, 1.5, "exit")
    assert "1 connections open, 1 at its start" in init.log(), init.log()


@test
def a_pipe_of_another_user_is_written_whatever_the_kernel_lacks(w):
    for error in (errno.EOPNOTSUPP, errno.ENOSYS, errno.EPERM):
        pipe = Pipe()
        init = w.act("-v", OBEDIENT, settings=without("pwritev2", error), log=pipe.log,
                     before=["setpriv", "--reuid=65534", "--clear-groups"])
        init.send(signal.SIGHUP)
        equal(init.wait(), 128 + signal.SIGHUP)
        equal(pipe.text().splitlines()[0], "drainit: HUP to the main child's group")


@test
def a_log_that_nobody_can_be_forked_to_write_holds_up_nobody(w):
    init = w.act("-v", OBEDIENT, settings=without("clone", errno.EAGAIN, CLONE_VM, 0))
    init.send(signal.SIGTERM)
    equal(init.wait(), 0)
    equal(init.log(), "")


@test
def a_drain_command_is_tried_again_where_each_child_is_a_copy(w):
    init = w.act("--grace 8s --drain-retry 100ms", OBEDIENT, drain="say once exit 1",
                 settings=without("uname", errno.EPERM))
    init.send(signal.SIGTERM)
    w.see("drain", "once", 3)
    init.pause_until(1.1)
    init.send(signal.SIGTERM)
    equal(init.wait(), 0)


@test
def a_hook_whose_signal_finds_no_room_says_so(w):
    if not shutil.which("prlimit"):
        raise Skip("needs prlimit")
    # The actor's own timer would find none either.
    init = w.start("--grace", "2s", "--", "sleep", "60", before=["prlimit", "--sigpending=0"])
    w.eventually(lambda: title(init) == "drainit:serving", "it serves")
    hook = Hook(init)
    equal(hook.wait(), 125)
    assert "cannot be asked: Resource temporarily unavailable" in hook.complaint, hook.complaint
    init.send(signal.SIGTERM)
    equal(init.wait(), 143)
