"""request: what it sends, what it takes for success, and that no server costs more than the time given."""

import contextlib
import os
import socket
import struct
import threading
import time

from namespace import SLACK, between, call, equal, hide, refuse_sockets, rewrite, served, start, test

OK = b"HTTP/1.1 204 No Content\r\n\r\n"


def read_request(connection):
    text = b""
    while not text.endswith(b"\r\n\r\n"):
        more = connection.recv(4096)
        if not more:
            break
        text += more
    return text.decode()


def says(answer, then=0.0):
    """A server that reads the request, answers, and keeps the connection open for a while."""
    def handle(connection):
        read_request(connection)
        connection.sendall(answer)
        time.sleep(then)
    return handle


def ask(answer, wanted, then=0.0, within=5000):
    with served(says(answer, then)) as port:
        result = call("request", f"POST http://127.0.0.1:{port}/x", within)
    equal(result.lines, [wanted], repr(answer[:60]))
    return result


@test
def a_request_says_who_asks_and_that_nothing_follows():
    seen = []

    def handle(connection):
        seen.append(read_request(connection))
        connection.sendall(OK)
    with served(handle) as port:
        for url in (f"http://localhost:{port}", f"POST http://127.0.0.1:{port}/a/b?c=d",
                    f"DELETE http://here:{port}?x=1"):
            equal(call("request", url, 2000).lines, ["0 "], url)
    version = os.environ.get("KERNEL_VERSION", "0")
    tail = f"User-Agent: drainit/{version}\r\n%sConnection: close\r\n\r\n"
    none = "Content-Length: 0\r\n"
    equal(seen, [f"GET / HTTP/1.1\r\nHost: localhost:{port}\r\n" + tail % "",
                 f"POST /a/b?c=d HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n" + tail % none,
                 f"DELETE /?x=1 HTTP/1.1\r\nHost: here:{port}\r\n" + tail % none])


@test
def an_IPv6_literal_is_connected_to_and_has_its_brackets_in_the_host():
    seen = []

    def handle(connection):
        seen.append(read_request(connection))
        connection.sendall(OK)
    with served(handle, "::1", socket.AF_INET6) as port:
        equal(call("request", f"http://[::1]:{port}/", 2000).lines, ["0 "])
    assert f"\r\nHost: [::1]:{port}\r\n" in seen[0], seen


@test
def port_80_is_not_named():
    seen = []

    def handle(connection):
        seen.append(read_request(connection))
        connection.sendall(OK)
    with socket.create_server(("127.0.0.1", 80)) as listener:
        threading.Thread(target=lambda: handle(listener.accept()[0]), daemon=True).start()
        equal(call("request", "http://here/", 2000).lines, ["0 "])
    assert "\r\nHost: here\r\n" in seen[0], seen


@test
def two_hundred_and_something_is_success_and_its_body_is_not_waited_for():
    for answer in (OK, b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n", b"HTTP/1.0 299 \r\n",
                   b"HTTP/1.1 200\n"):
        between(ask(answer, "0 ", then=5).took, 0, 0, repr(answer))


