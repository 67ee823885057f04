"""sockets: which connections count, until when, and what is said where little can be seen."""

import ctypes
import functools
import os
import socket
import time

from namespace import (NOBODY, Skip, between, call, equal, libc, refuse_netlink, start, test)

IDLE, BUSY, UNSEEN = "0", "1", "2"
NOTHING = "-1 -1 0 0"


class Server:
    """A process with listeners and what it has accepted; it does what it is told, and answers when it has."""

    def __init__(self, *addresses, parent=None, prepare=None):
        self.control, theirs = socket.socketpair()
        self.pid = os.fork()
        if self.pid == 0:
            self.control.close()
            if parent == "stranger" and os.fork() != 0:
                os._exit(0)
            if parent == "shell" and (pid := os.fork()) != 0:
                os.waitpid(pid, 0)
                os._exit(0)
            if prepare:
                prepare()
            self.serve(theirs, addresses or ["127.0.0.1"])
            os._exit(0)
        theirs.close()
        if parent == "stranger":
            os.waitpid(self.pid, 0)
        self.port, *self.ports = map(int, self.control.recv(9999).split())

    @staticmethod
    def listen(address, port=0):
        if address == "*":
            return socket.create_server(("::", port), family=socket.AF_INET6, dualstack_ipv6=True)
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        return socket.create_server((address, port), family=family)

    def serve(self, control, addresses):
        listeners, accepted = [self.listen(address) for address in addresses], []
        control.send(" ".join(str(one.getsockname()[1]) for one in listeners).encode())
        while word := control.recv(99).decode():
            if word == "accept":
                accepted.append(listeners[0].accept()[0])
            elif word == "stop listening":
                for one in listeners:
                    one.close()
            elif word == "close":
                accepted.pop().close()
            elif word == "close half":
                accepted[-1].shutdown(socket.SHUT_WR)
            elif word == "send":
                accepted[-1].send(b"x")
            elif word == "read":
                accepted[-1].recv(99)
            control.send(b"done")

    def does(self, word):
        self.control.send(word.encode())
        self.control.recv(99)

    def connected(self, address="127.0.0.1", accepted=True):
        client = socket.create_connection((address, self.port))
        if accepted:
            self.does("accept")
        return client


def words(server, ports="-", quiet="-", most=0, begin=0, until=2500):
    return ("watch", os.getpid(), server.pid, ports, quiet, most, begin, until)


def both(function):
    """The same by netlink and from /proc."""
    for way, prepare in (("by_netlink", None), ("from_proc", refuse_netlink)):
        @functools.wraps(function)
        def one(prepare=prepare):
            return function(prepare)
        one.__name__ = f"{function.__name__}_{way}"
        globals()[one.__name__] = test(one)
    return function


def sees(server, wanted, status, prepare=None, **options):
    """All looks are alike."""
    result = call(*words(server, **options), prepare=prepare)
    equal(set(result.lines[:-1]), {wanted}, "looks")
    equal(result.lines[-1], status, "status")
    return result


@both
def nobody_connected_is_idle_after_two_looks_a_second_apart(prepare):
    between(sees(Server(), "0 0 1 0", IDLE, prepare).took, 1, 1)


@both
def an_open_connection_holds_to_the_end(prepare):
    server = Server()
    with server.connected():
        between(sees(server, "1 1 1 0", BUSY, prepare).took, 2.5, 2.5)


@both
def what_waits_to_be_accepted_counts(prepare):
    server = Server()
    with server.connected(accepted=False), server.connected(accepted=False):
        sees(server, "2 2 1 0", BUSY, prepare, until=1500)


@both
def a_connection_whose_client_has_closed_counts_until_it_is_answered(prepare):
    server = Server()
    server.connected().close()
    sees(server, "1 1 1 0", BUSY, prepare, until=1500)
    server.does("close")
    sees(server, "0 0 1 0", IDLE, prepare)


@both
def a_half_closed_connection_counts_while_the_server_holds_it(prepare):
    server = Server()
    with server.connected():
        server.does("close half")
        sees(server, "1 1 1 0", BUSY, prepare, until=1500)
        server.does("close")
        sees(server, "0 0 1 0", IDLE, prepare)


@both
def connections_through_IPv6_and_mapped_addresses_count(prepare):
    server = Server("*")
    with server.connected(), server.connected("::1"):
        sees(server, "2 2 1 0", BUSY, prepare, until=1500)


@both
def the_end_of_the_last_connection_is_seen(prepare):
    server = Server()
    client = server.connected()
    watching = start(*words(server, until=20000), prepare=prepare)
    time.sleep(1.5)
    server.does("close")
    client.close()
    began = time.monotonic()
    said, _ = watching.communicate(timeout=20)
    between(time.monotonic() - began, 1, 2)
    equal(said.splitlines()[-3:-1], ["1 0 1 0", IDLE])


@both
def a_listener_that_is_closed_keeps_its_connections(prepare):
    server = Server()
    with server.connected():
        watching = start(*words(server, until=2500), prepare=prepare)
        time.sleep(0.5)
        server.does("stop listening")
        said, _ = watching.communicate(timeout=20)
    equal(said.splitlines()[-3:-1], ["1 1 1 0", BUSY])


