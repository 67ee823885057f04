"""What was measured, as SVG. Text stays text; each time and count in it is one that was measured.

Colours: Okabe and Ito's, which the colour-blind tell apart; what failed has a shape of its own too.
"""

import io

import matplotlib

matplotlib.use("svg")

from matplotlib import pyplot  # noqa: E402
from matplotlib.patches import PathPatch  # noqa: E402
from matplotlib.path import Path  # noqa: E402

import runs  # noqa: E402

BLUE, RED, GREEN, ORANGE, GREY = "#0072b2", "#d55e00", "#009e73", "#e69f00", "#777777"
DARK_RED = "#b84f00"  # for text
PALE = {BLUE: "#cfe4f1", RED: "#fae6d9", GREEN: "#c5e9dd", ORANGE: "#fbe6bd", GREY: "#ececec"}
INK = "#222222"
WIDTH = 800 / 96  # inches: a README's width, in pixels
DOTTED = (0, (4, 3))

matplotlib.rcParams.update({
    "svg.fonttype": "none", "svg.hashsalt": "drainit", "path.simplify": False,
    # What is measured with is the widest, so the text fits in whatever the reader has.
    "font.family": ["DejaVu Sans", "sans-serif"], "font.sans-serif": ["DejaVu Sans"],
    "font.size": 10, "xtick.labelsize": 10, "ytick.labelsize": 10,
    "text.color": INK, "axes.labelcolor": INK, "xtick.color": INK, "ytick.color": INK,
    "axes.edgecolor": GREY, "axes.linewidth": 0.8,
})


def begin(panels, height, first, last):
    figure, axes = pyplot.subplots(panels, 1, sharex=True, figsize=(WIDTH, height / 96))
    axes[-1].set_xlim(first, last)
    axes[-1].set_xlabel("seconds from the stop request")
    return figure, axes


def finish(figure, path, title):
    figure.tight_layout(h_pad=1.5)
    drawn = io.StringIO()
    figure.savefig(drawn, format="svg", facecolor="white", metadata={
        "Date": None, "Creator": None, "Format": None, "Type": None, "Title": title})
    pyplot.close(figure)
    with open(path, "w", encoding="utf-8") as file:
        file.writelines(line.rstrip() + "\n" for line in drawn.getvalue().splitlines())


def panel(axis, lanes, title, verdict, colour):
    """The first lane on top; a lane is 1 high, its middle at a whole number."""
    axis.set_yticks(range(len(lanes)), lanes)
    axis.set_ylim(len(lanes) - 0.45, -1.1)
    axis.tick_params(axis="y", length=0)
    for side in "top", "right", "left":
        axis.spines[side].set_visible(False)
    axis.set_title(title, loc="left", fontsize=11, fontweight="bold")
    axis.set_title(verdict, loc="right", fontsize=11, fontweight="bold", color=colour)


def bar(axis, lane, start, end, colour, text="", begins_at=None):
    """begins_at: the text is in the middle between there and the end."""
    axis.barh(lane, end - start, left=start, height=0.66, color=PALE[colour], edgecolor=colour,
              linewidth=1)
    middle = ((start if begins_at is None else begins_at) + end) / 2
    axis.text(middle, lane, text, ha="center", va="center")


def note(axis, lane, when, text, colour=INK, **words):
    axis.text(when, lane, text, va="center", color=colour, **words)


def instant(axis, when, text, **words):
    """A line through all lanes, its name above them."""
    axis.vlines(when, -0.5, axis.get_ylim()[0], color=INK, linewidth=1.1, linestyle=DOTTED)
    axis.text(when, -0.8, text, va="center", **words)


def ticks(axis, lane, times, colour):
    """One path for all: a small file."""
    points = [(when, lane + side) for when in times for side in (-0.3, 0.3)]
    axis.add_patch(PathPatch(Path(points, [Path.MOVETO, Path.LINETO] * len(times)), fill=False,
                             edgecolor=colour, linewidth=1.3))


def crosses(axis, lane, times):
    axis.plot(times, [lane] * len(times), linestyle="", marker="x", color=RED, markersize=4.5,
              markeredgewidth=1.5)


