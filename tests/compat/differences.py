"""Where drainit differs from the program whose name it bears, on purpose, each with its reason.

A difference says what drainit shows in place of what the program shows, or that nothing can be compared
from some point on. Whatever no difference speaks of is a mismatch. The manual has the same list, and
each has a test that shows both behaviours.
"""

import copy
import dataclasses
import os
import re
import signal
import time

import cases
from harness import equal
from observe import Run, Sleeper, observe

LIST = []
STOPS = sum(1 << number - 1 for number in cases.JOB_CONTROL)


@dataclasses.dataclass
class Difference:
    """applies(case); expect(case, wanted) makes of the program's sight what drainit's must be."""
    name: str
    reason: str
    names: tuple
    applies: object
    expect: object
    test: object

    @property
    def tried(self):
        """The real programs that its test needs."""
        return {name for name in ("tini", "dumb-init", "catatonit") if name in self.names}

    def concerns(self, case):
        return case.name in self.names and self.applies(case)


def difference(name, reason, names=cases.NAMES, applies=lambda case: False, expect=None):
    """The function below it is the test: (theirs, ours) are the folders of both programs."""
    def note(test):
        LIST.append(Difference(name, reason, tuple(names), applies, expect, test))
        return test
    return note


def original_case(case):
    """What the program is given, so that it does what drainit does without being asked."""
    if case.is_dumb_init or case.command_at is None or not takes_words(case):
        return case
    return dataclasses.replace(
        case, words=case.words[:case.command_at] + ["--"] + case.words[case.command_at:])


def takes_words(case):
    if case.command_at is None or "--" in case.words[:case.command_at]:
        return False
    return any(word.startswith("-") for word in case.words[case.command_at:])


def apply(case, wanted, found):
    """Both sights, as far as they can be compared."""
    wanted, found = copy.deepcopy(wanted), copy.deepcopy(found)
    for one in LIST:
        if one.expect and one.concerns(case):
            one.expect(case, wanted, found)
    return wanted, found


def both(case, theirs, ours):
    return observe(case, theirs), observe(case, ours)


def actor(name, verbs, options=(), **rest):
    return cases.Case(name, [*options, "--", "ACTOR", *verbs.split()], **rest)


# --- what is compared in random cases ---


def free_the_stops(case, wanted, _):
    inherited = sum(1 << int(number) - 1
                    for key, number in zip(case.settings[::2], case.settings[1::2])
                    if key == "block" and int(number) in cases.JOB_CONTROL)
    if "blocked" in wanted.get("main", {}):
        wanted["main"]["blocked"] &= ~STOPS | inherited


@difference("no signal stays blocked in the child",
            "catatonit starts COMMAND with TSTP, TTIN and TTOU blocked: ^Z does nothing",
            cases.CATATONIT, lambda case: True, free_the_stops)
def what_is_blocked(theirs, ours):
    wanted, found = both(actor("catatonit", "state exit 0"), theirs, ours)
    equal(wanted["main"]["blocked"], STOPS, "catatonit")
    equal(found["main"]["blocked"], 0, "drainit")


@difference("no option is taken out of COMMAND's words",
            "tini and catatonit read on behind COMMAND: 'tini ls -l' prints tini's licence",
            cases.TINI + cases.CATATONIT)
def words_of_the_command(theirs, ours):
    for name, letter in (("tini", "-l"), ("catatonit", "-V")):
        case = cases.Case(name, ["ACTOR", "say", letter, "exit", "3"])
        wanted, found = both(case, theirs, ours)
        equal(wanted["status"], 0, name)
        equal(found["status"], 3, "drainit")
        with_dashes = dataclasses.replace(case, words=["--", *case.words])
        equal(observe(with_dashes, theirs)["status"], 3, "with --")


def cut(case, wanted, found):
    at = next((at for at, step in enumerate(wanted.get("steps", []))
               if step.get("signal") in cases.DEADLY), None)
    if at is not None:
        for seen in (wanted, found):
            seen["steps"] = seen["steps"][:at]
            for key in ("status", "stdout", "stderr"):
                seen.pop(key, None)


@difference("a SEGV, ABRT or the like that a process sent ends nothing",
            "ILL TRAP ABRT BUS FPE SEGV SYS end tini and catatonit if not PID 1, and orphan COMMAND",
            cases.TINI + cases.CATATONIT,
            lambda case: case.here and any(number in cases.DEADLY for number in case.signals), cut)
def deadly_signals(theirs, ours):
    for name in ("tini", "catatonit"):
        case = actor(name, "watch on 15 7 0 say ready hang", here=True, signals=[6, 15])
        wanted, found = both(case, theirs, ours)
        equal(wanted["status"], -signal.SIGABRT, name)
        equal(found["status"], 7, "drainit")


