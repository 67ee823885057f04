"""The preStop hook and the readiness probe: a second drainit, run in the container as an exec hook is."""

import os
import signal
import subprocess
import sys
import time

from harness import Init, World, between, children, equal, stat, test

ASK_SIGNAL = 60
ASK_PRESTOP = 0x44520001
OBEDIENT = "on 15 0 0 on 2 0 0 say ready hang"

# Queues a signal to PID 1. Arguments: number, value, real user.
QUEUE = """
import ctypes, os, sys
libc = ctypes.CDLL(None, use_errno=True)
os.setresuid(int(sys.argv[3]), -1, -1)
libc.sigqueue.argtypes = [ctypes.c_int, ctypes.c_int, ctypes.c_void_p]
sys.exit(libc.sigqueue(int(sys.argv[4]), int(sys.argv[1]), int(sys.argv[2])) != 0)
"""

# A stranger gets the pid of one who is gone, and lives on for as long as nobody ends it.
STRANGER = """
import os, sys
with open("/proc/sys/kernel/ns_last_pid", "w") as file:
    file.write(str(int(sys.argv[1]) - 1))
if os.fork() == 0:
    print(os.getpid(), flush=True)
    sys.stdin.read()
    os._exit(0)
sys.exit(os.waitstatus_to_exitcode(os.wait()[1]) & 255)
"""


class Hook:
    """A process in the namespaces of an init: its parent is none of theirs, as with an exec hook."""

    def __init__(self, init, *words, before=(), enter=("--pid", "--mount"), drainit=None, **rest):
        self.begun_at = time.monotonic()
        words = words or ("--prestop",)
        program = [] if before and before[0] == sys.executable else [drainit or World.drainit]
        self.process = subprocess.Popen(
            ["nsenter", "--target", str(init.pid), *enter, "--", *before, *program, *words],
            stdin=rest.get("stdin", subprocess.DEVNULL), stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, text=True)

    def pid(self):
        """Of the hook itself, as we see it; nsenter waits for it."""
        while not (found := children(self.process.pid)):
            assert self.process.poll() is None, "the hook is gone"
            time.sleep(0.002)
        return found[0]

    def wait(self):
        self.said, self.complaint = self.process.communicate(timeout=30)
        self.took = time.monotonic() - self.begun_at
        return self.process.returncode


def title(init):
    return stat(init.pid)[0]


def ask(init, *words, **rest):
    """(exit status, what it printed) of --status."""
    hook = Hook(init, *(words or ("--status",)), **rest)
    status = hook.wait()
    return status, hook.said.strip()


def queue(init, number, value, user=0, enter=("--pid", "--mount"), to=1):
    hook = Hook(init, "-c", QUEUE, str(number), str(value), str(user), str(to),
                before=[sys.executable], enter=enter)
    equal(hook.wait(), 0, "the signal was queued")


def frozen_later(init):
    """A hook that may be stopped: nsenter would stop with it, and then not reap it; a shell does."""
    return Hook(init, before=["sh", "-c", '"$@"; exit $?', "sh"],
                enter=("--pid", "--mount", "--no-fork"))


def waited_for_a_frozen_hook(w, settings=()):
    """The exit comes when the hook has had its time, which it does not use."""
    init = w.act("--grace 20s --drain-min 6s", "on 10 0 0 say ready hang", settings=settings)
    hook = frozen_later(init)
    w.eventually(lambda: title(init) == "drainit:drain", "it drains")
    os.kill(hook.pid(), signal.SIGSTOP)
    init.send(signal.SIGUSR1)
    equal(init.wait(), 0)
    between(init.used(), 0.25, 0.25, "a quarter of the margin")
    hook.wait()


def expect_phase(w, init, name, code):
    w.eventually(lambda: title(init) == f"drainit:{name}", f"the name tells '{name}'")
    equal(ask(init), (code, name), "--status")


