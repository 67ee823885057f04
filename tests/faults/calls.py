"""Which call can fail with what. Numbers are x86-64's, where the injector works."""

import errno

NAMES = {
    0: "read", 1: "write", 2: "open", 3: "close", 5: "fstat", 7: "poll", 9: "mmap", 13: "rt_sigaction",
    14: "rt_sigprocmask", 16: "ioctl", 39: "getpid", 41: "socket", 42: "connect", 44: "sendto",
    45: "recvfrom", 54: "setsockopt", 55: "getsockopt", 56: "clone", 59: "execve", 60: "exit",
    61: "wait4", 62: "kill", 63: "uname", 72: "fcntl", 77: "ftruncate", 79: "getcwd", 80: "chdir",
    87: "unlink", 102: "getuid", 109: "setpgid", 110: "getppid", 111: "getpgrp", 112: "setsid",
    121: "getpgid", 124: "getsid", 128: "rt_sigtimedwait", 129: "rt_sigqueueinfo", 157: "prctl",
    158: "arch_prctl", 217: "getdents64", 218: "set_tid_address", 228: "clock_gettime",
    231: "exit_group", 257: "openat", 267: "readlinkat", 292: "dup3", 293: "pipe2", 328: "pwritev2", 434: "pidfd_open",
    436: "close_range"}
NUMBERS = {name: number for number, name in NAMES.items()}

# All that we have is blocked signals: where only a handler could interrupt, nothing is interrupted.
CAN_FAIL_WITH = {
    "read": "EIO EAGAIN ENOMEM short", "write": "EIO EAGAIN ENOSPC EPIPE short",
    "open": "EACCES EMFILE ENFILE ENOENT ENOMEM EPERM", "close": "lateEIO lateEINTR",
    "openat": "EACCES EMFILE ENFILE ENOENT ENOMEM EPERM", "dup3": "EMFILE EPERM ENOSYS",
    "fstat": "ENOMEM EPERM", "poll": "EINTR ENOMEM", "mmap": "ENOMEM EPERM",
    "ioctl": "ENOTTY EIO EPERM", "socket": "EMFILE ENFILE EAFNOSUPPORT EPERM EACCES ENOBUFS",
    "connect": "ECONNREFUSED ETIMEDOUT ENETUNREACH EACCES EADDRNOTAVAIL",
    "sendto": "EAGAIN EPIPE ECONNRESET ENOBUFS EPERM short", "recvfrom": "EAGAIN ECONNRESET ENOMEM short",
    "getsockopt": "ENOMEM EPERM", "setsockopt": "ENOMEM EPERM", "clone": "EAGAIN ENOMEM EPERM ENOSYS EINVAL",
    "execve": "E2BIG EACCES ENOENT ENOMEM ETXTBSY EPERM EIO ELOOP ENOTDIR EMFILE",
    "kill": "EPERM ESRCH", "uname": "EPERM ENOSYS", "fcntl": "EPERM ENOSYS EINVAL",
    "ftruncate": "EIO EPERM", "getcwd": "ENOENT ENOMEM ERANGE EPERM", "chdir": "EACCES ENOENT EIO EPERM",
    "unlink": "EACCES EROFS EIO ENOENT EPERM", "setpgid": "EPERM EACCES ESRCH", "setsid": "EPERM",
    "getpgid": "ESRCH EPERM", "rt_sigqueueinfo": "EAGAIN EPERM ESRCH",
    "prctl": "EINVAL EPERM ENOSYS", "getdents64": "ENOENT EIO ENOMEM", "clock_gettime": "EINVAL EPERM ENOSYS",
    "readlinkat": "EACCES ENOENT EIO ENOMEM EPERM", "pipe2": "EMFILE ENFILE ENOSYS EPERM",
    "pwritev2": "EOPNOTSUPP ENOSYS EPERM EAGAIN EIO", "pidfd_open": "ENOSYS EPERM EMFILE ESRCH ENOMEM",
    "close_range": "ENOSYS EPERM EINVAL ENOMEM", "rt_sigtimedwait": "EINTR",
}

# The kernel refuses them only for arguments that we do not give, the libc's start cannot do without them, or
# nothing could run for whom a profile refuses them.
CANNOT_FAIL = {"arch_prctl", "set_tid_address", "getpid", "getppid", "getpgrp", "getuid", "exit_group", "exit",
               "rt_sigaction", "rt_sigprocmask", "wait4", "getsid"}

# What a profile or an older kernel may not have at all, from the first call on; and what runs out.
REFUSED = {
    "clone": "EAGAIN EPERM", "close_range": "ENOSYS EPERM", "pidfd_open": "ENOSYS EPERM",
    "pwritev2": "ENOSYS EPERM", "prctl": "ENOSYS EPERM", "getdents64": "EPERM", "readlinkat": "EPERM",
    "socket": "EPERM EMFILE", "open": "EMFILE EPERM", "pipe2": "EMFILE EPERM", "kill": "EPERM",
    "setpgid": "EPERM", "mmap": "ENOMEM", "read": "EIO", "write": "EIO ENOSPC", "uname": "ENOSYS",
    "poll": "ENOMEM", "getcwd": "ENOSYS", "chdir": "EPERM", "ioctl": "EPERM", "fstat": "EPERM",
    "rt_sigqueueinfo": "EPERM EAGAIN", "clock_gettime": "ENOSYS", "connect": "EPERM", "sendto": "EPERM",
    "recvfrom": "EPERM", "unlink": "EROFS", "fcntl": "EPERM", "setsid": "EPERM"}

# What runs out while it lives, and stays so.
RUNS_OUT = {"clone": "EAGAIN", "open": "EMFILE", "openat": "EMFILE", "pipe2": "EMFILE", "socket": "EMFILE",
            "kill": "EPERM", "read": "EIO", "write": "EIO", "getdents64": "ENOMEM", "poll": "ENOMEM",
            "rt_sigqueueinfo": "EAGAIN"}


def what(word):
    """An errno's name as the injector takes it."""
    if word.startswith("late"):
        return f"late{getattr(errno, word[4:])}"
    return word if word == "short" else str(getattr(errno, word))