def leave_the_foreground(case, wanted, found):
    if wanted.get("main", {}).get("foreground") == "main":
        wanted["main"]["foreground"] = "runtime" if case.here else "outside"


@difference("the terminal's foreground is given on only by whom it belongs to",
            "tini and catatonit take it as a background job too, from the shell that started them",
            cases.TINI + cases.CATATONIT, lambda case: case.terminal == "background",
            leave_the_foreground)
def foreground(theirs, ours):
    for name in ("tini", "catatonit"):
        wanted, found = both(actor(name, "state exit 0", here=True, terminal="background"),
                             theirs, ours)
        equal(wanted["main"]["foreground"], "main", name)
        equal(found["main"]["foreground"], "runtime", "drainit")


def rewritten(case, wanted, found):
    if wanted.get("main", {}).get("LISTEN_PID") == "LISTEN_PID=init":
        wanted["main"]["LISTEN_PID"] = "LISTEN_PID=main"


@difference("a LISTEN_PID that means the init is made to mean COMMAND",
            "tini and dumb-init leave it: COMMAND takes its sockets for another's [catatonit does it]",
            cases.TINI + cases.DUMB_INIT, lambda case: "LISTEN_PID" in case.environment, rewritten)
def listen_pid(theirs, ours):
    for name in ("tini", "dumb-init"):
        case = actor(name, "state env LISTEN_PID exit 0", environment={"LISTEN_PID": "1"})
        wanted, found = both(case, theirs, ours)
        equal(wanted["main"]["LISTEN_PID"], "LISTEN_PID=init", name)
        equal(found["main"]["LISTEN_PID"], "LISTEN_PID=main", "drainit")


def without_writer(case, wanted, found):
    for step in found.get("steps", []):
        step.get("states", {}).pop("the init's other half", None)


@difference("nobody waits for a stderr that is full or slow",
            "the others stop forwarding and reaping while a line of theirs cannot be written; drainit"
            " has a process of its own for what may not be written at once",
            cases.NAMES, lambda case: True, without_writer)
def full_stderr(theirs, ours):
    for name, option in (("tini", "-vvv"), ("dumb-init", "-v")):
        for folder, works in ((theirs, False), (ours, True)):
            case = actor(name, "watch on 15 7 0 say ready hang", [option], here=True)
            equal(ends_with_full_pipe(case, folder), works, folder)


def own_licence(case, wanted, found):
    if wanted["stdout"][:1] and wanted["stdout"][0] in LICENCES and found["stdout"]:
        wanted["stdout"] = found["stdout"]


LICENCES = ("The MIT License (MIT)",
            "catatonit: a container init so simple it's effectively brain-dead")


@difference("the licence that is printed is drainit's", "theirs does not cover this program",
            cases.TINI + cases.CATATONIT, lambda case: case.informs, own_licence)
def licence(theirs, ours):
    for name, letter in (("tini", "-l"), ("catatonit", "-L")):
        wanted, found = both(cases.Case(name, [letter], informs=True), theirs, ours)
        assert wanted["stdout"][0] in LICENCES, wanted["stdout"]
        assert "MIT" in found["stdout"][0], found["stdout"]
        equal(found["status"], 0)


CHATTER = re.compile(r"tcsetpgrp failed|(Una|A)ble to (at|de)tach|Detached from controlling tty|"
                     r"Ignoring tty hand-off|Running in debug mode|Not running in setsid mode")


def without_chatter(case, wanted, found):
    handed_off = any("Ignoring tty hand-off" in line for line in wanted.get("stderr", []))
    for stream in ("stdout", "stderr"):
        if stream in wanted:
            wanted[stream] = [line for line in wanted[stream] if not CHATTER.search(line)]
    # They were ignored, but told of first. We may have sent the same: of the case's signals those that it lived
    # to see, and CONT to who was stopped.
    sent = [step.get("signal", signal.SIGCONT) for step in wanted.get("steps", [])
            if "signal" in step or "continued" in step]
    for number in (signal.SIGHUP, signal.SIGCONT):
        line = f"[dumb-init] Received signal {number:d}."
        if handed_off and number not in sent and line in wanted["stderr"]:
            wanted["stderr"].remove(line)


@difference("what is told of a terminal is left out",
            "verbose lines on how the terminal was handed on tell of the program's own workings",
            cases.TINI + cases.DUMB_INIT, lambda case: True, without_chatter)
def terminal_chatter(theirs, ours):
    wanted, found = both(actor("dumb-init", "exit 0", ["-v"]), theirs, ours)
    told, untold = (any(CHATTER.search(line) for line in seen["stderr"])
                    for seen in (wanted, found))
    equal((told, untold), (True, False))


