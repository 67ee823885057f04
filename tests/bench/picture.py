"""The figures as a picture: what a container pays for its init. Colours and letters as tests/pictures has
them; drainit and the floor have edges of their own, for whoever does not see colours."""

import draw
from matplotlib import pyplot

import table

PANELS = (("start", "start: exec to first instruction"),
          ("exit", "exit: the program's end to the init's"),
          ("resident", "resident memory"),
          ("file", "file"))
TIMINGS = "start", "exit"
WORDS = """Bars for each init: from exec to the program's first instruction, from the program's end to the
init's (medians; a line spans the quartiles), resident memory, and the file. The table has the figures."""


def colour(init, floor):
    if init is floor:
        return draw.GREY
    return draw.BLUE if init.name == "drainit" else draw.ORANGE


def panel(axis, figures, floor, name, title):
    row = next(row for row in table.ROWS if row[0] == name)
    scale = row[3]
    values = [figures.median(name, init) / scale for init in figures.inits]
    longest = 0
    for lane, (init, value) in enumerate(zip(figures.inits, values)):
        draw.bar(axis, lane, 0, value, colour(init, floor))
        end = value
        if name in TIMINGS:
            low, end = (side / scale for side in figures.quartiles(name, init))
            axis.hlines(lane, low, end, color=draw.INK, linewidth=1.2)
        axis.annotate(table.cell(figures, row, init, False), (end, lane), (4, 0),
                      textcoords="offset points", va="center",
                      fontweight="bold" if init.name == "drainit" else "normal")
        longest = max(longest, end)
    draw.panel(axis, [init.name for init in figures.inits], title, "", draw.INK)
    axis.set_ylim(len(values) - 0.45, -0.55)
    axis.set_xlim(0, longest * 1.42)
    axis.set_xticks([])
    axis.spines["bottom"].set_visible(False)
    axis.spines["left"].set_visible(True)


def save(figures, floor, path):
    figure, axes = pyplot.subplots(2, 2, figsize=(draw.WIDTH, 400 / 96))
    for axis, (name, title) in zip(axes.flat, PANELS):
        panel(axis, figures, floor, name, title)
    axes[0, 1].set_title("a line: quartiles", loc="right", fontsize=9, color=draw.GREY, y=-0.08)
    draw.finish(figure, path, "What an init costs")
