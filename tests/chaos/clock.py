"""Another time: jumps of the date in the middle of a stop, and clocks that begin elsewhere.

The machine's own clock is not touched: the jumps are those of a guest under qemu.
"""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time

from harness import Skip, between, budget, children, equal, test, World
from surroundings import DEAF, HERE, TOP, needs, report, reporting

YEARS = 10 * 365 * 86400
BOOT_LIMIT = 60  # seconds
# In the guest, whose processor is an imitation; and sh, which judges there, sees time in hundredths.
GUEST_SLACK = 1.5


def kernel_image():
    sys.path.append(os.path.join(TOP, "tests", "dist"))
    import debian
    try:
        return debian.kernel(os.path.join(TOP, "build", "guest"), "bookworm")
    except debian.Missing as missing:
        raise Skip(f"no kernel for a guest: {missing}") from None


def run_guest(folder):
    """What the guest said, in lines."""
    needs("qemu-system-x86_64", "cpio", "busybox")
    if os.uname().machine != "x86_64":
        raise Skip("the guest is x86-64, this machine is not")
    image = kernel_image()
    root, archive = os.path.join(folder, "root"), os.path.join(folder, "archive")
    os.makedirs(f"{root}/bin")
    shutil.copy(shutil.which("busybox"), f"{root}/bin/busybox")
    shutil.copy(World.drainit, f"{root}/bin/drainit")
    shutil.copy(os.path.join(HERE, "guest"), f"{root}/init")
    os.symlink("busybox", f"{root}/bin/sh")
    subprocess.run(f"find . | cpio -o -H newc --quiet | gzip -1 >{archive}", shell=True, cwd=root,
                   check=True)
    done = subprocess.run(
        ["timeout", str(BOOT_LIMIT), "qemu-system-x86_64", "-accel", "tcg", "-cpu", "max",
         "-smp", "1", "-m", "256", "-display", "none", "-serial", "stdio", "-monitor", "none",
         "-no-reboot", "-net", "none", "-kernel", image, "-initrd", archive,
         "-append", "console=ttyS0 panic=-1 loglevel=1 rdinit=/init"],
        stdin=subprocess.DEVNULL, capture_output=True, check=False)
    return done.stdout.decode(errors="replace").replace("\r", "")


@test
def a_jump_of_the_date_moves_no_deadline_and_no_drain(w):
    output = run_guest(w.path(""))
    found = {name: (int(status), float(used), int(year), json.loads(text))
             for name, status, used, year, text in re.findall(
                 r"^clock (\S+) (\d+) (\S+) (\d+) (\{.*\})$", output, re.MULTILINE)}
    _, kill, exit_by = budget(2)
    wanted = {"deaf-forward": (137, 2037, kill, exit_by), "deaf-back": (137, 1999, kill, exit_by),
              "drain-forward": (3, 2037, 1.5, 1.5), "drain-back": (3, 1999, 1.35, 1.5)}
    equal(sorted(found), sorted(wanted), f"cases that were run; the guest said:\n{output}")
    for name, (status, year, low, high) in wanted.items():
        equal(found[name][:1] + found[name][2:3], (status, year), f"{name}: status and year")
        between(found[name][1], low - 0.02, high + GUEST_SLACK, f"{name}: exit")
        between(found[name][3]["used_ms"] / 1000, low, high + GUEST_SLACK, f"{name}: used_ms")


@test
def clocks_that_begin_ten_years_later_move_no_deadline_and_no_age(w):
    """In a time namespace: CLOCK_MONOTONIC and CLOCK_BOOTTIME have an offset, as after a migration."""
    if not os.path.exists("/proc/self/ns/time"):
        raise Skip("no time namespaces here")
    init = w.act("--grace 2s", DEAF, more=reporting(w), before=[
        "unshare", "--time", "--monotonic", str(YEARS), "--boottime", str(YEARS), "--pid", "--fork",
        "--kill-child", "--mount-proc"])
    _, kill, exit_by = budget(2)
    drainit = children(init.pid)[0]
    with open(f"/proc/{drainit}/timens_offsets") as file:
        assert str(YEARS) in file.read(), "no offset"
    init.signalled_at = time.monotonic()
    os.kill(drainit, signal.SIGTERM)
    equal(init.wait(), 137)
    between(init.used(), kill, exit_by, "exit")
    found = report(w, init)
    between(found["used_ms"] / 1000, kill, exit_by, "used_ms")
    ages = [one["age_s"] for one in found["survivors"]]
    assert ages and all(0 <= age < 60 for age in ages), f"ages {ages}"
