"""sock_diag: what the kernel says of its sockets is read as far as it is whole, and no byte further."""

import struct

from namespace import call, equal, test

SOCKET, ERROR, DONE = 18, 2, 3
INFO = 2


def message(kind, body=b"", length=None):
    size = 16 + len(body)
    head = struct.pack("=IHHII", size if length is None else length, kind, 2, 1, 1)
    return (head + body).ljust((size + 3) & ~3, b"\0")


def found(port=8080, state=1, unread=5, inode=4711, attributes=b""):
    return message(SOCKET, struct.pack("=4B", 2, state, 0, 0) + struct.pack(">HH", port, 40000) +
                   bytes(44) + struct.pack("=5I", 0, unread, 0, 0, inode) + attributes)


def attribute(kind, body=b"", length=None):
    size = 4 + len(body)
    return (struct.pack("=HH", size if length is None else length, kind) +
            body).ljust((size + 3) & ~3, b"\0")


def info(sent, received, size=56):
    return attribute(INFO, struct.pack("=44xIII", sent, 0, received)[:size])


def said(*received):
    """What is made of these buffers."""
    return call("messages", *(one.hex() for one in received)).lines


WHOLE = message(DONE, struct.pack("=i", 0))


@test
def sockets_are_read_from_one_buffer_or_many():
    equal(said(found() + found(443, 10) + WHOLE),
          ["8080 1 5 4711 -1", "443 10 5 4711 -1", "whole"])
    equal(said(found(), found(443, 10), WHOLE), ["8080 1 5 4711 -1", "443 10 5 4711 -1", "whole"])
    equal(said(WHOLE), ["whole"])


@test
def how_long_it_has_been_still_is_the_shorter_of_both_ways():
    equal(said(found(attributes=info(700, 300)) + WHOLE), ["8080 1 5 4711 300", "whole"])
    equal(said(found(attributes=attribute(8, b"\1") + info(200, 300)) + WHOLE),
          ["8080 1 5 4711 200", "whole"])


@test
def without_a_whole_attribute_it_is_not_told():
    for attributes in (info(1, 1, 48), attribute(INFO, bytes(56), 2), attribute(INFO, b"", 60),
                       attribute(8, b"\1"), b"\0\0"):
        equal(said(found(attributes=attributes) + WHOLE), ["8080 1 5 4711 -1", "whole"])


@test
def what_is_too_short_for_a_socket_is_passed_over():
    equal(said(message(SOCKET, bytes(8)) + found() + WHOLE), ["8080 1 5 4711 -1", "whole"])


@test
def the_end_tells_whether_the_walk_was_whole():
    equal(said(found() + message(DONE)), ["8080 1 5 4711 -1", "whole"])
    equal(said(found() + message(DONE, struct.pack("=i", -22))), ["8080 1 5 4711 -1", "not whole"])
    equal(said(found() + message(ERROR, struct.pack("=i", -22))), ["8080 1 5 4711 -1", "not whole"])


@test
def a_walk_without_an_end_is_not_whole():
    equal(said(found()), ["8080 1 5 4711 -1", "not whole"])
    equal(said(found(), b""), ["8080 1 5 4711 -1", "not whole"])
    # More than the buffer holds: what was cut off is not known.
    equal(said(found(), found() * 400), ["8080 1 5 4711 -1", "not whole"])


@test
def a_message_that_is_cut_ends_the_walk():
    for rest in (b"\0" * 8, message(SOCKET, bytes(72), 8), message(SOCKET, bytes(72), 400)):
        equal(said(found() + rest), ["8080 1 5 4711 -1", "not whole"])


@test
def a_length_that_is_not_rounded_up_ends_with_the_buffer():
    equal(said(found() + message(DONE, b"\0\0\0\0\0", 21)[:21]), ["8080 1 5 4711 -1", "whole"])
    equal(said(message(SOCKET, bytes(74), 90)[:90], WHOLE)[-1], "whole")


@test
def a_kernel_that_refuses_is_not_asked_again():
    equal(said(message(ERROR, struct.pack("=i", -1))), ["refused"])
    equal(said(), ["refused"])
    equal(said(b"\0" * 4), ["refused"])
