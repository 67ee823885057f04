"""node, Python, shells, and what a program of one's own may do: exit status, daemons, deafness."""

import json
import os
import signal
import time

from suite import PYTHON, connected, needs, test, until


def node(box, *words):
    return [needs("node"), os.path.join(box.top, "server.js"), str(box.port()), "1000", *words]


# An answer of node's is there at once, once it is there: what takes time is its handler.
SHORT = "--slow 100ms --traffic 500ms "
LARGE = "size=8000000"


@test
def node_with_a_handler_is_good(box):
    judged = box.judge(SHORT, *node(box, "close"))
    judged.is_good()
    judged.has(judged["requests"]["in_flight"] >= 1, "a handler of one second was under way")


@test
def node_without_a_handler_cuts_and_exits_143(box):
    judged = box.judge(SHORT, *node(box))
    judged.is_bad("completed", "exit")
    judged.has(judged["exit_status"] == 143 and judged["requests"]["cut"] >= 1, "its figures")
    judged.advises("handle")


@test
def an_orderly_143_needs_a_stop_status_to_be_good(box):
    """As a JVM leaves, however well it stops."""
    judged = box.judge(SHORT, *node(box, "close", "143"))
    judged.is_bad("exit")
    judged.has(judged["exit_status"] == 143, "exit status")
    judged.advises("--stop-status")
    judged = box.judge(SHORT + "--stop-status 0", *node(box, "close", "143"))
    judged.is_good()
    judged.has(judged["exit_status"] == 0, "the container's is what counts")


@test
def any_other_exit_status_than_0_is_bad(box):
    """Also where --stop-status is set: it is for the stop signal's own status."""
    judged = box.judge(SHORT + "--stop-status 0", *box.app("status=3"))
    judged.is_bad("exit")
    judged.has(judged["exit_status"] == 3, "exit status")


@test
def Pythons_own_server_cuts_and_exits_143(box):
    judged = box.judge("", PYTHON, "-m", "http.server", "--bind", "127.0.0.1", "--directory",
                       os.path.join(box.top, "pages"), str(box.port()))
    judged.is_bad("completed", "exit")
    judged.has(judged["exit_status"] == 143 and judged["requests"]["cut"] >= 1, "its figures")
    judged.advises("handle", "--stop-status")


@test
def a_shell_that_does_not_exec_is_told_of_it(box):
    """TERM ends the shell at once: its status is the container's, the server is left over."""
    server = " ".join(box.app("delay=1"))
    judged = box.judge(SHORT, "sh", "-c", server + "; true")
    judged.is_bad("released", "exit")
    judged.has(judged["exit_status"] == 143, "the shell's, not the server's")
    judged.has(any("app.py" in leftover["command"] for leftover in judged["leftovers"]),
               "the server is named")
    judged.advises("exec")
    judged.has(judged["requests"]["cut"] == 0, "it serves to its end all the same")


@test
def a_shell_in_the_background_of_which_a_server_runs_is_told_of_exec(box):
    server = " ".join(box.app("delay=1"))
    judged = box.judge(SHORT, "sh", "-c", server + " & wait")
    judged.is_bad("released", "exit")
    judged.advises("exec")


@test
def a_program_that_ignores_TERM_is_seen_to_serve_until_it_is_killed(box):
    judged = box.judge("--grace 3s --slow 500ms", *box.app("term=ignore"))
    judged.is_bad("refused", "released", "exit", perhaps=["completed"])
    judged.has(judged["exit_status"] == 137, "it was killed")
    judged.has(2300 <= judged.phase("stop")["ms"] <= 3000, "it had its time up to the deadline")
    judged.has(not judged["killed_by_runtime"], "drainit was in time")
    judged.has(judged["advice"], "there is something to be done")


@test
def a_request_that_outlasts_the_grace_period_is_cut(box):
    judged = box.judge(f"--grace 3s --traffic 500ms --url http://127.0.0.1:{box.port()}/",
                       *box.app("delay=20"))
    judged.is_bad("completed", "released", "exit")
    judged.has(judged["requests"]["cut"] >= 1, "cut")
    judged.has(2300 <= judged.phase("stop")["ms"] <= 3000, "it had its time up to the deadline")


@test
def a_listener_that_nobody_takes_from_any_more_refuses_nothing(box):
    """The kernel goes on to take connections for it; they are lost."""
    judged = box.judge(f"--traffic 500ms --url http://127.0.0.1:{box.port()}/",
                       *box.app("term=deaf", "delay=2"))
    judged.is_bad("refused", perhaps=["completed"])
    judged.has(judged["exit_status"] == 0, "exit status")


@test
def each_port_must_refuse(box):
    judged = box.judge(f"--traffic 500ms --url http://127.0.0.1:{box.port()}/",
                       *box.app(f"also={box.port(1)}", "delay=2"))
    judged.is_bad("refused")
    judged.has(sorted(judged["ports"]) == [box.port(), box.port(1)], "both are seen")
    evidence = judged["answers"]["refused"]["evidence"]
    judged.has(str(box.port(1)) in evidence, "which of them took connections is said")


