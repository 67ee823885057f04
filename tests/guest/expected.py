"""What each case must come to: its exit status, and what its report holds."""

KILLERS = {
    "deadline": (137, {"killed_by": "drainit", "outcome": "forced", "reason": "TERM"}),
    "oom": (137, {"killed_by": "oom", "outcome": "ended"}),
    "oom-in-stop": (137, {"killed_by": "oom", "outcome": "clean", "reason": "TERM"}),
    "oom-by-the-limit-above": (137, {"killed_by": "oom", "outcome": "ended"}),
    "oom-of-an-orphan": (137, {"killed_by": "other", "outcome": "ended"}),
    "kill": (137, {"killed_by": "other", "outcome": "ended"}),
    "kill-in-stop": (137, {"killed_by": "other", "outcome": "clean", "reason": "TERM"}),
    "crash": (139, {"killed_by": None, "outcome": "ended"}),
    "exit": (3, {"killed_by": None, "outcome": "ended"}),
    # No cgroup to be seen: unknown.
    "unseen": (137, {"killed_by": None, "outcome": "ended"}),
}

# What drainit cannot tell, or does not ask: the count of OOM kills has grown since it last looked.
LIMITS = {
    # The main child reaped the one that was OOM-killed; then somebody killed the main child.
    "oom-of-its-own-child": (137, {"killed_by": "oom", "outcome": "ended"}),
    # Somebody was OOM-killed in this cgroup before drainit: a container's is new with it.
    "oom-before": (137, {"killed_by": "oom", "outcome": "ended"}),
}

# memory.oom.group: drainit is killed too, so there is no report; --plan warns.
TAKES_ALL = {
    "oom-of-all": (137, None),
    "plan-of-all": (0, "memory.oom.group is set"),
}

LIVES = {
    "start": (7, {"outcome": "ended"}),
    "not-found": (127, {"outcome": "ended"}),
    "stop": (5, {"outcome": "clean", "reason": "TERM"}),
    "stop-by-default": (143, {"outcome": "clean", "killed_by": None}),
    "drain": (6, {"outcome": "clean", "drain": {"ok": True, "attempts": 1, "ended_by": "done"}}),
    "hung-drain": (6, {"outcome": "clean", "drain": {"ok": False, "ended_by": "budget"}}),
    "hook": (8, {"outcome": "clean", "reason": "prestop", "drain": {"ok": True}}),
    "status": (9, {"outcome": "ended"}),
    "leftover": (4, {"outcome": "ended", "survivors_total": 1}),
    "orphans": (4, {"outcome": "ended", "survivors_total": 0}),
}

EVERYWHERE = {**KILLERS, **LIMITS, **LIVES}

# As the machine's own PID 1, by how the main child ends.
MACHINE = {
    "oom": (137, {"killed_by": "oom"}),
    "kill": (137, {"killed_by": "other"}),
    "deadline": (137, {"killed_by": "drainit", "outcome": "forced"}),
}

# Started by the kernel itself, through all of a shutdown.
DIRECT = {
    "forced": (137, {
        "outcome": "forced", "killed_by": "drainit", "reason": "TERM", "grace_source": "option",
        "drain": {"ok": True, "attempts": 1, "ended_by": "done"}, "after": {"status": 0},
        "signals": {"TERM": 1}, "survivors_total": range(3, 8)}),
    "obeyed": (5, {  # by the main child; a leftover had to be killed
        "outcome": "forced", "killed_by": None, "reason": "TERM",
        "drain": {"ok": True, "attempts": 1, "ended_by": "done"}, "after": {"status": 0},
        "signals": {"TERM": 1}, "survivors_total": range(1, 4)}),
}
DIRECT_SAID = {
    "forced": ["phase: serving", "drain: TERM, attempt 1", "QUIT came", "after: 137"],
    "obeyed": ["phase: serving", "drain: TERM, attempt 1", "TERM came", "after: 5"],
}

# KiB, by the contract: anonymous memory, and what is resident beside the size of the file.
IDLE_ANONYMOUS = 28
IDLE_BESIDE_THE_FILE = 28


def differs(found, wanted):
    """What is not as wanted, in words, or nothing."""
    if isinstance(wanted, range):
        return "" if found in wanted else f"{found!r}, wanted {wanted!r}"
    if not isinstance(wanted, dict):
        return "" if found == wanted else f"{found!r}, wanted {wanted!r}"
    if not isinstance(found, dict):
        return f"no object: {found!r}"
    wrong = [f"{key}: {differs(found.get(key), value)}" for key, value in wanted.items()
             if differs(found.get(key), value)]
    return "; ".join(wrong)
