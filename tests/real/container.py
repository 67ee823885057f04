"""What holds in every engine's container: start, status, stop, limits, freeze, terminal."""

import time

from engine import PATIENCE, digest, each, equal, holds, holds_not, survivors

OBEYS = "trap 'echo the last line; exit 3' TERM; echo ready; while :; do sleep 0.1; done"
IGNORES = "trap '' TERM; echo ready; while :; do sleep 0.1; done"
EVERYTHING_SURVIVES = "trap '' TERM; setsid sleep 1001 & (setsid sleep 1002 & ); echo ready; " \
    "while :; do sleep 0.1; done"


def shell(script):
    return "/drainit", "--", "/bin/sh", "-c", script


@each
def as_entrypoint_drainit_is_PID_1_and_the_program_its_child(e):
    status, output = e.run("", *shell("echo parent $PPID; exec ps -o pid,args"))
    equal(status, 0)
    holds(output, "parent 1\n", "1 {drainit:serving} /drainit -- /bin/sh")


@each
def with_init_PID_1_is_drainit_under_the_engines_name(e):
    container = e.start("--init", "/bin/sh", "-c", OBEYS).see("ready")
    program, words = container.exe()
    equal(program, digest(e.drainit))
    equal(words[:2], ["/sbin/docker-init" if e.name == "docker" else "/run/podman-init", "--"])
    equal(container.stop(5)[0], 3)


@each
def the_containers_status_is_the_programs(e):
    equal(e.run("", *shell("exit 7"))[0], 7)
    equal(e.run("", *shell("kill -KILL $$"))[0], 137)
    equal(e.run("--init", "/bin/sh", "-c", "exit 7")[0], 7)


@each
def a_command_that_is_not_there_is_named(e):
    status, output = e.run("", "/drainit", "--", "/no/such/program")
    equal(status, 127)
    holds(output, "/no/such/program")


@each
def a_program_that_obeys_ends_with_its_own_status(e):
    status, took, _ = e.start("", *shell(OBEYS)).see("ready").stop(10)
    equal(status, 3)
    assert took < 5, f"the stop took {took:.1f} s"


@each
def one_that_ignores_TERM_is_killed_by_drainit_before_the_engine_does(e):
    container = e.start("-e DRAINIT_GRACE=3s", *shell(IGNORES)).see("ready")
    status, took, said = container.stop(3)
    equal(status, 137)
    holds_not(said, "resorting to SIGKILL")
    assert 2.5 <= took < 3.5, f"the stop took {took:.1f} s"
    holds(container.log(), "SIGKILL: pid", "exit 137; 2.5")
    holds(survivors(container.log())[0], "/bin/sh -c trap")


@each
def under_the_engines_name_one_variable_brings_the_whole_shutdown(e):
    container = e.start("--init -e DRAINIT_GRACE=3s", "/bin/sh", "-c", EVERYTHING_SURVIVES)
    status, took, said = container.see("ready").stop(3)
    equal(status, 137)
    holds_not(said, "resorting to SIGKILL")
    assert took < 3.5, f"the stop took {took:.1f} s"
    equal({"sleep 1001", "sleep 1002"} - set(survivors(container.log())), set())


@each
def a_stop_signal_of_the_image_stops(e):
    script = "trap 'echo got QUIT; exit 4' QUIT; echo ready; while :; do sleep 0.1; done"
    words = ["/drainit", "--stop-signals", "QUIT", "--", "/bin/sh", "-c", script]
    container = e.start("--stop-signal QUIT", *words).see("ready")
    equal(container.stop(10)[0], 4)
    holds(container.log(), "QUIT received", "got QUIT")


@each
def the_last_line_of_a_program_is_in_the_engines_log(e):
    for _ in range(3):
        container = e.start("", *shell(OBEYS)).see("ready")
        container.stop(10)
        holds(container.log(), "the last line\n")


@each
def all_of_the_shutdown_works_in_a_hardened_container(e):
    status = "grep -e ^Uid -e ^Cap -e ^NoNewPrivs -e ^Seccomp: /proc/1/status; " \
        "touch /file 2>/dev/null || echo read-only; "
    options = "--read-only --cap-drop=all --security-opt no-new-privileges --user 1000:1000 " \
        "--pids-limit 30 -e DRAINIT_GRACE=2s"
    container = e.start(options, *shell(status + EVERYTHING_SURVIVES)).see("ready")
    equal(container.stop(5)[0], 137)
    log = container.log()
    holds(log, "Uid:\t1000\t1000", "CapEff:\t0000000000000000", "CapBnd:\t0000000000000000",
          "NoNewPrivs:\t1", "Seccomp:\t2", "read-only\n")
    equal({"sleep 1001", "sleep 1002"} - set(survivors(log)), set())


@each
def a_full_pids_limit_keeps_nothing_from_stopping(e):
    fill = "trap '' TERM; for i in $(seq 26); do sleep 1003 & done; echo ready; exec sleep 1004"
    container = e.start("--pids-limit 28 -e DRAINIT_GRACE=3s -e DRAINIT_DRAIN=/bin/true",
                        *shell(fill)).see("ready")
    equal(container.stop(10)[0], 137)
    holds(container.log(), "drain failed", "exit 137")


