"""What can be seen of one case under one program: a value that can be compared with another's.

Nothing sleeps and nothing is given 'long enough'. A signal has had all its effect when the init and
all below it are asleep again: the kernel makes a process runnable in the very call that signals it, so
who sleeps after that has dealt with it. Two looks with the same count of context switches and no
zombie that the init still has to reap are that proof.
"""

import ctypes
import multiprocessing
import os
import re
import select
import signal
import time

import harness

PATIENCE = 20.0  # only what hangs without sleeping comes near it
# What getopt says is the libc's word, not the program's. Then what tini says at a tick of its clock,
# and of a SIGCHLD: it may find the zombie first, on its way back from forwarding.
LIBC_WORDS = re.compile(r": (invalid option|unrecognized option|option .*(requires|ambiguous|allow))")
CHANCE = re.compile(r"\] (No child to (reap|wait)|Received SIGCHLD)$")
NUMBERS = re.compile(r"(\(|pid=|PID |pid: '|pid '|catatonit:|process )\d+")


class Sleeper:
    """One process as /proc has it at an instant."""

    def __init__(self, pid):
        self.pid, self.state, self.inner, self.parent = pid, "", pid, 0
        self.switches, self.whole = [], False
        try:
            with open(f"/proc/{pid}/status") as file:
                for line in file:
                    key, _, value = line.partition(":")
                    if key == "State":
                        self.state = value.split()[0]
                    elif key == "PPid":
                        self.parent = int(value)
                    elif key == "NSpid":
                        self.inner = int(value.split()[-1])
                    elif key == "VmSize":
                        self.whole = True
                    elif key.endswith("ctxt_switches"):
                        self.switches.append(int(value))
            # One that is preempted on its way into or out of sleep shows 'S' as well.
            if self.state in ("S", "T"):
                with open(f"/proc/{pid}/syscall") as file:
                    self.state = "R" if file.read(7) == "running" else self.state
        except (FileNotFoundError, ProcessLookupError):
            self.state = ""

    def children(self):
        try:
            with open(f"/proc/{self.pid}/task/{self.pid}/children") as file:
                return [int(word) for word in file.read().split()]
        except (FileNotFoundError, ProcessLookupError):
            return []

    def program(self):
        try:
            return os.readlink(f"/proc/{self.pid}/exe")
        except OSError:
            return None

    def key(self):
        return self.pid, self.state, tuple(self.switches)


