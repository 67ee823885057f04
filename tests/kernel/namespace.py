"""A test in a network and mount namespace of its own, and what the tests say to build/kernel/try."""

import contextlib
import ctypes
import fcntl
import os
import signal
import socket
import struct
import subprocess
import sys
import threading
import time
import traceback

HERE = os.path.dirname(os.path.abspath(__file__))
TRY = os.environ.get("KERNEL_TRY",
                     os.path.join(os.path.dirname(os.path.dirname(HERE)), "build", "kernel", "try"))
SLACK = float(os.environ.get("PID1_SLACK", "0.5"))
PATIENCE = 60
NOBODY = 65534
SKIPPED = 77

libc = ctypes.CDLL(None, use_errno=True)


class Skip(Exception):
    """Why a test cannot be run here."""


def test(function):
    function.is_test = True
    return function


def equal(found, wanted, what=""):
    assert found == wanted, f"{what}: wanted {wanted!r}, found {found!r}"


def between(found, least, most, what=""):
    """An instant or a span: never too soon, and late by no more than the scheduler's due."""
    assert least - 0.02 <= found <= most + SLACK, f"{what}: {found:.2f} s, not {least} to {most}"


# --- the frame ---

def run_one(function):
    with subprocess.Popen([sys.executable, os.path.join(HERE, "run"), "--inside",
                           function.__module__, function.__name__],
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          start_new_session=True) as process:
        try:
            said, _ = process.communicate(timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            return "FAIL", "hung"
    outcome = {0: "ok", SKIPPED: "skip"}.get(process.returncode, "FAIL")
    return outcome, said.strip().replace("\n", "\n     ")


def must(result, what):
    if result != 0:
        raise Skip(f"{what}: {os.strerror(ctypes.get_errno())}")


def mount(source, target, flags):
    must(libc.mount(source.encode(), target.encode(), None, flags, None), f"mount {target}")


def write_over(path, text):
    """The file has another content, in this mount namespace."""
    copy = f"/dev/shm/drainit-{os.getpid()}"
    with open(copy, "w", encoding="ascii") as out:
        out.write(text)
    mount(copy, path, 4096)  # MS_BIND
    os.unlink(copy)


def rewrite(path, text):
    """Of those that inside() has written over."""
    with open(path, "w", encoding="ascii") as out:
        out.write(text)


def hide(folder):
    """It is empty, in this mount namespace."""
    must(libc.mount(b"tmpfs", folder.encode(), b"tmpfs", 0, None), f"hide {folder}")


def enter():
    must(libc.unshare(0x40000000 | 0x20000), "unshare")  # CLONE_NEWNET | CLONE_NEWNS
    mount("none", "/", 0x4000 | 0x40000)  # MS_REC | MS_PRIVATE
    with socket.socket() as any_socket:
        fcntl.ioctl(any_socket, 0x8914, struct.pack("16sh14x", b"lo", 0x41))  # up, running


def inside(module, name):
    try:
        enter()
        write_over("/etc/hosts", "127.0.0.1 localhost here\n127.0.0.9 there\n")
        write_over("/etc/resolv.conf", "nameserver 127.0.0.53\n")
        getattr(module, name)()
    except Skip as reason:
        print(reason)
        return SKIPPED
    except AssertionError as reason:
        print(reason, *traceback.format_tb(reason.__traceback__)[-1:], sep="\n")
        return 1
    return 0


# --- what is tried ---

class Result:
    def __init__(self, output, took):
        *self.lines, spent = output.splitlines()
        self.took, self.spent = took, int(spent) / 1e6


def refuse_netlink():
    refuse_sockets(16)


def refuse_sockets(family):
    """From here on the sockets of a family are EPERM, as a strict seccomp profile has it."""
    call = {"x86_64": 41, "aarch64": 198}[os.uname().machine]
    code = [(0x20, 0, 0, 0), (0x15, 0, 3, call), (0x20, 0, 0, 16), (0x15, 0, 1, family),
            (0x06, 0, 0, 0x00050001), (0x06, 0, 0, 0x7fff0000)]
    program = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *line) for line in code))
    filters = ctypes.create_string_buffer(
        struct.pack("HxxxxxxQ", len(code), ctypes.addressof(program)))
    libc.prctl(38, 1, 0, 0, 0)  # PR_SET_NO_NEW_PRIVS
    if libc.prctl(22, 2, filters, 0, 0) != 0:  # PR_SET_SECCOMP
        os._exit(90)


def start(*words, prepare=None):
    return subprocess.Popen([TRY, *map(str, words)], stdout=subprocess.PIPE, text=True,
                            preexec_fn=prepare)


def call(*words, prepare=None):
    began = time.monotonic()
    output, _ = start(*words, prepare=prepare).communicate(timeout=PATIENCE)
    return Result(output, time.monotonic() - began)


# --- who is talked to ---

@contextlib.contextmanager
def served(handle, address="127.0.0.1", family=socket.AF_INET):
    """A server whose connections are given to handle; yields its port."""
    listener = socket.create_server((address, 0), family=family)

    def accept():
        with contextlib.suppress(OSError):
            while True:
                connection, _ = listener.accept()
                threading.Thread(target=answer, args=(connection,), daemon=True).start()

    def answer(connection):
        with connection, contextlib.suppress(OSError):
            handle(connection)

    threading.Thread(target=accept, daemon=True).start()
    yield listener.getsockname()[1]
    listener.shutdown(socket.SHUT_RDWR)
    listener.close()
