"""ZMTP 3.1 without I/O (RFC 37): the greeting, the handshake, commands and the frames of messages. `_curve.py` has CURVE.

A frame is a byte of flags, its size in 1 or 8 bytes, and its body.
"""

from __future__ import annotations

import struct
from typing import Final, NamedTuple

from .errors import NotConnectedError

MORE: Final = 0x01
LONG: Final = 0x02
COMMAND: Final = 0x04

#: The signature, version 3.1, the mechanism NULL, not as a server, and filler.
GREETING: Final = b"\xff" + b"\x00" * 8 + b"\x7f\x03\x01" + b"NULL".ljust(20, b"\x00") + b"\x00" * 32
_signature_end = 0x7F
_mechanism = slice(12, 32)
PING: Final = b"\x04\x07\x04PING\x00\x00"
PONG: Final = b"\x04\x05\x04PONG"

#: The largest message: the largest payload, which grows by less than this when it is compressed, and the other frames.
MESSAGE_MAX_BYTES: Final = 67_108_864 + 1_048_576
_frame_max_count = 16
_long_size = struct.Struct(">Q")
_u32 = struct.Struct(">I")


class Message(NamedTuple):
    """One message or command in a buffer: where the bodies of its frames are, and where it ends."""

    spans: list[tuple[int, int]]
    end: int
    is_command: bool


def ready(socket_type: str) -> bytes:
    """Returns the READY command, which is the handshake of NULL."""
    body = b"\x05READY" + metadata(socket_type)
    return bytes((COMMAND, len(body))) + body


def metadata(socket_type: str) -> bytes:
    """Returns the properties that a client announces."""
    kind = socket_type.encode()
    return b"\x0bSocket-Type" + _u32.pack(len(kind)) + kind + b"\x08Identity" + _u32.pack(0)


def pong(ping: bytes) -> bytes:
    """Returns the answer to the body of a PING: its context, at most 16 bytes after the time to live."""
    context = ping[7:23]
    return bytes((COMMAND, 5 + len(context))) + b"\x04PONG" + context


def head(size: int, flags: int = 0) -> bytes:
    """Returns the head of a frame of `size` bytes."""
    return bytes((flags, size)) if size < 256 else bytes((flags | LONG,)) + _long_size.pack(size)


def frame(body: bytes, flags: int = 0) -> bytes:
    """Returns a frame."""
    return head(len(body), flags) + body


def check_greeting(greeting: bytes, mechanism: bytes = b"NULL") -> None:
    """Raises a NotConnectedError as soon as the bytes so far cannot be the greeting of a peer of ZMTP 3 with this mechanism."""
    if greeting[:1] not in (b"", b"\xff") or (len(greeting) > 9 and greeting[9] != _signature_end):
        raise NotConnectedError("the peer does not speak ZMTP")
    if len(greeting) > 10 and greeting[10] < 3:
        raise NotConnectedError(f"the peer speaks version {greeting[10]} of ZMTP, expected 3")
    if len(greeting) >= len(GREETING) and greeting[_mechanism].rstrip(b"\x00") != mechanism:
        if mechanism == b"NULL" and greeting[_mechanism].rstrip(b"\x00") == b"CURVE":
            raise NotConnectedError("the broker does not take clear text: give curve_server_key or tls")
        raise NotConnectedError(
            f"the peer asks for the mechanism {greeting[_mechanism].rstrip(bytes(1))!r}, expected {mechanism.decode()}"
        )


def read_message(data: bytes, start: int, end: int) -> Message | int:
    """Finds the message or command at `start`. Returns the bytes it has at least, when it does not end before `end`.

    Raises a NotConnectedError for bytes that are not a message, before it allocates memory for them.
    """
    spans: list[tuple[int, int]] = []
    at = start
    while True:
        if at + 2 > end:
            return at + 2 - start
        flags = data[at]
        if flags & LONG:
            if at + 9 > end:
                return at + 9 - start
            size = int(_long_size.unpack_from(data, at + 1)[0])
            body = at + 9
        else:
            size = data[at + 1]
            body = at + 2
        at = body + size
        if flags > 7 or (flags & COMMAND and (flags & MORE or spans)) or len(spans) == _frame_max_count:
            raise NotConnectedError("the peer sent a frame that is not ZMTP")
        if at - start > MESSAGE_MAX_BYTES:
            raise NotConnectedError(
                f"the peer sent a message of {at - start} bytes or more, the limit is {MESSAGE_MAX_BYTES}"
            )
        if at > end:
            return at - start
        spans.append((body, at))
        if not flags & MORE:
            return Message(spans, at, bool(flags & COMMAND))
