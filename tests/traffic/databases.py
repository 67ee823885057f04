"""redis and PostgreSQL as the main child: the next start has what they were given."""

import glob
import os
import shutil
import signal
import subprocess

from container import Container, until
from suite import Skip, test


def call(*words):
    """Returns the exit status and what was said."""
    done = subprocess.run(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          timeout=20, check=False)
    return done.returncode, done.stdout.strip()


class Redis:
    def __init__(self, box):
        self.folder, self.drainit = box.folder, box.drainit
        self.socket = os.path.join(self.folder, "socket")

    def start(self):
        container = Container(
            [self.drainit, "--grace", "10s", "--", "redis-server", "--port", "0", "--unixsocket",
             self.socket, "--dir", self.folder, "--save", "3600", "1"],
            os.path.join(self.folder, "log"))
        until(lambda: self.ask("ping") == "PONG", "redis")
        return container

    def ask(self, *words):
        return call("redis-cli", "-s", self.socket, *words)[1]

    def keeps_over(self, number):
        """A key that was set, after a stop by that signal and another start."""
        container = self.start()
        try:
            assert self.ask("set", "key", "kept") == "OK"
            status = container.stop(number)[0]
            container = self.start()
            return status, self.ask("get", "key") == "kept", container.said()
        finally:
            container.close()


@test
def redis_writes_its_data_down_on_TERM(box):
    status, kept, said = Redis(box).keeps_over(signal.SIGTERM)
    assert status == 0 and kept, said
    assert os.path.exists(os.path.join(box.folder, "dump.rdb"))


@test
def redis_loses_its_data_by_KILL(box):
    """Else the test above proves nothing."""
    _, kept, _ = Redis(box).keeps_over(signal.SIGKILL)
    assert not kept


class PostgreSQL:
    """As its own user: it refuses to be root."""

    def __init__(self, box, *options):
        self.folder, self.drainit, self.options = box.folder, box.drainit, options
        found = sorted(glob.glob("/usr/lib/postgresql/*/bin"))
        if not found:
            raise Skip("postgresql not installed")
        self.programs, self.data = found[-1], os.path.join(box.folder, "data")
        shutil.chown(self.folder, "postgres", "postgres")
        status, said = call(*self.as_owner(f"{self.programs}/initdb", "-D", self.data, "-A",
                                           "trust", "-N"))
        assert status == 0, said

    @staticmethod
    def as_owner(*words):
        return ["setpriv", "--reuid", "postgres", "--regid", "postgres", "--clear-groups", *words]

    def start(self):
        # -c: its master asks its backends itself; TERM to all of the group would end them at once.
        container = Container(
            self.as_owner(self.drainit, "--grace", "10s", "-c", *self.options, "--",
                          f"{self.programs}/postgres", "-D", self.data, "-c", "listen_addresses=",
                          "-c", f"unix_socket_directories={self.folder}"),
            os.path.join(self.folder, "log"))
        until(lambda: call(f"{self.programs}/pg_isready", "-h", self.folder)[0] == 0, "PostgreSQL")
        return container

    def query(self, text):
        return [f"{self.programs}/psql", "-h", self.folder, "-U", "postgres", "-Atc", text]

    def stop_during_a_transaction(self, number):
        """Returns the exit status, how long it took, whether the transaction came to its end, and
        what the next start said."""
        container = self.start()
        try:
            assert call(*self.query("create table seen (number int)"))[0] == 0
            client = subprocess.Popen(
                self.query("begin; insert into seen values (7); select pg_sleep(1.5); commit"),
                stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
            running = "select 1 from pg_stat_activity where wait_event = 'PgSleep'"
            until(lambda: call(*self.query(running))[1] == "1", "a transaction")
            status, took = container.stop(number)
            client.communicate()
            container = self.start()
            kept = call(*self.query("select number from seen"))[1] == "7"
            assert kept == (client.returncode == 0), "the client was told what is not so"
            return status, took, kept, container.said()
        finally:
            container.close()


CRASHED = "was not properly shut down"


@test
def PostgreSQL_ends_a_transaction_that_runs_when_TERM_comes(box):
    status, took, kept, said = PostgreSQL(box).stop_during_a_transaction(signal.SIGTERM)
    assert status == 0 and kept and took > 0.5, (status, took, said)
    assert CRASHED not in said, said


@test
def PostgreSQL_stops_fast_and_in_order_with_TERM_rewritten_to_INT(box):
    postgres = PostgreSQL(box, "-r", "TERM:INT")
    status, took, kept, said = postgres.stop_during_a_transaction(signal.SIGTERM)
    assert status == 0 and not kept and took < 1, (status, took, said)
    assert CRASHED not in said, said


@test
def PostgreSQL_has_to_recover_after_KILL(box):
    """Else the tests above prove nothing."""
    said = PostgreSQL(box).stop_during_a_transaction(signal.SIGKILL)[3]
    assert CRASHED in said, said
