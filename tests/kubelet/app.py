"""app.py NAME PORT: a server that keeps each connection open, TERM or not, and says so as an actor does.

On TERM it ends, once it has put its work away, which takes it a second.
"""

import os
import signal
import socket
import sys
import time

name, port = sys.argv[1], int(sys.argv[2])


def say(text):
    with open(os.environ["ACTOR_REPORT"], "w", encoding="ascii") as report:
        report.write(f"{name} {os.getpid()} {time.monotonic_ns()} {text}\n")


def finish(*_):
    say("got 15")
    time.sleep(1)
    say("bye")
    os._exit(0)


signal.signal(signal.SIGTERM, finish)
listener = socket.create_server(("127.0.0.1", port))
say("ready")
connections = []
while True:
    connections.append(listener.accept()[0])
