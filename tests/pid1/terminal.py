"""A terminal: the main child has the foreground if it is ours to give, and nobody's is stolen."""

import os
import signal

from harness import both, equal, test


class Terminal:
    def __enter__(self):
        self.master, self.slave = os.openpty()
        return self

    def __exit__(self, *_):
        os.close(self.master)
        os.close(self.slave)


@both
def the_main_child_has_the_foreground_and_gets_what_is_typed(w):
    with Terminal() as terminal:
        init = w.act("--grace 5s", "state on 2 0 0 say ready hang", settings=["terminal"],
                     stdin=terminal.slave)
        equal(w.value("main", "foreground"), w.value("main", "group"))
        os.write(terminal.master, b"\x03")
        w.see("main", "got 2")
        equal(init.wait(), 0)


@both
def the_main_child_is_in_the_foreground_before_it_reads(w):
    with Terminal() as terminal:
        os.write(terminal.master, b"typed\n")
        init = w.start("--", "sh", "-c", 'read line && test "$line" = typed',
                       settings=["terminal"], stdin=terminal.slave)
        equal(init.wait(), 0)


@both
def a_background_job_steals_nothing(w):
    with Terminal() as terminal:
        init = w.act("--grace 5s", "state on 15 0 0 say ready hang", settings=["background"],
                     stdin=terminal.slave)
        assert w.value("main", "foreground") != w.value("main",
                                                        "group"), "the foreground was taken"
        init.send(signal.SIGTERM)
        equal(init.wait(), 0)


@test
def the_foreground_is_ours_again_for_the_after_command(w):
    with Terminal() as terminal:
        init = w.start("--after", f"{w.actor} name after state", "--", w.actor, "exit", "0",
                       settings=["terminal"], stdin=terminal.slave)
        equal(init.wait(), 0)
        w.see("after", "end of state")


@test
def a_terminal_that_wants_output_of_the_foreground_only_does_not_stop_us(w):
    import termios
    with Terminal() as terminal:
        attributes = termios.tcgetattr(terminal.slave)
        attributes[3] |= termios.TOSTOP
        termios.tcsetattr(terminal.slave, termios.TCSANOW, attributes)
        init = w.act("--grace 2s", "ignore 15 say ready hang", settings=["terminal"],
                     stdin=terminal.slave,
                     log=terminal.slave)
        init.send(signal.SIGTERM)
        equal(init.wait(), 137)