def take_ours(case, wanted, found):
    wanted.clear()
    wanted.update(copy.deepcopy(found))


@difference("-p takes every signal's full name", "tini knows no SIGPWR", cases.TINI,
            lambda case: any("SIGPWR" in word for word in case.words), take_ours)
def full_names(theirs, ours):
    wanted, found = both(actor("tini", "exit 5", ["-p", "SIGPWR"]), theirs, ours)
    equal((wanted["status"], found["status"]), (1, 5))


# --- what random cases keep away from ---


def ends_with_full_pipe(case, folder):
    """Whether a TERM still ends it when what it writes goes to a pipe that nobody reads."""
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    run = Run(case, folder, output=writer)
    try:
        run.world.see("main", "ready")
        try:
            while os.write(writer, b"x"):
                pass
        except BlockingIOError:
            os.set_blocking(writer, True)
        os.kill(run.init.pid, signal.SIGTERM)
        run.settle()
        return run.ended()
    finally:
        run.close()
        os.close(reader)
        os.close(writer)


def idle_switches(case, folder, seconds):
    run = Run(case, folder)
    try:
        run.until_ready()
        run.settle()
        before = Sleeper(run.init.pid).switches[0]
        time.sleep(seconds)  # the claim is about that time
        return Sleeper(run.init.pid).switches[0] - before
    finally:
        run.close()


@difference("nothing wakes up while nothing happens", "tini looks for zombies every second",
            cases.TINI)
def wake_ups(theirs, ours):
    case = actor("tini", "say ready hang")
    assert idle_switches(case, theirs, 1.2) > 0, "tini did not wake up"
    equal(idle_switches(case, ours, 1.2), 0, "wake-ups")


@difference("a signal that comes before COMMAND is started is kept",
            "while the others are being loaded it ends them, or is lost on them as PID 1",
            cases.TINI)
def before_the_exec(theirs, ours):
    for folder, kept in ((theirs, False), (ours, True)):
        gate = os.path.join(folder, "gate")
        if not os.path.exists(gate):
            os.mkfifo(gate)
        # A loader waits at the gate; who needs none is past it.
        case = actor("tini", "on 15 7 0 say ready hang", here=True,
                     environment={"LD_PRELOAD": gate})
        run = Run(case, folder)
        try:
            if kept:
                run.world.see("main", "ready")
            os.kill(run.init.pid, signal.SIGTERM)
            equal(run.init.wait(10), 7 if kept else -signal.SIGTERM)
        finally:
            run.close()


@difference("a parent that ignores CHLD makes no one deaf",
            "tini and catatonit never learn of COMMAND's end and wait for ever",
            cases.TINI + cases.CATATONIT)
def ignored_chld(theirs, ours):
    for name in ("tini", "catatonit"):
        case = actor(name, "default 15 say ready hang", settings=["ignore", "17"], signals=[15])
        wanted, found = both(case, theirs, ours)
        equal(wanted["status"], "does not end", name)
        equal(found["status"], 143, "drainit")


def kept(case, folder):
    """The init's working directory and how many descriptors it holds from 3 up."""
    run = Run(case, folder)
    try:
        run.until_ready()
        run.settle()
        numbers = [int(name) for name in os.listdir(f"/proc/{run.init.pid}/fd")]
        return os.readlink(f"/proc/{run.init.pid}/cwd"), sum(
            number >= 3 and number == run.extra for number in numbers)
    finally:
        run.close()


@difference("neither the working directory nor a descriptor from 3 up is kept",
            "a mount stays busy, a pipe open, for as long as the container lives")
def what_is_kept(theirs, ours):
    for name, folder_kept, descriptor_kept in (("tini", True, 1), ("dumb-init", False, 1)):
        case = actor(name, "say ready hang", elsewhere=True, descriptors=True)
        folder, descriptors = kept(case, theirs)
        equal((folder != "/", descriptors), (folder_kept, descriptor_kept), name)
        equal(kept(case, ours), ("/", 0), "drainit")


@difference("a number is digits and nothing else",
            "'-r 15:3x', '-e \"\"' and '-e +7' are typing errors, not 15:3, 0 and 7",
            cases.TINI + cases.DUMB_INIT)
def junk(theirs, ours):
    for name, letter, values in (("dumb-init", "-r", ("15:3x", " 15:3", "+15:3")),
                                 ("tini", "-e", ("", " 7", "+7"))):
        for value in values:
            wanted, found = both(actor(name, "exit 5", [letter, value]), theirs, ours)
            equal(wanted["status"], 5, f"{name} {letter} '{value}'")
            equal(found["status"], 1, f"drainit as {name} {letter} '{value}'")
