"""Each file of examples/ is built and run, or read by its program; drainit takes its settings."""

import configparser
import json
import os
import re
import shlex
import shutil

from container import OBEYS
from engine import TOP, Container, Skip, call, digest, equal, holds, podman_once


def example(name):
    with open(os.path.join(TOP, "examples", name), encoding="utf-8") as file:
        return file.read()


def accepted(e, settings, options=()):
    """drainit takes the settings, and the grace period they state is the one of the plan."""
    status, plan = call([e.drainit, "--plan", *options], env={"PATH": "/bin", **settings})
    equal(status, 0, plan)
    return plan


def base(e, name, root):
    """A base image under the name that a Dockerfile has, from a folder of ours."""
    call(["tar", "-C", root, "-cf", root + ".tar", "."])
    e.do("import", root + ".tar", "localhost/" + name)


def debian_root(folder):
    """A shell and sleep of this machine, with the libraries they name."""
    root = os.path.join(folder, "debian")
    for program in "/bin/sh", "/bin/sleep":
        _, libraries = call(["ldd", program])
        for path in [program, *re.findall(r"(/\S+) \(", libraries)]:
            target = root + path
            os.makedirs(os.path.dirname(target), exist_ok=True)
            shutil.copy(path, target)
    return root


def make_root(folder, name, *files):
    root = os.path.join(folder, name)
    os.makedirs(root)
    for source, target in files:
        os.makedirs(os.path.dirname(root + target), exist_ok=True)
        shutil.copy(source, root + target)
    return root


def build(e, kind):
    """The image of Dockerfile.KIND, in a folder that holds what its first lines ask for."""
    context = os.path.join(e.folder, "context-" + kind)
    os.makedirs(context)
    shutil.copy(e.drainit, os.path.join(context, "drainit"))
    shutil.copy(os.path.join(TOP, "build", "real", "app"), os.path.join(context, "app"))
    shutil.copy(os.path.join(TOP, "examples", "Dockerfile." + kind), context)
    e.do("build", "--network=none", "--pull-never", "-t", "example-" + kind, "-f",
         os.path.join(context, "Dockerfile." + kind), context)
    return "example-" + kind


def planned(e, image):
    """The image's own words and variables, put to --plan."""
    config = json.loads(e.do("image", "inspect", image))[0]["Config"]
    settings = dict(line.split("=", 1) for line in config["Env"] if line.startswith("DRAINIT_"))
    return accepted(e, settings, config["Entrypoint"][1:])


def runs_and_stops(e, image, ready="serving", status=0, last="bye\n"):
    container = e.start("", image=image).see(ready)
    equal(container.exe()[0], digest(e.drainit))
    equal(container.stop(30)[0], status, container.log())
    holds(container.log(), last)


@podman_once
def the_Dockerfile_from_scratch(e):
    image = build(e, "scratch")
    holds(planned(e, image), "10s (DRAINIT_GRACE)")
    runs_and_stops(e, image)


@podman_once
def the_Dockerfile_of_distroless_style(e):
    base(e, "distroless/static-debian12:nonroot", make_root(e.folder, "distroless", (
        "/etc/protocols" if os.path.exists("/etc/protocols") else "/etc/passwd", "/etc/passwd"),
        ("/etc/passwd", "/tmp/.keep")))
    image = build(e, "distroless")
    holds(planned(e, image), "5s (DRAINIT_DRAIN_MIN)")
    container = e.start("--user 65532:65532 --tmpfs /tmp", image=image).see("serving")
    status, took, _ = container.stop(30)
    equal(status, 0, container.log())
    assert took >= 5, f"drained for {took:.1f} s"
    holds(container.log(), "bye\n")


@podman_once
def the_Dockerfile_of_Alpine(e):
    base(e, "alpine:3", shutil.copytree(e.rootfs, os.path.join(e.folder, "alpine"), symlinks=True))
    image = build(e, "alpine")
    planned(e, image)
    runs_and_stops(e, image, last="bye, after QUIT\n")


@podman_once
def the_Dockerfile_of_Debian(e):
    base(e, "debian:bookworm-slim", debian_root(e.folder))
    image = build(e, "debian")
    planned(e, image)
    runs_and_stops(e, image)


