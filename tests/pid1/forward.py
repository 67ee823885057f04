"""Life 2: every signal that can be forwarded is, to whom it should go, as what it should be."""

import signal
import time

from harness import both, children, equal, test

FORWARDED = [n for n in range(1, 65) if n not in (9, 17, 19, 32, 33)]
LAST = 64  # the stop signal in these tests, so that all others are plain
PAIR = "watch fork [ name second say ready hang ] say ready hang"


def send_all(w, init, names):
    w.see("second", "ready")
    for number in FORWARDED:
        init.send(number)
        for name in names:
            w.see(name, f"got {number}")


@both
def every_forwardable_signal_reaches_the_group(w):
    init = w.act(f"--stop-signals {LAST} --grace 1s", PAIR)
    send_all(w, init, ("main", "second"))
    equal(init.wait(), 137, "neither obeys")
    for number in FORWARDED:
        # CONT comes once more, after the stop signal.
        wanted = 2 if number == signal.SIGCONT else 1
        for name in ("main", "second"):
            equal(len(w.said(name, f"got {number}")), wanted, f"signal {number} to {name}")


@both
def with_single_child_only_the_main_child_has_them(w):
    init = w.act(f"-c --stop-signals {LAST} --grace 2s", PAIR)
    send_all(w, init, ("main",))
    init.wait()
    heard = {line.text for line in w.said("second")} - {"ready"}
    assert not heard, f"the second process heard {heard}"


@both
def signals_are_rewritten_and_dropped(w):
    init = w.act("-r HUP:USR1 -r SIGUSR2:0 --rewrite 34:RTMIN+2 -r TERM:QUIT",
                 "watch on 3 0 0 say ready hang")
    init.send(signal.SIGUSR2)
    for number, heard_as in ((signal.SIGHUP, 10), (34, 36)):
        init.send(number)
        w.see("main", f"got {heard_as}")
    init.send(signal.SIGTERM)
    equal(init.wait(), 0)
    heard = {line.text for line in w.said("main") if line.text.startswith("got")}
    equal(heard - {"got 18"}, {"got 10", "got 3", "got 36"})


@test
def the_environment_rewrites_too_and_the_command_line_replaces_its_whole_list(w):
    verbs = "watch on 15 0 0 say ready hang"
    init = w.act("", verbs, environment={"DRAINIT_REWRITE": "HUP:USR1,USR2:WINCH"})
    init.send(signal.SIGHUP)
    init.send(signal.SIGUSR2)
    w.see("main", "got 10")
    w.see("main", "got 28")
    init.send(signal.SIGTERM)
    equal(init.wait(), 0)
    init = w.act("-r HUP:WINCH", verbs, environment={"DRAINIT_REWRITE": "HUP:USR1,USR2:TTIN"})
    init.send(signal.SIGHUP)
    init.send(signal.SIGUSR2)
    w.see("main", "got 28", 2)
    w.see("main", "got 12")
    init.send(signal.SIGTERM)
    equal(init.wait(), 0)


@test
def a_death_of_a_signal_that_we_forwarded_is_said(w):
    init = w.act("", "say ready hang")
    init.send(signal.SIGUSR1)
    equal(init.wait(), 128 + signal.SIGUSR1)
    assert "USR1" in init.log(), init.log()


@test
def a_QUIT_from_outside_that_is_no_stop_signal_is_warned_of_once(w):
    init = w.act("", "watch on 15 0 0 say ready hang")
    for count in (1, 2):
        init.send(signal.SIGQUIT)
        w.see("main", "got 3", count)
    init.send(signal.SIGTERM)
    equal(init.wait(), 0)
    equal(init.log().count("--stop-signals"), 1, "warnings")


@test
def an_idle_init_does_not_wake_up(w):
    init = w.act("--grace 5s", "say ready hang")

    def switches():
        with open(f"/proc/{init.pid}/status") as file:
            return [line for line in file if "ctxt_switches" in line]

    w.eventually(lambda: "S" == open(f"/proc/{init.pid}/stat").read().rsplit(")",
                                                                             1)[1].split()[0],
                 "asleep")
    time.sleep(0.1)  # for what belongs to the start
    before = switches()
    time.sleep(1.5)  # the claim is about time in which nothing happens
    equal(switches(), before)
    init.send(signal.SIGTERM)
    equal(init.wait(), 143)


@test
def a_parent_that_dies_can_be_a_stop_signal(w):
    init = w.act("-p TERM --grace 3s", "on 15 0 0 say ready hang", here=True)
    init.process.kill()
    w.see("main", "got 15")
    w.eventually(lambda: children(init.pid) == [], "all gone")
    init.status = 0
