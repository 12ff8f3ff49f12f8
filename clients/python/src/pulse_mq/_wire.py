"""The constants of the wire protocol, which docs/protocol.md describes. All integers are big-endian."""

from __future__ import annotations

import struct
from typing import Final

from . import _zmtp

#: A message of six frames as it goes over the wire: the frames of a request, each with its head.
Frames = bytes

#: The protocol version in every header.
VERSION: Final = 4

#: Message types.
AUTH: Final = 1
PUB: Final = 2
SUB: Final = 3
UNSUB: Final = 4
ACK: Final = 6
ERROR: Final = 7
PING: Final = 8
PONG: Final = 9
QUERY: Final = 10
#: Messages of the broker's own on subscriber connections.
BOUND: Final = 0x10
SNAPSHOT_END: Final = 0x11
TOPIC_STATUS: Final = 0x12
REPLAY_END: Final = 0x13
DRAIN: Final = 0x14
REPLAY_PLACE: Final = 0x15
STREAMS_ENDED: Final = 0x16

#: Flags of a PUB. The low four bits are the compression code.
COMPRESSION_MASK: Final = 0x0F
NO_REPLY: Final = 0x20
DO_NOT_CONFLATE: Final = 0x40
MAYBE_DUPLICATE: Final = 0x80

#: The header: version, type, format, flags, payload bytes, message count, Unix milliseconds.
HEADER: Final = struct.Struct(">BBBBIIq")
#: Where the flags stand in the header.
FLAGS_OFFSET: Final = 3
#: The broker's block at the start of a delivery's last frame: version, bits, conflated count, epoch, sequence, Unix microseconds.
BLOCK: Final = struct.Struct(">BBHIQq")
EPOCH_AND_SEQUENCE: Final = struct.Struct(">IQ")
EPOCH_OFFSET: Final = 4
BLOCK_VERSION: Final = 1
#: A message that stands for more updates than this stops counting them.
CONFLATED_MAX_COUNT: Final = 65_535

#: Bits of the block.
SNAPSHOT_BIT: Final = 0x01
CONFLATED_BIT: Final = 0x02
DROPPED_BIT: Final = 0x04
REPLAYED_BIT: Final = 0x08
#: Not on the wire: the client sets it in messages that it has asked for.
RECOVERED_BIT: Final = 0x80

#: The position in the tuple is the code on the wire.
FORMATS: Final = ("bytes", "string", "df_msgpack", "df_pyarrow")
FORMAT_CODES: Final = {name: code for code, name in enumerate(FORMATS)}
#: The position in the tuple, plus one, is the code on the wire. Code 0 means uncompressed.
ALGORITHMS: Final = ("zlib", "lz4", "zstd")
ALGORITHM_CODES: Final = {name: code for code, name in enumerate(ALGORITHMS, 1)}

#: The start of the SUBSCRIBE that binds a subscriber connection to its session. The ticket follows.
TICKET_PREFIX: Final = b"\x00PMQ1"

#: Names in the list `features` of the reply to AUTH.
FEATURE_TICKET: Final = "ticket"
FEATURE_NO_REPLY: Final = "no-reply"
FEATURE_SUBSCRIPTIONS: Final = "subscriptions"
FEATURE_LANES: Final = "lanes"
FEATURE_CONFLATE: Final = "conflate"
FEATURE_SNAPSHOT: Final = "snapshot"
FEATURE_STATUS: Final = "status"
FEATURE_HEADS: Final = "heads"
FEATURE_REPLAY: Final = "replay"


#: Where the flags stand in the frames of a request, behind the head of the header frame.
FRAMES_FLAGS_OFFSET: Final = 2 + FLAGS_OFFSET
#: The head of the header frame, and the header.
FIRST_FRAME: Final = struct.Struct(">BBBBBBIIq")
#: The last frame, which is empty.
LAST_FRAME: Final = b"\x00\x00"


def binding(ticket: str, lane: int) -> bytes:
    """Returns the prefix that binds a subscriber connection to a lane. That of lane 0 has no digit."""
    return TICKET_PREFIX + ticket.encode() + (str(lane).encode() if lane else b"")


def request_frames(
    kind: int, username: bytes, namespace: str = "", topic: str = "", payload: bytes = b"", format_code: int = 0
) -> Frames:
    """Returns the six frames of a request that is not a PUB."""
    header = HEADER.pack(VERSION, kind, format_code, 0, len(payload), 0, 0)
    frames = (header, namespace.encode(), topic.encode(), username, payload)
    return b"".join(_zmtp.frame(one, _zmtp.MORE) for one in frames) + LAST_FRAME
