"""What is podman's alone: --init-path, its own SIGKILL, a root file system of a folder, pods."""

import json
import os

from container import EVERYTHING_SURVIVES, IGNORES, OBEYS, shell
from engine import TOP, Skip, call, digest, equal, holds, holds_not, podman, podman_once, survivors


@podman
def init_path_takes_drainit_by_any_name(e):
    options = f"--init --init-path {e.drainit}"
    container = e.start(options, "/bin/sh", "-c", OBEYS).see("ready")
    equal(container.exe()[0], digest(e.drainit))
    equal(container.stop(5)[0], 3)


@podman
def without_a_grace_period_the_engine_has_to_kill(e):
    """That the other tests can tell podman's SIGKILL from drainit's."""
    status, _, said = e.start("--init", "/bin/sh", "-c", IGNORES).see("ready").stop(1)
    equal(status, 137)
    holds(said, "resorting to SIGKILL")


@podman
def a_folder_as_root_file_system_does(e):
    status, output = e.run("--rm --rootfs", *shell("exec ps -o pid,args"), image=e.rootfs)
    equal(status, 0)
    holds(output, "1 {drainit:serving} /drainit -- /bin/sh")


@podman_once
def this_machines_own_programs_run_under_drainit(e):
    """A throw-away overlay of the whole root file system: a real interpreter, a real libc."""
    program = "import signal, sys\nsignal.signal(15, lambda *_: sys.exit(8))\n" \
        "print('ready')\nsignal.pause()"
    container = e.start(f"-v {e.drainit}:/drainit:ro --rootfs", "/drainit", "--grace", "5s", "--",
                        "python3", "-u", "-c", program, image="/:O").see("ready")
    equal(container.stop(10)[0], 8)


@podman_once
def an_orphan_of_a_container_is_reaped(e):
    script = "( ( exit 0 ) & ); echo ready; exec sleep 1000"
    container = e.start("", *shell(script)).see("ready")
    holds_not(container.run_in("ps", "-o", "stat,args"), "Z ")


@podman
def a_pods_pause_process_is_drainit(e):
    """podman takes catatonit's place from init_path (its helpers' folder, before 4.4)."""
    if call(["timeout", "0.2", e.drainit, "-P"])[0] != 124:
        raise Skip("this drainit has no -P")
    pod = e.container_name() + "-pod"
    e.do("pod", "create", "--name", pod, "--network=none", "--share", "pid,ipc,uts")
    try:
        infra = json.loads(e.do("pod", "inspect", pod))["InfraContainerID"]
        status, output = call([*e.client, "run", "--rm", "--pod", pod, "--network=none", "box",
                               "/bin/ps", "-o", "pid,args"])
        equal(status, 0)
        holds(output, "-P\n")
        pid = json.loads(e.do("inspect", infra))[0]["State"]["Pid"]
        equal(digest(f"/proc/{pid}/exe"), digest(e.drainit), "the pause process")
        # In a pod that shares its PID namespace, PID 1 is the pause process, and we a subreaper.
        words = ["run", "-d", "--pod", pod, "-e", "DRAINIT_GRACE=2s", "--network=none",
                 "--name", pod + "-app", "box", *shell(EVERYTHING_SURVIVES)]
        e.do(*words)
        e.do("stop", "-t", "5", pod + "-app")
        equal({"sleep 1001", "sleep 1002"} - set(survivors(e.do("logs", pod + "-app"))), set())
        equal(call([*e.client, "pod", "stop", "-t", "5", pod])[0], 0)
        equal(json.loads(e.do("inspect", infra))[0]["State"]["ExitCode"], 0, "infra's status")
    finally:
        call([*e.client, "pod", "rm", "-f", pod])


@podman_once
def the_example_of_containers_conf_gives_every_init_drainit(e):
    with open(os.path.join(TOP, "examples", "containers.conf"), encoding="utf-8") as file:
        text = file.read()
    place = "/usr/local/bin/drainit"
    holds(text, f'init_path = "{place}"')
    path = os.path.join(e.folder, "example.conf")
    with open(e.configuration, encoding="utf-8") as file:
        lines = [line for line in file.read().splitlines() if not line.startswith("init_path")]
    wanted = [line for line in text.splitlines() if line.startswith("init_path")]
    lines.insert(lines.index("[engine]") + 1, wanted[0].replace(place, e.drainit))
    with open(path, "w", encoding="utf-8") as file:
        file.write("\n".join(lines) + "\n")
    name = e.container_name()
    status, output = call([*e.client, "run", "--name", name, "--network=none", "--init", "box",
                           "/bin/ps", "-o", "pid,args"],
                          env={**os.environ, "CONTAINERS_CONF": path})
    equal(status, 0)
    holds(output, "1 /run/podman-init -- /bin/ps")