@test
def the_hook_returns_when_the_drain_is_over_and_the_signal_continues(w):
    init = w.act("--grace 8s", OBEDIENT, drain="env DRAINIT_REASON sleep 700 say done")
    expect_phase(w, init, "serving", 0)
    hook = Hook(init)
    expect_phase(w, init, "drain", 1)
    equal(hook.wait(), 0, hook.complaint)
    between(hook.took, 0.7, 0.7, "the hook")
    w.see("drain", "DRAINIT_REASON=prestop")
    expect_phase(w, init, "drained", 1)
    equal(w.said("main", "got 15"), [], "signals")
    init.send(signal.SIGTERM)
    equal(init.wait(), 0)
    between(init.used(), 0, 0, "exit")
    equal(len(w.said("main", "got 15")), 1, "stop signals")
    equal(len(w.said("drain", "done")), 1, "drains")


@test
def with_nothing_to_drain_it_returns_at_once(w):
    init = w.act("--grace 8s", OBEDIENT)
    hook = Hook(init)
    equal(hook.wait(), 0, hook.complaint)
    between(hook.took, 0, 0, "the hook")
    expect_phase(w, init, "drained", 1)


@test
def a_failed_drain_is_1_also_to_those_who_come_after_it(w):
    init = w.act("--grace 8s", "on 15 0 1000 say ready hang", drain="exit 3")
    equal(Hook(init).wait(), 1)
    expect_phase(w, init, "failed", 1)
    equal(Hook(init).wait(), 1)
    init.send(signal.SIGTERM)
    w.see("main", "got 15")
    late = Hook(init)
    equal(late.wait(), 1)
    between(late.took, 0, 0, "the late hook")
    equal(init.wait(), 0)


@test
def a_drain_that_hangs_is_1_when_its_budget_ends(w):
    init = w.act("--grace 5s --drain-max 1s", OBEDIENT, drain="hang")
    hook = Hook(init)
    equal(hook.wait(), 1)
    between(hook.took, 0.9, 1, "the hook")


@test
def a_hook_joins_the_drain_that_runs(w):
    init = w.act("--grace 8s", OBEDIENT, drain="say began sleep 900")
    hooks = [Hook(init)]
    w.see("drain", "began")
    hooks += [Hook(init), Hook(init)]
    equal([hook.wait() for hook in hooks], [0, 0, 0])
    between(hooks[0].took, 0.9, 0.9, "the first hook")
    equal(len(w.said("drain", "began")), 1, "drains")


@test
def more_hooks_than_are_kept_have_their_outcome_too(w):
    init = w.act("--grace 9s", OBEDIENT, drain="sleep 500 exit 1")
    hooks = [Hook(init) for _ in range(6)]
    equal([hook.wait() for hook in hooks], [1] * 6)


@test
def without_a_signal_it_serves_as_long_as_it_can(w):
    init = w.act("--grace 4s", OBEDIENT)
    hook = Hook(init)
    equal(hook.wait(), 0)
    between(w.see("main", "got 15").at - hook.begun_at, 2.5, 2.5, "stop signal")
    equal(init.wait(), 0)


@test
def a_signal_beside_the_hook_ends_the_drain(w):
    init = w.act("--grace 8s --drain-min 4s", OBEDIENT)
    hook = Hook(init)
    w.eventually(lambda: title(init) == "drainit:drain", "it drains")
    init.send(signal.SIGTERM)
    equal(hook.wait() in (0, 1), True, "an answer, not a kill")
    equal(init.wait(), 0)
    between(init.used(), 0, 0, "exit")


@test
def a_hook_that_is_killed_is_forgotten_and_the_drain_goes_on(w):
    init = w.act("--grace 8s", OBEDIENT, drain="say began sleep 1500 say done")
    hook = Hook(init)
    w.see("drain", "began")
    os.kill(hook.pid(), signal.SIGKILL)
    hook.wait()
    init.send(signal.SIGTERM)
    w.see("drain", "done")
    equal(init.wait(), 0)
    assert w.see("drain", "done").at < w.see("main", "got 15").at, "the drain was cut"


@test
def a_stranger_with_its_pid_gets_no_answer(w):
    init = w.act("--grace 8s", OBEDIENT, drain="say began sleep 1500")
    hook = Hook(init)
    w.see("drain", "began")
    with open(f"/proc/{hook.pid()}/status") as file:
        inside = next(line for line in file if line.startswith("NSpid:")).split()[-1]
    os.kill(hook.pid(), signal.SIGKILL)
    hook.wait()
    stranger = Hook(init, "-c", STRANGER, inside, before=[sys.executable], stdin=subprocess.PIPE)
    equal(stranger.process.stdout.readline().strip(), inside, "the stranger's pid")
    w.eventually(lambda: title(init) == "drainit:drained", "the drain is over")
    equal(stranger.wait(), 0, "the stranger")