@podman_once
def the_Dockerfile_over_tini_of_an_image_that_is_not_ours(e):
    folder = make_root(e.folder, "vendor", (os.path.join(TOP, "build", "real", "app"), "/app"),
                       ("/bin/busybox", "/sbin/tini"))
    base(e, "vendor:0", folder)
    changes = ["--change", 'ENTRYPOINT ["/sbin/tini", "--"]', "--change", 'CMD ["/app"]']
    e.do("import", *changes, folder + ".tar", "localhost/vendor/service:1")
    image = build(e, "over-tini")
    holds(accepted(e, {"DRAINIT_GRACE": "10s"}), "10s (DRAINIT_GRACE)")
    runs_and_stops(e, image)
    container = e.start("", image=image).see("serving")
    container.stop(30)
    holds(container.log(), "10s (DRAINIT_GRACE)")


@podman_once
def the_compose_file(e):
    """What podman-compose makes of it; the grace periods of the engine and of drainit agree."""
    stated = re.findall(r"stop_grace_period: (\S+)\s+environment:\s+DRAINIT_GRACE: (\S+)",
                        example("compose.yaml"))
    equal(stated, [("30s", "30s"), ("60s", "60s")])
    if not shutil.which("podman-compose"):
        raise Skip("podman-compose not installed")
    status, said = call(["podman-compose", "--dry-run", "-f",
                         os.path.join(TOP, "examples", "compose.yaml"), "up", "-d"])
    equal(status, 0, said)
    started = re.findall(r"^podman run --name=(\w+) (.*)$", said, re.M)
    equal([name for name, _ in started], ["examples_web_1", "examples_worker_1"])
    holds(started[1][1], "--init ")
    for _, words in started:
        holds(accepted(e, dict(re.findall(r"-e (DRAINIT_\w+)=(\S+)", words))), "(DRAINIT_GRACE)")


def unit(name):
    parser = configparser.RawConfigParser(strict=False, delimiters="=")
    parser.optionxform = str
    parser.read_string(example(name))
    return parser


@podman_once
def the_quadlet_file(e):
    text = example("web.container")
    equal(unit("web.container").sections(), ["Unit", "Container", "Service", "Install"])
    settings = dict(re.findall(r"^Environment=(DRAINIT_\w+)=(.*)$", text, re.M))
    stop = re.search(r"--stop-timeout=(\d+)", text)[1]
    equal(settings["DRAINIT_GRACE"], stop + "s")
    assert int(re.search(r"TimeoutStopSec=(\d+)", text)[1]) > int(stop)
    accepted(e, settings)
    quadlet = "/usr/libexec/podman/quadlet"
    if os.path.exists(quadlet):
        folder = os.path.join(e.folder, "quadlet")
        os.makedirs(folder)
        shutil.copy(os.path.join(TOP, "examples", "web.container"), folder)
        status, said = call([quadlet, "-dryrun"], env={"QUADLET_UNIT_DIRS": folder})
        equal(status, 0, said)


@podman_once
def the_systemd_unit(e):
    """Its podman command is carried out with an image of ours; systemd-analyze reads the unit."""
    service = unit("web.service")["Service"]
    words = shlex.split(service["ExecStart"])
    given = [words[place + 1] for place, word in enumerate(words) if word == "-e"]
    settings = dict(setting.split("=", 1) for setting in given)
    equal(settings["DRAINIT_GRACE"], words[words.index("--stop-timeout") + 1] + "s")
    accepted(e, settings)
    name = e.container_name()
    ours = {"web": name, "--sdnotify=conmon": "--sdnotify=ignore", "--cgroups=split": "-d",
            "/usr/local/bin/drainit": e.drainit, "localhost/web": "box"}
    e.do("run", "--network=none", *e.options.split(), *(ours.get(word, word) for word in words[2:]),
         "/bin/sh", "-c", OBEYS)
    container = Container(e, name).see("ready")
    equal(container.exe()[0], digest(e.drainit))
    e.do("stop", "--ignore", name)
    if shutil.which("systemd-analyze"):
        status, said = call(["systemd-analyze", "verify", "--man=no",
                             os.path.join(TOP, "examples", "web.service")])
        equal((status, [line for line in said.splitlines() if "web.service" in line]), (0, []))
