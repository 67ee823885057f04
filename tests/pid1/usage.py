"""What cannot work is refused before anything starts: where, what, what would be right."""

import json
import os
import signal

from harness import equal, test


def refused(w, *words, names=(), environment=None):
    init = w.start(*words, "--", w.actor, "say", "ran", environment=environment)
    equal(init.wait(), 125, str(words or environment))
    equal(w.said("main"), [], "what was started")
    log = init.log()
    assert log.startswith("drainit: "), log
    for name in names:
        assert name in log, f"{name} is not in: {log}"
    return log


@test
def bad_options_are_usage_errors(w):
    refused(w, "--grace=3x", names=["--grace=3x: ", "500ms"])
    refused(w, "--grace", "3x", names=["--grace=3x: "])
    refused(w, "--grace=", names=["--grace"])
    refused(w, "--grace", "-1", names=["--grace"])
    refused(w, "--grac", "3s", names=["--grac", "--grace"])
    refused(w, "--drain-mx=3s", names=["--drain-mx", "--drain-max"])
    refused(w, "-Z", names=["-Z"])
    refused(w, "--stop-signals", "FOO", names=["FOO"])
    refused(w, "--stop-signals", "TERM,KILL", names=["KILL"])
    refused(w, "-r", "TERM", names=["TERM"])
    refused(w, "-r", "KILL:TERM", names=["KILL"])
    refused(w, "--rewrite=32:TERM", names=["32"])
    refused(w, "--escalate", "QUIT", names=["QUIT"])
    refused(w, "--stop-status", "256", names=["256"])
    refused(w, "-e", "x", names=["x"])
    refused(w, "--log", "xml", names=["xml", "json"])
    refused(w, "--after-on", "never", names=["never", "always"])
    refused(w, "--ready-until", "never", names=["never", "drain"])
    refused(w, "--drain-retry", "50ms", "--drain", "true", names=["--drain-retry", "100ms"])
    refused(w, "--drain", "sh -c 'x", names=["--drain"])


@test
def bad_variables_are_usage_errors(w):
    refused(w, environment={"DRAINIT_GRACE": "3x"}, names=["DRAINIT_GRACE=3x: ", "500ms"])
    refused(w, environment={"DRAINIT_STOP_SIGNALS": "TERM,"}, names=["DRAINIT_STOP_SIGNALS"])
    refused(w, environment={"DRAINIT_WARN_REAPED": "maybe"}, names=["DRAINIT_WARN_REAPED"])


@test
def an_unknown_variable_is_a_warning_with_the_nearest_name(w):
    init = w.start("--", w.actor, "exit", "2", environment={"DRAINIT_GRACES": "3x"})
    equal(init.wait(), 2)
    assert "DRAINIT_GRACES" in init.log(), init.log()
    assert "DRAINIT_GRACE" in init.log().replace("DRAINIT_GRACES", ""), init.log()


@test
def sums_that_do_not_fit_a_stated_grace_period_are_refused(w):
    refused(w, "--grace", "0", names=["--grace"])
    refused(w, "--grace", "900ms", names=["--grace"])
    refused(w, "--grace", "10s", "--spent", "9500ms", names=["--spent"])
    refused(w, "--grace", "4s", "--drain", "true", "--drain-max", "3s", names=["--drain-max"])
    refused(w, "--grace", "4s", "--drain-min", "2900ms", names=["--drain-min"])
    refused(w, "--grace", "10s", "--drain-min", "3s", "--drain-max", "2s",
            names=["--drain-min"])
    refused(w, "--grace", "1500ms", "--drain", "true", names=["1.5s", "500ms", "1s"])
    refused(w, "--grace", "10s", "--drain", "true", "--drain-max", "5s", "--escalate",
            "QUIT@6s", names=["--escalate"])
    refused(w, "--grace", "infinity", "--drain", "true", names=["--drain-max"])
    refused(w, "--grace", "infinity", "--linger", "10%", names=["infinity"])
    refused(w, "--grace", "infinity", "--escalate", "QUIT@1s", names=["--escalate"])


@test
def what_does_not_fit_an_assumed_grace_period_is_cut_with_one_warning(w):
    init = w.start("--drain-min", "20s", "--", w.actor, "exit", "2")
    equal(init.wait(), 2)
    equal(init.log().count("--grace"), 1, "warnings")


@test
def an_empty_variable_is_not_set(w):
    equal(w.start("--", w.actor, "exit", "2", environment={"DRAINIT_GRACE": ""}).wait(), 2)


@test
def the_command_line_wins(w):
    init = w.act("--grace 1s", "ignore 15 say ready hang", environment={"DRAINIT_GRACE": "9s"})
    init.send(signal.SIGTERM)
    equal(init.wait(10), 137)
    assert init.used() < 5


@test
def no_option_is_taken_out_of_the_commands_own_words(w):
    init = w.start(w.actor, "say", "--grace", "say", "-h", "say", "--", "exit", "3")
    equal(init.wait(), 3)
    equal([line.text for line in w.said("main")], ["--grace", "-h", "--"])


@test
def no_command_is_a_usage_error(w):
    for words in ([], ["--"], ["--grace", "3s"]):
        init = w.start(*words)
        equal(init.wait(), 125, str(words))
        assert init.log().startswith("drainit: "), init.log()


@test
def control_bytes_of_a_value_do_not_reach_the_terminal(w):
    log = refused(w, "--grace", "\x1b[31m3", names=["--grace"])
    assert "\x1b" not in log, log


@test
def a_value_of_any_length_is_a_usage_error(w):
    log = refused(w, "--grace", "9" * 100000, names=["--grace"])
    assert len(log) < 5000, f"{len(log)} bytes"


@test
def help_and_version_go_to_stdout(w):
    for words, text in ((["--help"], "--drain-retry"), (["-h"], "DRAINIT_"),
                        (["--version"], "drainit "), (["-V"], "drainit "),
                        (["-l"], "MIT")):
        path = w.path("out")
        with open(path, "w") as file:
            init = w.start(*words, stdout=file)
        equal(init.wait(), 0, str(words))
        equal(init.log(), "", "stderr")
        with open(path) as file:
            assert text in file.read(), f"{words}: no {text}"
        os.remove(path)


@test
def a_plan_is_printed_or_refused(w):
    with open(w.path("out"), "w") as file:
        init = w.start("--plan", "--grace", "20s", "--drain", "true", stdout=file)
    equal((init.wait(), init.log()), (0, ""))
    with open(w.path("out")) as file:
        text = file.read()
    for wanted in ("19s", "20s", "12s"):
        assert wanted in text, f"no {wanted} in:\n{text}"
    with open(w.path("out"), "w") as file:
        init = w.start("--plan", "--grace", "4s", "--drain", "true", "--drain-max", "3s",
                       stdout=file)
    equal(init.wait(), 125)
    assert "--drain-max" in init.log(), init.log()


@test
def the_log_can_be_json(w):
    init = w.act("--log json --grace 2s --drain-min 100ms", 'ignore 15 say ready say " hang')
    init.send(signal.SIGTERM)
    equal(init.wait(), 137)
    lines = init.log().splitlines()
    assert lines
    for line in lines:
        assert isinstance(json.loads(line), dict), line
