"""The frames of a publish: checked names, a header, and the payload."""

from __future__ import annotations

import time
from typing import Any

from . import _wire
from ._names import check_topic, namespace_or_default
from ._payload import encode_payload
from ._wire import Frames

#: Pairs of namespace and topic whose bytes are remembered, so that a topic is checked and encoded once.
_name_cache_max_count = 65_536

_pack = _wire.HEADER.pack


class PublishFrames:
    """Makes the frames of publishes of one user. May be used from any thread."""

    def __init__(self, username: str) -> None:
        self._username = username.encode()
        self._names: dict[tuple[str, str], tuple[bytes, bytes]] = {}

    def make(
        self,
        namespace: str,
        topic: str,
        data: Any,
        format: str,
        compress: str | None,
        *,
        ack: bool,
        do_not_conflate: bool,
    ) -> Frames:
        """Raises a TopicFormatError, PayloadTooLargeError, BadPayloadError or BadOptionError."""
        names = self._names.get((namespace, topic)) or self._checked(namespace, topic)
        payload, format_code, flags = encode_payload(data, format, compress)
        if not ack:
            flags |= _wire.NO_REPLY
        if do_not_conflate:
            flags |= _wire.DO_NOT_CONFLATE
        now_ms = time.time_ns() // 1_000_000
        header = _pack(_wire.VERSION, _wire.PUB, format_code, flags, len(payload), 0, now_ms)
        return (header, names[0], names[1], self._username, payload, b"")

    def _checked(self, namespace: str, topic: str) -> tuple[bytes, bytes]:
        names = (namespace_or_default(namespace).encode(), check_topic(topic).encode())
        if len(self._names) >= _name_cache_max_count:
            self._names.clear()
        self._names[namespace, topic] = names
        return names


def with_flags(frames: Frames, *, add: int = 0, remove: int = 0) -> Frames:
    """Returns the frames of the same publish with other flags in the header."""
    header = bytearray(frames[0])
    header[_wire.FLAGS_OFFSET] = (header[_wire.FLAGS_OFFSET] | add) & ~remove
    return (bytes(header), *frames[1:])
