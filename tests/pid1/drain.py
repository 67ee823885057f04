"""Life 3: the drain. The main child serves on while the drain needs it, inside a budget."""

import os
import signal

from harness import SLACK, both, equal, between, stat, test

OBEDIENT = "on 15 0 0 say ready hang"


def stop_signal_after(w, init):
    """Seconds from our first signal to the main child's stop signal."""
    return w.see("main", "got 15").at - init.signalled_at


@both
def the_least_time_passes_before_the_stop_signal(w):
    init = w.act("--grace 6s --drain-min 700ms", OBEDIENT)
    init.send(signal.SIGTERM)
    equal(init.wait(), 0)
    between(stop_signal_after(w, init), 0.7, 0.7, "stop signal")


@test
def the_least_time_of_the_environment_is_a_share_of_the_allowance(w):
    init = w.act("", OBEDIENT, environment={"DRAINIT_GRACE": "5s", "DRAINIT_DRAIN_MIN": "20%"})
    init.send(signal.SIGTERM)
    equal(init.wait(), 0)
    between(stop_signal_after(w, init), 1.0, 1.0, "stop signal")


@both
def the_stop_follows_the_drain_command(w):
    init = w.act("--grace 8s", OBEDIENT, drain="sleep 400 say done")
    init.send(signal.SIGTERM)
    equal(init.wait(), 0)
    done = w.see("drain", "done").at - init.signalled_at
    between(stop_signal_after(w, init), done, done, "stop signal")


@both
def the_drain_command_knows_what_it_has(w):
    names = ["DRAINIT_BUDGET_SECONDS", "DRAINIT_CHILD_PID", "DRAINIT_REASON", "DRAINIT_ATTEMPT",
             "DRAINIT_GRACE"]
    verbs = " ".join(f"env {name}" for name in names) + " state"
    init = w.act("", "state " + OBEDIENT, drain=verbs, environment={"DRAINIT_GRACE": "10s"})
    init.send(signal.SIGINT)
    equal(init.wait(), 128 + signal.SIGINT)
    # 60 % of 10 s is 6 s, TERM comes a tenth before that: 5.4 s, in whole seconds.
    w.see("drain", "DRAINIT_BUDGET_SECONDS=5")
    w.see("drain", f"DRAINIT_CHILD_PID={w.value('main', 'pid')}")
    w.see("drain", "DRAINIT_REASON=INT")
    w.see("drain", "DRAINIT_ATTEMPT=1")
    w.see("drain", "DRAINIT_GRACE unset")
    equal(w.value("drain", "group"), w.value("drain", "pid"), "a group of its own")
    equal(w.value("drain", "cwd"), w.directory, "the folder that we were started in")
    equal(w.value("drain", "blocked"), "0", "blocked")
    equal(w.value("drain", "ignored"), "0", "ignored")


@both
def a_drain_command_that_fails_keeps_nothing_up(w):
    for command in (f"{w.actor} exit 3", f"{w.actor} die 11", "/no/such/command"):
        init = w.act("--grace 8s", OBEDIENT, drain_line=command)
        init.send(signal.SIGTERM)
        equal(init.wait(), 0, command)
        between(init.used(), 0, 0, command)


@test
def the_words_of_a_drain_command_are_split_as_a_shell_would(w):
    command = f"{w.actor} name drain say 'a  \"b' say c\\ d say \"$e *\""
    init = w.act("--grace 8s", OBEDIENT, drain_line=command)
    init.send(signal.SIGTERM)
    equal(init.wait(), 0)
    equal([line.text for line in w.said("drain")], ['a  "b', "c d", "$e *"])


@test
def the_drain_command_can_be_delayed(w):
    init = w.act("--grace 8s --drain-delay 600ms", OBEDIENT, drain="say began")
    init.send(signal.SIGTERM)
    equal(init.wait(), 0)
    between(w.see("drain", "began").at - init.signalled_at, 0.6, 0.6, "start of the command")


@test
def a_failing_drain_command_is_tried_again_until_it_succeeds(w):
    command = f"sh -c '{w.actor} name drain env DRAINIT_ATTEMPT; test $DRAINIT_ATTEMPT = 3'"
    init = w.act("--grace 10s --drain-retry 200ms", OBEDIENT, drain_line=command)
    init.send(signal.SIGTERM)
    equal(init.wait(), 0)
    equal([line.text[-1] for line in w.said("drain")], ["1", "2", "3"], "attempts")
    between(stop_signal_after(w, init), 0.4, 0.4, "stop signal")


@test
def a_drain_that_never_succeeds_ends_with_its_budget(w):
    init = w.act("--grace 5s --drain-max 1s --drain-retry 300ms --drain /bin/false", OBEDIENT)
    init.send(signal.SIGTERM)
    equal(init.wait(), 0)
    between(stop_signal_after(w, init), 0.6, 1.0, "stop signal")


