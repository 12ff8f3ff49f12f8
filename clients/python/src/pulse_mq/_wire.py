"""The numbers of the wire; docs/protocol.md says what they mean. All integers are big-endian."""

from __future__ import annotations

import struct
from typing import Final

VERSION: Final = 4

AUTH: Final = 1
PUB: Final = 2
SUB: Final = 3
UNSUB: Final = 4
ACK: Final = 6
ERROR: Final = 7
PING: Final = 8
PONG: Final = 9
QUERY: Final = 10

#: Flags of a PUB; the low four bits are the compression code.
COMPRESSION_MASK: Final = 0x0F
NO_REPLY: Final = 0x20
DO_NOT_CONFLATE: Final = 0x40
MAYBE_DUPLICATE: Final = 0x80

#: version, type, format, flags, payload bytes, message count, Unix milliseconds
HEADER: Final = struct.Struct(">BBBBIIq")
#: version, bits, conflated count, epoch, sequence, Unix microseconds
BLOCK: Final = struct.Struct(">BBHIQq")
EPOCH_AND_SEQUENCE: Final = struct.Struct(">IQ")
EPOCH_OFFSET: Final = 4
BLOCK_VERSION: Final = 1

SNAPSHOT_BIT: Final = 0x01
CONFLATED_BIT: Final = 0x02
DROPPED_BIT: Final = 0x04

FORMATS: Final = ("bytes", "string", "df_msgpack", "df_pyarrow")
FORMAT_CODES: Final = {name: code for code, name in enumerate(FORMATS)}
ALGORITHMS: Final = ("zlib", "lz4", "zstd")
ALGORITHM_CODES: Final = {name: code for code, name in enumerate(ALGORITHMS, 1)}

#: Starts the SUBSCRIBE that binds a subscriber connection; the ticket follows.
TICKET_PREFIX: Final = b"\x00PMQ1"

#: Words of `features` in the answer to AUTH.
FEATURE_TICKET: Final = "ticket"
FEATURE_NO_REPLY: Final = "no-reply"
FEATURE_SUBSCRIPTIONS: Final = "subscriptions"


def request_frames(
    kind: int, username: bytes, namespace: str = "", topic: str = "", payload: bytes = b"", format_code: int = 0
) -> tuple[bytes, ...]:
    """The six frames of a request other than PUB."""
    header = HEADER.pack(VERSION, kind, format_code, 0, len(payload), 0, 0)
    return (header, namespace.encode(), topic.encode(), username, payload, b"")