@test
def what_is_not_our_request_is_forwarded(w):
    init = w.act("--grace 8s", "watch " + OBEDIENT, drain="say began")
    os.kill(init.pid, ASK_SIGNAL)
    w.see("main", f"got {ASK_SIGNAL}", 1)
    queue(init, ASK_SIGNAL, 1)
    w.see("main", f"got {ASK_SIGNAL}", 2)
    queue(init, ASK_SIGNAL, ASK_PRESTOP + 100)
    w.see("main", f"got {ASK_SIGNAL}", 3)
    queue(init, ASK_SIGNAL, ASK_PRESTOP, user=1000)
    w.see("main", f"got {ASK_SIGNAL}", 4)
    queue(init, ASK_SIGNAL + 1, ASK_PRESTOP)
    w.see("main", f"got {ASK_SIGNAL + 1}")
    # From outside the namespace; our own is PID 1's parent's.
    queue(init, ASK_SIGNAL, ASK_PRESTOP, enter=(), to=init.pid)
    w.see("main", f"got {ASK_SIGNAL}", 5)
    expect_phase(w, init, "serving", 0)
    equal(w.said("drain"), [], "drain")


@test
def who_may_not_ask_is_told_so_at_once(w):
    init = w.act("--grace 8s", OBEDIENT, drain="say began")
    hook = Hook(init, before=["setpriv", "--reuid=65534", "--clear-groups"])
    equal(hook.wait(), 125)
    between(hook.took, 0, 0, "the hook")
    assert "not permitted" in hook.complaint, hook.complaint
    equal(ask(init, before=["setpriv", "--reuid=65534", "--clear-groups"]), (0, "serving"))
    equal(w.said("drain"), [], "drain")


@test
def a_drainit_that_may_not_answer_is_read_by_its_name(w):
    for drain, code in (("sleep 1300", 0), ("sleep 300 exit 1", 1)):
        init = w.act("--grace 9s", OBEDIENT, drain=drain,
                     before=["setpriv", "--reuid=65534", "--clear-groups"])
        equal(Hook(init).wait(), code, drain)
        init.send(signal.SIGTERM)
        equal(init.wait(), 0)


@test
def a_drainit_of_an_ordinary_user_answers_its_own(w):
    user = ["setpriv", "--reuid=65534", "--clear-groups"]
    init = w.act("--grace 8s", OBEDIENT, drain="sleep 300", before=user)
    hook = Hook(init, before=user)
    equal(hook.wait(), 0)
    between(hook.took, 0.3, 0.3, "the hook")
    w.eventually(lambda: ask(init, before=user) == (1, "drained"), "drained")


@test
def it_works_on_a_read_only_root(w):
    init = w.act("--grace 8s", OBEDIENT, drain="sleep 300", settings=["read-only"])
    equal(Hook(init).wait(), 0)


@test
def a_PID_1_that_is_no_drainit_is_125_and_said(w):
    init = Init(w, [w.actor, "say", "ready", "hang"], (), False, w.environment, None)
    w.see("main", "ready")
    hook = Hook(init)
    equal(hook.wait(), 125)
    between(hook.took, 1, 1, "the hook")
    assert "no drainit" in hook.complaint, hook.complaint
    equal(ask(init), (125, ""))


@test
def as_PID_1_it_says_where_it_belongs(w):
    init = w.start("--prestop")
    equal(init.wait(), 125)
    assert "preStop" in init.log(), init.log()
    equal(w.start("--status").wait(), 125)


@test
def a_main_child_that_ends_in_the_drain_decides_the_answer(w):
    for code, answer in ((0, 0), (3, 1)):
        init = w.act("--grace 9s --drain-min 6s", f"on 10 {code} 0 say ready hang")
        hook = Hook(init)
        w.eventually(lambda: title(init) == "drainit:drain", "it drains")
        init.send(signal.SIGUSR1)
        equal(init.wait(), code)
        equal(hook.wait(), answer)
        between(init.used(), 0, 0.125, "exit")