@test
def wherever_it_listens_it_is_asked(box):
    """'::' is for IPv4, too; '[::]' is not, which no table tells."""
    for which, host in enumerate(["0.0.0.0", "::", "::1", "[::]"]):
        judged = box.judge(SHORT, *box.app(f"host={host}", which=which))
        judged.is_good()
        judged.has(judged["requests"]["made"] >= 4, host)
        judged.has(judged["ports"] == [box.port(which)], host)


@test
def an_answer_in_chunks_is_whole_with_its_last_chunk(box):
    judged = box.judge("", *box.app(LARGE, "chunked=yes"))
    judged.is_good()
    judged.has(judged["requests"]["in_flight"] >= 1, "it was under way")
    judged = box.judge("", *box.app(LARGE, "chunked=yes", "term=die"))
    judged.is_bad("completed", "exit")
    judged.has(judged["requests"]["cut"] >= 1, "what was under way was cut")


@test
def how_long_it_took_until_it_listens_is_told(box):
    judged = box.judge(SHORT, *box.app("wait=1"))
    judged.is_good()
    judged.has(1000 <= judged["listened_ms"] <= 4000, "a second, and its start")


@test
def without_an_end_of_the_grace_period_a_program_can_be_good(box):
    judged = box.judge(SHORT + "--grace infinity", *box.app())
    judged.is_good()
    judged.has(judged["grace_ms"] is None, "there is none")


@test
def a_daemon_that_is_left_behind_is_named(box):
    judged = box.judge(SHORT, *box.app("term=leave"))
    judged.is_bad("released")
    judged.has([leftover["command"] for leftover in judged["leftovers"]] == ["sleep 7777"],
               "leftovers")
    judged.has(judged["leftovers"][0]["pid"] > 1, "its pid")
    judged.has(judged["exit_status"] == 0, "exit status")


@test
def a_daemon_that_is_started_on_TERM_is_named(box):
    judged = box.judge(SHORT, *box.app("term=late", "delay=1"))
    judged.is_bad("released")
    judged.has([leftover["command"] for leftover in judged["leftovers"]] == ["sleep 7777"],
               "leftovers")


@test
def processes_that_came_and_went_do_not_hide_who_is_left(box):
    many = "i=0; while [ $i -lt 700 ]; do sleep 0.5 & i=$((i+1)); done; wait; exec "
    judged = box.judge(SHORT, "sh", "-c", many + " ".join(box.app("term=leave")))
    judged.is_bad("released")
    judged.has([leftover["command"] for leftover in judged["leftovers"]] == ["sleep 7777"],
               "leftovers")


@test
def a_report_that_is_not_written_changes_no_answer(box):
    """The options of drainit are the image's; what is judged by must not hang on them."""
    judged = box.judge("--grace 2s --report none --slow 100ms", *box.app("term=ignore"))
    judged.is_bad("refused", "released", "exit", perhaps=["completed"])
    judged = box.judge(SHORT + "--report none", *box.app("term=leave"))
    judged.is_bad("released")


@test
def a_report_that_is_asked_for_is_written_and_read(box):
    judged = box.judge(SHORT + f"--report {box.path('report')}", *box.app("term=leave"))
    judged.is_bad("released")
    with open(box.path("report"), encoding="utf-8") as file:
        assert json.load(file)["outcome"] == "clean"


@test
def many_requests_in_a_drain_do_not_hide_those_that_are_cut(box):
    judged = box.judge("--requests 64 --drain-min 6s --grace 20s --slow 100ms",
                       *box.app("term=die", "delay=0.2"))
    judged.is_bad("completed", "exit")
    judged.has(judged["requests"]["made"] > 200, "a drain full of requests")
    judged.has(1 <= judged["requests"]["cut"] <= 64, "and some under way at its end")


@test
def requests_of_a_tenth_of_a_second_are_cut_like_any(box):
    """Most programs answer that fast; that they had just begun is no excuse."""
    for _ in range(3):
        judged = box.judge(SHORT + "--requests 32", *box.app("term=die", "delay=0.08"))
        if judged["requests"]["completed"] < judged["requests"]["made"]:
            break  # else none was under way: they may all have come at once
    judged.is_bad("completed", "exit")
    judged.has(judged["requests"]["cut"] >= 1, "cut")


@test
def an_answer_is_an_answer_whatever_its_status(box):
    judged = box.judge(SHORT, *box.app("code=404", "delay=1"))
    judged.is_good()
    judged.has(judged["requests"]["in_flight"] >= 1, "it was under way")


@test
def another_clients_connection_that_is_reset_counts(box):
    running = box.begin("--after-start 2s --requests 0", *box.app("term=reset"))
    with connected(box.port()) as client:
        judged = running.finish().read()
        judged.is_bad("completed")
        judged.has(judged["connections"]["at_stop"] == 1 and judged["connections"]["reset"] == 1,
                   "the client's connection")
        try:
            assert client.recv(1) == b"no", "the client saw an end in order"
        except ConnectionResetError:
            pass


