"""Life 6: the main child is gone; its leftovers are stopped, each with its due, and none survives."""

import json
import signal

from harness import both, both_alone, budget, equal, between, test


@both
def a_shell_that_did_not_exec_leaves_a_program_that_can_finish(w):
    script = f"{w.actor} name app watch on 15 0 1000 say ready hang; true"
    init = w.start("--grace", "5s", "--", "sh", "-c", script)
    w.see("app", "ready")
    init.send(signal.SIGTERM)
    equal(init.wait(), 143)
    equal(len(w.said("app", "bye")), 1, "clean-ups")
    equal(len(w.said("app", "got 15")), 1, "TERMs")
    between(init.used(), 1.0, 1.0, "exit")


@both
def the_main_childs_own_group_has_until_the_deadline(w):
    init = w.act("--grace 3s --linger 200ms", "fork [ ignore 15 ] on 15 0 0 say ready hang")
    _, kill, exit_by = budget(3)
    init.send(signal.SIGTERM)
    equal(init.wait(), 0)
    between(init.used(), kill, exit_by, "exit")
    equal(w.living(), [], "who lives on")


@both
def what_daemonised_away_has_TERM_and_linger(w):
    init = w.act("--grace 9s --linger 800ms",
                 "daemon [ name left watch say ready ] on 15 0 0 say ready hang")
    w.see("left", "ready")
    init.send(signal.SIGTERM)
    equal(init.wait(), 0)
    equal(len(w.said("left", "got 15")), 1, "TERMs")
    between(init.used(), 0.8, 0.8, "exit")
    equal(w.living(), [], "who lives on")


@both
def who_is_spared_is_not_counted_among_the_killed(w):
    """More than a survey has room for, of the main child's own group: at the end of --linger nobody is met."""
    init = w.act(f"--grace 5s --linger 300ms --report {w.path('told')}",
                 "fork [ on 15 0 700 ] " * 40 + "on 15 0 0 say ready hang")
    init.send(signal.SIGTERM)
    equal(init.wait(), 0)
    with open(w.path("told")) as file:
        report = json.load(file)
    equal((report["outcome"], report["survivors_total"]), ("clean", 0), f"{report}")
    assert "SIGKILL:" not in init.log(), init.log()


@both
def it_ends_as_soon_as_the_last_is_gone(w):
    init = w.act("--grace 20s --linger 9s",
                 "daemon [ name left on 15 0 300 say ready ] on 15 0 0 say ready hang")
    w.see("left", "ready")
    init.send(signal.SIGTERM)
    equal(init.wait(), 0)
    equal(len(w.said("left", "bye")), 1, "clean-ups")
    between(init.used(), 0.3, 0.3, "exit")


@both
def when_no_stop_was_asked_for_all_leftovers_have_linger(w):
    init = w.act("--grace 20s --linger 700ms",
                 "fork [ name group watch ] daemon [ name daemon watch ] on 10 4 0 say ready hang")
    init.send(signal.SIGUSR1)
    equal(init.wait(), 4)
    for name in ("group", "daemon"):
        equal(len(w.said(name, "got 15")), 1, f"TERMs to {name}")
    between(init.used(), 0.7, 0.7, "exit")
    equal(w.living(), [], "who lives on")


@both
def a_stopped_leftover_gets_its_TERM(w):
    init = w.act("--grace 20s --linger 9s",
                 "daemon [ name left on 15 0 0 say ready stop ] on 15 0 0 say ready hang")
    w.see("left", "ready")
    init.send(signal.SIGTERM)
    equal(init.wait(), 0)
    equal(len(w.said("left", "bye")), 1, "clean-ups")


@test
def a_stop_request_in_a_sweep_that_nobody_asked_for_adds_the_deadline(w):
    init = w.act("--grace 2s --linger 20s",
                 "daemon [ name left watch say ready ] say ready sleep 100 exit 5")
    _, kill, exit_by = budget(2)
    w.see("left", "got 15")
    init.send(signal.SIGTERM)
    equal(init.wait(), 5)
    between(init.used(), kill, exit_by, "exit")


@test
def and_gives_no_new_time(w):
    init = w.act("--grace 20s --linger 700ms",
                 "daemon [ name left watch say ready ] say ready sleep 100 exit 5")
    term = w.see("left", "got 15").at
    init.send(signal.SIGTERM)
    equal(init.wait(), 5)
    between(init.ended_at - term, 0.6, 0.7, "exit")


@both_alone
def nothing_survives_that_forks_on_and_on(w):
    init = w.act("--grace 9s --linger 300ms",
                 "daemon [ chain ] fork [ setsid chain ] daemon [ ignore 15 chain ] say ready exit 0",
                 environment={"ACTOR_LIFE": "15"})
    equal(init.wait(), 0)
    equal(w.living(), [], "who lives on")


@test
def leftovers_of_a_drain_command_that_ended_by_itself_are_swept(w):
    init = w.act("--grace 9s --linger 400ms", "on 15 0 0 say ready hang",
                 drain="daemon [ name left watch say ready ] sleep 100")
    init.send(signal.SIGTERM)
    equal(init.wait(), 0)
    equal(len(w.said("left", "got 15")), 1, "TERMs")
    between(init.used(), 0.4, 0.6, "exit")


@test
def strangers_are_never_touched(w):
    stranger = w.start("--", w.actor, *"name stranger watch say ready hang".split(), here=True)
    w.see("stranger", "ready")
    init = w.act("--grace 2s", "ignore 15 say ready hang", here=True)
    init.send(signal.SIGTERM)
    equal(init.wait(), 137)
    equal([line.text for line in w.said("stranger")], ["ready"])
    stranger.send(signal.SIGKILL)