@both
def a_strangers_ports_do_not_count_unless_they_are_named(prepare):
    ours, stranger = Server(), Server(parent="stranger")
    with stranger.connected():
        sees(ours, "0 0 1 0", IDLE, prepare)
        sees(ours, "0 0 1 0", IDLE, prepare, ports=ours.port)
        sees(ours, "1 1 1 0", BUSY, prepare, ports=stranger.port, until=1500)


@both
def a_grandchilds_and_an_orphans_ports_count(prepare):
    main, orphan = Server(parent="shell"), Server("127.0.0.1", "127.0.0.1")
    with main.connected(), orphan.connected():
        sees(main, "2 2 1 0", BUSY, prepare, until=1500)


@both
def who_listens_nowhere_is_idle(prepare):
    server = Server()
    server.does("stop listening")
    sees(server, "0 0 1 0", IDLE, prepare)


@both
def a_few_may_stay_open(prepare):
    server = Server()
    with server.connected(), server.connected():
        sees(server, "2 2 1 0", IDLE, prepare, most=2)
        sees(server, "2 2 1 0", BUSY, prepare, most=1, until=1500)


@both
def idle_is_judged_only_from_its_instant_on(prepare):
    server = Server()
    between(sees(server, "0 0 1 0", IDLE, prepare, begin=1400, until=9000).took, 2.4, 2.4)


@both
def one_of_many_ports_is_told_from_its_neighbours(prepare):
    server = Server()
    around = list(range(server.port - 128, server.port + 128))
    with server.connected():
        for ports in (around, around[:129], around[128:]):
            sees(server, "1 1 1 0", BUSY, prepare, ports=",".join(map(str, ports)), until=300)
        for ports in (around[:128], around[129:], [server.port + 1], [1, 65535]):
            sees(server, "0 0 1 0", BUSY, prepare, ports=",".join(map(str, ports)), until=300)


@test
def a_quiet_connection_is_idle():
    server = Server()
    with server.connected():
        time.sleep(0.6)
        between(sees(server, "1 1 1 0", IDLE, quiet=500).took, 1, 1)


@test
def quiet_begins_with_the_last_byte():
    server = Server()
    with server.connected() as client:
        client.send(b"x")
        server.does("read")
        between(sees(server, "1 1 1 0", IDLE, quiet=1500, until=9000).took, 2.5, 3.1)


@test
def bytes_either_way_are_not_quiet():
    server = Server()
    with server.connected() as client, server.connected():
        for talk in (lambda: client.send(b"x"), lambda: server.does("send")):
            watching = start(*words(server, quiet=600, until=2500))
            while watching.poll() is None:
                talk()
                time.sleep(0.2)
            equal(watching.stdout.read().splitlines()[-3:-1], ["2 2 1 0", BUSY])


@test
def a_request_that_nobody_has_read_is_not_quiet():
    server = Server()
    with server.connected(accepted=False) as client:
        client.send(b"GET / HTTP/1.1\r\n\r\n")
        time.sleep(0.5)
        sees(server, "1 1 1 0", BUSY, quiet=300, until=2200)
        server.does("accept")
        server.does("read")
        sees(server, "1 1 1 0", IDLE, quiet=300)


@test
def where_quiet_cannot_be_told_it_is_said_and_each_counts():
    server = Server()
    with server.connected():
        time.sleep(0.4)
        sees(server, "1 1 1 1", BUSY, refuse_netlink, quiet=300, until=2200)


def become_nobody(dumpable):
    def become():
        os.setgroups([])
        os.setresgid(NOBODY, NOBODY, NOBODY)
        os.setresuid(NOBODY, NOBODY, NOBODY)
        libc.prctl(4, dumpable, 0, 0, 0)  # PR_SET_DUMPABLE
    return become


@test
def nobody_sees_its_own():
    server = Server(prepare=become_nobody(1))
    with server.connected():
        sees(server, "1 1 1 0", BUSY, become_nobody(1), until=1500)
        sees(server, "1 1 1 0", IDLE, become_nobody(1), quiet=100, until=1500)


@test
def ports_that_cannot_be_found_are_not_idle_but_can_be_named():
    server = Server(prepare=become_nobody(0))
    with server.connected():
        between(sees(server, NOTHING, UNSEEN, become_nobody(1)).took, 0, 0)
        sees(server, "1 1 1 0", BUSY, become_nobody(1), ports=server.port, until=1500)


@test
def more_ports_than_there_is_room_for_are_not_idle():
    server = Server(*["127.0.0.1"] * 257)
    between(sees(server, NOTHING, UNSEEN).took, 0, 0)


@test
def among_more_listeners_than_there_is_room_for_ours_are_not_looked_for():
    ours = Server()
    strangers = [Server(*["127.0.0.1"] * 260, parent="stranger") for _ in range(4)]
    between(sees(ours, NOTHING, UNSEEN).took, 0, 0)
    sees(ours, "0 0 1 0", IDLE, ports=ours.port)
    for stranger in strangers:
        stranger.control.close()


@test
def where_nothing_can_be_seen_it_is_not_idle():
    server = Server()
    must_hide = ctypes.c_char_p(b"tmpfs")
    if libc.mount(must_hide, b"/proc", must_hide, 0, None) != 0:
        raise Skip("no tmpfs can be mounted")
    between(sees(server, NOTHING, UNSEEN).took, 0, 0)
    sees(server, NOTHING, UNSEEN, refuse_netlink, ports=server.port)
    sees(server, "0 0 1 0", IDLE, ports=server.port)