class Run:
    """One case, put to one program: started, signalled, ended, all gone when it is closed."""

    def __init__(self, case, folder, output=None):
        self.case, self.terminal = case, None
        self.world = harness.World("compat", case.here)
        directory = self.world.directory
        for name, text, mode in (("bare", "exit 3\n", 0o755), ("plain", "exit 3\n", 0o644),
                                 ("lost", "#!/no/such/interpreter\n", 0o755)):
            with open(self.world.path(name), "w") as file:
                file.write(text)
            os.chmod(self.world.path(name), mode)
        names = {"ACTOR": self.world.actor, "DIR": directory, "BARE": self.world.path("bare"),
                 "PLAIN": self.world.path("plain"), "LOST": self.world.path("lost")}
        words = [names.get(word, word) for word in case.words]
        rest = {"stdout": open(self.world.path("stdout"), "wb") if output is None else output,
                "cwd": "/usr" if case.elsewhere else directory}
        settings = list(case.settings)
        if case.terminal:
            self.terminal = os.openpty()
            rest["stdin"] = self.terminal[1]
            settings.append(case.terminal)
        if output is None:
            self.extra = rest["stdout"].fileno()
        if case.descriptors:
            rest["pass_fds"] = [self.extra]
        self.replaced = [(directory, "DIR"), (self.world.actor, "ACTOR"), (folder, "BIN")]
        try:
            self.init = harness.Init(self.world, [os.path.join(folder, case.name), *words],
                                     settings, case.here,
                                     {**self.world.environment, **case.environment}, output, **rest)
        except BaseException:
            self.world.close()
            raise
        if output is None:
            rest["stdout"].close()
        self.inner = self.init.pid if case.here else 1

    # --- events ---

    def pump(self, timeout=0.0):
        """Takes what has been said and whether the init has ended."""
        sources = [self.world.report] + ([self.init.control] if not self.ended() else [])
        # Its end may have come in one piece with its beginning.
        ready, _, _ = select.select(sources, [], [], 0 if self.init.buffer else timeout)
        if not self.ended() and (self.init.buffer or self.init.control in ready):
            self.init.wait()
        self.world.said()

    def ended(self):
        return self.init.status is not None

    def tree(self):
        """The init and all below it, and in no namespace also who was left to us."""
        found, todo = {}, [self.init.pid] if not self.ended() else []
        if self.case.here:
            todo += [pid for pid in Sleeper(os.getpid()).children() if pid != self.init.process.pid]
        while todo:
            pid = todo.pop(0)
            if pid not in found:
                found[pid] = Sleeper(pid)
                todo += found[pid].children()
        return found

    def asleep(self, tree):
        init = tree.get(self.init.pid)
        # PID 1 sleeps on its way out too, without memory, until its namespace is empty.
        if init and (init.state not in ("S", "T") or not init.whole):
            return False
        for one in tree.values():
            if one.state not in ("S", "T", "Z", ""):
                return False
            if one.state == "Z" and one.parent == self.init.pid and init and init.state == "S":
                return False
        return True

    def settle(self):
        """Until all that was set off has come to rest, or the init has ended and its leftovers rest."""
        limit, before = time.monotonic() + PATIENCE, None
        while time.monotonic() < limit:
            self.pump()
            ended = self.ended()
            tree = self.tree()
            now = sorted(one.key() for one in tree.values()) if self.asleep(tree) else None
            if now is not None and now == before and ended == self.ended():
                self.pump()
                return tree
            before = now
            if now is None:
                time.sleep(0.0002)
        raise AssertionError("neither at rest nor at an end")

    def until_ready(self):
        if self.case.words[-1:] == ["-P"]:
            return True
        limit = time.monotonic() + PATIENCE
        while not self.ended() and not self.world.said("main", "ready"):
            if time.monotonic() > limit:
                return False
            self.pump(1.0)
        return True

    # --- names in place of numbers ---

    def names(self):
        found = {self.inner: "init", 0: "outside", os.getpid(): "outside",
                 self.init.process.pid: "runtime", -1: "none"}
        found.update({line.pid: line.name for line in self.world.lines})
        return found

    def text(self, path):
        with open(path, "rb") as file:
            text = file.read().decode(errors="replace")
        for old, new in self.replaced:
            text = text.replace(old, new)
        text = re.sub(rf"\({self.inner}\)|:{self.inner}\)", "(INIT)", text)
        lines = []
        for line in text.splitlines():
            line = NUMBERS.sub(r"\1N", line)
            if not LIBC_WORDS.search(line) and not CHANCE.search(line) and line not in lines:
                lines.append(line)
        # The init and its child write at once when they start.
        return lines[:1] if self.case.informs else sorted(lines)

    def facts(self):
        """What the main child saw of itself."""
        names, found = self.names(), {}
        for line in self.world.said("main"):
            key, _, value = line.text.partition(" ")
            if key in ("parent", "group", "session", "foreground"):
                found[key] = names.get(int(value), "a stranger")
            elif key in ("blocked", "ignored"):
                found[key] = int(value, 16)
            elif key == "cwd":
                found[key] = value.replace(self.world.directory, "DIR")
            elif key == "fd":
                number = "extra" if int(value) == self.extra else value
                found.setdefault("descriptors", []).append(number)
            elif key.partition("=")[0].isupper():
                name = key.partition("=")[0]
                found[name] = line.text if name != "LISTEN_PID" else re.sub(
                    r"=(\d+)", lambda hit: "=" + names.get(int(hit[1]), hit[1]), line.text)
        return found

    def roles(self, tree):
        """Who there is, in what state, and who is the init's own child."""
        names, found = self.names(), {}
        of_init = Sleeper(self.init.pid).program()
        for one in tree.values():
            name = names.get(one.inner, "a stranger")
            if name == "a stranger" and of_init and one.program() == of_init:
                name = "the init's other half"
            if name == "init" or one.state:
                own = " below init" if one.parent == self.init.pid else ""
                found[name] = one.state + own
        return found

    # --- the whole ---

    def step(self, act):
        before = len(self.world.lines)
        act()
        tree = self.settle()
        last = self.ended()
        heard = {}
        for line in self.world.lines[before:]:
            # In a namespace the others are killed with the init, whatever they were about to say.
            if not last or line.name == "main" or self.case.here:
                heard.setdefault(line.name, []).append(line.text)
        # At the end two signals may meet in a queue: once or twice, in either order.
        heard = {name: sorted(set(texts)) if last and name != "main" else texts
                 for name, texts in heard.items()}
        # Zombies of whoever is gone are reaped by whoever gets them, at his leisure.
        states = self.roles(tree)
        if last:
            states = {name: state for name, state in states.items() if state[0] != "Z"}
        return {"heard": heard, "states": states}

    def signal(self, number):
        def act():
            os.kill(self.init.pid, number)
        return self.step(act)

    def end(self):
        """The main child is killed; if there is none, the init."""
        tree, names = self.settle(), self.names()
        for one in tree.values():
            if names.get(one.inner) == "main" and one.state != "Z":
                return self.step(lambda pid=one.pid: os.kill(pid, signal.SIGKILL))
        return {"nobody": "was there to end"}

    def observe(self):
        seen = {"steps": [], "started": self.until_ready()}
        seen["steps"].append(self.step(lambda: None))
        for number in self.case.signals:
            if self.ended():
                break
            seen["steps"].append({"signal": number, **self.signal(number)})
            if not self.ended() and Sleeper(self.init.pid).state == "T":
                seen["steps"].append({"continued": True, **self.signal(signal.SIGCONT)})
        if not self.ended():
            seen["steps"].append({"killed": True, **self.end()})
        seen["status"] = self.init.status if self.ended() else "does not end"
        seen["main"] = self.facts()
        seen["stdout"] = self.text(self.world.path("stdout"))
        seen["stderr"] = self.text(self.init.log_path)
        return seen

    def close(self):
        """Whatever loses its parent comes to us, who have nothing else below us."""
        self.world.close()
        left = Sleeper(os.getpid()).children()
        for pid in left:
            os.kill(pid, signal.SIGKILL)
        while left:
            for pid in left:
                os.waitpid(pid, 0)
            left = Sleeper(os.getpid()).children()
        for end in self.terminal or ():
            os.close(end)


def observe(case, folder):
    """What is to be seen of the case under the program in this folder; an error is a sight as well."""
    run = Run(case, folder)
    try:
        return run.observe()
    except AssertionError as error:
        return {"error": str(error)}
    finally:
        run.close()


def become_worker():
    """No terminal of ours can be taken, orphans come to us, and we are gone with who started us."""
    os.setsid()
    libc = ctypes.CDLL(None)
    libc.prctl(36, 1, 0, 0, 0)  # PR_SET_CHILD_SUBREAPER
    if multiprocessing.parent_process():
        libc.prctl(1, signal.SIGKILL, 0, 0, 0)  # PR_SET_PDEATHSIG
    signal.signal(signal.SIGINT, signal.SIG_IGN)


