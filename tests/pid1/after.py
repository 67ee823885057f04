"""The after command: run once the main child and its leftovers are gone, inside its own budget."""

import signal

from harness import both, budget, equal, between, test


def after(w, verbs):
    return ["--after", f"{w.actor} name after {verbs}"]


@both
def it_is_run_when_the_main_child_ended_by_itself(w):
    verbs = "env DRAINIT_EXIT_STATUS env DRAINIT_CHILD_PID state"
    init = w.start(*after(w, verbs), "--", w.actor, "say", "gone", "exit", "7")
    equal(init.wait(), 7)
    w.see("after", "DRAINIT_EXIT_STATUS=7")
    assert w.see("after", "end of state").at > w.see("main", "gone").at
    equal(w.value("after", "cwd"), w.directory, "folder")
    equal(w.value("after", "group"), w.value("after", "pid"), "a group of its own")


@both
def it_is_run_at_the_end_of_a_shutdown(w):
    init = w.act("--grace 6s",
                 "fork [ name left on 15 0 300 say ready ] on 15 3 0 say ready hang",
                 after="env DRAINIT_EXIT_STATUS env DRAINIT_REASON exit 9")
    w.see("left", "ready")
    init.send(signal.SIGTERM)
    equal(init.wait(), 3)
    w.see("after", "DRAINIT_EXIT_STATUS=3")
    w.see("after", "DRAINIT_REASON=TERM")
    began, gone = w.see("after", "DRAINIT_REASON=TERM").at, w.see("left", "bye").at
    assert began >= gone, "before the leftovers were gone"


@both
def it_is_run_after_the_last_SIGKILL_which_falls_due_earlier_for_it(w):
    init = w.act("--grace 5s", "ignore 15 say ready hang", after="env DRAINIT_EXIT_STATUS")
    deadline, kill, exit_by = budget(5, after=True)
    init.send(signal.SIGTERM)
    equal(init.wait(), 137)
    assert kill < deadline
    between(w.see("after", "DRAINIT_EXIT_STATUS=137").at - init.signalled_at, kill, kill,
            "after command")
    between(init.used(), kill, exit_by, "exit")


@both
def one_that_hangs_costs_its_budget_and_no_more(w):
    init = w.start("--after-max", "1s",
                   *after(w, "watch fork [ setsid ignore 15 ] say began hang"), "--", w.actor,
                   "exit", "4")
    equal(init.wait(), 4)
    began = w.see("after", "began").at
    between(w.see("after", "got 15").at - began, 0.8, 0.9, "TERM")
    between(init.ended_at - began, 0.9, 1.0, "exit")
    equal(w.living(), [], "who lives on")


@both
def one_that_hangs_does_not_pass_the_deadline_of_a_shutdown(w):
    init = w.act("--grace 3s", "ignore 15 say ready hang", after="watch say began hang")
    _, kill, exit_by = budget(3, after=True)
    init.send(signal.SIGTERM)
    equal(init.wait(), 137)
    between(init.used(), kill, exit_by, "exit")


@test
def on_success_it_is_run_only_if_we_exit_with_0(w):
    for options, code, runs in (([], 0, 1), ([], 3, 0), (["-e", "3"], 3, 1)):
        before = len(w.said("after", "ran"))
        w.start("--after-on", "success", *options, *after(w, "say ran"), "--", w.actor, "exit",
                code).wait()
        equal(len(w.said("after", "ran")) - before, runs, f"runs after {options} exit {code}")


@test
def it_is_run_when_the_command_could_not_be_started(w):
    init = w.start(*after(w, "env DRAINIT_EXIT_STATUS"), "--", "/no/such/command")
    equal(init.wait(), 127)
    w.see("after", "DRAINIT_EXIT_STATUS=127")


@test
def one_that_cannot_be_started_changes_nothing(w):
    init = w.start("--after", "/no/such/command", "--", w.actor, "exit", "6")
    equal(init.wait(), 6)
    assert "after command could not be started" in init.log(), init.log()