@test
def the_exit_waits_for_a_hook_but_not_for_long(w):
    waited_for_a_frozen_hook(w)


@test
def a_frozen_hook_keeps_no_other_from_its_answer(w):
    init = w.act("--grace 20s", OBEDIENT, drain="say began sleep 700")
    frozen = frozen_later(init)
    w.see("drain", "began")
    os.kill(frozen.pid(), signal.SIGSTOP)
    equal(Hook(init).wait(), 0, "with it")
    # Who has no answer in a second reads the phase, and ends in the same way: one of five is quicker.
    later = [Hook(init) for _ in range(5)]
    equal([hook.wait() for hook in later], [0] * 5, "after it had its answer")
    assert min(hook.took for hook in later) < 1, [hook.took for hook in later]
    os.kill(frozen.pid(), signal.SIGCONT)
    equal(frozen.wait(), 0, "its own")


@test
def in_a_wait_the_hook_ends_it(w):
    init = w.start("--grace", "8s", "--wait-for", "http://127.0.0.1:1/", "--", w.actor, "say",
                   "began")
    expect_phase(w, init, "wait", 1)
    hook = Hook(init)
    equal(hook.wait(), 0, hook.complaint)
    equal(init.wait(), 143)
    equal(w.said("main"), [], "the main child")


@test
def the_phase_is_told_to_the_end(w):
    init = w.act("--grace 9s --drain-idle --ready-until stop",
                 "daemon [ name left ignore 15 say ready ] on 15 0 1500 say ready hang")
    hook = Hook(init)
    expect_phase(w, init, "drain+", 0)
    equal(hook.wait(), 0)
    expect_phase(w, init, "drained", 1)
    init.send(signal.SIGTERM)
    expect_phase(w, init, "stop", 1)
    expect_phase(w, init, "sweep", 1)
    equal(init.wait(), 0)


def renamed(w, name, verbs, **environment):
    link = w.path(name)
    if not os.path.exists(link):
        os.symlink(World.drainit, link)
    init = Init(w, [link, "--", w.actor, *verbs.split()], (), False,
                {**w.environment, **environment}, None)
    w.see("main", "ready", len(w.inits))
    return init


@test
def under_another_name_it_answers_by_signal(w):
    init = renamed(w, "tini", OBEDIENT, DRAINIT_GRACE="8s",
                   DRAINIT_DRAIN=f"{w.actor} name drain sleep 700")
    equal(title(init), "tini")
    equal(ask(init), (0, "serving"))
    equal(ask(init, drainit=w.path("tini")), (0, "serving"))
    hook = Hook(init, drainit=w.path("tini"))
    w.eventually(lambda: ask(init) == (1, "drain"), "it drains")
    equal(hook.wait(), 0, hook.complaint)
    w.eventually(lambda: ask(init) == (1, "drained"), "drained")
    equal(title(init), "tini")
    init.send(signal.SIGTERM)
    equal(init.wait(), 0)


@test
def hooks_that_are_gone_leave_their_place_to_others(w):
    init = renamed(w, "tini", OBEDIENT, DRAINIT_GRACE="8s")
    equal([Hook(init, drainit=w.path("tini")).wait() for _ in range(6)], [0] * 6)


@test
def Ctrl_C_ends_a_hook_and_the_drain_goes_on(w):
    init = w.act("--grace 8s", OBEDIENT, drain="say began sleep 700 say done")
    hook = Hook(init, before=["sh", "-c", '"$@"; exit $?', "sh"],
                enter=("--pid", "--mount", "--no-fork"))
    w.see("drain", "began")
    os.kill(hook.pid(), signal.SIGINT)
    equal(hook.wait(), 130)
    init.send(signal.SIGTERM)
    w.see("drain", "done")
    equal(init.wait(), 0)


@test
def without_a_grace_period_it_is_that_program_and_no_more(w):
    init = renamed(w, "tini", "watch " + OBEDIENT)
    hook = Hook(init)
    equal(hook.wait(), 125)
    w.see("main", f"got {ASK_SIGNAL}")
    equal(ask(init)[0], 125)
    equal(title(init), "tini")


