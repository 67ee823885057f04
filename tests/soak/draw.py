"""A life, drawn from its number: drainit's options, its child, when it is stopped, and how it must end.

All times are seconds. What is drawn is kept short: thousands of lives are to be over in minutes.
"""

import random
import signal

TERM, INT, USR1 = signal.SIGTERM, signal.SIGINT, signal.SIGUSR1
DEAF = "ignore 15 ignore 2"


class Life:
    """What is to be started, what is done to it, and what the contract says about its end.

    statuses: those that it may end with. forced: whether we must be the one to kill (None: either).
    stops: (seconds after the one before, signal). early: counted from the start, not from 'ready'.
    """

    def __init__(self, seed, number):
        self.number, self.mark = number, f"{seed}/{number}"
        self.dice = random.Random(self.mark)
        self.options, self.verbs, self.more = [], [], []
        self.statuses, self.forced, self.least = set(), False, 0.0
        self.drained = 0.0   # what of the least time is a drain's, that a stop signal may end
        self.ready = True    # its child says so
        self.lasts = 0.0     # without a stop: from 'ready' to the main child's end
        self.drain = self.drain_ok = None
        self.leaves = False  # somebody, who may be deaf, or slow on a slow machine
        self.here = self.chance(0.25)
        self.draw_stops()
        self.draw_options()
        self.draw_leftovers()
        self.draw_child()
        # A kubelet's way to ask; not of a child that may be gone before anybody asked. TERM follows, as it
        # does of itself when the hook takes long.
        self.hook = (self.stopped and self.ready and not self.early and not self.here
                     and self.forced is not None and self.firsts == {TERM} and self.chance(0.2))

    def chance(self, share):
        return self.dice.random() < share

    def among(self, *what):
        return self.dice.choice(what)

    def add(self, *words):
        self.options += map(str, words)

    @property
    def stopped(self):
        return bool(self.stops)

    @property
    def firsts(self):
        """Which may be heard first: of those that wait for a starved drainit the kernel has INT go first."""
        sent = [number for _, number in self.stops]
        return {sent[0], INT} & set(sent)

    def draw_stops(self):
        self.early = self.chance(0.15)
        self.stops = []
        if self.chance(0.75) or self.early:
            span = 0.012 if self.early else 0.04
            self.stops.append((self.dice.uniform(0, span), self.among(TERM, TERM, TERM, INT)))
            while self.chance(0.25):
                self.stops.append((self.dice.uniform(0, 0.3), self.among(TERM, INT)))

    def draw_options(self):
        """The design's sums are done here once more, so that both can be wrong only together."""
        self.grace = self.among(1.0, 1.0, 1.5, 2.0)
        self.with_drain = self.chance(0.35)
        self.after = self.chance(0.25)
        if self.with_drain:  # so that half a second is left for it
            self.grace = 2.3 if self.after else 2.0
        self.margin = min(max(0.05 * self.grace, 0.5), self.grace / 2)
        self.deadline = self.grace - self.margin
        self.kill = self.deadline - (min(5.0, 0.1 * self.grace) if self.after else 0)
        self.exit_by = self.deadline + self.margin / 2
        self.linger = self.among(0.05, 0.1, 0.3)
        self.add("--grace", f"{self.grace}s", "--linger", f"{self.linger}s")
        if self.chance(0.2):
            self.add("--single-child")
        if self.chance(0.3):
            self.add("--log", "json")
        self.report = self.chance(0.6)
        self.ready_file = self.chance(0.3)
        self.stop_status = self.dice.randint(1, 99) if self.chance(0.15) else None
        if self.stop_status:
            self.add("--stop-status", self.stop_status)
        self.escalate = self.dice.uniform(0.05, 0.3) if self.chance(0.2) else None
        if self.escalate:
            self.add("--escalate", f"USR1@{int(self.escalate * 1000)}ms")
        self.drain_takes = self.draw_drain() if self.with_drain else 0.0
        if self.after:
            self.draw_after()

    def draw_drain(self):
        """At most 0.5 s, by the design's sums. Returns how long it lasts at least."""
        least = self.among(0, 0, 0.05, 0.2, 0.4)
        if least:
            self.add("--drain-min", f"{least}s")
        kind, self.drain_ok, takes = self.among(
            ("exit 0", True, 0), ("sleep 30 exit 0", True, 0.03), ("exit 3", False, 0),
            ("die 11", False, 0), ("hang", False, 0.4), ("ignore 15 hang", False, 0.4),
            ("daemon [ ignore 15 ] exit 0", True, 0), ("orphans 20 exit 0", True, 0),
            ("fork [ ignore 15 ] ignore 15 hang", False, 0.4), ("/no/such/drain", False, 0),
            ("", None, 0))
        if kind.startswith("daemon"):
            self.leaves = True
        if kind:
            self.drain = kind
        elif not least:
            self.add("--drain-min", "0.1s")
            least = 0.1
        if kind and self.chance(0.15):
            self.add("--drain-delay", "50ms")
            takes += 0.05
        if kind and self.chance(0.2):
            self.add("--drain-retry", "100ms")
            takes = max(takes, 0)
        return max(least, takes)

    def draw_after(self):
        self.add("--after-max", "200ms")
        self.after_line = self.among("exit 0", "exit 4", "sleep 20 exit 0", "ignore 15 hang",
                                     "daemon [ ignore 15 ] exit 0")
        if self.chance(0.3):
            self.add("--after-on", "success")

    def draw_leftovers(self):
        if self.chance(0.35):
            what = self.among("fork [ hang ]", f"fork [ {DEAF} hang ]", "daemon [ hang ]",
                              f"daemon [ {DEAF} hang ]", "daemon [ stop ]", "orphans 30",
                              "fork [ fork [ hang ] hang ]", "fork [ setsid hang ]",
                              "fork [ sleep 20 exit 1 ]", "daemon [ sleep 10 die 11 ]",
                              f"daemon [ fork [ {DEAF} hang ] exit 0 ]", "orphans 150")
            self.leaves |= "orphans" not in what
            self.verbs += what.split()
        if self.chance(0.01):
            self.leaves = True
            self.verbs += self.among("daemon [ chain ]", "fork [ chain ]").split()

    def draw_child(self):
        kinds = [self.obeys, self.obeys, self.plain, self.stops_itself, self.ends, self.ends,
                 self.crashes, self.missing]
        if self.stopped:
            kinds += [self.deaf, self.obeys, self.plain]
            if self.escalate:
                kinds += [self.heeds_the_escalation] * 3
        else:
            kinds = [self.ends, self.ends, self.crashes, self.crashes, self.missing]
        self.dice.choice(kinds)()
        if self.stopped and self.early:
            # Nobody knows how far its child has come: it may even not have been started.
            self.statuses |= {128 + number for number in self.firsts}
            self.statuses |= {self.stop_status} if self.stop_status else set()
            self.forced, self.least, self.drained = None, 0.0, 0.0

    def by_stop_signal(self):
        return {self.stop_status or 128 + number for number in self.firsts}

    def obeys(self):
        codes = {TERM: self.dice.randint(0, 99), INT: self.dice.randint(0, 99)}
        work = self.among(0, 0, 5, 60)
        for number, code in codes.items():
            self.verbs += f"on {int(number)} {code} {work}".split()
        self.verbs += ["say", "ready", "hang"]
        self.statuses = {codes[number] for number in self.firsts}
        self.drained, self.least = self.drain_takes, self.drain_takes + work / 1000

    def plain(self):
        self.verbs += ["say", "ready", "hang"]
        self.statuses = self.by_stop_signal()
        self.drained = self.least = self.drain_takes

    def stops_itself(self):
        code = self.dice.randint(0, 99)
        self.verbs += f"on 15 {code} 0 on 2 {code} 0 say ready stop hang".split()
        self.statuses = {code}
        self.drained = self.least = self.drain_takes

    def deaf(self):
        self.verbs += f"{DEAF} say ready hang".split()
        if self.escalate:
            self.verbs = ["ignore", "10", *self.verbs]
        self.statuses, self.forced, self.least = {137}, True, self.kill

    def heeds_the_escalation(self):
        code = self.dice.randint(0, 99)
        self.verbs += f"{DEAF} on 10 {code} 0 say ready hang".split()
        self.statuses = {code}
        self.least = self.kill - self.escalate - 0.001

    def ends(self):
        """By itself, in the middle of whatever comes."""
        code, span = self.dice.randint(0, 99), self.among(0, 1, 10, 50)
        self.verbs += f"say ready sleep {span} exit {code}".split()
        self.statuses, self.lasts, self.forced = {code}, span / 1000, None
        if self.stopped:
            self.statuses |= self.by_stop_signal()

    def crashes(self):
        number, span = self.among(4, 6, 8, 11, 9), self.among(0, 1, 20)
        self.verbs += f"say ready sleep {span} die {number}".split()
        self.statuses, self.lasts, self.forced = {128 + number}, span / 1000, None
        if self.stopped:
            self.statuses |= self.by_stop_signal()

    def missing(self):
        self.ready, self.verbs, self.forced = False, None, None
        self.command, status = self.among(("/no/such/command", 127), ("no-such-command", 127),
                                          ("/proc/version", 126), ("/tmp", 126))
        self.statuses = {status}
        if self.stopped:
            self.early = True

    def words(self, actor, path):
        """drainit's words."""
        words = list(self.options)
        if self.report:
            words += ["--report", path("report.json")]
        if self.ready_file:
            words += ["--ready-file", path("up")]
        if self.drain:
            line = self.drain if self.drain[0] == "/" else f"{actor} name drain {self.drain}"
            words += ["--drain", line]
        if self.after:
            words += ["--after", f"{actor} name after {self.after_line}"]
        return [*words, "--", *([actor, *self.verbs] if self.ready else [self.command])]

    def told(self, words):
        stops = ", ".join(f"{signal.Signals(number).name[3:]} after {after * 1000:.0f} ms"
                          for after, number in self.stops)
        stops = f"hook, {stops}" if self.hook else stops or "none"
        return f"{'here: ' if self.here else ''}{' '.join(words)}\n       stops: {stops}"
