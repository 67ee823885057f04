"""Life 4 and 5: the stop signal, the escalation, and the last SIGKILL at the deadline, whatever lives."""

import signal

from harness import both, both_alone, budget, equal, between, test

STUBBORN = {
    "ignores_TERM": "ignore 15 say ready hang",
    "is_stopped": "ignore 15 say ready stop hang",
    "has_a_setsid_daemon": "ignore 15 daemon [ ignore 15 say daemon-ready ] say ready hang",
    "left_its_group": "ignore 15 setsid fork [ setsid ignore 15 daemon [ ignore 15 stop ] ] say ready hang",
    "forks_on_and_on": "ignore 15 fork [ chain ] fork [ setsid chain ] say ready hang",
    "has_daemons_that_fork_on_and_on": "ignore 15 daemon [ chain ] daemon [ ignore 15 chain ] say ready hang",
}


def killed_at_the_deadline(verbs):
    def body(w):
        init = w.act("--grace 2s", verbs, environment={"ACTOR_LIFE": "15"})
        _, kill, exit_by = budget(2)
        init.send(signal.SIGTERM)
        equal(init.wait(), 137)
        between(init.used(), kill, exit_by, "exit")
        equal(w.living(), [], "who lives on")
    return body


for label, tree in STUBBORN.items():
    claim = killed_at_the_deadline(tree)
    claim.__name__ = f"a_tree_that_{label}_is_gone_at_the_deadline"
    (both_alone if "chain" in tree else both)(claim)


@both
def a_stopped_child_gets_its_stop_signal(w):
    init = w.act("--grace 5s", "on 15 0 0 say ready stop hang")
    init.send(signal.SIGTERM)
    equal(init.wait(), 0)
    between(init.used(), 0, 0, "exit")


@both
def CONT_comes_after_the_stop_signal(w):
    init = w.act("--grace 5s", "watch on 15 0 300 say ready hang")
    init.send(signal.SIGTERM)
    equal(init.wait(), 0)
    heard = [line.text for line in w.said("main") if line.text.startswith("got")]
    equal(sorted(heard), ["got 15", "got 18"])


@test
def every_stop_signal_of_the_list_stops(w):
    for number in (signal.SIGWINCH, signal.SIGUSR1, 37):
        verbs = f"watch on {int(number)} 0 0 say ready hang"
        init = w.act("--stop-signals WINCH,SIGUSR1,RTMIN+3 --grace 5s --drain-min 300ms", verbs)
        init.send(number)
        equal(init.wait(), 0, f"signal {number}")
        between(init.used(), 0.3, 0.3, f"exit after {number}")


@both
def the_escalation_keeps_its_order_and_its_instants(w):
    init = w.act("--grace 4s --escalate USR2@1500ms --escalate QUIT@1s", "watch say ready hang")
    _, kill, exit_by = budget(4)
    init.send(signal.SIGTERM)
    equal(init.wait(), 137)
    between(w.see("main", "got 15").at - init.signalled_at, 0, 0, "TERM")
    between(w.see("main", "got 12").at - init.signalled_at, kill - 1.5, kill - 1.5, "USR2")
    between(w.see("main", "got 3").at - init.signalled_at, kill - 1, kill - 1, "QUIT")
    between(init.used(), kill, exit_by, "exit")


@test
def the_escalation_goes_to_leftovers_in_the_sweep(w):
    init = w.act("--grace 3s --escalate QUIT@1s",
                 "fork [ name left watch say ready ] on 15 0 0 say ready hang")
    w.see("left", "ready")
    init.send(signal.SIGTERM)
    equal(init.wait(), 0)
    w.see("left", "got 3")
    equal(len(w.said("left", "got 15")), 1, "TERMs")


@test
def a_dropped_stop_signal_still_ends_at_the_deadline(w):
    init = w.act("--grace 2s -r TERM:0", "watch say ready hang")
    _, kill, exit_by = budget(2)
    init.send(signal.SIGTERM)
    equal(init.wait(), 137)
    equal(w.said("main", "got 15"), [], "TERM")
    between(init.used(), kill, exit_by, "exit")


@test
def a_stop_signal_rewritten_to_KILL_is_immediate(w):
    init = w.act("--grace 9s -r TERM:KILL", "ignore 15 say ready hang")
    init.send(signal.SIGTERM)
    equal(init.wait(), 137)
    between(init.used(), 0, 0, "exit")


@test
def single_child_stops_only_the_main_child_and_the_sweep_stops_the_rest(w):
    init = w.act("-c --grace 5s",
                 "fork [ name worker on 15 0 0 say ready ] on 15 0 500 say ready hang")
    w.see("worker", "ready")
    init.send(signal.SIGTERM)
    equal(init.wait(), 0)
    told, gone = w.see("worker", "got 15").at, w.see("main", "bye").at
    assert told >= gone, "the worker had it with the main child"