@test
def in_a_shared_PID_namespace_the_one_of_ones_own_container_is_meant(w):
    inits = [w.act("--grace 8s", OBEDIENT, drain="sleep 300", here=True,
                   before=["unshare", "--mount"]) for _ in range(2)]
    for init in inits:
        w.eventually(lambda i=init: title(i) == "drainit:serving", "it serves")
    hook = Hook(inits[1], enter=("--mount",))
    equal(hook.wait(), 0, hook.complaint)
    w.eventually(lambda: ask(inits[1], enter=("--mount",)) == (1, "drained"), "drained")
    equal(ask(inits[0], enter=("--mount",)), (0, "serving"))
    for init in inits:
        init.send(signal.SIGTERM)
        equal(init.wait(), 0)


@test
def a_drainit_below_a_drainit_is_not_the_one(w):
    init = w.act("--grace 8s", "daemon [ exec " + World.drainit + " -- " + w.actor +
                 " name inner say ready hang ] " + OBEDIENT)
    w.see("inner", "ready")
    equal(Hook(init).wait(), 0)
    expect_phase(w, init, "drained", 1)


@test
def what_else_is_sent_to_a_hook_is_passed_over(w):
    init = w.act("--grace 8s", OBEDIENT, drain="say began sleep 1000 exit 1")
    hook = Hook(init)
    w.see("drain", "began")
    with open(f"/proc/{hook.pid()}/status") as file:
        inside = next(line for line in file if line.startswith("NSpid:")).split()[-1]
    os.kill(hook.pid(), signal.SIGCHLD)
    os.kill(hook.pid(), signal.SIGUSR1)
    queue(init, ASK_SIGNAL, ASK_PRESTOP, to=inside)
    equal(hook.wait(), 1)


@test
def a_drainit_that_does_not_answer_and_does_not_drain_is_125(w):
    init = w.act("--grace 8s", OBEDIENT)
    os.kill(init.pid, signal.SIGSTOP)
    hook = Hook(init)
    equal(hook.wait(), 125)
    between(hook.took, 1, 1, "the hook")
    assert "does not answer" in hook.complaint, hook.complaint
    os.kill(init.pid, signal.SIGCONT)


@test
def a_drainit_that_was_stopped_answers_when_it_goes_on(w):
    init = w.act("--grace 9s", OBEDIENT, drain="say began sleep 2500 exit 1")
    first = Hook(init)
    w.see("drain", "began")
    os.kill(init.pid, signal.SIGSTOP)
    second = Hook(init)
    time.sleep(1.2)
    os.kill(init.pid, signal.SIGCONT)
    equal([first.wait(), second.wait()], [1, 1])


@test
def a_drain_is_read_by_its_name_until_it_is_over(w):
    for options in ("", "--ready-until stop"):
        init = w.act(f"--grace 9s {options}", OBEDIENT, drain="sleep 2500 exit 1",
                     before=["setpriv", "--reuid=65534", "--clear-groups"])
        equal(Hook(init).wait(), 1, options)
        init.send(signal.SIGTERM)
        equal(init.wait(), 0)


@test
def a_hook_whose_drainit_is_gone_has_nothing_to_wait_for(w):
    init = w.act("--grace 20s", OBEDIENT, drain="say began hang", here=True,
                 before=["unshare", "--mount"])
    hook = Hook(init, enter=("--mount",))
    w.see("drain", "began")
    os.kill(init.pid, signal.SIGKILL)
    init.wait()
    init.close()
    equal(hook.wait(), 0)


@test
def a_probe_whose_answer_nobody_can_read_fails(w):
    init = w.act("", OBEDIENT)
    equal(ask(init, before=["sh", "-c", '"$@" >/dev/full', "sh"]), (125, ""))


@test
def who_may_not_ask_under_another_name_is_told_that_nobody_is_there(w):
    init = renamed(w, "tini", OBEDIENT, DRAINIT_GRACE="8s")
    equal(ask(init, before=["setpriv", "--reuid=65534", "--clear-groups"]), (125, ""))
