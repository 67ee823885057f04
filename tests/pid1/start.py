"""Life 1: the start. Exit statuses, what the main child is given, what PID 1 does not keep."""

import os
import shutil
import signal
import subprocess

from harness import both, children, equal, stat, test


def outcome(w, *words, **rest):
    init = w.start("--", *words, **rest)
    return init.wait(), init.log()


def script(w, name, text, mode=0o755):
    path = w.path(name)
    with open(path, "w") as file:
        file.write(text)
    os.chmod(path, mode)
    return path


@both
def the_exit_code_is_passed_on(w):
    for code in (0, 1, 7, 125, 255):
        equal(outcome(w, w.actor, "exit", code), (code, ""), f"exit {code}")


@both
def a_death_by_signal_is_128_and_its_number(w):
    for number in (1, 6, 9, 11, 15, 34, 64):
        equal(outcome(w, w.actor, "die", number)[0], 128 + number, f"signal {number}")


@both
def a_command_that_is_not_there_is_127(w):
    for command in ("no-such-command", "/no/such/command", "/etc/passwd/x"):
        status, log = outcome(w, command)
        equal(status, 127, command)
        assert command in log, f"the message does not name {command}: {log!r}"


@test
def a_script_whose_interpreter_is_not_there_is_127(w):
    path = script(w, "lost", "#!/no/such/interpreter\n")
    status, log = outcome(w, path)
    equal(status, 127)
    assert path in log, log


@test
def any_other_failed_exec_is_126(w):
    for command in (w.directory, script(w, "plain", "exit 3\n", 0o644)):
        status, log = outcome(w, command)
        equal(status, 126, command)
        assert command in log, log


@test
def a_script_without_an_interpreter_line_runs_under_sh(w):
    path = script(w, "bare", 'test "$1" = "a b" && exit 3\n')
    equal(outcome(w, path, "a b"), (3, ""))


@test
def the_command_is_looked_for_along_PATH(w):
    os.mkdir(w.path("one"))
    os.mkdir(w.path("two"))
    script(w, "one/tool", "exit 4\n", 0o644)
    script(w, "two/tool", "#!/bin/sh\nexit 5\n")
    both_folders = {"PATH": f"/no/such/folder:{w.path('one')}:{w.path('two')}"}
    equal(outcome(w, "tool", environment=both_folders)[0], 5, "past one that may not be run")
    equal(outcome(w, "tool", environment={"PATH": w.path("one")})[0], 126,
          "only one that may not be run")


@both
def the_inherited_mask_and_dispositions_are_given_back(w):
    settings = ["block", "10", "block", "40", "ignore", "12", "ignore", "13", "ignore", "22"]
    w.start("--", w.actor, "state", settings=settings).wait()
    equal(int(w.value("main", "blocked"), 16), 1 << 9 | 1 << 39, "blocked")
    equal(int(w.value("main", "ignored"), 16), 1 << 11 | 1 << 12 | 1 << 21, "ignored")


@both
def a_plain_start_leaves_nothing_blocked_or_ignored(w):
    w.start("--", w.actor, "state").wait()
    equal(w.value("main", "blocked"), "0", "blocked")
    equal(w.value("main", "ignored"), "0", "ignored")


@both
def a_parent_that_ignores_CHLD_does_not_make_us_deaf(w):
    init = w.start("--", w.actor, "state", "exit", "6", settings=["ignore", "17"])
    equal(init.wait(), 6)
    equal(int(w.value("main", "ignored"), 16), 1 << 16, "the child has it as it was")


@both
def the_main_child_leads_a_group_of_its_own(w):
    w.start("--", w.actor, "state").wait()
    equal(w.value("main", "group"), w.value("main", "pid"))


@both
def LISTEN_PID_is_rewritten_for_the_child(w):
    w.start("--", w.actor, "state", "env", "LISTEN_PID", "env", "LISTEN_FDS",
            environment={"LISTEN_FDS": "2"},
            before=["sh", "-c", 'LISTEN_PID=$$ exec "$@"', "sh"]).wait()
    equal(w.said("main", "LISTEN_FDS=2") != [], True, "LISTEN_FDS is left alone")
    w.see("main", "LISTEN_PID=" + w.value("main", "pid"))


@test
def no_LISTEN_PID_is_made_up(w):
    w.start("--", w.actor, "env", "LISTEN_PID").wait()
    w.see("main", "LISTEN_PID unset")