@test
def clients_that_came_and_went_do_not_hide_who_is_there(box):
    running = box.begin("--after-start 5s --requests 0", *box.app("term=reset"))
    connected(box.port()).close()
    for _ in range(30):
        clients = [connected(box.port()) for _ in range(40)]
        time.sleep(0.05)  # for each to be seen
        for client in clients:
            client.close()
    with connected(box.port()):
        assert not box.events("term"), "there was too little time"
        judged = running.finish().read()
        judged.is_bad("completed")
        judged.has(judged["connections"]["at_stop"] == 1 and judged["connections"]["reset"] == 1,
                   "the client's connection")


@test
def another_clients_request_that_comes_to_its_end_counts(box):
    running = box.begin("--after-start 2s --requests 0", *box.app(LARGE))
    with connected(box.port()) as client:
        client.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        until(lambda: box.events("request"), "its request")
        client.settimeout(None)
        until(lambda: box.events("term"), "the stop signal")
        while client.recv(1 << 20):
            pass
        judged = running.finish().read()
    judged.is_good()
    judged.has(judged["connections"]["at_stop"] == 1 and judged["connections"]["finished"] == 1,
               "the client's connection")


@test
def a_server_that_refuses_in_the_drain_refuses_too_early(box):
    """A readiness probe that fails is enough: traffic must be taken as long as it comes."""
    judged = box.judge(["--drain-min", "1s", "--drain", "sh -c 'kill -USR1 $DRAINIT_CHILD_PID'",
                        "--slow", "100ms", "--traffic", "500ms"], *box.app())
    judged.has(judged.answers()["refused"] == "no", "refused while it should serve")
    judged.has(judged.status == 1 and judged["verdict"] == "bad", "verdict")


@test
def what_listens_on_nothing_can_be_good(box):
    os.mkfifo(box.path("never"))
    judged = box.judge("--after-start 200ms", "sh", "-c",
                       "trap 'exit 0' TERM; while :; do read line <never; done")
    judged.is_good()
    judged.has(judged["ports"] == [] and judged["listened_ms"] is None, "it listens on nothing")
    judged.has(judged["listener_closed_ms"] is None, "nor was anything closed")
    judged.has(judged["requests"]["made"] == 0, "nobody could be asked")
    judged.has(judged.phase("stop")["ms"] < 1000, "time used")


def could_not(box, running, *words):
    """It could not be done, and why; nothing is left of it."""
    judged = running.finish()
    judged.has(judged.status == 125, "125: it could not be done")
    judged.has(judged.output == "", "there is no answer")
    for word in words:
        judged.has(word in judged.said, f"'{word}' is not said")
    judged.has(not box.living(), f"{box.living()} still live")
    return judged


@test
def what_never_listens_is_given_up(box):
    judged = could_not(box, box.begin("--start-max 1s", "sleep", "60"), "listen", "1s")
    judged.has(0.9 < judged.took < 6, "after a second")


@test
def what_cannot_be_started_is_said(box):
    could_not(box, box.begin("", "/no/such/program"), "/no/such/program", "could not be started")


@test
def what_ends_before_it_was_asked_to_cannot_be_judged(box):
    could_not(box, box.begin("", "sh", "-c", "exit 3"), "3")


@test
def the_runtime_kills_at_the_end_of_the_grace_period(box):
    """drainit is in time, always: here it is kept from it."""
    running = box.begin("--grace 2s", *box.app("size=8000000"))
    until(lambda: box.events("request"), "a request")
    init = until(lambda: [pid for pid, name in box.living().items()
                          if name.startswith("drainit:")], "drainit")
    os.kill(init[0], signal.SIGSTOP)
    judged = running.finish().read()
    judged.is_bad("refused", "released", "exit", perhaps=["completed"])
    judged.has(judged["killed_by_runtime"] and judged["exit_status"] == 137, "SIGKILL")
    judged.has(judged["used_ms"] >= 1900, "two seconds")
    assert not box.living(), box.living()


@test
def a_rehearsal_that_gets_little_of_the_processor_misses_no_end(box):
    """Each of its looks takes longer than it is far from the next, as on a busy machine."""
    running = box.begin("--after-start 1s --requests 0 --grace 6s", *box.app())
    until(lambda: box.events("listens"), "the app")
    limit = time.monotonic() + 10
    while running.process.poll() is None and time.monotonic() < limit:
        running.send(signal.SIGCONT)
        time.sleep(0.0002)
        running.send(signal.SIGSTOP)
        time.sleep(0.05)
    running.send(signal.SIGCONT)
    judged = running.finish().read()
    judged.has(not judged["killed_by_runtime"], "it had ended long before")
    judged.has(judged.answers()["released"] == "yes" and judged["exit_status"] == 0, "in order")
    judged.has(judged["used_ms"] < 4000, "it ended at once")