@test
def what_is_underway_is_passed_over():
    ask(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: <a>\r\n\r\n" + OK, "0 ")


@test
def a_failure_is_told_with_the_first_line_of_the_body():
    ask(b"HTTP/1.1 500 Internal Server Error\r\nContent-Length: 22\r\n\r\nno such service: web-1",
        "1 answered 500 Internal Server Error: no such service: web-1")
    ask(b"HTTP/1.1 404 Not Found\r\nContent-Type: text/html\r\n\r\n<html>\n<body>\n",
        "1 answered 404 Not Found")
    ask(b"HTTP/1.1 400 Bad Request\r\n\r\nfirst\r\nsecond\r\n", "1 answered 400 Bad Request: first")
    ask(b"HTTP/1.1 503 \r\nTransfer-Encoding: Chunked\r\n\r\n5\r\nbusy\n\r\n0\r\n\r\n",
        "1 answered 503: busy")
    ask(b"HTTP/1.1 500 a\x1b[31mb\r\n\r\n\x1b]0;c\xff\n", "1 answered 500 a?[31mb: ?]0;c?")
    ask(b"HTTP/1.1 418\r\n\r\n" + b"y" * 100000, "1 answered 418: " + "y" * 145)


@test
def a_redirect_is_a_failure_that_says_where_it_leads():
    ask(b"HTTP/1.1 302 Found\r\nlocation:  http://other/\r\n\r\nmoved\n",
        "1 answered 302 Found, a redirect, which is not followed: http://other/")
    ask(b"HTTP/1.1 301 Moved\r\n\r\n", "1 answered 301 Moved, a redirect, which is not followed")


@test
def headers_of_any_size_go_through_a_fixed_buffer():
    big = b"X-Big: " + b"z" * 300000 + b"\r\n"
    many = b"".join(b"X-%d: y\r\n" % i for i in range(20000))
    ask(b"HTTP/1.1 500 Big\r\n" + big + many + b"\r\nthe body\n", "1 answered 500 Big: the body")
    ask(b"HTTP/1.1 200 " + b"k" * 100000 + b"\r\n", "0 ")


@test
def what_is_no_HTTP_is_said():
    for greeting, shown in ((b"SSH-2.0-OpenSSH_9.2\r\n", "SSH-2.0-OpenSSH_9.2"),
                            (b"\x4a\x0f\x01\x0a8.0", "J??"),
                            (b"HTTP/2 200\r\n", "HTTP/2 200"), (b"HTTP/1.1 2000\r\n", None),
                            (b"HTTP/1.1  200\r\n", None), (b"\r\n", ""), (b"-ERR\r\n", "-ERR")):
        with served(says(greeting, 5)) as port:
            result = call("request", f"http://127.0.0.1:{port}/", 4000)
        line = result.lines[0]
        assert line.startswith("1 not an HTTP answer: "), line
        assert shown is None or line.startswith("1 not an HTTP answer: " + shown), line
        between(result.took, 0, 0, repr(greeting))


@test
def a_connection_that_is_closed_early_is_said():
    ask(b"", "1 connection closed without an answer")
    ask(b"HTTP/1.1 20", "1 connection closed without an answer")

    def reset(connection):
        read_request(connection)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    with served(reset) as port:
        equal(call("request", f"http://127.0.0.1:{port}/", 2000).lines,
              ["1 connection reset by the server"])


@test
def of_several_addresses_the_first_one_says_why():
    rewrite("/etc/hosts", "127.0.0.1 both\n::1 both\n")
    rewrite("/proc/sys/net/ipv6/conf/all/disable_ipv6", "1")
    equal(call("request", "http://both:9/", 2000).lines, ["1 connection refused"])


@test
def nobody_there_is_said_at_once():
    for host in ("127.0.0.1", "[::1]", "localhost"):
        result = call("request", f"http://{host}:9/", 2000)
        equal(result.lines, ["1 connection refused"], host)
        between(result.took, 0, 0, host)
    equal(call("request", "http://192.0.2.1:9/", 2000).lines, ["1 no route to the server"])


@test
def a_name_that_does_not_resolve_costs_its_time_and_no_more():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as silent:
        silent.bind(("127.0.0.53", 53))
        result = call("request", "http://registry.example/", 700)
    equal(result.lines, ["1 no name server answers for registry.example"])
    between(result.took, 0.7, 0.7)


@test
def a_name_that_does_not_exist_is_said_at_once():
    def refuse(server):
        while True:
            query, sender = server.recvfrom(512)
            server.sendto(query[:2] + b"\x81\x83" + query[4:], sender)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind(("127.0.0.53", 53))
        threading.Thread(target=refuse, args=(server,), daemon=True).start()
        result = call("request", "http://registry.example/", 5000)
        equal(result.lines, ["1 no such host: registry.example"])
        between(result.took, 0, 0)


def endless(piece, pause):
    def handle(connection):
        read_request(connection)
        while True:
            connection.sendall(piece)
            time.sleep(pause)
    return handle


def drips(answer, pause):
    def handle(connection):
        read_request(connection)
        for byte in answer:
            connection.sendall(bytes([byte]))
            time.sleep(pause)
    return handle


@test
def a_server_that_hangs_drips_or_never_ends_costs_its_time_and_no_more():
    for name, handle in {
            "hangs": says(b"", 30),
            "half a line": says(b"HTTP/1.1 200", 30),
            "drips": drips(b"HTTP/1.1 200 OK\r\n\r\n", 0.1),
            "endless status line": lambda c: (c.sendall(b"HTTP/1.1 200 "), endless(b"x" * 999, 0)(c)),
            "endless headers of 100": lambda c: (c.sendall(b"HTTP/1.1 100\r\n"),
                                                 endless(b"X: y\r\n" * 99, 0)(c)),
            "endless 100": endless(b"HTTP/1.1 100 Continue\r\n\r\n", 0),
            "slow 102": endless(b"HTTP/1.1 102 Processing\r\n\r\n", 0.1)}.items():
        with served(handle) as port:
            result = call("request", f"http://127.0.0.1:{port}/", 600)
        equal(result.lines, ["1 no answer in time"], name)
        between(result.took, 0.6, 0.6, name)


@test
def an_answer_that_drips_in_time_is_taken():
    with served(drips(OK, 0.02)) as port:
        result = call("request", f"http://127.0.0.1:{port}/", 3000)
    equal(result.lines, ["0 "])


@test
def a_failure_is_heard_out_for_a_second_at_most():
    for answer in (b"HTTP/1.1 500 Oops\r\n", b"HTTP/1.1 500 Oops\r\n\r\n"):
        between(ask(answer, "1 answered 500 Oops", then=20, within=9000).took, 1, 1)

    def handle(connection):
        connection.sendall(b"HTTP/1.1 500 Oops\r\n")
        endless(b"X: y\r\n" * 99, 0)(connection)
    with served(handle) as port:
        result = call("request", f"http://127.0.0.1:{port}/", 9000)
    equal(result.lines, ["1 answered 500 Oops"])
    between(result.took, 1, 1)


@test
def an_address_that_does_not_answer_costs_its_share():
    # A full accept queue: the kernel drops the SYN, as a black hole does.
    with contextlib.ExitStack() as stack:
        full = stack.enter_context(socket.socket())
        full.bind(("127.0.0.9", 0))
        full.listen(0)
        port = full.getsockname()[1]
        for _ in range(4):
            filler = stack.enter_context(socket.socket())
            filler.setblocking(False)
            filler.connect_ex(("127.0.0.9", port))
        result = call("request", f"http://there:{port}/", 600)
    equal(result.lines, ["1 no connection in time"])
    between(result.took, 0.6, 0.6)


@test
def wait_for_goes_on_until_it_is_answered():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
        waiting = start("until", f"http://127.0.0.1:{port}/ready", 20000)
        time.sleep(1.5)
        listener.listen()
        began = time.monotonic()
        for answer in (b"HTTP/1.1 503 No\r\n\r\n", OK):
            connection, _ = listener.accept()
            with connection:
                read_request(connection)
                connection.sendall(answer)
        said, _ = waiting.communicate(timeout=10)
    equal(said.splitlines()[0], "0 ")
    between(time.monotonic() - began, 0.8, 2.0)


@test
def wait_for_gives_up_in_time_and_says_why():
    result = call("until", "http://127.0.0.1:9/", 1300)
    equal(result.lines, ["1 connection refused"])
    between(result.took, 1.3, 1.3)
    with served(says(b"", 30)) as port:
        result = call("until", f"http://127.0.0.1:{port}/", 1300)
    equal(result.lines, ["1 no answer in time"])
    between(result.took, 1.3, 1.3)


@test
def wait_for_gives_a_try_five_seconds():
    tries = []

    def handle(connection):
        tries.append(time.monotonic())
        read_request(connection)
        time.sleep(30)
    with served(handle) as port:
        call("until", f"http://127.0.0.1:{port}/", 6000)
    equal(len(tries), 2)
    between(tries[1] - tries[0], 5.1, 5.1 + SLACK)


# --- names ---

A, AAAA = 1, 28


def question_of(query):
    """(name, type) that a query asks for."""
    labels, at = [], 12
    while query[at]:
        labels.append(query[at + 1:at + 1 + query[at]].decode())
        at += 1 + query[at]
    return ".".join(labels), query[at + 2]


@contextlib.contextmanager
def names(known, address="127.0.0.53", first=lambda server, query, sender: None):
    """A name server that knows these: {(name, type): [address ...]}. Yields what it was asked."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    asked = []

    def serve(server):
        while True:
            query, sender = server.recvfrom(512)
            if not query:
                return
            answer(server, query, sender)

    def answer(server, query, sender):
        asked.append(question_of(query))
        first(server, query, sender)
        found = known.get(asked[-1], [])
        reply = query[:2] + (b"\x81\x80" if found or asked[-1][0] in
                             {name for name, _ in known} else b"\x81\x83")
        reply += query[4:6] + struct.pack(">HHH", len(found), 0, 0) + query[12:]
        for one in found:
            data = socket.inet_pton(socket.AF_INET6 if ":" in one else socket.AF_INET, one)
            reply += b"\xc0\x0c" + struct.pack(">HHIH", asked[-1][1], 1, 60, len(data)) + data
        server.sendto(reply, sender)
    with socket.socket(family, socket.SOCK_DGRAM) as server:
        server.bind((address, 53))
        thread = threading.Thread(target=serve, args=(server,), daemon=True)
        thread.start()
        try:
            yield asked
        finally:
            # While somebody waits in it, a socket that is closed still takes what comes.
            server.sendto(b"", (address, 53))
            thread.join()


def answer_ok(connection):
    read_request(connection)
    connection.sendall(OK)


@test
def a_name_is_looked_up_and_its_addresses_are_tried_in_turn():
    with served(answer_ok) as port, names({("web", A): ["127.0.0.77", "127.0.0.1"]}) as asked:
        equal(call("request", f"http://web:{port}/", 2000).lines, ["0 "])
        equal(asked, [("web", A), ("web", AAAA)])


@test
def an_IPv6_address_of_a_name_is_connected_to():
    with served(answer_ok, "::1", socket.AF_INET6) as port, names({("web", AAAA): ["::1"]}):
        equal(call("request", f"http://web:{port}/", 2000).lines, ["0 "])


@test
def the_search_list_is_followed_in_its_order():
    rewrite("/etc/resolv.conf", "nameserver 127.0.0.53\nsearch a.test b.test\n")
    with served(answer_ok) as port, names({("web.b.test", A): ["127.0.0.1"]}) as asked:
        equal(call("request", f"http://web:{port}/", 2000).lines, ["0 "])
        equal([name for name, kind in asked if kind == A], ["web.a.test", "web.b.test"])


@test
def a_name_server_may_have_an_IPv6_address():
    rewrite("/etc/resolv.conf", "nameserver ::1\n")
    with served(answer_ok) as port, names({("web", A): ["127.0.0.1"]}, "::1"):
        equal(call("request", f"http://web:{port}/", 2000).lines, ["0 "])


@test
def a_name_server_that_is_none_or_not_there_is_passed_over():
    rewrite("/etc/resolv.conf",
               "nameserver no-address\nnameserver 192.0.2.1\nnameserver 127.0.0.53\n")
    with served(answer_ok) as port, names({("web", A): ["127.0.0.1"]}):
        result = call("request", f"http://web:{port}/", 4000)
        equal(result.lines, ["0 "])
        between(result.took, 0, 0)
    # Nobody listens there any longer: its refusal is heard at once.
    result = call("request", "http://web/", 4000)
    equal(result.lines, ["1 no name server answers for web"])
    between(result.took, 0, 0)


@test
def what_is_no_reply_to_the_question_is_passed_over():
    def stranger(server, query, sender):
        server.sendto(bytes([query[0] ^ 1]) + query[1:], sender)
    with served(answer_ok) as port, names({("web", A): ["127.0.0.1"]}, first=stranger):
        equal(call("request", f"http://web:{port}/", 2000).lines, ["0 "])


@test
def a_name_that_cannot_be_asked_for_is_said_to_be_none():
    with names({}) as asked:
        equal(call("request", "http://a..b/", 2000).lines, ["1 no such host: a..b"])
        equal(asked, [])


@test
def more_addresses_than_there_is_room_for_are_left_out():
    hosts = "".join(f"127.0.0.{n} many\n" for n in range(1, 40))
    rewrite("/etc/hosts", hosts + "# " + "x" * 2000 + "\n127.0.0.1 last\n")
    with served(answer_ok) as port:
        equal(call("request", f"http://many:{port}/", 2000).lines, ["0 "])
        equal(call("request", f"http://last:{port}/", 2000).lines, ["0 "])


@test
def localhost_is_known_also_where_no_file_tells_it():
    rewrite("/etc/hosts", "\n")
    with served(answer_ok) as port:
        equal(call("request", f"http://localhost:{port}/", 2000).lines, ["0 "])


@test
def without_its_files_nobody_answers():
    hide("/etc")
    result = call("request", "http://web/", 2000)
    equal(result.lines, ["1 no name server answers for web"])
    between(result.took, 0, 0)


@test
def a_family_that_the_kernel_does_not_have_is_said():
    result = call("request", "http://[::1]:9/", 2000, prepare=lambda: refuse_sockets(10))
    equal(result.lines, ["1 Operation not permitted"])


@test
def a_server_that_reads_nothing_costs_its_time_and_no_more():
    for name in ("tcp_wmem", "tcp_rmem"):
        with open(f"/proc/sys/net/ipv4/{name}", "w", encoding="ascii") as setting:
            setting.write("4096 4096 4096")
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1)
        path = "x" * 4000
        result = call("request", f"http://127.0.0.1:{server.getsockname()[1]}/{path}", 700)
        between(result.took, 0.7, 0.7)
        equal(result.lines[0][:2], "1 ")