def race_panel(axis, run):
    first, last, learned = -runs.BEFORE, runs.AFTER, run["learned"]

    def sent(name, good, since=first - 1):
        return [when for when, to, fine in run["requests"]
                if (to, fine) == (name, good) and when >= since]

    failed = run["failed"]
    colour = DARK_RED if failed else BLUE
    panel(axis, ["balancer sends to", "web-1", "requests to web-1", "requests to web-2"],
          run["command"], f"{failed} of {len(run['requests'])} requests failed", colour)
    instant(axis, 0, "stop request", ha="center")
    note(axis, -0.8, last, f"SIGKILL is due at {runs.GRACE:g} s \N{RIGHTWARDS ARROW}", ha="right")
    bar(axis, 0, first, learned, GREY, "web-1 and web-2", 0)
    bar(axis, 0, learned, last, GREY, "web-2")
    bar(axis, 1, first, run["closed"], BLUE)
    for lane, name, shade in (2, "web-1", BLUE), (3, "web-2", GREY):
        ticks(axis, lane, sent(name, True), shade)
        crosses(axis, lane, sent(name, False))
    answered, lost = len(sent("web-1", True, 0)), len(sent("web-1", False, 0))
    note(axis, 2, learned + 0.1, f"after the stop request: {answered} answered, {lost} failed",
         colour)


def race(run, path):
    figure, (above, below) = begin(2, 480, -runs.BEFORE, runs.AFTER)
    race_panel(above, run["tini"])
    race_panel(below, run["drainit"])
    one = run["tini"]
    above.fill_between([one["closed"], one["learned"]], -0.5, above.get_ylim()[0],
                       color=PALE[RED], linewidth=0, zorder=0)
    note(above, 1, (one["closed"] + one["learned"]) / 2, "nobody listens", DARK_RED, ha="center")
    note(above, 1, one["learned"] + 0.1,
         f"closed and exited {one['ended'] * 1000:.0f} ms after the stop request", DARK_RED)
    one = run["drainit"]
    note(below, 1, one["asked"] / 2, f"serves on for {one['asked']:.1f} s", ha="center")
    note(below, 1, one["ended"] + 0.1, f"closed and exited at {one['ended']:.1f} s")
    below.set_xlabel("seconds from the stop request (QUIT, as nginx's image has it)")
    finish(figure, path, "A server is stopped while a balancer still sends it requests")


def hang_panel(axis, run, hangs, how, title, verdict):
    panel(axis, [hangs, "program"], title, verdict, DARK_RED if run["killed"] else BLUE)
    instant(axis, 0, "stop request", ha="center")
    bar(axis, 0, 0, run["hung"], ORANGE, how)
    served = run["term"] or run["ended"]
    bar(axis, 1, -1, served, BLUE,
        "serves" if run["term"] else "serves, and is never told to stop", 0)
    if run["term"]:
        bar(axis, 1, served, run["finished"] or run["ended"], GREEN, "finishes")
    if run["killed"]:
        axis.plot(run["ended"], 1, marker="x", color=RED, markersize=14, markeredgewidth=3,
                  zorder=3)


def hang(run, path):
    figure, (above, middle, below) = begin(3, 480, -1, 13)
    one = run["hook"]
    hang_panel(above, one, "preStop hook", "hangs, and nobody ends it",
               "tini -- app, with a preStop hook",
               f"TERM at {one['term']:.1f} s, killed at {one['ended']:.1f} s")
    instant(above, runs.GRACE, "grace period ends", ha="right")
    instant(above, runs.GRACE + runs.KUBELET_EXTRA, "SIGKILL is due", ha="center")
    one = run["script"]
    hang_panel(middle, one, "trap in start.sh", "hangs", "tini -- start.sh",
               f"no TERM, killed at {one['ended']:.1f} s")
    one = run["drain"]
    hang_panel(below, one, "drain command", "hangs, is ended", one["command"],
               f"TERM at {one['term']:.1f} s, exit {one['status']} at {one['ended']:.1f} s")
    for axis in middle, below:
        instant(axis, runs.GRACE, "grace period ends, SIGKILL is due", ha="center")
    finish(figure, path, "What is to drain before the stop hangs")