@both
def a_hung_drain_command_has_TERM_then_KILL_and_nothing_of_it_is_left(w):
    hung = ("on 15 0 60000 fork [ name inner say ready ] daemon [ name daemon setsid ]"
            " fork [ stop ] hang")
    init = w.act("--grace 4s --drain-max 1500ms", "on 15 0 1200 say ready hang", drain=hung)
    init.send(signal.SIGTERM)
    w.see("inner", "ready")
    term = w.see("drain", "got 15").at - init.signalled_at
    between(term, 1.35, 1.35, "TERM to the drain command")
    between(stop_signal_after(w, init), 1.5, 1.5, "stop signal")
    w.eventually(lambda: w.living("DRAINIT_ATTEMPT") == [],
                 "nothing of the drain command lives", SLACK)
    assert not w.said("main", "bye"), "the main child was gone before"
    equal(init.wait(), 0)


@test
def a_second_stop_signal_after_a_second_ends_the_drain(w):
    init = w.act("--grace 8s --drain-min 4s", OBEDIENT)
    init.send(signal.SIGTERM)
    init.pause_until(1.1)
    init.send(signal.SIGTERM)
    equal(init.wait(), 0)
    between(stop_signal_after(w, init), 1.1, 1.1, "stop signal")
    equal(len(w.said("main", "got 15")), 1, "stop signals")


@test
def a_duplicate_within_a_second_changes_nothing(w):
    init = w.act("--grace 8s --drain-min 1300ms", OBEDIENT)
    init.send(signal.SIGTERM)
    init.pause_until(0.3)
    init.send(signal.SIGTERM)
    init.send(signal.SIGINT)
    equal(init.wait(), 0)
    between(stop_signal_after(w, init), 1.3, 1.3, "stop signal")
    equal(len(w.said("main", "got 15")), 1, "stop signals")


@test
def other_signals_are_forwarded_in_the_drain(w):
    init = w.act("--grace 8s --drain-min 800ms", "watch " + OBEDIENT)
    init.send(signal.SIGTERM)
    init.send(signal.SIGHUP)
    assert w.see("main", "got 1").at < w.see("main", "got 15").at
    equal(init.wait(), 0)


@both
def a_main_child_that_ends_in_the_drain_ends_the_least_time(w):
    init = w.act("--grace 9s --drain-min 6s", "on 10 3 0 say ready hang")
    init.send(signal.SIGTERM)
    init.send(signal.SIGUSR1)
    equal(init.wait(), 3)
    between(init.used(), 0, 0, "exit")


@test
def a_running_attempt_may_finish_when_the_main_child_has_ended(w):
    init = w.act("--grace 9s --linger 3s", "on 10 3 0 say ready hang",
                 drain="say began sleep 700 say done")
    init.send(signal.SIGTERM)
    w.see("drain", "began")
    init.send(signal.SIGUSR1)
    equal(init.wait(), 3)
    assert w.said("drain", "done"), "the attempt was not let finish"
    between(init.used(), 0.7, 0.7, "exit")


@test
def but_no_longer_than_linger(w):
    init = w.act("--grace 9s --linger 600ms", "on 10 3 0 say ready hang",
                 drain="watch say began hang")
    init.send(signal.SIGTERM)
    w.see("drain", "began")
    init.send(signal.SIGUSR1)
    equal(init.wait(), 3)
    between(init.used(), 0.6, 0.6, "exit")


@both
def the_ready_file_is_there_while_we_serve_and_goes_with_the_drain(w):
    ready = w.path("ready")
    init = w.act("--grace 8s --drain-min 1s --ready-file ready", OBEDIENT)
    w.eventually(lambda: os.path.exists(ready), "created")
    init.send(signal.SIGTERM)
    w.eventually(lambda: not os.path.exists(ready), "removed")
    assert not w.said("main", "got 15"), "removed only at the stop"
    equal(init.wait(), 0)


@test
def the_ready_file_can_stay_until_the_stop(w):
    ready = w.path("ready")
    command = f"sh -c 'test -e {ready} && exec {w.actor} name drain say there'"
    init = w.act("--grace 8s --ready-until stop --drain-delay 300ms",
                 "on 15 0 700 say ready hang", drain_line=command, more=["--ready-file", ready])
    w.eventually(lambda: os.path.exists(ready), "created")
    init.send(signal.SIGTERM)
    w.see("drain", "there")
    w.see("main", "got 15")
    w.eventually(lambda: not os.path.exists(ready), "removed")
    assert not w.said("main", "bye"), "removed only at the end"
    equal(init.wait(), 0)


@test
def the_ready_file_goes_without_a_drain_too(w):
    ready = w.path("ready")
    init = w.act(f"--grace 8s --ready-file {ready}", OBEDIENT)
    w.eventually(lambda: os.path.exists(ready), "created")
    init.send(signal.SIGTERM)
    equal(init.wait(), 0)
    equal(os.path.exists(ready), False, "there at the end")


@test
def no_ready_file_for_a_command_that_could_not_be_started(w):
    init = w.start("--ready-file", w.path("ready"), "--", "/no/such/command")
    equal(init.wait(), 127)
    equal(os.path.exists(w.path("ready")), False, "there")


@test
def a_ready_file_that_cannot_be_made_is_said_and_no_more(w):
    init = w.act("--grace 5s --ready-file /no/such/folder/ready", OBEDIENT)
    w.eventually(lambda: "/no/such/folder/ready" in init.log(), "said")
    equal(stat(init.pid)[1] != "Z", True, "it runs on")
    init.send(signal.SIGTERM)
    equal(init.wait(), 0)
