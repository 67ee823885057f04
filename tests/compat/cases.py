"""What is put to both programs: a case, drawn from a seed and a number, or written by hand."""

import dataclasses
import random
import shlex

TINI = ("tini", "tini-static", "docker-init")
CATATONIT = ("catatonit", "podman-init")
DUMB_INIT = ("dumb-init",)
NAMES = TINI + DUMB_INIT + CATATONIT

# What tini and catatonit leave unblocked, so that it ends them, or is lost on them as PID 1.
DEADLY = (4, 5, 6, 7, 8, 11, 31)
JOB_CONTROL = (20, 21, 22)
ORDINARY = (1, 2, 3, 10, 12, 13, 14, 15, 16, 18, 23, 24, 25, 26, 27, 28, 29, 30)
REAL_TIME = (34, 35, 37, 50, 63, 64)

# Options that end it with a text.
INFORM = {"-h", "-l", "-vh", "--help", "--he", "-V", "--version", "--vers", "-cV", "-gV", "-L", "-x",
          "--foo", "-gx", "-cx", "--ver", "--verbose=1", "--version=1", "--rewrite=x"}


@dataclasses.dataclass
class Case:
    """words: what follows the program's name; the command begins at command_at.

    informs: it prints something and ends; only the first line of that counts.
    """
    name: str
    words: list
    environment: dict = dataclasses.field(default_factory=dict)
    settings: list = dataclasses.field(default_factory=list)
    here: bool = False
    terminal: str = ""
    descriptors: bool = False
    elsewhere: bool = False
    signals: list = dataclasses.field(default_factory=list)
    informs: bool = False
    command_at: int | None = None

    def __str__(self):
        place = ["not PID 1"] if self.here else ["PID 1"]
        place += [self.terminal] if self.terminal else []
        place += ["a further descriptor"] if self.descriptors else []
        place += [" ".join(self.settings)] if self.settings else []
        command = [f"{name}={value}" for name, value in self.environment.items()]
        command += [self.name, *self.words]
        sent = f"; signals: {' '.join(map(str, self.signals))}" if self.signals else ""
        return f"{shlex.join(command)} ({', '.join(place)}{sent})"

    @property
    def is_tini(self):
        return self.name in TINI

    @property
    def is_catatonit(self):
        return self.name in CATATONIT

    @property
    def is_dumb_init(self):
        return self.name in DUMB_INIT


def some(dice, odds, *values):
    """Nothing, or with these odds one of the values."""
    return list(dice.choice(values)) if dice.random() < odds else []


def tini_options(dice):
    parts = [
        some(dice, 0.3, ["-s"]),
        some(dice, 0.4, ["-v"], ["-vv"], ["-vvv"], ["-v", "-v"], ["-vvvv"]),
        some(dice, 0.3, ["-w"]),
        some(dice, 0.3, ["-g"], ["-wg"], ["-gs"]),
        some(dice, 0.3, ["-e", "143"], ["-e7"], ["-e", "0"], ["-e", "255"], ["-e", "143", "-e", "7"],
             ["-ge", "130"], ["-e", "007"]),
        some(dice, 0.1, ["-p", "SIGTERM"], ["-pSIGKILL"], ["-p", "SIGHUP"]),
        some(dice, 0.08, ["-x"], ["--foo"], ["-e", "256"], ["-e", "abc"], ["-e", "-1"],
             ["-e", "7x"], ["-p", "TERM"], ["-p", "9"], ["-p", "SIGFOO"], ["-p", ""],
             ["-p", "SIGPWR"], ["-gx"], ["--help"], ["--version"]),
        some(dice, 0.02, ["-h"], ["-l"], ["-vh"]),
    ]
    dice.shuffle(parts)
    return sum(parts, [])


def dumb_init_options(dice):
    rewrites = (["-r", "15:3"], ["-r15:2"], ["--rewrite", "15:0"], ["--rewrite=1:15"],
                ["--rew", "2:15"], ["-r", "20:0"], ["-r", "20:15"], ["-r", "18:0"], ["-r", "10:12", "-r", "12:10"],
                ["-r", "15:31"], ["-r", "31:9"], ["-r", "10:19"], ["-r", "28:17"])
    parts = [
        some(dice, 0.4, ["-c"], ["--single-child"], ["--sin"], ["--single"]),
        some(dice, 0.4, ["-v"], ["--verbose"], ["--verb"], ["-vv"]),
        some(dice, 0.35, *rewrites),
        some(dice, 0.15, *rewrites),
        some(dice, 0.08, ["-x"], ["--foo"], ["-r", "herp:derp"], ["-r", "15"], ["-r", "15:32"],
             ["-r", "32:15"], ["-r", "0:15"], ["-r", "15:-1"], ["-r", ""], ["-r", "TERM:INT"],
             ["--ver"], ["--verbose=1"], ["--rewrite=x"], ["-cx"]),
        some(dice, 0.02, ["-h"], ["--help"], ["-V"], ["--version"], ["--he"], ["-cV"]),
    ]
    dice.shuffle(parts)
    return sum(parts, [])


