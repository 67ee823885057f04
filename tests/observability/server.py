"""server.py CONNECTIONS MS: a listener, and clients of it that leave MS after TERM was sent (0: never).

TERM reaches it only when the drain is over; clients go by the drain's begin, which they see in the
name of the process above them.
"""

import fcntl
import os
import signal
import socket
import struct
import sys
import threading
import time

count, leave = int(sys.argv[1]), int(sys.argv[2])

signal.signal(signal.SIGTERM, (lambda *_: os._exit(0)) if leave else signal.SIG_IGN)
with socket.socket() as lo:
    fcntl.ioctl(lo, 0x8914, struct.pack("16sh14x", b"lo", 1))  # SIOCSIFFLAGS: up
listener = socket.create_server(("127.0.0.1", 8080), backlog=64)
clients = [socket.create_connection(("127.0.0.1", 8080)) for _ in range(count)]
served = [listener.accept()[0] for _ in range(count)]


def leaving():
    while True:
        with open(f"/proc/{os.getppid()}/comm", encoding="ascii") as file:
            if "drain" in file.read().partition(":")[2]:
                break
        time.sleep(0.02)
    time.sleep(leave / 1000)
    for connection in clients + served:
        connection.close()


if leave:
    threading.Thread(target=leaving, daemon=True).start()
os.write(1, b"ready\n")
while True:
    signal.pause()
