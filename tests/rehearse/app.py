"""app.py PORT [KEY=VALUE...]: a server that stops as it is told to: what real ones do not do alone.

term=close   (preset) takes no new connection; what was begun comes to its end
term=die     has no handler: TERM ends it at once
term=ignore  goes on
term=deaf    as close, but what it listens on stays open to the end, and nobody is taken from there
term=reset   what is open is reset
term=leave   as close, and a daemon is left behind: 'sleep 7777', in a session of its own
term=late    the same, but it is started on TERM
status=N     exit status after TERM
host=ADDRESS to listen at, for 127.0.0.1; '[ADDRESS]': not for IPv4 besides
also=PORT    listens there, too, and closes that only with its end
wait=S       until it listens
code=STATUS  of an answer
size=BYTES   of an answer
chunked=yes  answers in chunks, without saying how long they are in all
delay=S      until an answer begins
events=FILE  what happened, one JSON object a line
say=TEXT     on stdout
USR1 closes the listener, and nothing else.
"""

import json
import os
import selectors
import signal
import socket
import struct
import sys
import threading
import time

PORT = int(sys.argv[1])
KEYS = dict(word.split("=", 1) for word in sys.argv[2:])
TERM = KEYS.get("term", "close")
ANSWER = b"x" * int(KEYS.get("size", "100"))
HEAD = b"HTTP/1.1 %s So\r\nConnection: close\r\n" % KEYS.get("code", "200").encode()
if "chunked" in KEYS:
    PIECES = [ANSWER[at:at + 65536] for at in range(0, len(ANSWER), 65536)]
    ANSWER = b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in PIECES) + b"0\r\n\r\n"
    HEAD += b"Transfer-Encoding: chunked\r\n\r\n"
else:
    HEAD += b"Content-Length: %d\r\n\r\n" % len(ANSWER)

idle = set()  # connections that have asked for nothing yet
guard = threading.Lock()


def note(event, **more):
    if "events" in KEYS:
        line = json.dumps({"event": event, "at": time.monotonic(), **more}) + "\n"
        with open(KEYS["events"], "a", encoding="utf-8") as file:
            file.write(line)


def answer(connection):
    request = b""
    try:
        while b"\r\n\r\n" not in request:
            some = connection.recv(4096)
            if not some:
                return
            request += some
        with guard:
            idle.discard(connection)
        note("request", line=request.split(b"\r\n")[0].decode(errors="replace"))
        time.sleep(float(KEYS.get("delay", "0")))
        connection.sendall(HEAD + ANSWER)
        note("answered")
    except OSError as error:
        note("failed", error=str(error))
    finally:
        with guard:
            idle.discard(connection)
        connection.close()


def daemon():
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            os.execvp("sleep", ["sleep", "7777"])
        os._exit(0)
    os.wait()


def listening(port):
    host = KEYS.get("host", "127.0.0.1")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    return socket.create_server((host.strip("[]"), port), family=family, backlog=64,
                                dualstack_ipv6=host == "::")


def main():
    wake, waker = socket.socketpair()
    waker.setblocking(False)
    signal.set_wakeup_fd(waker.fileno())
    if TERM != "die":
        signal.signal(signal.SIGTERM, signal.SIG_IGN if TERM == "ignore" else lambda *_: None)
    signal.signal(signal.SIGUSR1, lambda *_: None)
    if TERM == "leave":
        daemon()
    if "say" in KEYS:
        print(KEYS["say"], flush=True)
    time.sleep(float(KEYS.get("wait", "0")))
    if "also" in KEYS:
        also = listening(int(KEYS["also"]))
        assert also
    listener = listening(PORT)
    note("listens", settings=[name for name in os.environ if name.startswith("DRAINIT_")])
    threads, connections, sources = [], [], selectors.DefaultSelector()
    listener.setblocking(False)
    sources.register(listener, selectors.EVENT_READ)
    sources.register(wake, selectors.EVENT_READ)

    def take():
        """All who have connected."""
        while True:
            try:
                connection, _ = listener.accept()
            except BlockingIOError:
                return
            connection.setblocking(True)
            note("connection")
            with guard:
                idle.add(connection)
            connections.append(connection)
            threads.append(threading.Thread(target=answer, args=[connection], daemon=True))
            threads[-1].start()

    def close():
        """Whoever had connected is still served."""
        if listener.fileno() >= 0:
            take()
            sources.unregister(listener)
            listener.close()

    while True:
        ready = [key.fileobj for key, _ in sources.select()]
        if listener in ready:
            take()
        numbers = wake.recv(16) if wake in ready else b""
        if signal.SIGUSR1 in numbers:
            close()
            note("closed")
        if signal.SIGTERM in numbers:
            break
    note("term")
    if TERM == "late":
        daemon()
    if TERM != "deaf":
        close()
    if TERM == "reset":
        for connection in connections:
            if connection.fileno() >= 0:
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        os._exit(int(KEYS.get("status", "0")))
    # Whoever has just connected is about to ask.
    limit = time.monotonic() + 0.3
    while idle and time.monotonic() < limit:
        time.sleep(0.01)
    with guard:
        for connection in idle:
            connection.shutdown(socket.SHUT_RDWR)
    for thread in threads:
        thread.join()
    sys.exit(int(KEYS.get("status", "0")))


main()