@each
def the_shutdown_needs_no_system_call_of_a_new_kernel(e):
    for profile in ("ENOSYS", "EPERM"):
        container = e.start(f"--security-opt seccomp={e.profiles[profile]} -e DRAINIT_GRACE=2s",
                            *shell(EVERYTHING_SURVIVES)).see("ready")
        equal(container.stop(5)[0], 137, profile)
        equal({"sleep 1001", "sleep 1002"} - set(survivors(container.log())), set(), profile)


@each
def a_program_out_of_memory_ends_with_137(e):
    eat = "x=xxxxxxxxxxxxxxxx; while :; do x=$x$x; done"
    equal(e.run("--memory 32m --memory-swap 32m", *shell(eat))[0], 137)


@each
def a_descendant_out_of_memory_ends_alone(e):
    eat = "( x=xxxxxxxxxxxxxxxx; while :; do x=$x$x; done ); echo it ended with $?; exit 6"
    status, output = e.run("--memory 32m --memory-swap 32m", *shell(eat))
    equal(status, 6)
    holds(output, "it ended with 137")


@each
def after_a_freeze_that_outlasts_the_deadline_it_ends_at_once(e):
    container = e.start("-e DRAINIT_GRACE=2s", *shell(IGNORES)).see("ready")
    container.send("TERM")
    e.do("pause", container.name)
    time.sleep(2.5)
    e.do("unpause", container.name)
    began = time.monotonic()
    equal(container.wait(), 137)
    took = time.monotonic() - began
    assert took < 1, f"it went on for {took:.1f} s"


@each
def on_a_terminal_the_program_has_the_foreground(e):
    script = "trap 'exit 5' INT; tty; read line; echo got $line; while :; do sleep 0.1; done"
    status, seen = e.run_on_terminal(
        "", *shell(script), answers=[("/dev/", "hello\n"), ("got hello", "\x03")])
    holds(seen, "/dev/", "got hello")
    equal(status, 5)


@each
def with_init_a_terminals_shell_has_job_control(e):
    status, seen = e.run_on_terminal(
        "--init", "/bin/sh", answers=[("# ", "echo a; exit 9\n")])
    holds_not(seen, "can't access tty", "job control turned off")
    equal(status, 9)


def processes(container):
    return container.run_in("ps", "-o", "args").splitlines()


def run_in(container, *commands):
    """Waits until these run: what a shell has started may not have come as far as its exec."""
    limit = time.monotonic() + PATIENCE
    while not set(commands) <= set(processes(container)):
        assert time.monotonic() < limit, f"never all there: {commands}"
        time.sleep(0.05)


@each
def in_a_shared_PID_namespace_strangers_are_left_alone(e):
    script = "setsid sleep 2001 & echo ready; sleep 2002"
    theirs = e.start("", "/bin/sh", "-c", script).see("ready")
    ours = e.start(f"--pid=container:{theirs.name} -e DRAINIT_GRACE=2s",
                   *shell(EVERYTHING_SURVIVES)).see("ready")
    run_in(theirs, "sleep 2001", "sleep 2002", "sleep 1001", "sleep 1002")
    equal(ours.stop(5)[0], 137)
    left = processes(theirs)
    equal({"sleep 2001", "sleep 2002"} - set(left), set(), f"killed by\n{ours.log()}\n")
    equal([line for line in left if "sleep 100" in line or "trap" in line], [], "our own, left")


@each
def two_drainits_in_one_PID_namespace_keep_to_their_own(e):
    """Orphans of either come to their own drainit, also those of the one that is not PID 1."""
    first = e.start("-e DRAINIT_GRACE=2s", *shell(
        "(setsid sleep 2001 & ); echo ready; trap 'exit 3' TERM; while :; do sleep 0.1; done")
    ).see("ready")
    second = e.start(f"--pid=container:{first.name} -e DRAINIT_GRACE=2s",
                     *shell(EVERYTHING_SURVIVES)).see("ready")
    run_in(first, "sleep 2001", "sleep 1001", "sleep 1002")
    equal(second.stop(5)[0], 137)
    equal({"sleep 1001", "sleep 1002"} - set(survivors(second.log())), set())
    left = processes(first)
    assert "sleep 2001" in left, left
    equal([line for line in left if "sleep 100" in line], [], "of the second, left")
    equal(first.stop(5)[0], 3)


@each
def an_engines_exec_is_no_leftover_in_a_shared_PID_namespace(e):
    """PID 1 gets the orphans of all containers in its namespace, and waits for its own alone."""
    first = e.start("", *shell(OBEYS)).see("ready")
    second = e.start(f"--pid=container:{first.name}", "/bin/sleep", "2003")
    second.run_in("/bin/sh", "-c", "setsid sleep 2004 </dev/null >/dev/null 2>&1 &")
    run_in(second, "sleep 2004")
    status, took, _ = first.stop(10)
    equal(status, 3)
    assert took < 1.5, f"the stop took {took:.1f} s:\n{first.log()}"
