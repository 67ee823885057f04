"""The figures as tables in Markdown."""

import os
import statistics

from figures import BURST, CONNECTIONS, SECONDS, quartiles

# Figure, what it is, its unit, what one of it is in the unit measured; ratio: also beside the floor's.
ROWS = (
    ("start", "from exec to the program's first instruction", "µs", 1e3, True),
    ("exit", "from the program's end to the init's", "µs", 1e3, True),
    ("signal50", "from a signal to the program's handler, p50", "µs", 1e3, False),
    ("signal99", "… p99", "µs", 1e3, False),
    ("forward", "system calls for a forwarded signal", "", 1, False),
    ("lone", "system calls for a lone orphan", "", 1, False),
    ("burst", f"system calls for each of {BURST} orphans at once", "", 1, False),
    ("storm", "{storm:,} orphans, until the last is reaped", "ms", 1e6, False),
    ("reap", "… the init's processor time for each", "µs", 1e3, False),
    ("wakeups", f"wake-ups in {SECONDS} s of idling", "", 1, False),
    ("resident", "resident memory", "KiB", 1, False),
    ("anonymous", "… of it anonymous", "KiB", 1, False),
    ("file", "file", "KB", 1e3, False),
    ("watching", f"processor time for 10 s of `--drain-idle`, {CONNECTIONS:,} connections", "ms", 1,
     False),
)
NONE = "–"


def number(value, unit):
    if unit == "KiB":
        return f"{value:.0f}"
    if value >= 10 or value == round(value):
        return f"{value:.0f}"
    return f"{value:.1f}" if unit else f"{value:.2f}"


def cell(figures, row, init, spread):
    name, _, unit, scale, _ = row
    middle = figures.median(name, init)
    if middle is None:
        return NONE
    text = f"{number(middle / scale, unit)} {unit}".strip()
    if spread and len(figures.of(name, init)) > 3:
        low, high = figures.quartiles(name, init)
        text += f" ({number(low / scale, unit)}–{number(high / scale, unit)})"
    if name == "file" and init.is_dynamic:
        text += " + libc"
    return text


def ratio(figures, name, init, floor):
    values = figures.ratios(name, init, floor)
    if init is floor or not values:
        return "1" if init is floor else NONE
    low, high = quartiles(values)
    return f"{statistics.median(values):.2f} ({low:.2f}–{high:.2f})"


def line(*cells):
    return "| " + " | ".join(cells) + " |\n"


def table(figures, floor, spread=False):
    """spread: with the quartiles of all that was measured often enough."""
    inits = figures.inits
    text = line("", *(init.name for init in inits)).replace("|  |", "| |", 1)
    text += "| --- |" + " ---: |" * len(inits) + "\n"
    for row in ROWS:
        if not any(figures.of(row[0], init) for init in inits):
            continue
        text += line(row[1].format(storm=figures.storm),
                     *(cell(figures, row, init, spread) for init in inits))
        if row[4]:
            text += line("… beside the floor's", *(ratio(figures, row[0], init, floor)
                                                   for init in inits))
    return text


def conditions(figures, load):
    """What the figures hold for, from the run itself."""
    kernel = ".".join(os.uname().release.split("-")[0].split(".")[:2])
    versions = {}
    for init in figures.inits:
        if init.version:
            versions.setdefault(f"{init.name.split()[0]} {init.versioned()}")
    shared = (" Who is linked with a libc shares pages of it with others that are."
              if any(init.is_dynamic for init in figures.inits) else "")
    busy = f", busy with other work (load {load:.1f})" if load > 1 else ""
    return (f"{os.cpu_count()} processors{busy}, Linux {kernel}, {os.uname().machine}; "
            f"{', '.join(versions)}. Medians of {figures.rounds} rounds; a ratio is to the floor's "
            "figure of the same round, with its quartiles." + shared)
