"""What people see: the text, its progress on a terminal; interruptions; users who are not root."""

import fcntl
import os
import re
import select
import signal
import struct
import termios
import time

from suite import test, until

SHORT = "--slow 200ms --traffic 500ms "


def asks_all_four(text):
    for words in (r"refuse", r"complete|came to|finished", r"released|left", r"exit"):
        assert re.search(words, text, re.I), f"nothing of '{words}' in:\n{text}"


@test
def the_text_holds_the_four_questions_and_fits_the_width(box):
    started = {columns: box.begin(SHORT, *box.app("term=leave", which=which), json=False,
                                  environment={"COLUMNS": str(columns)})
               for which, columns in enumerate((60, 80))}
    for columns, running in started.items():
        judged = running.finish()
        judged.has(judged.status == 1, "exit status")
        asks_all_four(judged.output)
        judged.has("sleep 7777" in " ".join(judged.output.split()), "what was left is named")
        for line in judged.output.splitlines():
            judged.has(len(line) <= columns, f"{len(line)} columns of {columns}: {line}")
        judged.has("\x1b" not in judged.output, "no escape sequence where no terminal is")


@test
def what_the_program_says_is_not_in_the_result(box):
    judged = box.judge(SHORT, *box.app("say=hello"))
    judged.is_good()
    judged.has("hello" in judged.said, "it is said beside it")


@test
def on_a_terminal_it_shows_how_far_it_is(box):
    master, slave = os.openpty()
    try:
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 72, 0, 0))
        running = box.begin("--traffic 2s --slow 200ms", *box.app(), json=False, stdin=slave,
                            stdout=slave, stderr=slave)
        os.close(slave)
        said, first = b"", None
        while select.select([master], [], [], 30)[0]:
            try:
                said += os.read(master, 65536)
            except OSError:  # the last of its writers has gone
                break
            first = first or time.monotonic()
        status = running.process.wait(10)
    finally:
        os.close(master)
    text = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", said.decode())
    assert status == 0, f"exit status {status}: {text}"
    assert first and first < box.events("term")[0]["at"], f"nothing before the stop: {text}"
    asks_all_four(text)
    for line in re.split(r"[\r\n]+", text):
        assert len(line) <= 72 or line.startswith("drainit:"), f"{len(line)} columns: {line}"


def interrupted(box, number):
    """In the middle of its requests."""
    running = box.begin("--slow 20s --traffic 20s", *box.app("size=8000000", "term=leave"))
    until(lambda: box.events("request"), "a request")
    running.send(number)
    judged = running.finish(10)
    until(lambda: not box.living(), f"the end of {box.living()}", patience=5)
    return judged


@test
def interrupted_it_ends_all_that_it_has_started(box):
    judged = interrupted(box, signal.SIGINT)
    judged.has(judged.status in (125, 130), "exit status")
    judged.has(judged.output == "", "no answer")


@test
def asked_to_stop_itself_it_ends_all_that_it_has_started(box):
    judged = interrupted(box, signal.SIGTERM)
    judged.has(judged.status in (125, 143), "exit status")
    judged.has(judged.output == "", "no answer")


@test
def killed_it_leaves_nothing_behind(box):
    interrupted(box, signal.SIGKILL)


@test
def another_user_than_root_can_rehearse_or_is_told_why_not(box):
    os.chmod(box.folder, 0o777)  # for what the app notes
    nobody = ["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups"]
    running = box.begin(SHORT, *box.app(), before=nobody)
    judged = running.finish()
    if judged.status == 125:
        judged.has("namespace" in judged.said and judged.output == "", "why")
    else:
        judged.read().is_good()


@test
def where_no_namespace_is_allowed_that_is_said(box):
    """As in many a container: neither the privilege, nor a user namespace to have it in."""
    before = ["unshare", "--user", "--map-root-user", "sh", "-c",
              'echo 0 >/proc/sys/user/max_user_namespaces && exec "$@"', "sh",
              "setpriv", "--bounding-set=-all", "--inh-caps=-all"]
    judged = box.begin(SHORT, *box.app(), before=before).finish()
    judged.has(judged.status == 125 and judged.output == "", "it cannot be done")
    judged.has("namespace" in judged.said, "why")


@test
def a_caller_that_ignores_the_end_of_its_children_is_no_trouble(box):
    judged = box.judge(SHORT, *box.app(), before=["env", "--ignore-signal=CHLD"])
    judged.is_good()
