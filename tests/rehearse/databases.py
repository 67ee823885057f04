"""PostgreSQL and redis: nobody speaks HTTP here; the connections of their own clients count."""

import glob
import shutil
import subprocess

from suite import PATIENCE, Skip, connected, needs, test, until

# For the client to be there when the stop request comes.
WITH_CLIENT = "--after-start 3s --requests 0"


class PostgreSQL:
    """As its own user: it refuses to be root."""

    def __init__(self, box):
        self.box = box
        found = sorted(glob.glob("/usr/lib/postgresql/*/bin"))
        if not found:
            raise Skip("postgresql not installed")
        self.programs = found[-1]
        shutil.chown(box.folder, "postgres", "postgres")
        done = subprocess.run(
            self.as_owner(f"{self.programs}/initdb", "-D", box.path("data"), "-A", "trust", "-N"),
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=PATIENCE,
            check=False)
        assert done.returncode == 0, done.stdout

    @staticmethod
    def as_owner(*words):
        return ["setpriv", "--reuid", "postgres", "--regid", "postgres", "--clear-groups", *words]

    def server(self):
        return self.as_owner(f"{self.programs}/postgres", "-D", self.box.path("data"), "-p",
                             str(self.box.port()), "-c", "listen_addresses=127.0.0.1",
                             "-c", "unix_socket_directories=")

    def transaction(self):
        """A client in the middle of one; it ends when its stdin does."""
        connected(self.box.port()).close()
        return until(self.attempt, "an open transaction")

    def attempt(self):
        client = subprocess.Popen(
            [f"{self.programs}/psql", "-h", "127.0.0.1", "-p", str(self.box.port()), "-Atqf", "-",
             "-U", "postgres", "postgres"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.box.things.append(client)
        client.stdin.write("begin; select 'under way';\n")
        client.stdin.flush()
        return client if client.stdout.readline() == "under way\n" else None


@test
def PostgreSQL_waits_for_an_open_transaction_until_it_is_killed(box):
    """Its smart shutdown takes connections all along, to tell each that it is shutting down."""
    postgres = PostgreSQL(box)
    running = box.begin(WITH_CLIENT + " --grace 3s -c", *postgres.server())
    postgres.transaction()
    judged = running.finish().read()
    judged.is_bad("refused", "completed", "released", "exit")
    judged.has(judged["exit_status"] == 137, "it was killed")
    judged.has(judged["connections"]["at_stop"] >= 1, "the client's connection")
    judged.has(judged["connections"]["open_at_end"] >= 1, "the client was connected to the end")
    judged.has(2300 <= judged.phase("stop")["ms"] <= 3000, "it had all of the time")


@test
def PostgreSQL_with_INT_ends_in_time(box):
    postgres = PostgreSQL(box)
    running = box.begin(WITH_CLIENT + " --grace 3s -c -r TERM:INT", *postgres.server())
    postgres.transaction()
    judged = running.finish().read()
    answers = judged.answers()
    judged.has(answers["exit"] == "yes" and answers["released"] == "yes", "in order")
    judged.has(judged["exit_status"] == 0 and judged.phase("stop")["ms"] < 1500, "in time")
    judged.has(judged["connections"]["at_stop"] >= 1, "the client's connection")
    judged.has(judged["connections"]["open_at_end"] == 0, "the server has closed it")


def redis(box):
    return [needs("redis-server"), "--bind", "127.0.0.1", "--port", str(box.port()), "--dir",
            box.folder, "--save", "3600 1"]


@test
def redis_with_an_idle_client_is_good(box):
    """It is asked for HTTP, too, and closes the connection on that: that is no request."""
    running = box.begin("--after-start 2s", *redis(box))
    with connected(box.port()) as client:
        client.sendall(b"PING\r\n")
        assert client.recv(100) == b"+PONG\r\n"
        judged = running.finish().read()
        judged.is_good()
        judged.has(judged["connections"]["at_stop"] >= 1, "the client's connection")
        judged.has(judged["connections"]["finished"] >= 1, "it was closed in order")
        judged.has(judged["advice"] == [], "nothing is to be done")
        assert client.recv(100) == b"", "what the client saw"


@test
def without_a_client_it_is_untried_whether_any_would_be_served(box):
    judged = box.judge("--requests 0", *redis(box))
    judged.has(judged.answers() == {"refused": "yes", "completed": "untried", "released": "yes",
                                    "exit": "yes"}, "answers")
    judged.has(judged.status == 1, "four times yes is good, and nothing else")
    judged.has(judged["requests"]["made"] == 0, "none were to be made")
