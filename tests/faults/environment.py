"""Whole surroundings that lack something, with the kernel's own means: limits, mounts, profiles."""

import errno
import json
import os
import shutil
import signal
import uuid

import calls
from harness import Skip, between, budget, equal, test

FULL = ["--grace", "3s", "--drain-max", "1s", "--linger", "200ms", "--escalate", "QUIT@500ms"]


def full(w):
    """All that starts a helper."""
    return [*FULL, "--drain", f"{w.actor} name drain say ran exit 0", "--after",
            f"{w.actor} name after say ran exit 0", "--ready-file", w.path("up"), "--report",
            w.path("report.json")]


def stopped(w, init, status=5, after=True):
    """It ends as it should, in time."""
    _, _, exit_by = budget(3, after=after)
    init.send(signal.SIGTERM)
    equal(init.wait(), status)
    between(init.used(), 0, exit_by, "exit")


def killed(w, init):
    """It is not there any more when its time is over, whatever its main child does."""
    _, kill, exit_by = budget(3, after=True)
    w.see("main", "ready")
    init.send(signal.SIGTERM)
    equal(init.wait(), 137)
    between(init.used(), kill, exit_by, "exit")


def in_cgroup(w, most):
    """A cgroup of at most so many processes; it is removed when the test is over."""
    own = [line.split(":", 2)[2].strip() for line in open("/proc/self/cgroup")
           if "pids" in line.split(":", 2)[1].split(",")]
    top = f"/sys/fs/cgroup/pids{own[0]}" if own else ""
    if not own or not os.path.isdir(top):
        raise Skip("needs the pids controller of cgroup v1")
    folder = os.path.join(top, f"drainit-{uuid.uuid4().hex[:12]}")
    try:
        os.mkdir(folder)
    except OSError as error:
        raise Skip(f"needs a cgroup of its own: {error.strerror}")
    with open(os.path.join(folder, "pids.max"), "w") as file:
        file.write(str(most))
    return folder, ["sh", "-c", f'echo $$ > {folder}/cgroup.procs && exec "$@"', "sh"]


def with_processes(w, most, verbs, check, **rest):
    folder, before = in_cgroup(w, most)
    try:
        check(w.start(*full(w), "--", w.actor, *verbs.split(), before=before, **rest))
    finally:
        for init in w.inits:
            init.close()
        w.inits.clear()
        w.eventually(lambda: remove(folder), "the cgroup is empty")


def remove(folder):
    try:
        os.rmdir(folder)
    except OSError:
        return False
    return True


@test
def where_not_even_the_main_child_can_be_forked_it_is_125_and_said(w):
    """On a pipe, as runtimes have it: to write to a file without waiting takes a process."""
    reader, writer = os.pipe()

    def check(init):
        os.close(writer)
        equal(init.wait(), 125)
        said = os.read(reader, 4096).decode()
        assert "Resource temporarily unavailable" in said, said
    try:
        with_processes(w, 1, "say ready hang", check, log=writer)
    finally:
        os.close(reader)


@test
def where_only_the_main_child_can_be_forked_the_stop_is_as_ever(w):
    """No drain, no ready file, no survey, no log: all of that is a process."""
    def check(init):
        w.see("main", "ready")
        stopped(w, init)
        equal(w.said("drain", "ran"), [], "what the drain command said")
        equal(len(w.said("main", "got 15")), 1, "stop signals")
    with_processes(w, 2, "on 15 5 20 say ready hang", check)


@test
def where_only_the_main_child_can_be_forked_one_that_ignores_it_is_killed_in_time(w):
    with_processes(w, 2, "ignore 15 ignore 3 say ready hang", lambda init: killed(w, init))


@test
def with_any_number_of_processes_the_stop_is_in_time(w):
    for most in range(3, 9):
        def check(init):
            w.see("main", "ready", most - 2)
            stopped(w, init)
            equal(w.living(), [], f"who lives on, with {most} processes")
        with_processes(w, most, "on 15 5 20 say ready hang", check)


@test
def a_main_child_that_takes_all_processes_keeps_nobody_from_the_stop(w):
    """Its tree is all that the cgroup may hold; it ignores what it is told, and is gone in time."""
    def check(init):
        killed(w, init)
        equal(w.living(), [], "who lives on")
    tree = "fork [ ignore 15 ] " * 10
    with_processes(w, 12, f"ignore 15 ignore 3 {tree} say ready hang", check)


@test
def without_descriptors_the_deadline_holds(w):
    if not shutil.which("busybox"):
        raise Skip("needs a static shell: busybox")
    for most in range(0, 10):
        before = len(w.said("main", "ready"))
        init = w.start(*full(w), "--", "/bin/busybox", "sh", "-c", 'ulimit -S -n 512 && exec "$@"', "sh",
                       w.actor, *"on 15 5 20 say ready hang".split(),
                       before=["prlimit", f"--nofile={most}:1024", "--"])
        w.eventually(lambda: init_ended(init) or len(w.said("main", "ready")) > before,
                     "it serves, or has given up")
        if len(w.said("main", "ready")) > before:
            stopped(w, init)
        else:
            assert init.wait() in (125, 126, 127), f"with {most} descriptors: status {init.status}"
        equal(w.living(), [], f"who lives on, with {most} descriptors")