@both
def PID_1_keeps_neither_folder_nor_descriptors(w):
    ours, theirs = os.pipe()
    os.set_inheritable(theirs, True)
    init = w.act("", "state say ready hang", pass_fds=[theirs])
    target = os.readlink(f"/proc/self/fd/{theirs}")

    def kept():
        folder = f"/proc/{init.pid}/fd"
        return any(os.readlink(f"{folder}/{fd}") == target for fd in os.listdir(folder))

    w.eventually(lambda: not kept(), "the descriptor is let go")
    w.eventually(lambda: os.readlink(f"/proc/{init.pid}/cwd") == "/", "the folder is let go")
    equal(w.value("main", "cwd"), w.directory, "the child's folder")
    assert w.said("main", f"fd {theirs}"), "the child has lost its descriptor"
    os.close(ours)
    os.close(theirs)
    init.send(signal.SIGTERM)
    init.wait()


@test
def a_folder_that_is_gone_is_no_obstacle_and_is_said(w):
    folder = w.path("gone")
    os.mkdir(folder)
    init = w.act("--grace 5s", "say ready hang", drain="state", cwd=folder,
                 settings=["remove", folder])
    init.send(signal.SIGTERM)
    equal(init.wait(), 143)
    equal(w.value("drain", "cwd"), "/", "the drain command's folder")
    assert "director" in init.log() or "folder" in init.log(), init.log()


@both
def our_options_do_not_reach_the_child_but_other_variables_do(w):
    ours = {"DRAINIT_GRACE": "9s", "DRAINIT_DRAIN_MIN": "100ms", "DRAINIT_LOG": "text",
            "DRAINIT_VERBOSE": ""}
    others = {"DRAINIT_VERSION": "9", "DRAINIT_PORT": "tcp://192.0.2.1:80", "DRAINITX": "1",
              "XDRAINIT_GRACE": "1"}
    verbs = [word for name in [*ours, *others] for word in ("env", name)]
    init = w.start("--", w.actor, *verbs, environment={**ours, **others})
    equal(init.wait(), 0)
    for name in ours:
        assert w.said("main", f"{name} unset"), f"{name} reached the child"
    for name, value in others.items():
        assert w.said("main", f"{name}={value}"), f"{name} did not reach the child"
    equal(init.log(), "", "a warning")


@test
def an_init_below_us_stays_plain(w):
    init = w.start(w.drainit, "--", w.actor, "on", "15", "0", "0", "say", "ready", "hang",
                   environment={"DRAINIT_GRACE": "5s",
                                "DRAINIT_DRAIN": f"{w.actor} name drain say once",
                                "DRAINIT_DRAIN_MIN": "100ms"})
    w.see("main", "ready")
    init.send(signal.SIGTERM)
    equal(init.wait(), 0)
    equal(len(w.said("drain", "once")), 1, "drains")
    equal(len(w.said("main", "got 15")), 1, "TERMs")


@test
def it_is_quiet_in_normal_running(w):
    init = w.act("", "orphans 3 on 10 0 0 say ready hang")
    w.eventually(lambda: len(children(init.pid)) == 1, "the orphans are reaped")
    init.send(signal.SIGUSR1)
    equal((init.wait(), init.log()), (0, ""))


@both
def no_zombie_stays(w):
    init = w.act("", "orphans 500 daemon [ exit 3 ] say ready hang")
    w.eventually(lambda: len(children(init.pid)) == 1 and not children(init.pid, "Z"),
                 "the main child alone, and no zombie")
    init.send(signal.SIGTERM)
    equal(init.wait(), 143)


@test
def without_a_PATH_it_is_looked_for_in_the_usual_folders(w):
    init = w.start("--", "sh", "-c", "exit 7", before=["env", "-u", "PATH", "PS1=$"])
    equal(init.wait(), 7)


@test
def a_folder_of_the_PATH_that_is_none_is_passed_over(w):
    init = w.start("--", "sh", "-c", "exit 7", environment={"PATH": "/etc/passwd:/bin:/usr/bin"})
    equal(init.wait(), 7)


@test
def a_program_that_is_being_written_is_no_reason_to_look_for_another(w):
    path = w.path("busy")
    shutil.copy(w.actor, path)
    with open(path, "ab"):
        init = w.start("--", "busy", environment={"PATH": f"{w.directory}:/bin"})
        equal(init.wait(), 126)
    assert "busy: Text file busy" in init.log(), init.log()


@test
def LISTEN_PID_that_only_begins_as_ours_does_is_left_alone(w):
    init = w.act("", "env LISTEN_PID say ready exit 0", environment={"LISTEN_PID": "10"})
    equal(init.wait(), 0)
    w.see("main", "LISTEN_PID=10")


@test
def the_pause_process_reaps(w):
    init = w.start("-P")
    w.eventually(lambda: stat(init.pid)[1] == "S", "it waits")
    subprocess.run(["nsenter", "--target", str(init.pid), "--pid", "--mount", "sh", "-c",
                    "sleep 1 & sleep 1 &"], check=True)
    w.eventually(lambda: len(children(init.pid)) == 2, "the orphans came")
    w.eventually(lambda: not children(init.pid), "no zombie stays")
    init.send(signal.SIGTERM)
    equal(init.wait(), 0)
