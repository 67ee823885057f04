"""A disk that is full: the report, the ready file, the log."""

import json
import os
import signal

from harness import between, budget, equal, test
from surroundings import DEAF, OBEDIENT, ends, last_of_log


def full(w, fill="dd if=/dev/zero of=$0/filler bs=4k 2>/dev/null", inodes=100):
    """Words before drainit's: a small file system is mounted on this folder and filled."""
    folder = w.path("disk")
    os.mkdir(folder)
    mount = f"mount -t tmpfs -o size=64k,nr_inodes={inodes} tmpfs $0"
    return folder, ["sh", "-c", f'{mount}; {fill}; exec "$@"', folder]


def inside(init, folder, name):
    """A file of the container's own mount namespace, while it lives."""
    return f"/proc/{init.pid}/root{folder}/{name}"


@test
def with_a_full_disk_the_log_has_the_report_and_the_file_is_empty(w):
    folder, before = full(w)
    init = w.act(f"--grace 2s --log json --report {folder}/report.json", DEAF, before=before)
    _, kill, exit_by = budget(2)
    watching = os.open(inside(init, folder, "."), os.O_PATH)
    init.send(signal.SIGTERM)
    between(ends(init, 137), kill, exit_by, "exit")
    equal(last_of_log(init)["outcome"], "forced")
    size = os.stat("report.json", dir_fd=watching).st_size
    os.close(watching)
    equal(size, 0, "bytes in the report's file")


@test
def with_a_full_disk_an_old_report_does_not_pass_for_the_new_one(w):
    folder, before = full(w, 'printf old >$0/report.json; dd if=/dev/zero of=$0/filler bs=4k 2>/dev/null')
    init = w.act(f"--grace 5s --log json --report {folder}/report.json", OBEDIENT, before=before)
    watching = os.open(inside(init, folder, "."), os.O_PATH)
    init.send(signal.SIGTERM)
    between(ends(init, 0), 0, 0, "exit")
    # The page that the old one had is free again: the new one may fit.
    with open(os.open("report.json", os.O_RDONLY, dir_fd=watching)) as file:
        text = file.read()
    os.close(watching)
    assert not text or json.loads(text)["outcome"] == "clean", text


@test
def without_room_for_a_ready_file_the_child_runs_and_the_log_says_why_it_is_not_ready(w):
    folder, before = full(w, "touch $0/a; touch $0/b; touch $0/c", inodes=3)
    init = w.act(f"--grace 5s --ready-file {folder}/up", OBEDIENT, before=before)
    w.eventually(lambda: "cannot be created" in init.log(), "a word about it")
    assert "ENOSPC" in init.log() or "No space" in init.log(), init.log()
    init.send(signal.SIGTERM)
    between(ends(init, 0), 0, 0, "exit")


@test
def with_a_full_disk_a_ready_file_is_made_and_removed(w):
    """It has no content: a full disk has room for it, as long as there is an inode."""
    folder, before = full(w)
    init = w.act(f"--grace 5s --ready-file {folder}/up --drain-min 500ms", OBEDIENT, before=before)
    w.eventually(lambda: os.path.exists(inside(init, folder, "up")), "the ready file")
    init.send(signal.SIGTERM)
    w.eventually(lambda: not os.path.exists(inside(init, folder, "up")), "it is gone")
    between(ends(init, 0), 0.5, 0.5, "exit")


@test
def with_a_full_disk_the_log_is_lost_and_nothing_else(w):
    folder, before = full(w)
    before[2] = before[2].replace('exec "$@"', 'exec "$@" 2>$0/log')
    init = w.act(f"--grace 2s --report {w.path('report.json')}", DEAF, before=before)
    _, kill, exit_by = budget(2)
    init.send(signal.SIGTERM)
    between(ends(init, 137), kill, exit_by, "exit")
    with open(w.path("report.json")) as file:
        equal(json.load(file)["outcome"], "forced")