def init_ended(init):
    try:
        init.wait(0.001)
    except AssertionError:
        return False
    return True


def remounted(how):
    return ["sh", "-c", f'mount -o remount,{how} /proc && exec "$@"', "sh"]


@test
def with_a_read_only_proc_all_is_as_ever(w):
    init = w.start(*full(w), "--", w.actor, *"daemon [ ignore 15 ] on 15 5 20 say ready hang".split(),
                   before=remounted("ro"))
    w.see("main", "ready")
    stopped(w, init)
    equal(len(w.said("drain", "ran")), 1, "drains")
    with open(w.path("report.json")) as file:
        equal(json.load(file)["exit_status"], 5, "the report's status")


# A container's own lies on that of the machine.
WITHOUT_PROC = ["sh", "-c", 'umount -l /proc && umount -l /proc && exec "$@"', "sh"]
WITH_THE_MACHINES_PROC = ["sh", "-c", 'umount -l /proc && exec "$@"', "sh"]


@test
def without_a_proc_all_is_in_time_and_the_drain_is_done(w):
    init = w.start(*full(w), "--", w.actor, *"daemon [ ignore 15 ] on 15 5 20 say ready hang".split(),
                   before=WITHOUT_PROC)
    w.see("main", "ready")
    stopped(w, init)
    equal(len(w.said("drain", "ran")), 1, "drains")
    equal(len(w.said("main", "got 15")), 1, "stop signals")


@test
def another_namespaces_proc_is_not_believed(w):
    """It is that of the machine: our pids are others' there."""
    init = w.start(*full(w), "--", w.actor, *"daemon [ ignore 15 ] on 15 5 20 say ready hang".split(),
                   before=WITH_THE_MACHINES_PROC)
    w.see("main", "ready")
    stopped(w, init)
    equal(len(w.said("drain", "ran")), 1, "drains")


def hidden(w, verbs):
    """A main child of another user, whose /proc/PID an init without CAP_SYS_PTRACE does not see."""
    if not shutil.which("setpriv"):
        raise Skip("needs setpriv (util-linux)")
    os.chmod(w.directory, 0o777)
    limits = ["setpriv", "--bounding-set", "-sys_ptrace", "--inh-caps", "-sys_ptrace", "--"]
    other = ["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups", "--"]
    init = w.start(*full(w), "--", *other, w.actor, *verbs.split(), before=[*remounted("hidepid=2"), *limits])
    w.see("main", "ready")
    return init


@test
def with_a_proc_that_hides_others_the_stop_is_as_ever(w):
    init = hidden(w, "on 15 5 20 say ready hang")
    stopped(w, init)
    equal(len(w.said("main", "got 15")), 1, "stop signals")
    equal(len(w.said("drain", "ran")), 1, "drains")


@test
def with_a_proc_that_hides_others_who_ignores_it_is_killed_in_time(w):
    init = hidden(w, "ignore 15 ignore 3 daemon [ ignore 15 ] say ready hang")
    _, kill, exit_by = budget(3, after=True)
    init.send(signal.SIGTERM)
    equal(init.wait(), 137)
    between(init.used(), kill, exit_by, "exit")
    equal(w.living(), [], "who lives on")


# statx, clone3, close_range, openat2, pidfd_getfd, faccessat2, epoll_pwait2, pidfd_open,
# pidfd_send_signal, rseq, pwritev2, waitid: what Linux 4.19 or a profile from then does not have.
NEWER = "332,435,436,437,438,439,441,434,424,334,328,247"


@test
def what_is_newer_is_done_without(w):
    for number in (errno.ENOSYS, errno.EPERM):
        before = len(w.said("main", "ready"))
        init = w.start(*full(w), "--", w.actor,
                       *"daemon [ ignore 15 ] on 15 5 20 say ready hang".split(),
                       before=[w.tool("deny"), str(number), NEWER])
        w.see("main", "ready", before + 1)
        stopped(w, init)
        equal(len(w.said("drain", "ran")), before + 1, "drains")
        log = init.log()
        assert "exit 5" in log, log


@test
def each_call_that_a_profile_may_refuse_is_done_without(w):
    """One after the other, with both answers; also in the main child, to which they do not matter."""
    for name in ("pidfd_open", "close_range", "pwritev2", "prctl", "uname", "getcwd", "ioctl", "ftruncate",
                 "chdir", "unlink", "rt_sigqueueinfo", "getsid", "setsid"):
        for number in (errno.ENOSYS, errno.EPERM):
            before = len(w.said("main", "ready"))
            init = w.start(*full(w), "--", w.actor, *"on 15 5 20 say ready hang".split(),
                           before=[w.tool("deny"), str(number), str(calls.NUMBERS[name])])
            w.see("main", "ready", before + 1)
            stopped(w, init)
            equal(len(w.said("drain", "ran")), before + 1, f"drains without {name}")


@test
def a_probe_that_sees_nothing_or_others_says_that_it_finds_nobody(w):
    """It once printed what lay on its stack; and a hook would have signalled another's number."""
    for before in WITHOUT_PROC, WITH_THE_MACHINES_PROC:
        init = w.start("--status", before=before)
        equal(init.wait(), 125)
        equal(init.log(), "drainit: --status: there is no drainit in this container\n", "what it said")