def catatonit_options(dice):
    parts = [
        some(dice, 0.5, ["-g"], ["-gg"]),
        some(dice, 0.06, ["-x"], ["--foo"], ["-gx"], ["--help"], ["-e", "1"], ["--version=1"]),
        some(dice, 0.04, ["-h"], ["-L"], ["-V"], ["--version"], ["--vers"], ["-gV"]),
    ]
    dice.shuffle(parts)
    return sum(parts, [])


def environment(dice):
    odd = ("", "0", "1", "2", "3", "true", "no", "abc", "-1", " 2", "1x")
    names = ("TINI_SUBREAPER", "TINI_KILL_PROCESS_GROUP", "TINI_VERBOSITY", "DUMB_INIT_DEBUG",
             "DUMB_INIT_SETSID")
    found = {name: dice.choice(odd) for name in names if dice.random() < 0.12}
    if dice.random() < 0.1:
        found["DUMB_INIT_SETSID"] = "0"
    return found


def place(dice, case):
    case.here = dice.random() < 0.5
    if dice.random() < 0.2:
        case.terminal = dice.choice(["terminal", "terminal", "terminal", "background"])
    case.descriptors = dice.random() < 0.15
    case.elsewhere = dice.random() < 0.15
    for setting in ("ignore", "block"):
        for number in (1, 2, 3, 10, 12, 13, 14, 15, 18, 20, 21, 22, 28, 40, 50):
            if dice.random() < 0.02:
                case.settings += [setting, str(number)]
    if case.is_dumb_init and dice.random() < 0.03:
        case.settings += ["ignore", "17"]
    if not case.here and dice.random() < 0.05:
        case.environment["LISTEN_PID"] = dice.choice(["1", "77", ""])


def short_command(dice):
    """It ends by itself, or cannot begin."""
    return dice.choice([
        ["ACTOR", "exit", str(dice.choice([0, 1, 2, 7, 42, 125, 126, 127, 128, 143, 255]))],
        ["ACTOR", "die", str(dice.choice([1, 2, 3, 6, 9, 11, 14, 15, 34, 64]))],
        ["ACTOR", "state", "exit", str(dice.choice([0, 7, 143]))],
        ["no-such-command"], ["/no/such/command", "x"], ["/etc/passwd/x"], ["DIR"], ["PLAIN"],
        ["BARE"], ["BARE", "a b"], ["LOST"], [""], ["./bare"], ["-"],
    ])


def long_command(dice, final):
    """An actor with a family, which the final signal ends, one way or the other."""
    words = ["ACTOR"]
    words += some(dice, 0.8, ["state"])
    for name in ("TINI_SUBREAPER", "TINI_VERBOSITY", "DUMB_INIT_SETSID", "LISTEN_PID"):
        words += ["env", name] if dice.random() < 0.1 else []
    watches = dice.random() < 0.8
    words += ["watch"] if watches else []
    words += some(dice, 0.2, ["ignore", "15"], ["ignore", "2"], ["default", "20"], ["default", "1"],
                  ["default", "28"])
    # The family watches whatever ends the main child: two that die at once are reaped as it happens.
    watcher = dice.choice([["watch"], ["watch"], ["watch", "ignore", "15"],
                           ["watch", "default", "12"] if watches else ["watch"]])
    words += some(dice, 0.35, ["fork", "[", "name", "grand", *watcher, "say", "up", "]"],
                  ["fork", "[", "name", "grand", "setsid", *watcher, "say", "up", "]"])
    words += some(dice, 0.35, ["daemon", "[", "name", "daemon", *watcher, "say", "up", "]"])
    words += dice.choice([["default", str(final)], ["on", str(final), "0", "0"],
                          ["on", str(final), "7", "0"], ["on", str(final), "143", "0"]])
    words += some(dice, 0.15, ["orphans", "1"])
    return words + ["say", "ready", "hang"]


def script(dice):
    """Signals to send, the last one meant to end it."""
    pool = ORDINARY + JOB_CONTROL + REAL_TIME
    if dice.random() < 0.05:
        pool += DEADLY
    final = dice.choice([15, 15, 15, 2, 1, 3, 10, 28])
    return [dice.choice(pool) for _ in range(dice.randrange(0, 5))] + [final]


def draw(seed, number, names=NAMES):
    dice = random.Random(f"{seed} {number}")
    case = Case(dice.choice(names), [], environment(dice))
    place(dice, case)
    options = (tini_options if case.is_tini else
               dumb_init_options if case.is_dumb_init else catatonit_options)(dice)
    if case.is_catatonit and dice.random() < 0.04:
        case.words = options + ["-P"]
        case.signals, case.informs = script(dice) + [15], bool(INFORM & set(options))
        return case
    if dice.random() < 0.03:
        command = []
    elif dice.random() < 0.3:
        command = short_command(dice)
    else:
        case.signals = script(dice)
        command = long_command(dice, case.signals[-1])
    if command[:1] == ["ACTOR"] and dice.random() < 0.02:
        command = ["ACTOR", "say", dice.choice(["-g", "-V", "--", "-x"]), *command[1:]]
    case.words = options + (["--"] if dice.random() < 0.5 else [])
    case.command_at = len(case.words) if command else None
    case.words += command
    case.informs = not command or bool(INFORM & set(options))
    return case
