"""A machine in qemu whose PID 1 is drainit: what is packed for it, how it is started, what it said."""

import json
import os
import re
import shutil
import subprocess

import expected

HERE = os.path.dirname(os.path.abspath(__file__))
LIMIT = 120  # seconds a guest has; it needs ten
QEMU = {
    "amd64": (["qemu-system-x86_64", "-cpu", "max"], "ttyS0"),
    "arm64": (["qemu-system-aarch64", "-M", "virt", "-cpu", "max,pauth-impdef=on"], "ttyAMA0"),
}
# PID 1 is started by the kernel itself: nothing is mounted, nobody has set anything up. The kernel
# takes a second '--' for the end of everything.
DIRECT = "rdinit=/bin/drainit -- --log json --grace 4s --drain \"sh /whole drain\" --escalate QUIT@1s " \
    "--linger 300ms --after \"sh /whole after\" sh /whole "

count = {"ok": 0, "FAIL": 0, "skip": 0}


def tell(outcome, name, detail=""):
    count[outcome] += 1
    print(f"{outcome:4} {name}" + (f"\n     {detail}" if detail else ""), flush=True)


def closing():
    """The last line, and the exit status."""
    skipped = f", {count['skip']} skipped" if count["skip"] else ""
    print(f"{count['ok']} passed, {count['FAIL']} failed{skipped}")
    return 1 if count["FAIL"] else 0


def read_cases(output):
    """name -> (status, report); a report that is no JSON stays text, none is None."""
    cases = {}
    for name, status, text in re.findall(r"^case (\S+) (\d+) ?(.*)$", output, re.MULTILINE):
        try:
            text = json.loads(text) if text else None
        except ValueError:
            pass
        cases[name] = int(status), text
    return cases


def read_machine(output):
    """The status of the machine's PID 1, by the kernel; its report is its log's last line."""
    report = re.findall(r'^\{"outcome".*\}$', output, re.MULTILINE)
    status = re.search(r"Attempted to kill init! exitcode=0x([0-9a-f]+)", output)
    if not report or not status:
        return {}
    return {"the machine's own PID 1": (int(status[1], 16) >> 8, json.loads(report[-1]))}


def judge(where, found, wanted):
    for name, (status, report) in wanted.items():
        if name not in found:
            tell("FAIL", f"{where}: {name}", "it did not come so far")
            continue
        wrong = expected.differs({"status": found[name][0], "report": found[name][1]},
                                 {"status": status, "report": report})
        tell("FAIL" if wrong else "ok", f"{where}: {name}", wrong)


def judge_idle(where, found, drainit):
    """What an idle PID 1 has of memory, in KiB, within the contract's bounds."""
    idle = found.get("idle", (0, None))[1]
    if not isinstance(idle, dict):
        tell("FAIL", f"{where}: idle", f"its memory was not told: {idle!r}")
        return
    most = -(-os.path.getsize(drainit) // 4096) * 4 + expected.IDLE_BESIDE_THE_FILE
    good = idle["anonymous"] <= expected.IDLE_ANONYMOUS and idle["rss"] <= most
    tell("ok" if good else "FAIL", f"{where}: idle: anonymous {idle['anonymous']} KiB of at most "
         f"{expected.IDLE_ANONYMOUS}, resident {idle['rss']} KiB of at most {most}")


def pack(folder, drainit, busybox):
    """The guest's root file system, as the kernel unpacks it. Returns its path."""
    root = os.path.join(folder, "root")
    os.makedirs(f"{root}/bin")
    shutil.copy(busybox, f"{root}/bin/busybox")
    shutil.copy(drainit, f"{root}/bin/drainit")
    os.symlink("busybox", f"{root}/bin/sh")
    for name in "init", "cases", "whole":
        shutil.copy(os.path.join(HERE, name), root)
    archive = os.path.join(folder, "archive")
    subprocess.run(f"find . | cpio -o -H newc --quiet | gzip -1 >{archive}", shell=True, cwd=root,
                   check=True)
    return archive


def boot(processor, image, archive, version, ending):
    """What came over the serial line until the end of PID 1. version: of the cgroups, or 'direct'."""
    qemu, console = QEMU[processor]
    first = DIRECT + ending if version == "direct" else f"rdinit=/init -- {version} {ending}"
    try:
        done = subprocess.run(
            # The guest's clock counts its instructions, so what it measures is not ours to disturb;
            # when it waits, the clock leaps.
            [*qemu, "-accel", "tcg", "-icount", "shift=1,sleep=off", "-smp", "1", "-m", "256", "-display", "none",
             "-serial", "stdio", "-monitor", "none", "-no-reboot", "-net", "none",
             "-kernel", image, "-initrd", archive,
             "-append", f"console={console} panic=-1 loglevel=1 {first}"],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            timeout=LIMIT, check=False)
        output = done.stdout
    except subprocess.TimeoutExpired as late:
        output = late.stdout or b""
    return output.decode(errors="replace").replace("\r", "")


def why_none(processor):
    """Why there can be no such guest here, or nothing."""
    for program in QEMU[processor][0][0], "cpio":
        if not shutil.which(program):
            return f"no {program} here"
    return ""


def judge_guest(folder, image, guest, output, drainit):
    """guest: (cgroup version or 'direct', ending)"""
    version, ending = guest
    name = os.path.basename(image)[len("vmlinuz-"):]
    log = os.path.join(folder, f"{name}-{version}-{ending}.log")
    with open(log, "w", encoding="utf-8") as file:
        file.write(output)
    before, where = count["FAIL"], f"{name}, {version}"
    if version == "direct":
        judge(f"{where}, {ending}", read_machine(output),
              {"the machine's own PID 1": expected.DIRECT[ending]})
        said = output.splitlines()
        missing = [line for line in expected.DIRECT_SAID[ending] if line not in said]
        tell("FAIL" if missing else "ok", f"{where}, {ending}: all steps, each said by who was told",
             ", ".join(missing))
    else:
        wanted = {**expected.EVERYWHERE, **(expected.TAKES_ALL if version == "v2" else {})}
        found = read_cases(output)
        judge(where, found, wanted)
        judge_idle(where, found, drainit)
        judge(f"{where}, {ending}", read_machine(output),
              {"the machine's own PID 1": expected.MACHINE[ending]})
    if count["FAIL"] > before:
        print(f"     all that was said: {log}")