@test
def a_further_stop_signal_is_forwarded_but_a_duplicate_is_not(w):
    init = w.act("--grace 9s", "watch say ready hang")
    init.send(signal.SIGTERM)
    w.see("main", "got 15")
    init.send(signal.SIGTERM)
    init.send(signal.SIGINT)
    init.pause_until(1.2)
    init.send(signal.SIGINT)
    w.see("main", "got 2")
    equal([len(w.said("main", text)) for text in ("got 15", "got 2")], [1, 1], "TERMs, INTs")


@test
def survivors_are_named_before_they_are_killed(w):
    init = w.act("--grace 2s",
                 "ignore 15 fork [ name second ignore 15 state ] state say ready hang")
    w.see("second", "end of state")
    init.send(signal.SIGTERM)
    equal(init.wait(), 137)
    for name in ("main", "second"):
        pid = w.value(name, "pid")
        named = [line for line in init.log().splitlines() if pid in line and "actor" in line]
        assert named, f"no line names {pid}:\n{init.log()}"


@test
def who_obeys_is_not_named(w):
    init = w.act("--grace 3s", "on 15 0 300 say ready hang")
    init.send(signal.SIGTERM)
    equal(init.wait(), 0)
    assert "actor" not in init.log(), init.log()


@both
def without_limit_the_main_child_is_never_killed(w):
    init = w.act("--grace infinity", "on 15 4 2500 say ready hang")
    init.send(signal.SIGTERM)
    equal(init.wait(), 4)
    between(init.used(), 2.5, 2.5, "exit")


@test
def time_spent_by_a_hook_is_taken_off(w):
    init = w.act("--grace 5s --spent 3s", "ignore 15 say ready hang")
    _, kill, exit_by = budget(2)
    init.send(signal.SIGTERM)
    equal(init.wait(), 137)
    between(init.used(), kill, exit_by, "exit")


@test
def the_margin_can_be_set(w):
    init = w.act("--grace 2s --margin 1s", "ignore 15 say ready hang")
    init.send(signal.SIGTERM)
    equal(init.wait(), 137)
    between(init.used(), 1.0, 1.5, "exit")


@both
def after_frozen_time_all_that_is_due_happens_at_once(w):
    init = w.act("--grace 2s", "on 15 0 60000 fork [ ignore 15 setsid ] say ready hang")
    deadline, _, _ = budget(2)
    init.send(signal.SIGTERM)
    w.see("main", "got 15")
    init.send(signal.SIGSTOP)
    init.pause_until(deadline + 1)
    init.send(signal.SIGCONT)
    equal(init.wait(), 137)
    between(init.used(), deadline + 1, deadline + 1, "exit")


@test
def time_frozen_in_the_drain_is_not_replayed(w):
    init = w.act("--grace 4s --escalate QUIT@500ms", "on 15 0 60000 say ready hang",
                 drain="say began ignore 15 hang")
    init.send(signal.SIGTERM)
    w.see("drain", "began")
    init.send(signal.SIGSTOP)
    init.pause_until(4.5)
    init.send(signal.SIGCONT)
    equal(init.wait(), 137)
    between(init.used(), 4.5, 4.5, "exit")


@both
def stop_status_stands_for_a_death_by_the_stop_signal(w):
    for verbs, wanted in (("say ready hang", 0), ("on 15 143 0 say ready hang", 0),
                          ("on 15 3 0 say ready hang", 3),
                          ("on 15 137 0 say ready hang", 137)):
        init = w.act("--stop-status 0 --grace 5s", verbs)
        init.send(signal.SIGTERM)
        equal(init.wait(), wanted, verbs)


@test
def stop_status_is_for_nothing_else(w):
    equal(w.start("--stop-status", "0", "--", w.actor, "die", "15").wait(), 143,
          "no stop was asked for")
    init = w.act("--stop-status 0 --grace 1s", "ignore 15 say ready hang")
    init.send(signal.SIGTERM)
    equal(init.wait(), 137, "killed by us")


@test
def some_exit_codes_can_be_called_0(w):
    equal(w.start("-e", "143", "-e", "7", "--", w.actor, "exit", "7").wait(), 0)
    equal(w.start("-e", "143", "--", w.actor, "die", "15").wait(), 0)
    equal(w.start("-e", "143", "--", w.actor, "exit", "7").wait(), 7)
    equal(w.start("--", w.actor, "exit", "7", environment={"DRAINIT_EXIT_ZERO": "5,7"}).wait(),
          0)
